// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sim/perpetual.h"

#include <algorithm>

#include "engine/sim/noise.h"

namespace tickdeck::sim {

namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kUsualFunding = 10'000;   // 0.01 %, in 10^-8
constexpr std::uint64_t kLiquidationEvery = 20;  // seconds, on average
constexpr std::int64_t kLimitDistance = 8'000;   // of a liquidation's limit from the touch, in millionths

std::int64_t partOf(std::int64_t price, std::int64_t millionths)
{
    return static_cast<std::int64_t>(Int128{price} * millionths / kMillion);
}

}  // namespace

Perpetual::Perpetual(std::uint64_t seed, const Listing& listing)
    : m_seed(mix(seed ^ 0x7065727065747561)), m_unit(1), m_quantity(listing.quantity)
{
    for (const char c : listing.symbol())
        m_seed = mix(m_seed ^ static_cast<unsigned char>(c));
    for (int scale = listing.pricePrecision; scale < kScale; ++scale)
        m_unit *= 10;
}

Perpetual::Prices Perpetual::at(Nanos time, std::int64_t bid, std::int64_t ask) const
{
    const std::int64_t mid = (bid + ask) * m_unit / 2;
    // The index strolls around the contract's own price; the mark follows both.
    const std::int64_t away = wander(m_seed ^ 1, time, 60 * kSecond, 400) + wander(m_seed ^ 2, time, 5 * kSecond, 60);
    Prices prices;
    prices.index = mid + partOf(mid, away);
    prices.mark = prices.index + (mid - prices.index) / 2;
    prices.settle = prices.index + partOf(mid, wander(m_seed ^ 3, time, 600 * kSecond, 900));
    const Nanos minute = time / (60 * kSecond) * 60 * kSecond;
    prices.fundingRate = kUsualFunding + wander(m_seed ^ 4, minute, kFundingEvery, 25'000) +
                         wander(m_seed ^ 5, minute, 300 * kSecond, 800);
    prices.nextFunding = (time / kFundingEvery + 1) * kFundingEvery;
    return prices;
}

std::optional<Perpetual::Liquidation> Perpetual::liquidation(Nanos second, std::int64_t bid, std::int64_t ask) const
{
    const std::uint64_t dice = mix(m_seed ^ mix(static_cast<std::uint64_t>(second)));
    if (dice % kLiquidationEvery != 0)
        return std::nullopt;
    const std::uint64_t more = mix(dice);
    Liquidation out;
    out.time = second + static_cast<Nanos>(more % 1000) * kMillisecond;
    out.side = (more >> 10) % 2 == 0 ? Side::Sell : Side::Buy;
    const bool sell = out.side == Side::Sell;
    const std::int64_t touch = sell ? bid : ask;
    out.limit = std::max<std::int64_t>(1, touch + (sell ? -1 : 1) * (1 + partOf(touch, kLimitDistance)));
    out.average = std::max<std::int64_t>(1, touch + (sell ? -1 : 1) * static_cast<std::int64_t>((more >> 11) % 3));
    out.quantity = 1 + static_cast<std::int64_t>((more >> 20) % static_cast<std::uint64_t>(4 * m_quantity));
    return out;
}

}  // namespace tickdeck::sim
