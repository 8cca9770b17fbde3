// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A wait as Qt's timers take it.

#include <algorithm>
#include <chrono>

#include "engine/core/time.h"

namespace tickdeck::net {

// Rounded up, so that a timer never fires before its time; below Qt's limit of 2³¹ ms.
[[nodiscard]] inline std::chrono::milliseconds toTimer(Nanos wait)
{
    constexpr std::chrono::milliseconds kLongest{std::chrono::hours(24 * 20)};
    return std::min(kLongest,
                    std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(std::max<Nanos>(0, wait))));
}

}  // namespace tickdeck::net
