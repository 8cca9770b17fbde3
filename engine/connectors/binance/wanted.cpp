// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/wanted.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tickdeck::binance {

namespace {

using nlohmann::json;

Result<json> parseControl(std::string_view payload)
{
    json parsed = json::parse(payload, nullptr, false);
    if (!parsed.is_object())
        return fail(ErrorCode::Malformed, "a control's payload is not a JSON object", Remedy::None, 0);
    return parsed;
}

std::unexpected<Error> malformed(const char* what) { return fail(ErrorCode::Malformed, what, Remedy::None, 0); }

Result<std::vector<std::string>> texts(const json& item, const char* key)
{
    std::vector<std::string> out;
    const auto list = item.find(key);
    if (list == item.end() || !list->is_array())
        return malformed("a subscription without its list");
    for (const json& entry : *list) {
        if (!entry.is_string() || entry.get_ref<const std::string&>().empty())
            return malformed("a subscription with a name that is none");
        out.push_back(entry.get<std::string>());
    }
    return out;
}

}  // namespace

Result<WantedRequest> readWanted(std::string_view payload)
{
    TRY_ASSIGN(const json control, parseControl(payload));
    const auto list = control.find("subscriptions");
    if (list == control.end() || !list->is_array())
        return malformed("no \"subscriptions\"");
    WantedRequest request;
    for (const auto& [key, value] : {std::pair{"answer_within_ms", &request.patience.answerWithin},
                                     std::pair{"most_delay_ms", &request.patience.mostDelay}}) {
        const auto ms = control.find(key);
        if (ms == control.end())
            continue;
        if (!ms->is_number_unsigned() || *ms > 600'000)
            return malformed("a time that is no number of milliseconds");
        *value = ms->get<Nanos>() * kMillisecond;
    }
    for (const json& item : *list) {
        const auto name = item.is_object() ? item.find("channel") : item.end();
        if (!item.is_object() || name == item.end() || !name->is_string())
            return malformed("a subscription without channel");
        if (name->get_ref<const std::string&>() == kDefinitions) {
            request.definitions = true;
            continue;
        }
        const std::optional<Channel> channel = enumFromName<Channel>(name->get_ref<const std::string&>());
        if (!channel)
            return malformed("a subscription to an unknown channel");
        TRY_ASSIGN(std::vector<std::string> symbols, texts(item, "symbols"));
        request.items.push_back({*channel, std::move(symbols)});
        if (*channel == Channel::Candle) {
            TRY_ASSIGN(request.intervals, texts(item, "intervals"));
        }
        if (*channel != Channel::Book)
            continue;
        const auto depth = item.find("depth");
        if (depth == item.end() || !depth->is_number_unsigned() || *depth == 0)
            return malformed("a book without depth");
        request.depth = static_cast<std::uint32_t>(std::min<std::uint64_t>(depth->get<std::uint64_t>(), 1000));
    }
    return request;
}

Result<std::optional<Nanos>> readStarted(std::string_view payload)
{
    TRY_ASSIGN(const json control, parseControl(payload));
    const auto previous = control.find("previous");
    if (previous == control.end() || !previous->is_number_integer())
        return std::optional<Nanos>();
    return std::optional<Nanos>(previous->get<Nanos>());
}

}  // namespace tickdeck::binance
