// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/definition_fetch.h"

#include <algorithm>

namespace tickdeck::wire {

namespace {

constexpr Nanos kEvery = 3600 * kSecond;
constexpr Nanos kAgain = 60 * kSecond;  // at the earliest

}  // namespace

void DefinitionFetch::want(bool wanted, const book::SyncPatience& patience, std::optional<Nanos> restartFrom, Nanos now,
                           BatchBuilder& events, std::uint64_t& gaps)
{
    if (wanted && !m_wanted) {
        if (restartFrom)
            m_gap.open(events, {m_venue, {}, kChannel}, GapCause::Restart, *restartFrom, gaps);
        m_due = now;
    } else if (!wanted && m_wanted) {
        m_gap.close(events, {m_venue, {}, kChannel}, now, GapRecovery::None);
        m_sync.ended();
    }
    m_wanted = wanted;
    m_sync.setPatience(patience);
}

bool DefinitionFetch::ask(Nanos now) noexcept
{
    if (!m_wanted)
        return false;
    const bool again = m_sync.live() && (now >= m_due || m_due - now > kEvery);
    if (!again && !m_sync.due(now))
        return false;
    m_asked = now;
    m_due = now + kEvery;
    if (!m_sync.live())
        m_sync.requested(now, kRequestWithin);
    return true;
}

void DefinitionFetch::came(Nanos now, BatchBuilder& events)
{
    m_sync.synced(now);
    m_gap.close(events, {m_venue, {}, kChannel}, now, GapRecovery::Snapshot);
}

void DefinitionFetch::refused(Nanos now) noexcept
{
    if (m_sync.live())
        m_due = now + kAgain;
    else
        m_sync.refused(now);
}

void DefinitionFetch::unknown(Nanos now) noexcept
{
    if (m_sync.live())
        m_due = std::min(m_due, std::max(now, m_asked + kAgain));
}

void DefinitionFetch::save(StateWriter& out) const
{
    m_sync.save(out);
    m_gap.save(out);
    out.put(m_wanted);
    out.put(m_due);
    out.put(m_asked);
}

void DefinitionFetch::load(StateReader& in)
{
    m_sync.load(in);
    m_gap.load(in);
    m_wanted = in.get<std::uint8_t>() != 0;
    m_due = in.get<Nanos>();
    m_asked = in.get<Nanos>();
}

}  // namespace tickdeck::wire
