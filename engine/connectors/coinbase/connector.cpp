// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/connector.h"

#include <nlohmann/json.hpp>

#include "engine/config/common.h"
#include "engine/connectors/coinbase/decoder.h"
#include "engine/connectors/coinbase/names.h"
#include "engine/connectors/coinbase/settings.h"

namespace tickdeck::coinbase {

namespace {

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

// The venue takes eight messages a second from one address.
Endpoint endpoint(const Settings& settings)
{
    return {.name = "public",
            .url = settings.url,
            .livenessTimeout = settings.livenessTimeout,
            .messagesPerSecond = 4,
            .messageBurst = 4,
            .largestFrame = static_cast<std::size_t>(settings.largestFrameMb) << 20};
}

// Ten requests a second from one address, each of the same weight.
Rest rest(const Settings& settings, const config::ConnectorCommon& common)
{
    std::string url = settings.restUrl;
    while (url.ends_with('/'))
        url.pop_back();
    return {.url = std::move(url),
            .weightPerSecond = 5,
            .weightBurst = 5,
            .timeout = common.answerTimeout,
            .usedWeightHeader = {}};
}

}  // namespace

ConnectorSpec spec()
{
    return {.name = kVenue,
            .title = "Coinbase",
            .settings = config::describe<Settings>("connectors.coinbase", "Coinbase Advanced Trade, WebSocket"),
            .makeDecoder = [](const config::Section&, SymbolTable& symbols) { return makeDecoder(symbols); },
            .endpoints = [](const config::Section& section) { return std::vector{endpoint(section.as<Settings>())}; },
            .rest =
                [](const config::Section& section) {
                    return rest(section.as<Settings>(), section.as<config::ConnectorCommon>());
                },
            .wanted =
                [](const config::Section& section) {
                    return wanted(section.as<Settings>(), section.as<config::ConnectorCommon>());
                },
            // Eight attempts a second from one address.
            .connects = {.perSecond = 2, .burst = 4, .atOnce = 2, .spread = std::chrono::milliseconds(250)}};
}

}  // namespace tickdeck::coinbase
