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
    bool userFile = true;                      // read the user's settings file where it exists
};

// Every section, in the order of the documentation.
[[nodiscard]] std::vector<config::SectionSpec> allSections();

// Reads and checks everything. The error has a line for each fault.
[[nodiscard]] Result<config::Settings> loadSettings(const SettingsSources& sources);

}  // namespace tickdeck::runtime
