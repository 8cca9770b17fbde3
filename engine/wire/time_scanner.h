// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Venues' times from their text.

#include <string_view>

#include "engine/core/result.h"
#include "engine/core/time.h"

namespace tickdeck::wire {

// Milliseconds since the epoch; later than this does not fit.
inline constexpr std::uint64_t kMostMillis = 9'223'372'036'854;

// RFC 3339 with a short way for "2026-08-16T23:37:04.849274Z" on the day that was seen last. One thread.
class TimeScanner {
public:
    static constexpr std::size_t kUsual = 27;  // characters of the short way

    [[nodiscard]] Result<Nanos> scan(std::string_view text);
    // The short way alone: kUsual characters from `at` on; false where they are another day's, or no time at all.
    [[nodiscard]] bool scanUsual(const char* at, Nanos& out) const noexcept;

private:
    char m_date[11] = {};  // "2026-08-16T"
    Nanos m_midnight = 0;
};

}  // namespace tickdeck::wire
