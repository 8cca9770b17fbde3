// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Venues' numbers from their text, exactly and fast.

#include <string_view>

#include "engine/book/order_book.h"

namespace tickdeck::wire {

inline constexpr const char* kTooManyDigits = "a number of more than 18 digits";

// A JSON number as venues write prices and quantities: not negative, without exponent, at most 18 digits that count.
// Returns null when all is well, else what is wrong.
[[nodiscard]] const char* scanNumber(std::string_view text, book::WireNumber& out) noexcept;
[[nodiscard]] bool scanInteger(std::string_view text, std::uint64_t& out) noexcept;
// Whether the text is a number in JSON's grammar.
[[nodiscard]] bool isJsonNumber(std::string_view text) noexcept;

}  // namespace tickdeck::wire
