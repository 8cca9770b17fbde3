// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A text file that is written front to back.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

#include "engine/core/result.h"

namespace tickdeck::parquet {

// One thread. Removed by the destructor unless it was closed.
class TextFile {
public:
    // Replaces what is there. Errors: Io, Full.
    [[nodiscard]] static Result<std::unique_ptr<TextFile>> create(std::filesystem::path path);
    ~TextFile();
    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;

    [[nodiscard]] Result<> write(std::string_view text);
    // Also syncs it.
    [[nodiscard]] Result<> close();
    [[nodiscard]] std::uint64_t bytes() const noexcept { return m_bytes; }

private:
    TextFile(std::filesystem::path path, std::FILE* file) : m_path(std::move(path)), m_file(file) {}
    std::filesystem::path m_path;
    std::FILE* m_file;
    std::uint64_t m_bytes = 0;
    bool m_closed = false;
};

}  // namespace tickdeck::parquet
