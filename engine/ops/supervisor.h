// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Restarts failed components with back-off inside a budget; beyond it they stay failed and the rest runs on.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/schema.h"
#include "engine/ops/health.h"
#include "engine/ops/log.h"
#include "engine/ops/metrics.h"

namespace tickdeck::ops {

// The section [supervisor].
struct RestartPolicy {
    std::int64_t restarts = 5;         // at most so many
    std::chrono::seconds window{600};  // in any such time
    std::chrono::milliseconds firstDelay{500};
    std::chrono::milliseconds longestDelay{30'000};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&RestartPolicy::restarts>("restarts",
                                            {.help = "How often one failed component is restarted within window_s; "
                                                     "beyond it stays failed and the rest runs on",
                                             .min = 0,
                                             .max = 1000,
                                             .live = true}),
            field<&RestartPolicy::window>("window_s", {.unit = "s",
                                                       .help = "The time in which its restarts are counted",
                                                       .min = 1,
                                                       .max = 86'400,
                                                       .live = true}),
            field<&RestartPolicy::firstDelay>("first_delay_ms", {.unit = "ms",
                                                                 .help = "Before the first restart; doubles with each",
                                                                 .min = 1,
                                                                 .max = 600'000,
                                                                 .live = true}),
            field<&RestartPolicy::longestDelay>(
                "longest_delay_ms",
                {.unit = "ms", .help = "The delay's upper end", .min = 1, .max = 3'600'000, .live = true}));
    }
};

// One thread calls watch(), setPolicy() and, a few times a second, poll(); restart() on any. The components must outlive it.
class Supervisor {
public:
    // On the thread of poll(). False: not now; it is called again with the next poll().
    using Act = std::function<bool()>;

    Supervisor(Clock& clock, Log& log, Metrics& metrics, RestartPolicy policy = {})
        : m_clock(&clock), m_log(&log), m_metrics(&metrics), m_policy(policy)
    {
    }

    // `restart` stops what is left of the component and starts it anew, or sets it to Failed: that counts as the next
    // failure. `giveUp`, once the budget is spent, stops what is left of the component, which stays failed.
    void watch(Component& component, Act restart, Act giveUp = {});
    // Restarts what is due. Delays double from firstDelay with each restart inside the window, less up to a quarter by
    // chance, so that components which failed together do not come back together.
    void poll();
    // Any thread, by hand: the component is restarted at the next poll(), with a whole budget. NotFound where none of this
    // name is watched; Refused where it is stopped.
    [[nodiscard]] Result<> restart(std::string_view name);
    // From now on this budget holds, over what was restarted already.
    void setPolicy(const RestartPolicy& policy) { m_policy = policy; }

private:
    struct Watched {
        Component* component;
        Act restart;
        Act giveUp;
        std::deque<Nanos> restarts;  // steady times, inside the window
        Nanos due = kNoTime;         // steady; kNoTime: not failed
        bool spent = false;
        bool wanted = false;       // by hand
        bool stopPending = false;  // given up, but not stopped yet
        Counter count;
    };
    void schedule(Watched& watched, Nanos now);
    [[nodiscard]] bool run(Watched& watched, Nanos now);

    Clock* m_clock;
    Log* m_log;
    Metrics* m_metrics;
    RestartPolicy m_policy;
    mutable std::mutex m_mutex;  // of the list and of `wanted`
    std::vector<Watched> m_watched;
    std::uint64_t m_chance = 0x9E3779B97F4A7C15;
};

}  // namespace tickdeck::ops
