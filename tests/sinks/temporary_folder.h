// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A folder that ends with its object; in memory where the system offers that, as syncing costs more than the tests do.

#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

namespace tickdeck::test {

class TemporaryFolder {
public:
    TemporaryFolder()
    {
        const std::filesystem::path memory = "/dev/shm";
        const bool inMemory = ::access(memory.c_str(), W_OK) == 0;
        std::string pattern =
            ((inMemory ? memory : std::filesystem::temp_directory_path()) / "tickdeck-test-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            std::abort();
        m_path = pattern;
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;  // what cannot be removed is left in the system's folder for such
        std::filesystem::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

}  // namespace tickdeck::test
