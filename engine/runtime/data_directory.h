// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where an engine's data lies.

#include <filesystem>

namespace tickdeck::runtime {

// $XDG_DATA_HOME/tickdeck, else ~/.local/share/tickdeck; the demo has its own beside it, tickdeck-demo.
[[nodiscard]] std::filesystem::path defaultDataDirectory(bool demo);
// $XDG_CONFIG_HOME/tickdeck/tickdeck.toml, else ~/.config/tickdeck/tickdeck.toml: read when it exists.
[[nodiscard]] std::filesystem::path userSettingsFile();

}  // namespace tickdeck::runtime
