// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Update ids as the venue gives them: one count for the whole exchange, so that a contract's own ids have holes.

#include <cstdint>

#include "engine/sim/market.h"

namespace tickdeck::binance::simulated {

// Gives each step of one instrument its id: made of the step's time and the instrument, so that any of them can be turned
// back into the book's version (versionOf in simulator.h). One thread; steps in order.
class UpdateIds {
public:
    UpdateIds(const sim::MarketOptions& market, std::size_t instrument);

    // Of the step at `time`.
    std::uint64_t next(Nanos time);
    // Of the newest step; of the state before the first one at the beginning.
    [[nodiscard]] std::uint64_t last() const noexcept { return m_last; }

private:
    Nanos m_start;
    std::uint64_t m_contracts;
    std::uint64_t m_instrument;
    Nanos m_time = kNoTime;      // of the newest step
    std::uint64_t m_before = 0;  // steps of this contract in the same microsecond before it
    std::uint64_t m_last;
};

}  // namespace tickdeck::binance::simulated
