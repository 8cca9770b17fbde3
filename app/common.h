// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What several modes share.

#include <filesystem>

#include "app/command_line.h"
#include "engine/runtime/settings.h"

namespace tickdeck::app {

[[nodiscard]] Result<runtime::OpenedSettings> openSettings(const Common& common);
[[nodiscard]] Result<config::Settings> loadSettings(const Common& common);
[[nodiscard]] std::filesystem::path dataDirectory(const Common& common);
// Prints "tickdeck: …" on standard error; gives `code`.
int complain(const Error& error, int code = kFault);
int complain(std::string_view text, int code = kFault);
// kUsage for what the user can put right in settings or arguments (Invalid, Exists), else kFault.
[[nodiscard]] int exitCode(const Error& error);
// Writes all of it to standard output.
void print(std::string_view text);

}  // namespace tickdeck::app
