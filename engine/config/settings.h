// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings of one engine: read from all their sources, checked as a whole, each value with the place it came from.

#include <cstddef>
#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/section.h"
#include "engine/core/result.h"

namespace tickdeck::config {

// In order of precedence: a later one wins.
enum class Origin : std::uint8_t { Default, Profile, File, Environment, CommandLine, Engine };

}  // namespace tickdeck::config

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<config::Origin> = {"default"sv,     "profile"sv,      "file"sv,
                                                          "environment"sv, "command line"sv, "engine"sv};
}  // namespace tickdeck

namespace tickdeck::config {

// Where a value was set.
struct Source {
    Origin origin = Origin::Default;
    std::string name;      // the profile, the file's path, the variable, "--set", who in the engine
    std::size_t line = 0;  // from 1; 0 where there are no lines
    // "tickdeck.toml:12", "profile demo:3", "environment TICKDECK_SERVE__HTTP_PORT", "--set", "default"
    [[nodiscard]] std::string text() const;
};

// What is wrong with one key, or (without a key) with a whole source.
struct Fault {
    Source source;
    std::string key;      // "section.key", or a section's name
    std::string message;  // without source and key; never holds a secret
    [[nodiscard]] std::string text() const;
};

// What settings are read from. Profiles are looked for as NAME.toml in `profileFolders`, then among the built-in ones.
struct SettingsInput {
    std::vector<SectionSpec> specs;
    std::vector<std::string> profiles;  // later ones win
    std::vector<std::filesystem::path> profileFolders;
    std::vector<std::filesystem::path> files;            // later ones win; each must exist
    std::map<std::filesystem::path, std::string> texts;  // of files that are not read from the disk
    std::map<std::string, std::string> environment;      // TICKDECK_SECTION__KEY and the fields' own names
    std::vector<std::string> sets;                       // "section.key=value"
};

// Immutable after start-up; copies are cheap enough for start-up code. Any thread may read.
class Settings {
public:
    // Everything is checked before anything is returned. The error (Invalid) has one line for each fault in its
    // detail: "tickdeck.toml:12: serve.http_prot: unknown key, did you mean `http_port`?". No line ever holds a
    // secret.
    [[nodiscard]] static Result<Settings> load(const SettingsInput& input);
    // The same with its faults apart.
    [[nodiscard]] static std::expected<Settings, std::vector<Fault>> tryLoad(const SettingsInput& input);

    // The checked values of a section; every described section exists, an unknown name gives an empty one.
    [[nodiscard]] Section section(std::string_view name) const;
    // Whether the section has `enabled = true`; one without that key counts as enabled.
    [[nodiscard]] bool enabled(std::string_view section) const;
    // The described sections, in declared order.
    [[nodiscard]] const std::vector<SectionSpec>& specs() const noexcept { return m_specs; }
    // Where "section.key" was set.
    [[nodiscard]] const Source& source(std::string_view key) const;

    // Before the engine starts: sets one value above all sources (the demo's addresses). Checked like --set. Not for
    // secrets.
    [[nodiscard]] Result<> force(std::string_view key, std::string_view value, std::string who);
    // Forces what was forced upon `other`.
    [[nodiscard]] Result<> forceAs(const Settings& other);

    // The value of "section.key" as after the equals sign of --set; a secret is its reference. Empty: no such key.
    [[nodiscard]] std::string text(std::string_view key) const;
    // The keys ("section.key") whose values are not the same here and there, in declared order. A secret differs by its
    // reference or by what that stands for.
    [[nodiscard]] std::vector<std::string> differing(const Settings& other) const;

    // The effective settings as TOML with each value's source as a comment. Secrets stand as their references, so the
    // text can be loaded again. `section`: only this one, and those below it; empty: all.
    [[nodiscard]] std::string show(std::string_view section = {}) const;
    // The effective settings as compact JSON, secrets as their references: the journal's segment head.
    [[nodiscard]] std::string json() const;
    // The resolved secrets, for the log's redaction only.
    [[nodiscard]] std::vector<std::string> secrets() const;

private:
    friend class SettingsReader;
    struct Entry {
        Value value;
        std::string reference;  // of a secret: env:NAME or file:PATH
        Source source;
    };
    struct Forced {
        std::string key;
        std::string value;
        std::string who;
    };
    [[nodiscard]] const Entry* find(std::string_view key) const;

    std::vector<SectionSpec> m_specs;
    std::map<std::string, Entry, std::less<>> m_entries;  // by "section.key"
    std::vector<Forced> m_forced;
};

// The names of the built-in profiles, sorted.
[[nodiscard]] std::vector<std::string> builtInProfiles();

// The process's environment, for SettingsInput.
[[nodiscard]] std::map<std::string, std::string> processEnvironment();

}  // namespace tickdeck::config
