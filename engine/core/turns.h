// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Waiting that a stop ends.

#include <algorithm>
#include <atomic>
#include <chrono>

namespace tickdeck {

// Calls wait(turn) until it is true, at most for `limit`; once `stopping` is true, no further turn begins.
template <class Wait>
[[nodiscard]] bool waitInTurns(std::chrono::milliseconds limit, const std::atomic<bool>& stopping, Wait wait)
{
    constexpr std::chrono::milliseconds kMost{100};
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (wait(std::clamp(left, std::chrono::milliseconds(0), kMost)))
            return true;
        if (stopping || std::chrono::steady_clock::now() >= end)
            return false;
    }
}

}  // namespace tickdeck
