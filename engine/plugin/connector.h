// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a venue presents itself to the engine: its settings, its decoder, its connections, its simulator.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/section.h"
#include "engine/plugin/decoder.h"

namespace tickdeck {

// One connection that a lane keeps up.
struct Endpoint {
    std::string name;                                   // "public", for people and metrics
    std::string url;                                    // ws:// or wss://
    std::chrono::milliseconds livenessTimeout{10'000};  // without Emit::alive for so long: reconnect
    double messagesPerSecond = 5;                       // the venue's limit on what we send
    double messageBurst = 10;
};

// Where a lane's requests go, and what the venue allows there from one address.
struct Rest {
    std::string url;                            // "https://fapi.binance.com"; http:// on the loopback only
    double weightPerSecond = 40;                // the budget's refill, in the venue's own weights
    double weightBurst = 100;                   // how much may be spent at once
    std::chrono::milliseconds timeout{10'000};  // from sending to the last byte
    std::size_t largestAnswer = 16u << 20;      // bytes; a larger one fails
};

struct ConnectorSpec {
    std::string_view name;   // "kraken": venue, folder and section connectors.kraken
    std::string_view title;  // "Kraken"
    config::SectionSpec settings;
    std::function<std::unique_ptr<Decoder>(const config::Section&, SymbolTable&)> makeDecoder;
    std::function<std::vector<Endpoint>(const config::Section&)> endpoints;
    // Null: the venue is asked nothing over REST.
    std::function<Rest(const config::Section&)> rest;
    // The payload of ControlKind::Wanted for these settings.
    std::function<std::string(const config::Section&)> wanted;
};

}  // namespace tickdeck
