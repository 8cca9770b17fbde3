// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How long this machine kept the process from running, so that bounds in time hold on a busy one, too.

#include <mutex>
#include <vector>

#include "engine/core/thread.h"
#include "engine/core/time.h"

namespace tickdeck::test {

// A thread that wants to run every 10 ms, from construction to destruction, and notes when it was late.
class Starvation {
public:
    Starvation() : m_thread("starvation", [this](const std::stop_token& stopped) { watch(stopped); }) {}
    ~Starvation()
    {
        m_thread.requestStop();
        m_thread.join();
    }
    Starvation(const Starvation&) = delete;
    Starvation& operator=(const Starvation&) = delete;

    // Any thread: how long in all between two instants (UTC).
    [[nodiscard]] Nanos within(Nanos from, Nanos to) const
    {
        const std::scoped_lock lock(m_mutex);
        Nanos sum = 0;
        for (const Late& late : m_late)
            if (late.at >= from && late.at - late.by <= to)
                sum += late.by;
        return sum;
    }

private:
    struct Late {
        Nanos at;
        Nanos by;
    };
    static constexpr Nanos kEvery = 10 * kMillisecond;

    void watch(const std::stop_token& stopped)
    {
        Parker parker;
        SystemClock clock;
        while (!stopped.stop_requested()) {
            const Nanos begun = clock.steady();
            parker.wait(std::chrono::nanoseconds(kEvery));
            if (const Nanos by = clock.steady() - begun - kEvery; by > kEvery) {
                const std::scoped_lock lock(m_mutex);
                m_late.push_back({clock.now(), by});
            }
        }
    }

    mutable std::mutex m_mutex;
    std::vector<Late> m_late;
    Thread m_thread;
};

}  // namespace tickdeck::test
