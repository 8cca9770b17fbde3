// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/data_directory.h"

#include <cstdlib>

namespace tickdeck::runtime {

namespace {

std::filesystem::path xdg(const char* variable, const char* fallback)
{
    // The XDG specification: relative paths in these variables are to be ignored.
    // NOLINTBEGIN(concurrency-mt-unsafe): at the start, when nothing sets the environment
    if (const char* set = std::getenv(variable); set && std::filesystem::path(set).is_absolute())
        return set;
    const char* home = std::getenv("HOME");
    // NOLINTEND(concurrency-mt-unsafe)
    return std::filesystem::path(home ? home : "/") / fallback;
}

}  // namespace

std::filesystem::path defaultDataDirectory(bool demo)
{
    return xdg("XDG_DATA_HOME", ".local/share") / (demo ? "tickdeck-demo" : "tickdeck");
}

std::filesystem::path userSettingsFile() { return xdg("XDG_CONFIG_HOME", ".config") / "tickdeck" / "tickdeck.toml"; }

}  // namespace tickdeck::runtime
