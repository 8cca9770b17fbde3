// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How far one stream of a venue is in step with it, and when to ask again: the same for every venue.

#include "engine/core/state_bytes.h"
#include "engine/core/time.h"
#include "engine/model/depth.h"

namespace tickdeck::book {

// How long a stream waits, as the settings say.
struct SyncPatience {
    Nanos answerWithin = 10 * kSecond;  // a request without its snapshot for this long is made again
    Nanos mostDelay = 60 * kSecond;     // between two attempts, beside the time for an answer
};

// One subscribed stream of one instrument. Its owner subscribes, applies and throws away; this says in which state that
// leaves the stream and when the next attempt is due. Time is that of the decoder's input, so that replay decides alike.
// One thread.
//
//            requested          synced
//   Empty ──────────▶ Syncing ──────────▶ Live ──┐ broke
//     ▲                  ▲                  ▲    ▼
//   ended      requested │           synced └─ Resyncing ◀─ requested
//                      Stale ◀── lost (from any but Empty)
class SyncMachine {
public:
    // The first attempt after a fault is made at once; then after this delay, which doubles up to the patience's most.
    static constexpr Nanos kFirstDelay = kSecond;
    // In step for this long: earlier faults are forgotten.
    static constexpr Nanos kCalmAfter = 60 * kSecond;
    // No attempt is ever further off; if one seems to be, the clock was set back.
    static constexpr Nanos kFarthest = 1800 * kSecond;
    // A book may be crossed for a moment; for longer it is wrong.
    static constexpr Nanos kCrossedAtMost = 5 * kSecond;

    [[nodiscard]] BookState state() const noexcept { return m_state; }
    [[nodiscard]] bool live() const noexcept { return m_state == BookState::Live; }

    // From the next request or fault on.
    void setPatience(SyncPatience patience) noexcept { m_patience = patience; }

    // The venue was asked for the stream, or for its end on the way to a new start. Where the request before it was never
    // answered, that is a fault, and this one is given so much longer: who does not answer is asked less and less often.
    void requested(Nanos now) noexcept { requested(now, m_patience.answerWithin); }
    // The same with a patience of its own.
    void requested(Nanos now, Nanos within) noexcept;
    // A first answer is in (a subscription), and the next request (for the snapshot) is due at once.
    void answered(Nanos now) noexcept;
    // A snapshot, or whatever else makes the stream whole, is in.
    void synced(Nanos now) noexcept;
    // A checksum, a chain or a watch found it wrong: it wants a new snapshot.
    void broke(Nanos now) noexcept;
    // After ended() the venue was asked for the stream's end; due() tells when to ask again, until ended() says that it came.
    void ending(Nanos now) noexcept;
    // The venue said no to the request.
    void refused(Nanos now) noexcept;
    // The connection is gone. The next attempt is due as soon as there is one again.
    void lost() noexcept;
    // Not wanted any more, or at its end.
    void ended() noexcept
    {
        const SyncPatience patience = m_patience;
        *this = SyncMachine();
        m_patience = patience;
    }

    // Whether the venue is to be asked (again) now.
    [[nodiscard]] bool due(Nanos now) const noexcept;
    // The watch: true once the book has been crossed for longer than it may.
    [[nodiscard]] bool crossedTooLong(bool crossed, Nanos now) noexcept;

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    void wait(Nanos now, Nanos within) noexcept;
    void fault() noexcept;
    void failed(Nanos now) noexcept;
    [[nodiscard]] Nanos delay() const noexcept;

    BookState m_state = BookState::Empty;
    bool m_waiting = false;  // for the answer to a request
    bool m_wasLive = false;
    bool m_crossed = false;
    std::uint8_t m_faults = 0;  // in a row
    SyncPatience m_patience;
    Nanos m_nextAttempt = 0;  // while waiting: when to lose patience
    Nanos m_liveSince = 0;
    Nanos m_crossedSince = 0;
};

}  // namespace tickdeck::book
