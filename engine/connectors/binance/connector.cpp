// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/connector.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/config/common.h"
#include "engine/connectors/binance/decoder.h"
#include "engine/connectors/binance/names.h"
#include "engine/connectors/binance/settings.h"

namespace tickdeck::binance {

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
        if (channel == "candle")
            subscription["intervals"] = settings.candleIntervals;
        subscriptions.push_back(std::move(subscription));
    }
    return nlohmann::json{{"subscriptions", std::move(subscriptions)},
                          {"answer_within_ms", common.answerTimeout.count()},
                          {"most_delay_ms", common.reconnectCap.count()}}
        .dump();
}

std::string joined(std::string_view root, std::string_view path)
{
    while (root.ends_with('/'))
        root.remove_suffix(1);
    return std::string(root).append(path);
}

// The venue takes ten messages a second on one connection, pings and pongs among them, and closes it after a day.
Endpoint endpoint(const Settings& settings, std::string name)
{
    std::string url = joined(settings.url, "/" + name + "/stream");
    return {.name = std::move(name),
            .url = std::move(url),
            .livenessTimeout = settings.livenessTimeout,
            .messagesPerSecond = 5,
            .messageBurst = 4,
            .pingEvery = std::min<std::chrono::milliseconds>(settings.livenessTimeout / 3, std::chrono::seconds(15)),
            .life = std::chrono::hours(24)};
}

// In the order of kPublic and kMarket.
std::vector<Endpoint> endpoints(const Settings& settings)
{
    return {endpoint(settings, "public"), endpoint(settings, "market")};
}

// 2,400 a minute from one address.
Rest rest(const Settings& settings, const config::ConnectorCommon& common)
{
    return {.url = joined(settings.restUrl, ""),
            .weightPerSecond = 40,
            .weightBurst = 100,
            .timeout = common.answerTimeout,
            .usedWeightHeader = "X-MBX-USED-WEIGHT-1M"};
}

}  // namespace

ConnectorSpec spec()
{
    return {.name = kVenue,
            .title = "Binance USD-M",
            .settings = config::describe<Settings>("connectors.binance", "Binance USD-M futures"),
            .makeDecoder = [](const config::Section&, SymbolTable& symbols) { return makeDecoder(symbols); },
            .endpoints = [](const config::Section& section) { return endpoints(section.as<Settings>()); },
            .rest =
                [](const config::Section& section) {
                    return rest(section.as<Settings>(), section.as<config::ConnectorCommon>());
                },
            .wanted =
                [](const config::Section& section) {
                    return wanted(section.as<Settings>(), section.as<config::ConnectorCommon>());
                }};
}

}  // namespace tickdeck::binance
