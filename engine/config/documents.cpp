// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/documents.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/config/field_check.h"

namespace tickdeck::config {

namespace {

using Json = nlohmann::ordered_json;

std::string variable(const SectionSpec& section, const FieldSpec& field)
{
    std::string out = "TICKDECK_";
    for (const char c : section.name + "." + field.name)
        if (c == '.')
            out += "__";
        else
            out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

std::string initial(const FieldSpec& field)
{
    if (const auto* secret = std::get_if<Secret>(&field.initial))
        return tomlString(secret->value);
    return tomlValue(field.initial);
}

// A cell of a Markdown table.
std::string cell(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += c == '|' ? std::string("\\|") : std::string(1, c);
    return out;
}

// The section that an alias leads to, by the alias's name; empty where there is none.
std::string aliasOf(std::string_view section)
{
    constexpr std::string_view kPipelines = "pipelines.";
    if (section == "serve")
        return "server";
    return section.starts_with(kPipelines) ? "pipeline." + std::string(section.substr(kPipelines.size()))
                                           : std::string{};
}

}  // namespace

std::string docs(std::span<const SectionSpec> specs)
{
    std::string out = "# Settings\n\n"
                      "Built-in defaults < profiles < files < environment < `--set section.key=value`. Secrets are "
                      "given as `env:NAME` "
                      "or `file:PATH`, never literally. Lists in the environment are separated by commas.\n";
    for (const SectionSpec& section : specs) {
        out += "\n## [" + section.name + "]\n\n" + section.help + "\n";
        if (const std::string alias = aliasOf(section.name); !alias.empty())
            out += "\nAlso read as `[" + alias + "]`.\n";
        out += "\n| key | default | allowed | unit | environment | meaning |\n|---|---|---|---|---|---|\n";
        for (const FieldSpec& field : section.fields) {
            std::string names = "`" + variable(section, field) + "`";
            for (const std::string& name : detail::splitChoices(field.info.environment))
                names += ", `" + name + "`";
            out += "| `" + field.name + "` | `" + cell(initial(field)) + "` | " + cell(wants(field)) + " | " +
                   cell(field.info.unit) + " | " + names + " | " + cell(field.info.help) + " |\n";
        }
    }
    return out;
}

namespace {

Json schemaOf(const FieldSpec& field)
{
    static constexpr std::array<std::string_view, 6> kTypes = {"boolean", "integer", "number",
                                                               "string",  "array",   "string"};
    Json out = Json::object();
    out["description"] = field.info.help;
    out["type"] = kTypes[static_cast<std::size_t>(field.type)];
    if (isSecret(field)) {
        out["pattern"] = "^((env|file):.+)?$";
        return out;
    }
    out["default"] = std::visit(
        []<class T>(const T& value) -> Json {
            if constexpr (std::is_same_v<T, Secret>)
                return "";
            else
                return value;
        },
        field.initial);
    const bool number = field.type == ValueType::Integer || field.type == ValueType::Number;
    if (number && std::isfinite(field.info.min))
        out["minimum"] = field.info.min;
    if (number && std::isfinite(field.info.max))
        out["maximum"] = field.info.max;
    Json choices = Json::array();
    for (const std::string& choice : field.choices)
        choices.push_back(number ? Json::parse(choice, nullptr, false) : Json(choice));
    if (field.type == ValueType::List) {
        out["items"] = Json{{"type", "string"}};
        if (!choices.empty())
            out["items"]["enum"] = choices;
    } else if (!choices.empty()) {
        out["enum"] = choices;
    }
    return out;
}

// Puts a section's schema under its dotted name.
void place(Json& root, const std::string& name, const Json& section)
{
    Json* at = &root;
    std::size_t begin = 0;
    for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', begin)) {
        at = &(*at)["properties"][name.substr(begin, dot - begin)];
        if (at->is_null())
            *at = Json{{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
        begin = dot + 1;
    }
    (*at)["properties"][name.substr(begin)] = section;
}

}  // namespace

std::string jsonSchema(std::span<const SectionSpec> specs)
{
    Json root;
    root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    root["title"] = "Tickdeck settings";
    root["type"] = "object";
    root["additionalProperties"] = false;
    root["properties"] = Json::object();
    for (const SectionSpec& section : specs) {
        Json out{{"description", section.help}, {"type", "object"}, {"additionalProperties", false}};
        out["properties"] = Json::object();
        for (const FieldSpec& field : section.fields)
            out["properties"][field.name] = schemaOf(field);
        place(root, section.name, out);
        if (const std::string alias = aliasOf(section.name); !alias.empty())
            place(root, alias, out);
    }
    return root.dump(2) + "\n";
}

}  // namespace tickdeck::config
