// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Reads and checks all sources into Settings; used by Settings::load alone.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/settings.h"
#include "engine/config/toml_text.h"

namespace tickdeck::config {

// One use: construct, read(). Collects every fault before it gives up.
class SettingsReader {
public:
    explicit SettingsReader(const SettingsInput& input);
    [[nodiscard]] Result<Settings> read();
    // What was wrong, all of it.
    [[nodiscard]] const std::vector<Fault>& faults() const noexcept { return m_faults; }

    // Continues with settings that were read already: one value more, above all others.
    [[nodiscard]] static Result<> force(Settings& settings, std::string_view key, std::string_view value,
                                        std::string who);

private:
    explicit SettingsReader(Settings settings) : m_settings(std::move(settings)) {}

    void readProfile(const std::string& name);
    void readFile(const std::filesystem::path& file, const Source& source);
    void readText(std::string_view text, const Source& source, const std::filesystem::path& folder);
    void readEnvironment(const std::map<std::string, std::string>& environment);
    void readSet(std::string_view assignment);
    void assign(std::string_view section, std::string_view key, std::string_view text, const Source& source);
    void store(const std::string& path, const FieldSpec& field, const RawValue& raw, const Source& source,
               const std::filesystem::path& folder);
    void resolveSecrets();
    std::string resolve(const std::string& name, const Settings::Entry& entry);

    // The field, or null after a fault was noted.
    const FieldSpec* find(std::string_view section, std::string_view key, const Source& source);
    [[nodiscard]] bool isParent(std::string_view name) const;  // whether there are sections NAME.…
    const SectionSpec* findSection(std::string_view section, const Source& source);
    void unknownKey(const SectionSpec& section, std::string_view key, const Source& source);
    void fault(const Source& source, std::string_view key, std::string_view message);
    [[nodiscard]] Result<> verdict() const;

    const SettingsInput* m_input = nullptr;
    Settings m_settings;
    std::vector<Fault> m_faults;
    std::set<std::string, std::less<>> m_unknownSections;          // told once for each source
    std::map<std::string, std::filesystem::path> m_secretFolders;  // what a secret's relative path is relative to
};

// The section that an alias stands for: server → serve, pipeline.NAME → pipelines.NAME; else the name itself.
[[nodiscard]] std::string canonicalSection(std::string_view section);

}  // namespace tickdeck::config
