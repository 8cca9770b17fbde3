// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Kraken's numbers and times from their text, exactly and fast.

#include <string_view>

#include "engine/book/order_book.h"
#include "engine/core/result.h"
#include "engine/core/time.h"

namespace tickdeck::kraken {

inline constexpr const char* kTooManyDigits = "a number of more than 18 digits";

// A JSON number as Kraken writes prices and quantities: not negative, without exponent, at most 18 digits that count.
// Returns null when all is well, else what is wrong.
[[nodiscard]] const char* scanNumber(std::string_view text, book::WireNumber& out) noexcept;
[[nodiscard]] bool scanInteger(std::string_view text, std::uint64_t& out) noexcept;
// Whether the text is a number in JSON's grammar.
[[nodiscard]] bool isJsonNumber(std::string_view text) noexcept;

// RFC 3339 with a short way for "2026-08-16T23:37:04.849274Z" on the day that was seen last.
class TimeScanner {
public:
    [[nodiscard]] Result<Nanos> scan(std::string_view text);

private:
    char m_date[11] = {};  // "2026-08-16T"
    Nanos m_midnight = 0;
};

}  // namespace tickdeck::kraken
