// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/time_scanner.h"

#include <cstring>

namespace tickdeck::wire {

namespace {

// Two digits as a number, or above 99 when they are none.
constexpr unsigned pair(const char* at) noexcept
{
    const auto tens = static_cast<unsigned char>(at[0] - '0');
    const auto ones = static_cast<unsigned char>(at[1] - '0');
    return tens < 10 && ones < 10 ? 10u * tens + ones : 100u;
}

}  // namespace

bool TimeScanner::scanUsual(const char* at, Nanos& out) const noexcept
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

Result<Nanos> TimeScanner::scan(std::string_view text)
{
    Nanos usual = 0;
    if (text.size() == kUsual && scanUsual(text.data(), usual))
        return usual;
    Result<Nanos> time = parseRfc3339(text);
    constexpr Nanos kDay = 86'400 * kSecond;
    if (time && text.size() == kUsual && text.back() == 'Z' && *time >= 0) {
        std::memcpy(m_date, text.data(), sizeof(m_date));
        m_midnight = *time - *time % kDay;
    }
    return time;
}

}  // namespace tickdeck::wire
