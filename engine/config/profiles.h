// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The profiles of resources/profiles/, compiled in.

#include <span>
#include <string_view>

namespace tickdeck::config {

struct BuiltInProfile {
    std::string_view name;
    std::string_view text;  // TOML
};

// Sorted by name. Defined in a source that CMake writes.
[[nodiscard]] std::span<const BuiltInProfile> builtInProfileTexts();

}  // namespace tickdeck::config
