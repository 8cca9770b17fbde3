// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings of Coinbase's connector, section [connectors.coinbase].

#include <chrono>
#include <string>
#include <vector>

#include "engine/core/schema.h"

namespace tickdeck::coinbase {

struct Settings {
    bool enabled = false;
    std::string url = "wss://advanced-trade-ws.coinbase.com";
    std::string restUrl = "https://api.coinbase.com";
    std::vector<std::string> symbols = {"BTC-USD", "ETH-USD"};
    std::vector<std::string> channels = {"instrument", "ticker", "trade", "book"};
    std::int64_t bookDepth = 10'000;
    std::int64_t largestFrameMb = 64;
    std::chrono::milliseconds livenessTimeout{10'000};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Settings::enabled>("enabled", {.help = "Whether it runs"}),
            field<&Settings::url>("url", {.help = "Address of the venue's market data WebSocket"}),
            field<&Settings::restUrl>("rest_url", {.help = "Root of the venue's REST addresses"}),
            field<&Settings::symbols>("symbols", {.help = "Products, as BTC-USD or BTC-PERP-INTX", .live = true}),
            field<&Settings::channels>(
                "channels", {.help = "What is subscribed to", .allowed = "instrument ticker trade book", .live = true}),
            field<&Settings::bookDepth>(
                "book_depth",
                {.unit = "levels",
                 .help =
                     "Levels kept on each side of the book, of which the venue tells all; half of them used up: a new "
                     "snapshot is asked for",
                 .min = 100,
                 .max = 100'000}),
            field<&Settings::largestFrameMb>(
                "largest_frame_mb", {.unit = "MB",
                                     .help = "A larger message ends the connection; a book's snapshot is one message",
                                     .min = 16,
                                     .max = 100}),
            field<&Settings::livenessTimeout>(
                "liveness_timeout_ms",
                {.unit = "ms", .help = "Without a heartbeat for so long: reconnect", .min = 1500, .max = 300'000}));
    }
};

}  // namespace tickdeck::coinbase
