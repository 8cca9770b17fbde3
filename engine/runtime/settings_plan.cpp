// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/settings_plan.h"

#include <algorithm>

#include "engine/core/utf8.h"

namespace tickdeck::runtime {

namespace {

constexpr std::string_view kConnectors = "connectors.";
constexpr std::size_t kMostShown = 20;
constexpr std::size_t kLongestShown = 200;  // bytes of one value

bool isComponent(std::string_view section)
{
    return section.starts_with(kConnectors) || section.starts_with("pipelines.") || section.starts_with("sinks.");
}

bool isLive(const config::Settings& settings, std::string_view section, std::string_view key)
{
    for (const config::SectionSpec& spec : settings.specs())
        if (spec.name == section)
            for (const config::FieldSpec& field : spec.fields)
                if (field.name == key)
                    return field.info.live;
    return false;
}

std::string shown(std::string text)
{
    if (text.empty())
        return "(empty)";
    if (text.size() <= kLongestShown)
        return text;
    std::string_view rest = text;
    while (text.size() - rest.size() < kLongestShown)
        rest.remove_prefix(std::max<std::size_t>(utf8Character(rest), 1));
    return text.substr(0, text.size() - rest.size()) + "…";
}

}  // namespace

SettingsEffects effectsOf(const config::Settings& before, const config::Settings& after,
                          std::span<const std::string> keys)
{
    SettingsEffects out;
    const auto split = [](const std::string& key) {
        const auto dot = key.rfind('.');
        return std::pair(key.substr(0, dot), key.substr(dot + 1));
    };
    for (const std::string& key : keys) {
        const auto [section, name] = split(key);
        const bool runs = before.enabled(section) || after.enabled(section);
        if (isComponent(section) && runs && (name == "enabled" || !isLive(after, section, name)))
            out.restarts.insert(section);
    }
    for (const std::string& key : keys) {
        const auto [section, name] = split(key);
        if (out.restarts.contains(section))
            continue;
        if (isComponent(section)) {
            out.live.push_back(key);
            if (after.enabled(section))
                out.liveIn.insert(section);
        } else if (isLive(after, section, name)) {
            out.live.push_back(key);
        } else {
            out.later.push_back(key);
        }
    }
    return out;
}

std::string componentOf(std::string_view section)
{
    return std::string(section.starts_with(kConnectors) ? section.substr(kConnectors.size()) : section);
}

std::vector<std::string> describeChanges(const config::Settings& before, const config::Settings& after,
                                         std::span<const std::string> keys)
{
    std::vector<std::string> out;
    for (const std::string& key : keys.first(std::min(keys.size(), kMostShown)))
        out.push_back(key + ": " + shown(before.text(key)) + " → " + shown(after.text(key)));
    if (keys.size() > kMostShown)
        out.push_back("and " + std::to_string(keys.size() - kMostShown) + " more");
    return out;
}

std::string inOneLine(std::span<const std::string> lines)
{
    std::string out;
    for (const std::string& line : lines)
        out += (out.empty() ? "" : "; ") + line;
    return out;
}

}  // namespace tickdeck::runtime
