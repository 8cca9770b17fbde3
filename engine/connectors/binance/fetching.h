// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is fetched from Binance over REST: the snapshots of books, and the definitions.

#include <optional>
#include <utility>

#include "engine/connectors/binance/instruments.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::binance {

// Says what is asked for, and when again. Snapshots are asked for a few at a time, so that the venue's budget is never
// queued up far ahead. One thread; time is that of the input.
class Fetching {
public:
    Fetching(Contracts& contracts, SymbolId venue) noexcept : m_contracts(&contracts), m_venue(venue) {}

    // Of the snapshots to come. Whether it was another.
    bool setDepth(std::uint32_t depth) noexcept { return std::exchange(m_depth, depth) != depth; }
    // `restartFrom`: when an earlier run saw its last frame; `gaps`: as book::StreamGap counts.
    void wantDefinitions(bool wanted, book::SyncPatience patience, std::optional<Nanos> restartFrom, Nanos now,
                         std::uint64_t& gaps, Emit& emit);

    // Where it is due and there is room for one more.
    void askSnapshot(Contract& contract, Nanos now, Emit& emit);
    // The answer to a request for the book's snapshot came, or none will.
    void snapshotCame(Contract& contract) noexcept;
    // It was none, or older than the changes that wait for it.
    void snapshotRefused(Contract& contract, Nanos now) noexcept;

    // Where they are due.
    void askDefinitions(Nanos now, Emit& emit);
    void definitionsCame(Nanos now, Emit& emit);
    void definitionsRefused(Nanos now) noexcept;
    // Whether definitions are in or nobody waits for them.
    [[nodiscard]] bool definitionsKnown() const noexcept { return !m_definitions.wanted || m_definitions.sync.live(); }
    // A contract without definition came up: they are fetched before their time.
    void unknownContract(Nanos now) noexcept;

    void save(StateWriter& out) const;
    // After the contracts.
    void load(StateReader& in);

private:
    Contracts* m_contracts;
    SymbolId m_venue;
    Stream m_definitions;
    Nanos m_definitionsDue = 0;  // when they are fetched again
    Nanos m_definitionsAsked = 0;
    std::uint32_t m_depth = 0;
    std::uint32_t m_asked = 0;  // snapshots on their way
};

}  // namespace tickdeck::binance
