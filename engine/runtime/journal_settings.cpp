// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/journal_settings.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tickdeck::runtime {

namespace {

using Json = nlohmann::json;

// Walks "connectors.kraken" down from the top.
const Json* descend(const Json& top, std::string_view path)
{
    const Json* at = &top;
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        const auto found = at->is_object() ? at->find(path.substr(0, dot)) : at->end();
        if (!at->is_object() || found == at->end())
            return nullptr;
        at = &*found;
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    return at;
}

Result<config::Value> valueOf(const config::FieldSpec& field, const Json& json)
{
    switch (field.type) {
    case config::ValueType::Bool:
        if (json.is_boolean())
            return json.get<bool>();
        break;
    case config::ValueType::Integer:
        if (json.is_number_integer())
            return json.get<std::int64_t>();
        break;
    case config::ValueType::Number:
        if (json.is_number())
            return json.get<double>();
        break;
    case config::ValueType::Text:
        if (json.is_string())
            return json.get<std::string>();
        break;
    case config::ValueType::List:
        if (json.is_array() && std::all_of(json.begin(), json.end(), [](const Json& item) { return item.is_string(); }))
            return json.get<std::vector<std::string>>();
        break;
    case config::ValueType::Secret: return config::Secret{};  // journals hold none
    }
    return fail(ErrorCode::Corrupt, "the journal's setting " + field.name + " is of another type");
}

}  // namespace

Result<config::Section> sectionFromJson(const config::SectionSpec& spec, std::string_view settings)
{
    const Json all = Json::parse(settings, nullptr, false);
    if (!all.is_object())
        return fail(ErrorCode::Corrupt, "the journal's settings are not a JSON object");
    std::map<std::string, config::Value, std::less<>> values;
    const Json* section = descend(all, spec.name);
    for (const config::FieldSpec& field : spec.fields) {
        values.emplace(field.name, field.initial);
        if (!section || !section->is_object())
            continue;
        if (const auto found = section->find(field.name); found != section->end()) {
            TRY_ASSIGN(values[field.name], valueOf(field, *found));
        }
    }
    return config::Section(spec.name, std::move(values));
}

}  // namespace tickdeck::runtime
