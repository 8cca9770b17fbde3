// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Restarts failed components with back-off inside a budget; beyond it they stay failed and the rest runs on.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/ops/health.h"
#include "engine/ops/log.h"
#include "engine/ops/metrics.h"

namespace tickdeck::ops {

struct RestartPolicy {
    std::chrono::milliseconds firstDelay{500};
    std::chrono::milliseconds longestDelay{30'000};
    std::size_t restarts = 5;          // at most so many
    std::chrono::seconds window{600};  // in any such time
};

// One thread: the runtime's, which calls poll() a few times a second. The components must outlive it.
class Supervisor {
public:
    // `restart` stops what is left of the component and starts it anew, on the thread of poll(); its error counts as
    // the next failure.
    using Restart = std::function<Result<>()>;

    Supervisor(Clock& clock, Log& log, Metrics& metrics, RestartPolicy policy = {})
        : m_clock(&clock), m_log(&log), m_metrics(&metrics), m_policy(policy)
    {
    }

    void watch(Component& component, Restart restart);
    // Restarts what is due. Delays double from firstDelay with each restart inside the window, less up to a quarter by
    // chance, so that components which failed together do not come back together.
    void poll();
    // From now on nothing is restarted: the engine stops.
    void stop() { m_watched.clear(); }

private:
    struct Watched {
        Component* component;
        Restart restart;
        std::deque<Nanos> restarts;  // steady times, inside the window
        Nanos due = kNoTime;         // steady; kNoTime: not failed
        bool spent = false;
        Counter count;
    };
    void schedule(Watched& watched, Nanos now);
    void run(Watched& watched, Nanos now);

    Clock* m_clock;
    Log* m_log;
    Metrics* m_metrics;
    RestartPolicy m_policy;
    std::vector<Watched> m_watched;
    std::uint64_t m_chance = 0x9E3779B97F4A7C15;
};

}  // namespace tickdeck::ops
