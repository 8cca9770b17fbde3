// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/wanted.h"

#include <nlohmann/json.hpp>

#include "engine/wire/control_payload.h"

namespace tickdeck::deribit {

namespace {

using nlohmann::json;
using wire::malformedControl;

constexpr Nanos kDay = 86'400 * kSecond;
constexpr std::uint64_t kMostDays = 36'500;
constexpr std::uint64_t kMostOptions = 10'000;

Result<std::vector<std::string>> texts(const json& item, const char* key)
{
    std::vector<std::string> out;
    const auto list = item.find(key);
    if (list == item.end() || !list->is_array())
        return malformedControl("a subscription without its list");
    for (const json& entry : *list) {
        if (!entry.is_string() || entry.get_ref<const std::string&>().empty())
            return malformedControl("a subscription with a name that is none");
        out.push_back(entry.get<std::string>());
    }
    return out;
}

Result<std::uint64_t> number(const json& item, const char* key, std::uint64_t most)
{
    const auto value = item.find(key);
    if (value == item.end() || !value->is_number_unsigned() || *value > most)
        return malformedControl("options without a number, or one that is too large");
    return value->get<std::uint64_t>();
}

Result<WantedRequest::Options> readOptions(const json& item)
{
    WantedRequest::Options options;
    if (!item.is_object())
        return malformedControl("options that are no object");
    TRY_ASSIGN(options.underlyings, texts(item, "underlyings"));
    TRY_ASSIGN(const std::vector<std::string> names, texts(item, "channels"));
    for (const std::string& name : names) {
        const std::optional<Channel> channel = enumFromName<Channel>(name);
        if (!channel || *channel == Channel::VolIndex)
            return malformedControl("options of an unknown channel");
        options.channels.push_back(*channel);
    }
    TRY_ASSIGN(const std::uint64_t days, number(item, "within_days", kMostDays));
    TRY_ASSIGN(options.most, number(item, "most", kMostOptions));
    options.within = static_cast<Nanos>(days) * kDay;
    return options;
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
            TRY_ASSIGN(request.currencies, texts(item, "currencies"));
            continue;
        }
        const std::optional<Channel> channel = enumFromName<Channel>(name->get_ref<const std::string&>());
        if (!channel)
            return malformedControl("a subscription to an unknown channel");
        TRY_ASSIGN(std::vector<std::string> symbols, texts(item, "symbols"));
        request.items.push_back({*channel, std::move(symbols)});
    }
    if (const auto options = control.find("options"); options != control.end()) {
        TRY_ASSIGN(request.options, readOptions(*options));
    }
    if (const auto interval = control.find("interval"); interval != control.end()) {
        if (!interval->is_string() || (*interval != "raw" && *interval != "100ms" && *interval != "agg2"))
            return malformedControl("an unknown interval");
        request.interval = interval->get<std::string>();
    }
    return request;
}

}  // namespace tickdeck::deribit
