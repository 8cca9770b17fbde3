// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// When the definitions of all of a venue's instruments are fetched over REST.

#include <optional>
#include <string_view>

#include "engine/book/stream_gap.h"
#include "engine/book/sync_machine.h"

namespace tickdeck::wire {

// Asks until they are in, then every hour, and ahead of that when an instrument without a definition comes up. While they
// are missing after an earlier run, a gap of the channel "instrument" is open. One thread; time is that of the input.
class DefinitionFetch {
public:
    // The channel of the definitions, which is no stream.
    static constexpr std::string_view kChannel = "instrument";
    // The lane tells what becomes of each request, however long the venue's bans keep it; this is for one that it lost.
    static constexpr Nanos kRequestWithin = 600 * kSecond;

    explicit DefinitionFetch(SymbolId venue) noexcept : m_venue(venue) {}

    // `restartFrom`: when an earlier run saw its last frame; `gaps` counts the decoder's gaps.
    void want(bool wanted, const book::SyncPatience& patience, std::optional<Nanos> restartFrom, Nanos now,
              BatchBuilder& events, std::uint64_t& gaps);
    // Whether they are to be asked for now; the caller then does.
    [[nodiscard]] bool ask(Nanos now) noexcept;
    void came(Nanos now, BatchBuilder& events);
    // No answer will come, or it was none.
    void refused(Nanos now) noexcept;
    // An instrument without definition came up.
    void unknown(Nanos now) noexcept;
    // Whether definitions are in or nobody waits for them.
    [[nodiscard]] bool known() const noexcept { return !m_wanted || m_sync.live(); }

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    SymbolId m_venue;
    book::SyncMachine m_sync;
    book::StreamGap m_gap;
    bool m_wanted = false;
    Nanos m_due = 0;  // when they are fetched again
    Nanos m_asked = 0;
};

}  // namespace tickdeck::wire
