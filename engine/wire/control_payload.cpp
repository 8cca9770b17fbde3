// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/control_payload.h"

#include <nlohmann/json.hpp>

namespace tickdeck::wire {

using nlohmann::json;

std::unexpected<Error> malformedControl(const char* what) { return fail(ErrorCode::Malformed, what, Remedy::None, 0); }

Result<json> readControl(std::string_view payload)
{
    json parsed = json::parse(payload, nullptr, false);
    if (!parsed.is_object())
        return malformedControl("a control's payload is not a JSON object");
    return parsed;
}

std::string textIn(std::string_view payload, const char* key)
{
    const Result<json> control = readControl(payload);
    const auto found = control ? control->find(key) : json::const_iterator();
    return control && found != control->end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::optional<Nanos>> readStarted(std::string_view payload)
{
    TRY_ASSIGN(const json control, readControl(payload));
    const auto previous = control.find("previous");
    if (previous == control.end() || !previous->is_number_integer())
        return std::optional<Nanos>();
    return std::optional<Nanos>(previous->get<Nanos>());
}

Result<book::SyncPatience> readPatience(const json& control)
{
    constexpr std::uint64_t kMostMs = 600'000;
    book::SyncPatience patience;
    for (const auto& [key, value] :
         {std::pair{"answer_within_ms", &patience.answerWithin}, std::pair{"most_delay_ms", &patience.mostDelay}}) {
        const auto ms = control.find(key);
        if (ms == control.end())
            continue;
        if (!ms->is_number_unsigned() || ms->get<std::uint64_t>() > kMostMs)
            return malformedControl("a time that is no number of milliseconds");
        *value = ms->get<Nanos>() * kMillisecond;
    }
    return patience;
}

Result<Wanted> readWanted(std::string_view payload)
{
    constexpr std::uint64_t kDeepest = 1'000'000;
    TRY_ASSIGN(const json control, readControl(payload));
    const auto list = control.find("subscriptions");
    if (list == control.end() || !list->is_array())
        return malformedControl("no \"subscriptions\"");
    Wanted wanted;
    TRY_ASSIGN(wanted.patience, readPatience(control));
    for (const json& entry : *list) {
        const auto name = entry.is_object() ? entry.find("channel") : entry.end();
        if (!entry.is_object() || name == entry.end() || !name->is_string())
            return malformedControl("a subscription without channel");
        Wanted::Item& item = wanted.items.emplace_back();
        item.channel = name->get<std::string>();
        if (const auto depth = entry.find("depth"); depth != entry.end()) {
            if (!depth->is_number_unsigned() || depth->get<std::uint64_t>() > kDeepest)
                return malformedControl("a depth that is no number of levels");
            item.depth = depth->get<std::uint32_t>();
        }
        const auto symbols = entry.find("symbols");
        if (symbols == entry.end())
            continue;
        if (!symbols->is_array())
            return malformedControl("symbols that are no list");
        for (const json& symbol : *symbols) {
            if (!symbol.is_string() || symbol.get_ref<const std::string&>().empty())
                return malformedControl("a symbol that is no text");
            item.symbols.push_back(symbol.get<std::string>());
        }
    }
    return wanted;
}

}  // namespace tickdeck::wire
