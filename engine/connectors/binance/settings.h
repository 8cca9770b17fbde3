// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings of Binance USD-M futures' connector, section [connectors.binance].

#include <chrono>
#include <string>
#include <vector>

#include "engine/core/schema.h"

namespace tickdeck::binance {

struct Settings {
    bool enabled = true;
    std::string url = "wss://fstream.binance.com";
    std::string restUrl = "https://fapi.binance.com";
    std::vector<std::string> symbols = {"BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"};
    std::vector<std::string> channels = {"instrument", "ticker", "trade", "book", "mark", "forced_order", "candle"};
    std::int64_t bookDepth = 1000;
    std::vector<std::string> candleIntervals = {"1m"};
    std::chrono::milliseconds livenessTimeout{30'000};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Settings::enabled>("enabled", {.help = "Whether it runs"}),
            field<&Settings::url>("url", {.help = "Root of the venue's WebSocket addresses"}),
            field<&Settings::restUrl>("rest_url", {.help = "Root of the venue's REST addresses"}),
            field<&Settings::symbols>("symbols", {.help = "Contracts, as BTCUSDT or BTC-USDT-PERP", .live = true}),
            field<&Settings::channels>("channels", {.help = "What is subscribed to",
                                                    .allowed = "instrument ticker trade book mark forced_order candle",
                                                    .live = true}),
            field<&Settings::bookDepth>(
                "book_depth", {.unit = "levels", .help = "Levels on each side of a snapshot", .allowed = "500 1000"}),
            field<&Settings::candleIntervals>("candle_intervals",
                                              {.help = "Widths of the venue's candles",
                                               .allowed = "1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M"}),
            field<&Settings::livenessTimeout>("liveness_timeout_ms",
                                              {.unit = "ms",
                                               .help = "Without an answer to a ping for so long: reconnect",
                                               .min = 1500,
                                               .max = 600'000}));
    }
};

}  // namespace tickdeck::binance
