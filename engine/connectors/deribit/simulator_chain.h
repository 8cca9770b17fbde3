// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The options that the simulated venue lists, and how they are quoted.

#include <string>
#include <vector>

#include "engine/connectors/deribit/simulator_surface.h"
#include "engine/model/depth.h"

namespace tickdeck::deribit {

// Prices count in 0.0001 coins, amounts in 0.1 coins.
struct SimulatedOption {
    std::string name;  // "BTC-25DEC26-100000-C"
    std::string base;
    Nanos expiry = 0;
    std::int64_t strike = 0;
    bool put = false;
    std::string period;  // "day", "week", "month"

    static constexpr int kPriceScale = 4;
    static constexpr int kAmountScale = 1;
    static constexpr std::int64_t kCoarseAbove = 50;  // ticks; five make one there
    static constexpr std::int64_t kCoarse = 5;
};

// Expiries at 08:00 UTC: the next two days, the next three Fridays, the last Fridays of the next four months; strikes around
// `reference`, which must not change while the venue lives. A list changes at 08:00 UTC alone.
[[nodiscard]] std::vector<SimulatedOption> optionsAt(Nanos now, const std::string& base, double reference);

// "25DEC26".
[[nodiscard]] std::string nameOfDay(Nanos expiry);

// What the venue says of an option at an instant.
struct OptionState {
    double forward = 0;
    double markVolatility = 0;
    double bidVolatility = 0;  // 0: no quote
    double askVolatility = 0;
    BlackPrice mark;          // in dollars
    double markPrice = 0;     // in coins
    std::vector<Level> bids;  // best first; empty: no quote
    std::vector<Level> asks;
};
// `index` in dollars. The same arguments give the same state.
[[nodiscard]] OptionState stateOf(const SimulatedOption& option, double index, Nanos now);

}  // namespace tickdeck::deribit
