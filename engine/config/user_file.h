// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings file that changes are written to.

#include <filesystem>
#include <optional>
#include <string>

#include "engine/core/result.h"

namespace tickdeck::config {

// Its bytes; none where it does not exist. Io; Full: larger than a settings file may be (1 MiB).
[[nodiscard]] Result<std::optional<std::string>> readUserFile(const std::filesystem::path& file);

// Puts `text` in its place at once: after a crash there is the old file or the new one, whole. Keeps the file's mode, and
// writes through a symbolic link; makes the file and its folder where they are missing. `before` is what readUserFile()
// gave: where the file holds something else by now, somebody has changed it and nothing is written (Refused). After an
// error the file is as it was; where that can't be, the error says so.
[[nodiscard]] Result<> writeUserFile(const std::filesystem::path& file, const std::optional<std::string>& before,
                                     const std::string& text);

// Takes a write back: the file holds `before` again, or is gone where there was none. Where it no longer holds `written`,
// somebody has changed it and it is left alone (Refused). It stays taken back where only its folder could not be synced.
[[nodiscard]] Result<> restoreUserFile(const std::filesystem::path& file, const std::optional<std::string>& before,
                                       const std::string& written);

}  // namespace tickdeck::config
