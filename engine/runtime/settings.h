// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All settings of an engine: every section of the core and of every plugin that was built in.

#include <filesystem>
#include <string>
#include <vector>

#include "engine/config/settings.h"

namespace tickdeck::runtime {

struct SettingsSources {
    std::vector<std::string> profiles;
    std::vector<std::filesystem::path> files;  // after the user's own file
    std::vector<std::string> overrides;        // section.key=value
    bool userFile = true;                      // read the user's own settings file where it exists
    std::filesystem::path ownFile;             // which one that is; empty: userSettingsFile()
};

// Settings with where they came from, so that they can be changed and read again.
struct OpenedSettings {
    config::Settings settings;
    config::SettingsInput input;
    std::filesystem::path
        file;  // what changes are written to: the last of `files`, else the user's own; empty: nothing
};

// Every section, in the order of the documentation.
[[nodiscard]] std::vector<config::SectionSpec> allSections();

// Reads and checks everything. The error has a line for each fault.
[[nodiscard]] Result<OpenedSettings> openSettings(const SettingsSources& sources);
// What a range or a list of choices cannot say: which addresses may be used.
[[nodiscard]] std::vector<config::Fault> addressFaults(const config::Settings& settings);
// The same as openSettings() where nothing will be changed.
[[nodiscard]] Result<config::Settings> loadSettings(const SettingsSources& sources);

}  // namespace tickdeck::runtime
