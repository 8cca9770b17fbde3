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
    std::chrono::milliseconds livenessTimeout{10'000};  // without a sign of life for so long: reconnect
    double messagesPerSecond = 5;                       // the venue's limit on what we send
    double messageBurst = 10;
    // The venue has no heartbeat of its own: the session sends a WebSocket ping so often, and its pong is a sign of life
    // as Emit::alive is. Shorter than livenessTimeout. 0: no pings.
    std::chrono::milliseconds pingEvery{0};
    // The venue closes each connection at this age: its successor is opened ahead of that, at a random moment. 0: never.
    std::chrono::milliseconds life{0};
    std::size_t largestFrame = 16u << 20;  // bytes of one message; a larger one closes the connection
};

// Where a lane's requests go, and what the venue allows there from one address.
struct Rest {
    std::string url;                            // "https://fapi.binance.com"; http:// on the loopback only
    double weightPerSecond = 40;                // the budget's refill, in the venue's own weights
    double weightBurst = 100;                   // how much may be spent at once
    std::chrono::milliseconds timeout{10'000};  // from sending to the last byte
    std::size_t largestAnswer = 16u << 20;      // bytes; a larger one fails
    // The answer's header with the weight that the venue itself has counted in its present window of UTC, e.g.
    // "X-MBX-USED-WEIGHT-1M": the budget then follows it. A window bears weightPerSecond times its length.
    std::string usedWeightHeader;
    std::chrono::milliseconds usedWeightWindow{60'000};
};

// How a venue may be connected to, over all connections of one address.
struct ConnectLimits {
    double perSecond = 0.15;  // attempts; with the burst 150 in ten minutes, the strictest venue's limit
    double burst = 60;
    std::size_t atOnce = 2;                 // attempts in flight
    std::chrono::milliseconds spread{100};  // between the beginnings of two, on average
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
    ConnectLimits connects;
};

}  // namespace tickdeck
