// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/time_scanner.h"

#include <cstring>

namespace tickdeck::wire {

Result<Nanos> TimeScanner::scan(std::string_view text)
{
    Nanos usual = 0;
    if (text.size() == kUsual && scanUsual(text.data(), usual))
        return usual;
    Result<Nanos> time = parseRfc3339(text);
    constexpr Nanos kDay = 86'400 * kSecond;
    // A leap second counts as the next day's first.
    if (time && text.size() == kUsual && text.back() == 'Z' && text.substr(17, 2) != "60" && *time >= 0) {
        std::memcpy(m_date, text.data(), sizeof(m_date));
        m_midnight = *time - *time % kDay;
    }
    return time;
}

}  // namespace tickdeck::wire
