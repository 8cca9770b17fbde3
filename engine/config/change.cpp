// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/change.h"

#include <algorithm>
#include <set>

#include "engine/config/field_check.h"
#include "engine/config/nearest.h"
#include "engine/config/settings_reader.h"
#include "engine/config/toml_edit.h"

namespace tickdeck::config {

namespace {

// "section.key" taken apart, the section by its own name.
struct Name {
    std::string section;
    std::string key;
    [[nodiscard]] std::string text() const { return section + "." + key; }
};

Name nameOf(std::string_view key)
{
    const auto dot = key.rfind('.');
    if (dot == std::string_view::npos)
        return {{}, std::string(key)};
    return {canonicalSection(key.substr(0, dot)), std::string(key.substr(dot + 1))};
}

const FieldSpec* findField(std::span<const SectionSpec> specs, const Name& name)
{
    for (const SectionSpec& section : specs)
        if (section.name == name.section)
            for (const FieldSpec& field : section.fields)
                if (field.name == name.key)
                    return &field;
    return nullptr;
}

std::string unknown(std::span<const SectionSpec> specs, const Name& name)
{
    std::vector<std::string> keys;
    for (const SectionSpec& section : specs)
        for (const FieldSpec& field : section.fields)
            keys.push_back(section.name + "." + field.name);
    const std::string near = nearest(name.text(), keys);
    return "unknown key" + (near.empty() ? std::string{} : ", did you mean `" + near + "`?");
}

std::string overriddenBy(const Source& source)
{
    switch (source.origin) {
    case Origin::Environment: return "is set by the environment (" + source.name + "), which comes before the file";
    case Origin::CommandLine: return "is set on the command line (" + source.name + "), which comes before the file";
    case Origin::Engine: return "is set by the engine itself (" + source.name + "), which comes before the file";
    case Origin::Default:
    case Origin::Profile:
    case Origin::File: break;
    }
    return {};
}

// The new value; none where the key goes. An unexpected is a fault's message.
std::expected<std::optional<Value>, std::string> checked(const Settings& now, const Name& name, const Change& change)
{
    const FieldSpec* field = findField(now.specs(), name);
    if (!field)
        return std::unexpected(unknown(now.specs(), name));
    if (std::string message = overriddenBy(now.source(name.text())); !message.empty())
        return std::unexpected(std::move(message));
    if (!change.value)
        return std::nullopt;
    auto value = check(*field, parseText(*field, *change.value));
    if (!value)
        return std::unexpected(std::move(value).error());
    return std::move(*value);
}

}  // namespace

std::expected<Changed, std::vector<ChangeFault>> change(const Settings& now, SettingsInput input,
                                                        const std::filesystem::path& file, std::string_view text,
                                                        std::span<const Change> changes)
{
    std::vector<ChangeFault> faults;
    if (const auto read = readToml(text); !read) {
        faults.push_back(
            {{}, Source{Origin::File, file.string(), read.error().line}.text() + ": " + read.error().message});
        return std::unexpected(std::move(faults));
    }
    Changed out{{}, std::string(text)};
    std::map<std::string, std::string> asked;  // the key as it was given, by its own name
    for (const Change& change : changes) {
        const Name name = nameOf(change.key);
        auto value = checked(now, name, change);
        if (value && !asked.emplace(name.text(), change.key).second)
            value = std::unexpected("is given twice");
        if (!value) {
            faults.push_back({change.key, std::move(value).error()});
            continue;
        }
        if (auto edited = editToml(out.text, name.section, name.key, *value))
            out.text = std::move(*edited);
        else
            faults.push_back({change.key, std::move(edited).error()});
    }
    if (!faults.empty())
        return std::unexpected(std::move(faults));

    if (input.files.empty() || input.files.back() != file)
        input.files.push_back(file);
    input.texts[file] = out.text;
    auto settings = Settings::tryLoad(input);
    if (!settings) {
        for (const Fault& fault : settings.error())
            if (const auto one = asked.find(fault.key); one != asked.end())
                faults.push_back({one->second, fault.message});
            else
                faults.push_back({{}, fault.text()});
        return std::unexpected(std::move(faults));
    }
    out.settings = std::move(*settings);
    if (const auto forced = out.settings.forceAs(now); !forced) {
        faults.push_back({{}, forced.error().detail});
        return std::unexpected(std::move(faults));
    }
    return out;
}

std::map<std::string, std::string> valuesOf(std::string_view text, std::span<const SectionSpec> specs)
{
    std::map<std::string, std::string> out;
    const auto entries = readToml(text);
    if (!entries)
        return out;
    for (const RawEntry& entry : *entries) {
        const Name name{canonicalSection(entry.section), entry.key};
        const FieldSpec* field = entry.key.empty() ? nullptr : findField(specs, name);
        if (!field)
            continue;
        if (const auto value = check(*field, entry.value))
            out[name.text()] = valueText(*value);
    }
    return out;
}

std::vector<Change> changesBetween(const std::map<std::string, std::string>& from,
                                   const std::map<std::string, std::string>& to)
{
    std::vector<Change> out;
    for (const auto& [key, value] : from)
        if (!to.contains(key))
            out.push_back({key, std::nullopt});
    for (const auto& [key, value] : to)
        if (const auto there = from.find(key); there == from.end() || there->second != value)
            out.push_back({key, value});
    return out;
}

}  // namespace tickdeck::config
