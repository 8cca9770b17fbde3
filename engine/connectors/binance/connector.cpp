// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/connector.h"

#include <nlohmann/json.hpp>

#include "engine/connectors/binance/decoder.h"
#include "engine/connectors/binance/names.h"
#include "engine/connectors/binance/settings.h"

namespace tickdeck::binance {

namespace {

std::string wanted(const Settings& settings)
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
                          {"resync_backoff_ms", settings.resyncBackoff.count()}}
        .dump();
}

std::string joined(std::string_view root, std::string_view path)
{
    while (root.ends_with('/'))
        root.remove_suffix(1);
    return std::string(root).append(path);
}

// The venue takes ten messages a second on one connection, pongs among them.
Endpoint endpoint(const Settings& settings, std::string name)
{
    std::string url = joined(settings.url, "/" + name + "/stream");
    return {.name = std::move(name),
            .url = std::move(url),
            .livenessTimeout = settings.livenessTimeout,
            .messagesPerSecond = 5,
            .messageBurst = 5};
}

// In the order of kPublic and kMarket.
std::vector<Endpoint> endpoints(const Settings& settings)
{
    return {endpoint(settings, "public"), endpoint(settings, "market")};
}

// 2,400 a minute from one address.
Rest rest(const Settings& settings)
{
    return {.url = joined(settings.restUrl, ""), .weightPerSecond = 40, .weightBurst = 100};
}

}  // namespace

ConnectorSpec spec()
{
    return {.name = kVenue,
            .title = "Binance USD-M",
            .settings = config::describe<Settings>("connectors.binance", "Binance USD-M futures"),
            .makeDecoder = [](const config::Section&, SymbolTable& symbols) { return makeDecoder(symbols); },
            .endpoints = [](const config::Section& section) { return endpoints(section.as<Settings>()); },
            .rest = [](const config::Section& section) { return rest(section.as<Settings>()); },
            .wanted = [](const config::Section& section) { return wanted(section.as<Settings>()); }};
}

}  // namespace tickdeck::binance
