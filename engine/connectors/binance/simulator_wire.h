// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The text of Binance's messages and answers, as the venue writes them in 2026. `now` is when it sends.

#include <span>
#include <string>
#include <string_view>

#include "engine/connectors/binance/simulator_candles.h"
#include "engine/connectors/binance/simulator_contract.h"
#include "engine/connectors/binance/simulator_depth.h"
#include "engine/sim/perpetual.h"

namespace tickdeck::binance::simulated {

// An aggressor's trades at one price.
struct AggregateTrade {
    std::int64_t id = 0;
    std::int64_t price = 0;     // ticks
    std::int64_t quantity = 0;  // lots
    std::int64_t first = 0;     // trade ids
    std::int64_t last = 0;
    Nanos time = 0;
    bool buyerIsMaker = false;
};

[[nodiscard]] std::string wrapped(std::string_view stream, std::string_view payload);

[[nodiscard]] std::string depthText(const Contract& contract, const DepthEvent& event, Nanos now);
// The best `levels` in the place of an event's changes.
[[nodiscard]] std::string partialText(const Contract& contract, const DepthEvent& event, std::span<const Level> bids,
                                      std::span<const Level> asks, std::size_t levels, Nanos now);
[[nodiscard]] std::string bookTickerText(const Contract& contract, const Level& bid, const Level& ask, std::uint64_t id,
                                         Nanos time, Nanos now);
[[nodiscard]] std::string aggTradeText(const Contract& contract, const AggregateTrade& trade, Nanos now);
[[nodiscard]] std::string markText(const Contract& contract, const sim::Perpetual::Prices& prices, Nanos now);
[[nodiscard]] std::string klineText(const Contract& contract, std::size_t interval, const VenueCandle& candle,
                                    bool closed, Nanos now);
[[nodiscard]] std::string forceOrderText(const Contract& contract, const sim::Perpetual::Liquidation& order);
[[nodiscard]] std::string contractInfoText(const Contract& contract, std::string_view status, Nanos now);

// Over REST. The book's own id and the time of its last change.
[[nodiscard]] std::string snapshotText(const Contract& contract, const sim::MarketBook& book, std::size_t levels,
                                       std::uint64_t id, Nanos time, Nanos now);
// One entry of exchangeInfo's `symbols`.
[[nodiscard]] std::string contractEntry(const Contract& contract, std::string_view status);
[[nodiscard]] std::string errorText(int code, std::string_view message);

[[nodiscard]] inline std::string milliseconds(Nanos time) { return std::to_string(time / kMillisecond); }

}  // namespace tickdeck::binance::simulated
