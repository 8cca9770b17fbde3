// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings of Kraken's connector, section [connectors.kraken].

#include <chrono>
#include <string>
#include <vector>

#include "engine/core/schema.h"

namespace tickdeck::kraken {

struct Settings {
    bool enabled = true;
    std::string url = "wss://ws.kraken.com/v2";
    std::vector<std::string> symbols = {"BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD"};
    std::vector<std::string> channels = {"instrument", "ticker", "trade", "book"};
    std::int64_t bookDepth = 100;
    std::chrono::milliseconds livenessTimeout{10'000};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Settings::enabled>("enabled", {.help = "Whether it runs"}),
            field<&Settings::url>("url", {.help = "Address of the venue's WebSocket v2"}),
            field<&Settings::symbols>("symbols", {.help = "Pairs, as BTC/USD or BTC-USD", .live = true}),
            field<&Settings::channels>(
                "channels", {.help = "What is subscribed to", .allowed = "instrument ticker trade book", .live = true}),
            field<&Settings::bookDepth>(
                "book_depth",
                {.unit = "levels", .help = "Levels on each side of the book", .allowed = "10 25 100 500 1000"}),
            field<&Settings::livenessTimeout>(
                "liveness_timeout_ms",
                {.unit = "ms", .help = "Without a heartbeat for so long: reconnect", .min = 1500, .max = 300'000}));
    }
};

}  // namespace tickdeck::kraken
