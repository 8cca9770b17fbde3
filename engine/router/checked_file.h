// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Small files that are replaced whole and durably, and that know when they are damaged.

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace tickdeck {

// Writes a head with length and CRC-32, then `bytes`, under a temporary name; fsync, rename, fsync of the folder. Blocks on
// the disk. Io: the file at `path` is as it was before.
[[nodiscard]] Result<> saveChecked(const std::filesystem::path& path, std::string_view bytes);

// NotFound; Io; Corrupt where the length or the checksum is wrong.
[[nodiscard]] Result<std::string> loadChecked(const std::filesystem::path& path);

// fsync of a folder: makes a rename within it durable.
[[nodiscard]] Result<> syncFolder(const std::filesystem::path& folder);

}  // namespace tickdeck
