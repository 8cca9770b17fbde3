// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/chain_sync.h"

namespace tickdeck::book {

namespace {

std::size_t weight(const ChainSync::Waiting& change) noexcept { return change.bids.size() + change.asks.size() + 2; }

void saveLevels(StateWriter& out, std::span<const WireLevel> levels)
{
    out.count(levels.size());
    for (const WireLevel& level : levels) {
        for (const WireNumber& number : {level.price, level.quantity}) {
            out.put(number.mantissa);
            out.put(static_cast<std::uint8_t>(number.scale));
        }
    }
}

void loadLevels(StateReader& in, std::vector<WireLevel>& levels)
{
    constexpr std::size_t kBytes = 18;
    constexpr std::int32_t kMaxScale = 18;
    levels.resize(in.count(kBytes));
    for (WireLevel& level : levels) {
        for (WireNumber* number : {&level.price, &level.quantity}) {
            number->mantissa = in.get<std::int64_t>();
            number->scale = in.get<std::uint8_t>();
            if (number->mantissa < 0 || number->scale > kMaxScale)
                return in.damaged();
        }
    }
}

}  // namespace

ChainSync::Verdict ChainSync::take(const ChainIds& ids) noexcept
{
    const bool follows = !m_any || (m_pending ? reaches(ids, m_last) && ids.last >= m_last
                                              : ids.previous == m_last && ids.last > m_last);
    const bool old = !follows && (m_pending ? ids.last < m_last : ids.last <= m_last);
    if (old && ++m_old < kMostOld)
        return Verdict::Old;
    m_old = 0;
    m_any = true;
    m_last = ids.last;
    if (follows) {
        m_pending = false;
        return m_joined ? Verdict::Next : Verdict::Kept;
    }
    m_joined = false;
    m_pending = false;
    clearWaiting();
    return Verdict::Broken;
}

void ChainSync::keep(const ChainIds& ids, Nanos time, std::span<const WireLevel> bids, std::span<const WireLevel> asks)
{
    m_waiting.push_back({ids, time, {bids.begin(), bids.end()}, {asks.begin(), asks.end()}});
    m_levels += weight(m_waiting.back());
    while (m_levels > kMostLevels && m_waiting.size() > 1) {
        m_levels -= weight(m_waiting.front());
        m_waiting.pop_front();
    }
}

ChainSync::Joined ChainSync::snapshot(std::uint64_t last)
{
    if (m_joined && last <= m_last)
        return Joined::Overtaken;
    std::size_t held = 0;
    while (held < m_waiting.size() && m_waiting[held].ids.last < last)
        ++held;
    const bool follows = held < m_waiting.size();
    // Without a change that waits, nothing may have come after the snapshot (only possible where none were kept).
    if (follows ? !reaches(m_waiting[held].ids, last) : m_any && m_last > last)
        return Joined::TooOld;
    for (; held > 0; --held) {
        m_levels -= weight(m_waiting.front());
        m_waiting.pop_front();
    }
    m_joined = true;
    m_any = true;
    m_old = 0;
    m_pending = !follows;
    if (!follows)
        m_last = last;
    return Joined::Yes;
}

void ChainSync::clearWaiting() noexcept
{
    m_waiting.clear();
    m_levels = 0;
}

void ChainSync::save(StateWriter& out) const
{
    out.put(m_any);
    out.put(m_joined);
    out.put(m_pending);
    out.put(m_last);
    out.put(m_old);
    out.count(m_waiting.size());
    for (const Waiting& change : m_waiting) {
        out.put(change.ids.first);
        out.put(change.ids.last);
        out.put(change.ids.previous);
        out.put(change.time);
        saveLevels(out, change.bids);
        saveLevels(out, change.asks);
    }
}

void ChainSync::load(StateReader& in)
{
    lost();
    m_any = in.get<std::uint8_t>() != 0;
    m_joined = in.get<std::uint8_t>() != 0;
    m_pending = in.get<std::uint8_t>() != 0;
    m_last = in.get<std::uint64_t>();
    m_old = in.get<std::uint32_t>();
    constexpr std::size_t kLeast = 40;
    const std::size_t count = in.count(kLeast);
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        Waiting& change = m_waiting.emplace_back();
        change.ids.first = in.get<std::uint64_t>();
        change.ids.last = in.get<std::uint64_t>();
        change.ids.previous = in.get<std::uint64_t>();
        change.time = in.get<Nanos>();
        loadLevels(in, change.bids);
        loadLevels(in, change.asks);
        m_levels += weight(change);
    }
}

}  // namespace tickdeck::book
