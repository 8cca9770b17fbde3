// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/usual.h"

#include <cstring>

#include "engine/connectors/kraken/message.h"
#include "engine/model/batch.h"

namespace tickdeck::kraken {

namespace {

// Walks over a frame. Every step looks less than kFramePadding bytes ahead; good() is asked often enough that all steps
// between two answers stay within the padding, too. done() tells that the walk ended where the frame does.
class Walk {
public:
    explicit Walk(std::string_view frame) noexcept : m_at(frame.data()), m_end(frame.data() + frame.size()) {}

    template <std::size_t N>
    [[nodiscard]] bool take(const char (&text)[N]) noexcept
    {
        static_assert(N - 1 <= kFramePadding);
        if (std::memcmp(m_at, text, N - 1) != 0)
            return false;
        m_at += N - 1;
        return true;
    }
    [[nodiscard]] bool next(char c) noexcept
    {
        if (*m_at != c)
            return false;
        ++m_at;
        return true;
    }
    [[nodiscard]] bool good() const noexcept { return m_at < m_end; }
    [[nodiscard]] bool done() const noexcept { return m_at == m_end; }
    [[nodiscard]] std::size_t offsetIn(std::string_view frame) const noexcept
    {
        return static_cast<std::size_t>(m_at - frame.data());
    }

    // A number of at most 18 digits, as scanNumber() takes it.
    [[nodiscard]] bool number(book::WireNumber& out) noexcept
    {
        std::uint64_t value = digit();
        if (value > 9)
            return false;
        const char* const first = m_at++;
        if (value != 0)
            for (unsigned d; (d = digit()) <= 9 && m_at < m_end; ++m_at)
                value = value * 10 + d;
        std::ptrdiff_t size = m_at - first;
        std::ptrdiff_t scale = 0;
        if (*m_at == '.') {
            const char* const fraction = ++m_at;
            for (unsigned d; (d = digit()) <= 9 && m_at < m_end; ++m_at)
                value = value * 10 + d;
            scale = m_at - fraction;
            size += scale;
            if (scale == 0)
                return false;
        }
        out = {static_cast<std::int64_t>(value), static_cast<std::int32_t>(scale)};
        return size <= 18;
    }
    // Any number without exponent; its value does not matter.
    [[nodiscard]] bool anyNumber() noexcept
    {
        book::WireNumber ignored;
        if (*m_at == '-')
            ++m_at;
        return number(ignored);
    }
    // A whole number of at most 18 digits.
    [[nodiscard]] bool integer(std::uint64_t& out) noexcept
    {
        book::WireNumber number_;
        const bool whole = number(number_) && number_.scale == 0;
        out = static_cast<std::uint64_t>(number_.mantissa);
        return whole;
    }
    // Letters, digits and "/.-_" up to the closing quote, which is taken, too.
    [[nodiscard]] bool word(std::string_view& out) noexcept
    {
        constexpr std::size_t kMost = 32;
        std::size_t size = 0;
        while (size < kMost && isWord(m_at[size]))
            ++size;
        out = {m_at, size};
        m_at += size;
        return size > 0 && next('"');
    }
    // "2026-08-16T23:37:04.849274Z" and its closing quote.
    [[nodiscard]] bool time(TimeScanner& times, Nanos& out)
    {
        constexpr std::size_t kSize = 27;
        if (m_at[kSize] != '"')
            return false;
        const Result<Nanos> time = times.scan({m_at, kSize});
        if (!time)
            return false;
        out = *time > 0 ? *time : kNoTime;
        m_at += kSize + 1;
        return true;
    }

private:
    [[nodiscard]] unsigned digit() const noexcept { return static_cast<unsigned char>(*m_at - '0'); }
    [[nodiscard]] static bool isWord(char c) noexcept
    {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '-' && c <= '9') || c == '_';
    }

