// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/order_book.h"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/book/crc32.h"

namespace tickdeck::book {

namespace {

constexpr int kMaxScale = 18;  // 10^18 is the largest power of ten in 64 bits

constexpr auto kPowers = [] {
    std::array<std::int64_t, kMaxScale + 1> powers{};
    std::int64_t power = 1;
    for (auto& entry : powers) {
        entry = power;
        power *= power < 1'000'000'000'000'000'000 ? 10 : 1;
    }
    return powers;
}();

// Multiplies by 10^digits; false when it does not fit.
bool scaleUp(std::int64_t& value, int digits) noexcept
{
    if (digits == 0)
        return true;
    if (digits > kMaxScale)
        return value == 0;
    return !__builtin_mul_overflow(value, kPowers[static_cast<std::size_t>(digits)], &value);
}

std::unexpected<Error> tooLarge()
{
    return fail(ErrorCode::OutOfRange, "a price or quantity does not fit 64 bits at the book's scale");
}

std::uint8_t trimOf(int scale, int precision, int sent) noexcept
{
    return static_cast<std::uint8_t>(scale - std::max(precision, sent));
}

}  // namespace

Result<> OrderBook::raiseScales(int price, int quantity)
{
    const int morePrice = std::max(price - m_priceScale, 0);
    const int moreQuantity = std::max(quantity - m_quantityScale, 0);
    if (morePrice == 0 && moreQuantity == 0)
        return {};
    if (price > kMaxScale || quantity > kMaxScale)
        return tooLarge();
    for (const BookSide* side : {&m_bids, &m_asks}) {
        Level largest = side->largest();
        if (!scaleUp(largest.price, morePrice) || !scaleUp(largest.quantity, moreQuantity))
            return tooLarge();
    }
    const LevelTrim more{static_cast<std::uint8_t>(morePrice), static_cast<std::uint8_t>(moreQuantity)};
    const std::int64_t priceFactor = kPowers[more.price];
    const std::int64_t quantityFactor = kPowers[more.quantity];
    m_bids.rescale(priceFactor, quantityFactor, more);
    m_asks.rescale(priceFactor, quantityFactor, more);
    m_priceScale += morePrice;
    m_quantityScale += moreQuantity;
    return {};
}

Result<> OrderBook::setPrecision(int price, int quantity)
{
    if (price == m_pricePrecision && quantity == m_quantityPrecision)
        return {};
    TRY(raiseScales(price, quantity));
    m_pricePrecision = price;
    m_quantityPrecision = quantity;
    const LevelTrim most{trimOf(m_priceScale, price, 0), trimOf(m_quantityScale, quantity, 0)};
    m_bids.limitTrims(most);
    m_asks.limitTrims(most);
    return {};
}

Result<> OrderBook::convert(std::span<const WireLevel> bids, std::span<const WireLevel> asks, Converted& out)
{
    int priceScale = m_priceScale;
    int quantityScale = m_quantityScale;
    for (const auto side : {bids, asks}) {
        for (const WireLevel& level : side) {
            priceScale = std::max(priceScale, level.price.scale);
            quantityScale = std::max(quantityScale, level.quantity.scale);
        }
    }
    const auto convertSide = [&](std::span<const WireLevel> in, std::vector<Level>& levels,
                                 std::vector<LevelTrim>& trims) {
        levels.resize(in.size());
        trims.resize(in.size());
        bool fits = true;
        for (std::size_t i = 0; i < in.size(); ++i) {
            levels[i] = {in[i].price.mantissa, in[i].quantity.mantissa};
            fits &= scaleUp(levels[i].price, priceScale - in[i].price.scale);
            fits &= scaleUp(levels[i].quantity, quantityScale - in[i].quantity.scale);
            trims[i] = {trimOf(priceScale, m_pricePrecision, in[i].price.scale),
                        trimOf(quantityScale, m_quantityPrecision, in[i].quantity.scale)};
        }
        return fits;
    };
    if (priceScale > kMaxScale || quantityScale > kMaxScale || !convertSide(bids, out.bids, out.bidTrims) ||
        !convertSide(asks, out.asks, out.askTrims))
        return tooLarge();
    return raiseScales(priceScale, quantityScale);
}

void OrderBook::clear() noexcept
{
    m_bids.clear();
    m_asks.clear();
}

void OrderBook::apply(const Converted& levels)
{
    for (std::size_t i = 0; i < levels.bids.size(); ++i)
        m_bids.set(levels.bids[i], levels.bidTrims[i]);
    for (std::size_t i = 0; i < levels.asks.size(); ++i)
        m_asks.set(levels.asks[i], levels.askTrims[i]);
    if (m_depth) {
        m_bids.truncate(m_depth);
        m_asks.truncate(m_depth);
    }
}

bool OrderBook::crossed() const noexcept
{
    return !m_bids.empty() && !m_asks.empty() && m_bids.level(0).price >= m_asks.level(0).price;
}

void OrderBook::top(Depth& out) const noexcept
{
    const auto fill = [](const BookSide& side, std::array<Level, kDepthLevels>& levels) {
        const std::size_t count = side.top(levels.data(), kDepthLevels);
        std::fill(levels.begin() + static_cast<std::ptrdiff_t>(count), levels.end(), Level{});
        return static_cast<std::uint8_t>(count);
    };
    out.bidCount = fill(m_bids, out.bids);
    out.askCount = fill(m_asks, out.asks);
    out.priceScale = static_cast<std::uint8_t>(m_priceScale);
    out.quantityScale = static_cast<std::uint8_t>(m_quantityScale);
}

std::uint32_t OrderBook::checksum() noexcept
{
    [[gnu::uninitialized]] std::array<char, 2 * LevelDigits::kLevels * LevelDigits::kMaxText + 64> digits;
    char* end = m_asks.writeDigits(digits.data());
    end = m_bids.writeDigits(end);
    return crc32({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void OrderBook::save(StateWriter& out) const
{
    out.put(static_cast<std::uint32_t>(m_depth));
    for (const int value : {m_priceScale, m_quantityScale, m_pricePrecision, m_quantityPrecision})
        out.put(static_cast<std::int8_t>(value));
    m_bids.save(out);
    m_asks.save(out);
}

void OrderBook::load(StateReader& in)
{
    m_depth = in.get<std::uint32_t>();
    for (int* value : {&m_priceScale, &m_quantityScale, &m_pricePrecision, &m_quantityPrecision}) {
        *value = in.get<std::int8_t>();
        if (*value < -1 || *value > kMaxScale)
            return in.damaged();
    }
    if (m_priceScale < std::max(m_pricePrecision, 0) || m_quantityScale < std::max(m_quantityPrecision, 0))
        return in.damaged();
    m_bids.load(in);
    m_asks.load(in);
}

}  // namespace tickdeck::book
