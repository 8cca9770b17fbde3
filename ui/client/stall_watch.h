// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How long the GUI thread works without coming back to its event loop.

#include <cstdint>

#include "engine/core/time.h"

namespace tickdeck::ui {

// Counts the thread's own CPU time, so that a busy machine is not taken for a slow window. GUI thread.
class StallWatch {
public:
    static constexpr Nanos kLimit = 50 * kMillisecond;

    // Once in every turn of the timer.
    void turn();

    [[nodiscard]] Nanos longest() const { return m_longest; }
    [[nodiscard]] std::uint64_t stalls() const { return m_stalls; }
    [[nodiscard]] std::uint64_t turns() const { return m_turns; }
    // CPU time of the calling thread.
    [[nodiscard]] static Nanos threadTime();

private:
    Nanos m_last = -1;
    Nanos m_longest = 0;
    std::uint64_t m_stalls = 0;
    std::uint64_t m_turns = 0;
};

}  // namespace tickdeck::ui