    const char* m_at;
    const char* m_end;
};

bool levels(Walk& walk, std::vector<book::WireLevel>& out)
{
    out.clear();
    if (walk.next(']'))
        return true;
    do {
        book::WireLevel level;
        if (!walk.good() || !walk.take(R"({"price":)") || !walk.number(level.price) || !walk.take(R"(,"qty":)") ||
            !walk.number(level.quantity) || !walk.next('}'))
            return false;
        out.push_back(level);
    } while (walk.next(','));
    return walk.next(']');
}

bool book(Walk& walk, std::string_view frame, TimeScanner& times, BookMessage& out)
{
    if (!walk.take(R"({"symbol":")") || !walk.word(out.symbol) || !walk.take(R"(,"bids":[)"))
        return false;
    out.offset = walk.offsetIn(frame) - sizeof(R"("bids":[)") + 1;
    if (!levels(walk, out.bids) || !walk.take(R"(,"asks":[)") || !levels(walk, out.asks) || !walk.good())
        return false;
    out.checksum.reset();
    if (walk.take(R"(,"checksum":)")) {
        std::uint64_t checksum = 0;
        if (!walk.integer(checksum) || checksum > 0xffffffffu)
            return false;
        out.checksum = static_cast<std::uint32_t>(checksum);
    }
    out.time = kNoTime;
    if (walk.good() && walk.take(R"(,"timestamp":")") && !(walk.good() && walk.time(times, out.time)))
        return false;
    return walk.good() && walk.next('}');
}

bool ticker(Walk& walk, TimeScanner& times, TickerMessage& out)
{
    return walk.take(R"({"symbol":")") && walk.word(out.symbol) && walk.take(R"(,"bid":)") && walk.number(out.bid) &&
           walk.good() && walk.take(R"(,"bid_qty":)") && walk.number(out.bidQuantity) && walk.take(R"(,"ask":)") &&
           walk.good() && walk.number(out.ask) && walk.take(R"(,"ask_qty":)") && walk.good() &&
           walk.number(out.askQuantity) && walk.take(R"(,"last":)") && walk.good() && walk.anyNumber() &&
           walk.take(R"(,"volume":)") && walk.good() && walk.anyNumber() && walk.take(R"(,"vwap":)") && walk.good() &&
           walk.anyNumber() && walk.take(R"(,"low":)") && walk.good() && walk.anyNumber() && walk.take(R"(,"high":)") &&
           walk.good() && walk.anyNumber() && walk.take(R"(,"change":)") && walk.good() && walk.anyNumber() &&
           walk.take(R"(,"change_pct":)") && walk.good() && walk.anyNumber() && walk.take(R"(,"timestamp":")") &&
           walk.good() && walk.time(times, out.time) && walk.next('}');
}

bool trade(Walk& walk, TimeScanner& times, TradeMessage& out)
{
    if (!walk.take(R"({"symbol":")") || !walk.word(out.symbol))
        return false;
    if (walk.take(R"(,"side":"buy")"))
        out.side = Side::Buy;
    else if (walk.take(R"(,"side":"sell")"))
        out.side = Side::Sell;
    else
        return false;
    std::string_view orderType;
    return walk.good() && walk.take(R"(,"price":)") && walk.number(out.price) && walk.good() &&
           walk.take(R"(,"qty":)") && walk.number(out.quantity) && walk.good() && walk.take(R"(,"ord_type":")") &&
           walk.word(orderType) && walk.good() && walk.take(R"(,"trade_id":)") && walk.integer(out.tradeId) &&
           walk.good() && walk.take(R"(,"timestamp":")") && walk.good() && walk.time(times, out.time) && walk.next('}');
}

}  // namespace

bool readUsual(std::string_view frame, TimeScanner& times, const UsualPools& pools, Message& out)
{
    Walk walk(frame);
    if (!walk.take("{\"channel\":\""))
        return false;
    if (walk.take(R"(book","type":")"))
        out.kind = MessageKind::Book;
    else if (walk.take(R"(ticker","type":")"))
        out.kind = MessageKind::Ticker;
    else if (walk.take(R"(trade","type":")"))
        out.kind = MessageKind::Trade;
    else
        return false;
    if (walk.take(R"(update","data":[)"))
        out.snapshot = false;
    else if (walk.take(R"(snapshot","data":[)"))
        out.snapshot = true;
    else
        return false;
    do {
        if (!walk.good())
            return false;
        bool taken = false;
        if (out.kind == MessageKind::Book)
            taken = book(walk, frame, times, pools.books.next());
        else if (out.kind == MessageKind::Ticker)
            taken = ticker(walk, times, pools.tickers.next());
        else
            taken = trade(walk, times, pools.trades.next());
        if (!taken)
            return false;
    } while (walk.next(','));
    return walk.take("]}") && walk.done();
}

}  // namespace tickdeck::kraken
