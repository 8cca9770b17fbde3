// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/wanted.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/wire/control_payload.h"

namespace tickdeck::binance {

namespace {

using nlohmann::json;

using wire::malformedControl;

Result<std::vector<std::string>> texts(const json& item, const char* key)
{
    std::vector<std::string> out;
    const auto list = item.find(key);
    if (list == item.end() || !list->is_array())
        return malformedControl("a subscription without its list");
    for (const json& entry : *list) {
        if (!entry.is_string())
            return malformedControl("a subscription with a name that is none");
        out.push_back(entry.get<std::string>());
    }
    return out;
}

}  // namespace

Result<WantedRequest> readWanted(std::string_view payload)
{
    TRY_ASSIGN(const json control, wire::readControl(payload));
    const auto list = control.find("subscriptions");
    if (list == control.end() || !list->is_array())
        return malformedControl("no \"subscriptions\"");
    WantedRequest request;
    TRY_ASSIGN(request.patience, wire::readPatience(control));
    for (const json& item : *list) {
        const auto name = item.is_object() ? item.find("channel") : item.end();
        if (!item.is_object() || name == item.end() || !name->is_string())
            return malformedControl("a subscription without channel");
        if (name->get_ref<const std::string&>() == kDefinitions) {
            request.definitions = true;
            continue;
        }
        const std::optional<Channel> channel = enumFromName<Channel>(name->get_ref<const std::string&>());
        if (!channel)
            return malformedControl("a subscription to an unknown channel");
        TRY_ASSIGN(std::vector<std::string> symbols, texts(item, "symbols"));
        request.items.push_back({*channel, std::move(symbols)});
        if (*channel == Channel::Candle) {
            TRY_ASSIGN(request.intervals, texts(item, "intervals"));
        }
        if (*channel != Channel::Book)
            continue;
        const auto depth = item.find("depth");
        if (depth == item.end() || !depth->is_number_unsigned() || *depth == 0)
            return malformedControl("a book without depth");
        request.depth = static_cast<std::uint32_t>(std::min<std::uint64_t>(depth->get<std::uint64_t>(), 1000));
    }
    return request;
}

}  // namespace tickdeck::binance
