// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/sync_machine.h"

#include <algorithm>

namespace tickdeck::book {

void SyncMachine::requested(Nanos now, Nanos within) noexcept
{
    m_state = m_wasLive ? BookState::Resyncing : BookState::Syncing;
    wait(now, within);
}

void SyncMachine::ending(Nanos now) noexcept
{
    m_state = BookState::Empty;
    wait(now, m_patience.answerWithin);
}

void SyncMachine::wait(Nanos now, Nanos within) noexcept
{
    const bool unanswered = m_waiting && now >= m_nextAttempt;
    m_nextAttempt = now + within + (unanswered ? delay() : 0);
    if (unanswered)
        fault();
    m_waiting = true;
}

void SyncMachine::fault() noexcept { m_faults = static_cast<std::uint8_t>(std::min(m_faults + 1, 255)); }

// After so many faults in a row.
Nanos SyncMachine::delay() const noexcept
{
    constexpr int kMostDoublings = 6;
    return m_faults == 0 ? 0 : std::min(kFirstDelay << std::min(m_faults - 1, kMostDoublings), m_patience.mostDelay);
}

void SyncMachine::answered(Nanos now) noexcept
{
    if (m_state == BookState::Live || m_state == BookState::Empty)
        return;
    m_waiting = false;
    m_nextAttempt = now;
}

void SyncMachine::synced(Nanos now) noexcept
{
    m_state = BookState::Live;
    m_wasLive = true;
    m_waiting = false;
    m_crossed = false;
    m_liveSince = now;
}

void SyncMachine::failed(Nanos now) noexcept
{
    m_nextAttempt = now + delay();
    fault();
    m_waiting = false;
}

void SyncMachine::broke(Nanos now) noexcept
{
    if (m_state != BookState::Live)
        return;
    if (now - m_liveSince >= kCalmAfter)
        m_faults = 0;
    m_state = BookState::Resyncing;
    m_crossed = false;
    failed(now);
}

void SyncMachine::refused(Nanos now) noexcept
{
    if (m_state == BookState::Empty && !m_waiting)
        return;
    m_faults = std::max<std::uint8_t>(m_faults, 1);  // never again at once
    failed(now);
}

void SyncMachine::lost() noexcept
{
    if (m_state != BookState::Empty)
        m_state = BookState::Stale;
    m_waiting = false;
    m_crossed = false;
    m_nextAttempt = 0;
}

bool SyncMachine::due(Nanos now) const noexcept
{
    return m_state != BookState::Live && (now >= m_nextAttempt || m_nextAttempt - now > kFarthest);
}

bool SyncMachine::crossedTooLong(bool crossed, Nanos now) noexcept
{
    if (crossed && (!m_crossed || now < m_crossedSince))
        m_crossedSince = now;
    m_crossed = crossed;
    return crossed && now - m_crossedSince > kCrossedAtMost;
}

void SyncMachine::save(StateWriter& out) const
{
    out.put(m_state);
    out.put(m_waiting);
    out.put(m_wasLive);
    out.put(m_crossed);
    out.put(m_faults);
    out.put(m_patience.answerWithin);
    out.put(m_patience.mostDelay);
    out.put(m_nextAttempt);
    out.put(m_liveSince);
    out.put(m_crossed ? m_crossedSince : Nanos{0});
}

void SyncMachine::load(StateReader& in)
{
    m_state = in.get<BookState>();
    m_waiting = in.get<std::uint8_t>() != 0;
    m_wasLive = in.get<std::uint8_t>() != 0;
    m_crossed = in.get<std::uint8_t>() != 0;
    m_faults = in.get<std::uint8_t>();
    m_patience.answerWithin = in.get<Nanos>();
    m_patience.mostDelay = in.get<Nanos>();
    m_nextAttempt = in.get<Nanos>();
    m_liveSince = in.get<Nanos>();
    m_crossedSince = in.get<Nanos>();
    if (m_state > BookState::Stale)
        in.damaged();
}

}  // namespace tickdeck::book
