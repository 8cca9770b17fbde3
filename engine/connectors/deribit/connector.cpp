// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/connector.h"

#include <set>

#include <nlohmann/json.hpp>

#include "engine/config/common.h"
#include "engine/connectors/deribit/decoder.h"
#include "engine/connectors/deribit/names.h"
#include "engine/connectors/deribit/settings.h"

namespace tickdeck::deribit {

namespace {

using nlohmann::json;

std::string wanted(const Settings& settings, const config::ConnectorCommon& common)
{
    json symbols = json::array();
    std::set<std::string> currencies;
    for (const std::string& symbol : settings.symbols) {
        std::string native = nativeSymbol(symbol);
        currencies.insert(std::string(currencyOf(native)));
        symbols.push_back(std::move(native));
    }
    bool definitions = !settings.options.empty();  // they are chosen from the list
    json subscriptions = json::array();
    for (const std::string& channel : settings.channels) {
        if (channel == "instrument")
            definitions = true;
        else
            subscriptions.push_back({{"channel", channel}, {"symbols", symbols}});
    }
    for (const std::string& underlying : settings.options)
        currencies.insert(std::string(currencyOf(underlying)));
    if (definitions)
        subscriptions.push_back({{"channel", "instrument"}, {"currencies", currencies}});
    if (!settings.volIndices.empty())
        subscriptions.push_back({{"channel", "vol_index"}, {"symbols", settings.volIndices}});
    return json{{"subscriptions", std::move(subscriptions)},
                {"options",
                 {{"underlyings", settings.options},
                  {"channels", settings.optionChannels},
                  {"within_days", settings.optionDays},
                  {"most", settings.mostOptions}}},
                {"interval", settings.interval},
                {"answer_within_ms", common.answerTimeout.count()},
                {"most_delay_ms", common.reconnectCap.count()}}
        .dump();
}

// Requests cost credits at the venue: a subscription 3,000 of 30,000 that refill at 10,000 a second, any other 500 of 50,000.
// Counted as if all were subscriptions.
Endpoint endpoint(const Settings& settings)
{
    return {.name = "public",
            .url = settings.url,
            .livenessTimeout = settings.livenessTimeout,
            .messagesPerSecond = 3,
            .messageBurst = 8};
}

}  // namespace

ConnectorSpec spec()
{
    return {.name = kVenue,
            .title = "Deribit",
            .settings =
                config::describe<Settings>("connectors.deribit", "Deribit options, futures and volatility indices"),
            .makeDecoder = [](const config::Section&, SymbolTable& symbols) { return makeDecoder(symbols); },
            .endpoints = [](const config::Section& section) { return std::vector{endpoint(section.as<Settings>())}; },
            .wanted =
                [](const config::Section& section) {
                    return wanted(section.as<Settings>(), section.as<config::ConnectorCommon>());
                }};
}

}  // namespace tickdeck::deribit
