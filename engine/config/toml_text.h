// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// TOML as the settings need it: a file flattened to one entry for each key, and values written back.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/config/section.h"

namespace tickdeck::config {

// A value of a TOML type that no setting has.
struct Unfit {
    std::string kind;  // "a date", "a table", "a list that does not hold texts alone"
    friend bool operator==(const Unfit&, const Unfit&) = default;
};
using RawValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>, Unfit>;

struct RawEntry {
    std::string section;  // "connectors.kraken"; empty at the top of the file
    std::string key;      // empty where a section begins
    RawValue value;
    std::size_t line = 0;
};

struct TomlFault {
    std::string message;
    std::size_t line = 0;
};

// Never throws and never quotes the text in its message: a fault may stand beside a secret.
[[nodiscard]] std::expected<std::vector<RawEntry>, TomlFault> readToml(std::string_view text);

// A checked value as TOML. Secrets are the caller's affair.
[[nodiscard]] std::string tomlValue(const Value& value);
[[nodiscard]] std::string tomlString(std::string_view text);

}  // namespace tickdeck::config
