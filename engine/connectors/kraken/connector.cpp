// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/connector.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/config/common.h"
#include "engine/connectors/kraken/decoder.h"
#include "engine/connectors/kraken/settings.h"

namespace tickdeck::kraken {

namespace {

// Kraken's own spelling of a pair.
std::string nativeSymbol(std::string symbol)
{
    std::replace(symbol.begin(), symbol.end(), '-', '/');
    return symbol;
}

std::string wanted(const Settings& settings, const config::ConnectorCommon& common)
{
    nlohmann::json symbols = nlohmann::json::array();
    for (const std::string& symbol : settings.symbols)
        symbols.push_back(nativeSymbol(symbol));
    nlohmann::json subscriptions = nlohmann::json::array();
    for (const std::string& channel : settings.channels) {
        nlohmann::json subscription{{"channel", channel}};
        if (channel != "instrument")
            subscription["symbols"] = symbols;
        if (channel == "book")
            subscription["depth"] = settings.bookDepth;
        subscriptions.push_back(std::move(subscription));
    }
    return nlohmann::json{{"subscriptions", std::move(subscriptions)},
                          {"answer_within_ms", common.answerTimeout.count()},
                          {"most_delay_ms", common.reconnectCap.count()}}
        .dump();
}

// The venue's limit is unpublished; five requests a second are far below what it has been seen to bear, and a
// subscription takes one request a channel.
Endpoint endpoint(const Settings& settings)
{
    return {.name = "public",
            .url = settings.url,
            .livenessTimeout = settings.livenessTimeout,
            .messagesPerSecond = 5,
            .messageBurst = 10};
}

}  // namespace

ConnectorSpec spec()
{
    return {.name = "kraken",
            .title = "Kraken",
            .settings = config::describe<Settings>("connectors.kraken", "Kraken Spot, WebSocket v2"),
            .makeDecoder = [](const config::Section&, SymbolTable& symbols) { return makeDecoder(symbols); },
            .endpoints = [](const config::Section& section) { return std::vector{endpoint(section.as<Settings>())}; },
            .wanted =
                [](const config::Section& section) {
                    return wanted(section.as<Settings>(), section.as<config::ConnectorCommon>());
                }};
}

}  // namespace tickdeck::kraken
