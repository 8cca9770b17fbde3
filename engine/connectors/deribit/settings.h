// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings of Deribit's connector, section [connectors.deribit].

#include <chrono>
#include <string>
#include <vector>

#include "engine/core/schema.h"

namespace tickdeck::deribit {

struct Settings {
    bool enabled = false;
    std::string url = "wss://www.deribit.com/ws/api/v2";
    std::vector<std::string> symbols = {"BTC-PERPETUAL"};
    std::vector<std::string> channels = {"instrument", "ticker", "trade", "book"};
    std::vector<std::string> options = {"BTC"};
    std::vector<std::string> optionChannels = {"ticker"};
    std::int64_t optionDays = 400;
    std::int64_t mostOptions = 1500;
    std::vector<std::string> volIndices = {"btc_usd"};
    std::string interval = "100ms";
    std::chrono::milliseconds livenessTimeout{25'000};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Settings::enabled>("enabled", {.help = "Whether it runs"}),
            field<&Settings::url>("url", {.help = "Address of the venue's WebSocket, JSON-RPC v2"}),
            field<&Settings::symbols>("symbols",
                                      {.help = "Instruments, as BTC-PERPETUAL or BTC-USD-PERP", .live = true}),
            field<&Settings::channels>("channels", {.help = "What is subscribed to of the symbols",
                                                    .allowed = "instrument ticker trade book",
                                                    .live = true}),
            field<&Settings::options>(
                "options", {.help = "Underlyings of which all options are followed: BTC, ETH, SOL_USDC", .live = true}),
            field<&Settings::optionChannels>(
                "option_channels",
                {.help = "What is subscribed to of these options", .allowed = "ticker trade book", .live = true}),
            field<&Settings::optionDays>("option_days", {.unit = "days",
                                                         .help = "Only options that expire within so many days",
                                                         .min = 1,
                                                         .max = 3650,
                                                         .live = true}),
            field<&Settings::mostOptions>("most_options",
                                          {.help = "Not more options than this; the next to expire come first",
                                           .min = 1,
                                           .max = 5000,
                                           .live = true}),
            field<&Settings::volIndices>("vol_indices",
                                         {.help = "Volatility indices (DVOL): btc_usd, eth_usd", .live = true}),
            field<&Settings::interval>(
                "interval", {.help = "How often the venue tells changes; raw wants a login, agg2 is about a second",
                             .allowed = "raw 100ms agg2"}),
            field<&Settings::livenessTimeout>(
                "liveness_timeout_ms", {.unit = "ms",
                                        .help = "Without a heartbeat, which comes every 10 s, for so long: reconnect",
                                        .min = 12'000,
                                        .max = 300'000}));
    }
};

}  // namespace tickdeck::deribit
