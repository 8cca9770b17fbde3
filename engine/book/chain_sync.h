// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A book whose changes form a chain of numbers and whose snapshot is fetched apart: where the two are joined.

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "engine/book/order_book.h"
#include "engine/core/state_bytes.h"
#include "engine/core/time.h"

namespace tickdeck::book {

// The numbers of one change: it holds everything from `first` to `last` and follows the change that ended at `previous`.
// Where a venue's numbers have no holes, previous is first - 1.
struct ChainIds {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t previous = 0;
    friend bool operator==(const ChainIds&, const ChainIds&) = default;
};

// Follows one book's chain. Until a snapshot is in, changes wait here; with it those that it holds already are dropped,
// and the first one kept must reach back to it. When SyncMachine says that it is time, the owner fetches the snapshot.
// Bounded: the oldest of the waiting changes go first, and a snapshot that is older than what is left is of no use, as is
// any other that does not join. One thread.
//
//            snapshot (joined)          take: Next, Old
//   waiting ──────────────────▶ joined ─────────────────┐
//      ▲ take: Kept, Old          │ take: Broken        │
//      └──────────────────────────┴─────────────────────┘
class ChainSync {
public:
    static constexpr std::size_t kMostLevels = 8192;  // that wait; a change counts as its levels and two
    // So many old changes in a row are no late ones: the venue's numbers began anew.
    static constexpr std::uint32_t kMostOld = 64;

    struct Waiting {
        ChainIds ids;
        Nanos time = kNoTime;
        std::vector<WireLevel> bids;
        std::vector<WireLevel> asks;
    };

    enum class Verdict : std::uint8_t {
        Kept,  // there is no snapshot; in the chain as far as that is known: to be kept
        Next,  // follows what is there: to be applied
        Old,   // came before, or is part of the snapshot: to be dropped
        Broken,  // something before it is missing; what was there is void, and this is the first of a new chain: to be kept
    };
    // Judges the next change; the owner then does as the verdict says.
    [[nodiscard]] Verdict take(const ChainIds& ids) noexcept;
    void keep(const ChainIds& ids, Nanos time, std::span<const WireLevel> bids, std::span<const WireLevel> asks);

    enum class Joined : std::uint8_t {
        Yes,       // it is the book; waiting() follows it
        TooOld,    // changes between it and the first that waits are missing
        Overtaken  // what is there is newer
    };
    // A snapshot that holds everything up to `last`.
    [[nodiscard]] Joined snapshot(std::uint64_t last);
    // The changes that wait, oldest first.
    [[nodiscard]] const std::deque<Waiting>& waiting() const noexcept { return m_waiting; }
    void clearWaiting() noexcept;

    // A snapshot is in, and nothing is missing since.
    [[nodiscard]] bool joined() const noexcept { return m_joined; }
    // Up to where everything is known.
    [[nodiscard]] std::uint64_t last() const noexcept { return m_last; }
    // The connection is gone: the next change is the first.
    void lost() noexcept { *this = ChainSync(); }
    // The book was found wrong; the chain goes on without it.
    void dropSnapshot() noexcept { m_joined = false; }

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    [[nodiscard]] static bool reaches(const ChainIds& ids, std::uint64_t snapshot) noexcept
    {
        return (ids.first <= snapshot && snapshot <= ids.last) || ids.previous == snapshot;
    }

    std::deque<Waiting> m_waiting;
    std::size_t m_levels = 0;  // of m_waiting, as kMostLevels counts
    std::uint64_t m_last = 0;
    std::uint32_t m_old = 0;  // changes in a row that were old
    bool m_any = false;       // m_last is known
    bool m_joined = false;
    bool m_pending = false;  // no change has come since the snapshot
};

}  // namespace tickdeck::book
