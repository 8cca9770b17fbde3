// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The text of Deribit's messages, as the venue writes them.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/connectors/deribit/simulator_chain.h"
#include "engine/sim/market.h"
#include "engine/sim/perpetual.h"

namespace tickdeck::deribit {

// A perpetual that pays in its coin. Its market counts prices in half dollars and amounts in tens of dollars.
struct SimulatedPerpetual {
    static constexpr int kHalves = 5;  // a price in its market's ticks, times this, at one digit after the point
    static constexpr int kTens = 10;   // an amount in its market's lots, times this

    std::string name;  // "BTC-PERPETUAL"
    std::string base;
    std::string index;  // "btc_usd"
};

// A number as the venue's messages have it: the shorter of "8700.0" and "8.7e3".
[[nodiscard]] std::string number(double value, int digits);
[[nodiscard]] std::string plain(Int128 mantissa, int scale);

// How requests are answered: when the request came in, and its number as it was written; empty: none.
struct Receipt {
    Nanos timeIn = 0;
    std::string id;
};
[[nodiscard]] std::string resultFrame(const Receipt& receipt, std::string_view result);
// `data` is JSON; empty: none.
[[nodiscard]] std::string errorFrame(const Receipt& receipt, int code, std::string_view message,
                                     std::string_view data = {});
[[nodiscard]] std::string_view heartbeatFrame(bool testRequest);

[[nodiscard]] std::string listOf(std::span<const std::string> texts);
[[nodiscard]] std::string optionEntry(const SimulatedOption& option, std::uint64_t number);
[[nodiscard]] std::string perpetualEntry(const SimulatedPerpetual& perpetual, std::uint64_t number);

// Notifications on `channel`.
[[nodiscard]] std::string optionTickerFrame(std::string_view channel, const SimulatedOption& option,
                                            const OptionState& state, double index, Nanos time);
[[nodiscard]] std::string perpetualTickerFrame(std::string_view channel, const SimulatedPerpetual& perpetual,
                                               const sim::MarketBook& book, const sim::Perpetual::Prices& prices,
                                               Nanos time);
[[nodiscard]] std::string tradesFrame(std::string_view channel, const SimulatedPerpetual& perpetual,
                                      std::span<const sim::MarketTrade> trades, Nanos time);
[[nodiscard]] std::string volIndexFrame(std::string_view channel, std::string_view index, double value, Nanos time);

// Levels as the venue writes them, ["new",price,amount].
struct BookEntry {
    std::string_view action;
    std::string price;
    std::string amount;
};
[[nodiscard]] std::string bookFrame(std::string_view channel, std::string_view instrument,
                                    std::span<const BookEntry> bids, std::span<const BookEntry> asks,
                                    std::uint64_t changeId, std::optional<std::uint64_t> previous, Nanos time);

}  // namespace tickdeck::deribit
