// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The journal's writes to the disk, behind an interface so that tests can let any of them fail.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "engine/core/result.h"

namespace tickdeck::journal {

// A file that is appended to. One thread writes; another may sync at the same time. Closed by the destructor.
class File {
public:
    virtual ~File() = default;
    // All bytes or an error: Full where the disk is, else Io. After an error, how much was written is unknown.
    [[nodiscard]] virtual Result<> write(std::span<const std::byte> bytes) = 0;
    // Waits until all that was written before the call is on the disk. After an error it must not be tried again: the
    // system may have dropped what it could not write.
    [[nodiscard]] virtual Result<> sync() = 0;
};

class FileSystem {
public:
    virtual ~FileSystem() = default;
    // A new file. Exists where there is one of this name.
    [[nodiscard]] virtual Result<std::unique_ptr<File>> create(const std::filesystem::path& path) = 0;
    // A file that isn't there is no error.
    [[nodiscard]] virtual Result<> remove(const std::filesystem::path& path) = 0;
    // Cuts and syncs.
    [[nodiscard]] virtual Result<> truncate(const std::filesystem::path& path, std::uint64_t size) = 0;
    // Takes disk space without using it.
    [[nodiscard]] virtual Result<> reserve(const std::filesystem::path& path, std::uint64_t size) = 0;
    [[nodiscard]] virtual Result<> syncFolder(const std::filesystem::path& path) = 0;
};

class SystemFiles final : public FileSystem {
public:
    [[nodiscard]] Result<std::unique_ptr<File>> create(const std::filesystem::path& path) override;
    [[nodiscard]] Result<> remove(const std::filesystem::path& path) override;
    [[nodiscard]] Result<> truncate(const std::filesystem::path& path, std::uint64_t size) override;
    [[nodiscard]] Result<> reserve(const std::filesystem::path& path, std::uint64_t size) override;
    [[nodiscard]] Result<> syncFolder(const std::filesystem::path& path) override;
};

}  // namespace tickdeck::journal
