// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/settings.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>
#include <unistd.h>

#include "engine/config/field_check.h"
#include "engine/config/profiles.h"
#include "engine/config/settings_reader.h"

namespace tickdeck::config {

std::string Source::text() const
{
    const std::string at = line > 0 ? ":" + std::to_string(line) : std::string{};
    switch (origin) {
    case Origin::Profile: return "profile " + name + at;
    case Origin::Environment: return "environment " + name;
    case Origin::File:
    case Origin::CommandLine:
    case Origin::Engine: return name + at;
    case Origin::Default: break;
    }
    return "default";
}

std::string Fault::text() const { return source.text() + ": " + key + (key.empty() ? "" : ": ") + message; }

Result<Settings> Settings::load(const SettingsInput& input) { return SettingsReader(input).read(); }

std::expected<Settings, std::vector<Fault>> Settings::tryLoad(const SettingsInput& input)
{
    SettingsReader reader(input);
    if (auto settings = reader.read())
        return std::move(*settings);
    return std::unexpected(reader.faults());
}

Result<> Settings::force(std::string_view key, std::string_view value, std::string who)
{
    TRY(SettingsReader::force(*this, key, value, who));
    m_forced.push_back({std::string(key), std::string(value), std::move(who)});
    return {};
}

Result<> Settings::forceAs(const Settings& other)
{
    for (const Forced& forced : other.m_forced)
        TRY(force(forced.key, forced.value, forced.who));
    return {};
}

Section Settings::section(std::string_view name) const
{
    std::map<std::string, Value, std::less<>> values;
    const std::string canonical = canonicalSection(name);
    for (const SectionSpec& spec : m_specs)
        if (spec.name == canonical)
            for (const FieldSpec& field : spec.fields)
                values.emplace(field.name, m_entries.at(canonical + "." + field.name).value);
    return {canonical, std::move(values)};
}

bool Settings::enabled(std::string_view section) const
{
    const auto entry = m_entries.find(canonicalSection(section) + ".enabled");
    const auto* flag = entry == m_entries.end() ? nullptr : std::get_if<bool>(&entry->second.value);
    return !flag || *flag;
}

const Settings::Entry* Settings::find(std::string_view key) const
{
    const auto dot = key.rfind('.');
    if (dot == std::string_view::npos)
        return nullptr;
    const auto entry = m_entries.find(canonicalSection(key.substr(0, dot)) + std::string(key.substr(dot)));
    return entry == m_entries.end() ? nullptr : &entry->second;
}

const Source& Settings::source(std::string_view key) const
{
    static const Source kDefault;
    const Entry* entry = find(key);
    return entry ? entry->source : kDefault;
}

std::string Settings::text(std::string_view key) const
{
    const Entry* entry = find(key);
    if (!entry)
        return {};
    if (!entry->reference.empty() || std::holds_alternative<Secret>(entry->value))
        return entry->reference;
    return valueText(entry->value);
}

std::vector<std::string> Settings::differing(const Settings& other) const
{
    std::vector<std::string> out;
    for (const SectionSpec& spec : m_specs)
        for (const FieldSpec& field : spec.fields) {
            std::string key = spec.name + "." + field.name;
            const Entry* here = find(key);
            const Entry* there = other.find(key);
            if (!there || here->value != there->value || here->reference != there->reference)
                out.push_back(std::move(key));
        }
    return out;
}

std::string Settings::show(std::string_view section) const
{
    const std::string wanted = canonicalSection(section);
    std::string out;
    for (const SectionSpec& spec : m_specs) {
        if (!wanted.empty() && spec.name != wanted && !spec.name.starts_with(wanted + "."))
            continue;
        std::vector<std::pair<std::string, std::string>> lines;
        std::size_t width = 0;
        for (const FieldSpec& field : spec.fields) {
            const Entry& entry = m_entries.at(spec.name + "." + field.name);
            std::string line = field.name + " = ";
            line += isSecret(field) ? tomlString(entry.reference) : tomlValue(entry.value);
            width = std::max(width, std::min<std::size_t>(line.size(), 60));
            lines.emplace_back(std::move(line), entry.source.text());
        }
        out += (out.empty() ? "[" : "\n[") + spec.name + "]\n";
        for (auto& [line, source] : lines) {
            line.resize(std::max(line.size(), width), ' ');
            out += line + "   # " + source + "\n";
        }
    }
    return out;
}

namespace {

nlohmann::ordered_json jsonValue(const Value& value)
{
    return std::visit(
        []<class T>(const T& held) -> nlohmann::ordered_json {
            if constexpr (std::is_same_v<T, Secret>)
                return "";
            else
                return held;
        },
        value);
}

}  // namespace

std::string Settings::json() const
{
    nlohmann::ordered_json out = nlohmann::ordered_json::object();
    for (const SectionSpec& spec : m_specs) {
        nlohmann::ordered_json* at = &out;
        for (const std::string_view part : std::views::split(spec.name, '.') | std::views::transform([](auto part) {
                                               return std::string_view(part.begin(), part.end());
                                           }))
            at = &(*at)[std::string(part)];
        for (const FieldSpec& field : spec.fields) {
            const Entry& entry = m_entries.at(spec.name + "." + field.name);
            (*at)[field.name] = isSecret(field) ? nlohmann::ordered_json(entry.reference) : jsonValue(entry.value);
        }
    }
    return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::vector<std::string> Settings::secrets() const
{
    std::vector<std::string> out;
    for (const SectionSpec& spec : m_specs)
        for (const FieldSpec& field : spec.fields) {
            if (!isSecret(field))
                continue;
            const Value& value = m_entries.at(spec.name + "." + field.name).value;
            const auto* secret = std::get_if<Secret>(&value);
            std::string text = secret ? secret->value : std::get<std::string>(value);
            if (!text.empty())
                out.push_back(std::move(text));
        }
    return out;
}

std::vector<std::string> builtInProfiles()
{
    std::vector<std::string> out;
    for (const BuiltInProfile& profile : builtInProfileTexts())
        out.emplace_back(profile.name);
    return out;
}

std::map<std::string, std::string> processEnvironment()
{
    std::map<std::string, std::string> out;
    for (char** variable = environ; variable && *variable; ++variable) {
        const std::string_view text = *variable;
        if (const auto equals = text.find('='); equals != std::string_view::npos)
            out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

}  // namespace tickdeck::config
