// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/simulator_ids.h"

#include <algorithm>

#include "engine/connectors/binance/simulator.h"

namespace tickdeck::binance {

namespace {

constexpr std::uint64_t kFirstId = 600'000'000'000;
constexpr std::uint64_t kSameTime = 4;  // steps of one contract in one microsecond, at most
constexpr Nanos kMicrosecond = 1000;

std::uint64_t idOf(std::uint64_t contracts, std::uint64_t instrument, std::uint64_t slot, std::uint64_t before)
{
    return kFirstId + (slot * contracts + instrument) * kSameTime + std::min(before, kSameTime - 1);
}

std::uint64_t slotOf(Nanos start, Nanos time) { return static_cast<std::uint64_t>((time - start) / kMicrosecond) + 1; }

}  // namespace

namespace simulated {

UpdateIds::UpdateIds(const sim::MarketOptions& market, std::size_t instrument)
    : m_start(market.start),
      m_contracts(market.listings.size()),
      m_instrument(instrument),
      m_last(idOf(m_contracts, instrument, 0, 0))
{
}

std::uint64_t UpdateIds::next(Nanos time)
{
    m_before = time == m_time ? m_before + 1 : 0;
    m_time = time;
    m_last = idOf(m_contracts, m_instrument, slotOf(m_start, time), m_before);
    return m_last;
}

}  // namespace simulated

std::optional<std::uint64_t> versionOf(const sim::MarketOptions& market, std::string_view symbol,
                                       std::uint64_t updateId)
{
    if (updateId < kFirstId)
        return std::nullopt;
    const std::uint64_t before = (updateId - kFirstId) % kSameTime;
    const std::uint64_t rest = (updateId - kFirstId) / kSameTime;
    const std::uint64_t slot = rest / market.listings.size();
    if (venueName(market.listings[rest % market.listings.size()]) != symbol)
        return std::nullopt;
    if (slot == 0)
        return before == 0 ? std::optional<std::uint64_t>(0) : std::nullopt;
    const std::size_t instrument = rest % market.listings.size();
    const Nanos time = market.start + static_cast<Nanos>(slot - 1) * kMicrosecond;
    const std::uint64_t version = sim::Market::versionAt(market, instrument, time - kMicrosecond) + 1 + before;
    // No step was at that time: an id that was never given.
    return sim::Market::versionAt(market, instrument, time) >= version ? std::optional(version) : std::nullopt;
}

std::uint64_t updateIdOf(const sim::MarketOptions& market, std::size_t instrument, std::uint64_t version)
{
    if (version == 0)
        return idOf(market.listings.size(), instrument, 0, 0);
    const Nanos time = sim::Market::timeOf(market, instrument, version);
    const std::uint64_t before = version - 1 - sim::Market::versionAt(market, instrument, time - kMicrosecond);
    return idOf(market.listings.size(), instrument, slotOf(market.start, time), before);
}

}  // namespace tickdeck::binance
