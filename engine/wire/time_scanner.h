// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Venues' times from their text.

#include <cstring>
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
    [[nodiscard]] bool scanUsual(const char* at, Nanos& out) const noexcept
    {
        if (std::memcmp(at, m_date, sizeof(m_date)) != 0 || at[13] != ':' || at[16] != ':' || at[19] != '.' ||
            at[26] != 'Z')
            return false;
        const unsigned hours = pair(at + 11);
        const unsigned minutes = pair(at + 14);
        const unsigned seconds = pair(at + 17);
        const unsigned high = pair(at + 20);
        const unsigned middle = pair(at + 22);
        const unsigned low = pair(at + 24);
        if (hours >= 24 || minutes >= 60 || seconds >= 60 || high >= 100 || middle >= 100 || low >= 100)
            return false;
        out = m_midnight + ((hours * 60 + minutes) * 60 + seconds) * kSecond +
              (high * 10'000 + middle * 100 + low) * Nanos{1'000};
        return true;
    }

private:
    // Two digits as a number, or above 99 when they are none.
    [[nodiscard]] static constexpr unsigned pair(const char* at) noexcept
    {
        const auto tens = static_cast<unsigned char>(at[0] - '0');
        const auto ones = static_cast<unsigned char>(at[1] - '0');
        return tens < 10 && ones < 10 ? 10u * tens + ones : 100u;
    }

    char m_date[11] = {};  // "2026-08-16T"
    Nanos m_midnight = 0;
};

}  // namespace tickdeck::wire
