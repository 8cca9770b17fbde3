// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Making files durable, and writing a small one whole or not at all.

#include <filesystem>
#include <string_view>

#include "engine/core/result.h"

namespace tickdeck::parquet {

// All errors: Io or Full, with Remedy::Reconnect.

// fsync of a file or folder.
[[nodiscard]] Result<> syncPath(const std::filesystem::path& path);
// Makes the folder and those above it that are missing, durably.
[[nodiscard]] Result<> makeFolders(const std::filesystem::path& folder);
// rename(2); the folder is not synced.
[[nodiscard]] Result<> renameFile(const std::filesystem::path& from, const std::filesystem::path& to);
// Removes the file, where it exists; the folder is not synced.
[[nodiscard]] Result<> removeFile(const std::filesystem::path& path);
// Replaces the file's content atomically and durably.
[[nodiscard]] Result<> replaceFile(const std::filesystem::path& path, std::string_view content);
// NotFound where there is none.
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& path);

}  // namespace tickdeck::parquet
