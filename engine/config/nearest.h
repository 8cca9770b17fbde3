// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// "Did you mean …?" for names that people type.

#include <span>
#include <string>
#include <string_view>

namespace tickdeck::config {

// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
[[nodiscard]] std::size_t editDistance(std::string_view a, std::string_view b);

// The candidate with the least distance, or empty when none is near enough to be meant.
[[nodiscard]] std::string nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace tickdeck::config
