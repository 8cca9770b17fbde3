// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// `tickdeck doctor`: whether this machine can run the engine, and what to do where it cannot.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/enum_names.h"

namespace tickdeck::ops {

enum class Verdict : std::uint8_t { Ok, Warning, Bad };

struct Check {
    std::string name;  // "disk space"
    Verdict verdict = Verdict::Ok;
    std::string detail;  // what was found
    std::string remedy;  // what to do; empty when ok
};

struct DoctorPort {
    std::string setting;  // "serve.http_port"
    std::string address;
    std::uint16_t port = 0;
};

struct DoctorInput {
    std::filesystem::path dataDirectory;
    std::vector<DoctorPort> ports;
    std::uint64_t diskBudgetBytes = 0;  // what the journal may take; 0: unknown
    bool window = true;                 // whether a display is wanted
    // Versions that only the caller knows (Qt, Arrow): name and version.
    std::vector<std::pair<std::string, std::string>> libraries;
};

// Runs all checks; takes less than a second on a sound machine. Leaves nothing behind.
[[nodiscard]] std::vector<Check> runDoctor(const DoctorInput& input);
// {"verdict":worst,"checks":[{"name","verdict","detail","remedy"}…]}
[[nodiscard]] std::string doctorJson(const std::vector<Check>& checks);
// A line for each check, with its remedy below where there is one.
[[nodiscard]] std::string doctorText(const std::vector<Check>& checks);

}  // namespace tickdeck::ops

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<ops::Verdict> = {"ok"sv, "warning"sv, "bad"sv};
}  // namespace tickdeck
