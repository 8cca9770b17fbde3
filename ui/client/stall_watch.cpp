// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/client/stall_watch.h"

#include <algorithm>
#include <ctime>

namespace tickdeck::ui {

Nanos StallWatch::threadTime()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * kSecond + time.tv_nsec;
}

void StallWatch::turn()
{
    const Nanos now = threadTime();
    if (m_last >= 0) {
        const Nanos worked = now - m_last;
        m_longest = std::max(m_longest, worked);
        if (worked > kLimit)
            ++m_stalls;
    }
    m_last = now;
    ++m_turns;
}

}  // namespace tickdeck::ui
