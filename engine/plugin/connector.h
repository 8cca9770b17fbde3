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

struct ConnectorSpec {
    std::string_view name;   // "kraken": venue, folder and section connectors.kraken
    std::string_view title;  // "Kraken"
    config::SectionSpec settings;
    std::function<std::unique_ptr<Decoder>(const config::Section&, SymbolTable&)> makeDecoder;
    std::function<std::vector<Endpoint>(const config::Section&)> endpoints;
    // The payload of ControlKind::Wanted for these settings.
    std::function<std::string(const config::Section&)> wanted;
};

}  // namespace tickdeck
