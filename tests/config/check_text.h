// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The property that holds for any bytes given as a settings file; shared by the mutation test and the fuzz target.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/config/sections.h"

namespace tickdeck::config::testing {

// A settings file in memory.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view bytes) : m_descriptor(memfd_create("settings", 0))
    {
        if (m_descriptor < 0 || write(m_descriptor, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
            std::abort();
    }
    ~MemoryFile() { close(m_descriptor); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    [[nodiscard]] std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(m_descriptor); }

private:
    int m_descriptor;
};

// Reads the bytes; what is accepted must show as text that is accepted again and means the same. True when accepted.
inline bool readsOrRefuses(std::string_view bytes)
{
    SettingsInput input;
    input.specs = specs();
    input.environment = {{"KEY", "value"}};
    const MemoryFile file(bytes);
    input.files = {file.path()};
    const auto settings = Settings::load(input);
    if (!settings) {
        if (settings.error().code != ErrorCode::Invalid || settings.error().detail.empty())
            std::abort();
        return false;
    }
    const MemoryFile shown(settings->show());
    input.files = {shown.path()};
    const auto again = Settings::load(input);
    if (!again || again->json() != settings->json()) {
        std::fprintf(stderr, "%s\n%s\n", settings->show().c_str(), again ? "" : again.error().detail.c_str());
        std::abort();
    }
    return true;
}

}  // namespace tickdeck::config::testing
