// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Binance USD-M futures as a server over the random market: streams on /public and /market, snapshots and contracts over
// REST, all on one port. Codes the wire on its own, so that it can find the decoder's mistakes, and the decoder its.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sim/simulator.h"

namespace tickdeck::binance {

[[nodiscard]] SimulatorSpec simulatorSpec();

// The contracts it lists unless told otherwise; `start` is when the market begins, UTC: the dated one ends with a quarter
// after it, and its quote bears the date ("USDT_261225").
[[nodiscard]] std::vector<sim::Listing> simulatedListings(Nanos start);

// "BTCUSDT", "BTCUSDT_261225": base and quote of a listing as the venue writes them.
[[nodiscard]] std::string venueName(const sim::Listing& listing);

// The truth: the version of `symbol`'s book (for Market::bookAt) that an update id of this contract stands for: the u and
// pu of a depth event, the u of a bookTicker, a snapshot's lastUpdateId. Nothing for any other number. Any thread.
// From the step after a fault `precision` on, a price of p ticks is told as p + (p % 10) / 10 ticks.
[[nodiscard]] std::optional<std::uint64_t> versionOf(const sim::MarketOptions& market, std::string_view symbol,
                                                     std::uint64_t updateId);
// The other way round.
[[nodiscard]] std::uint64_t updateIdOf(const sim::MarketOptions& market, std::size_t instrument, std::uint64_t version);

}  // namespace tickdeck::binance
