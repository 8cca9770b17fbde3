// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Journals the passing of time, so that pipelines need no clock.

#include <chrono>
#include <functional>

#include "engine/core/thread.h"
#include "engine/model/batch.h"

namespace tickdeck::net {

// A thread `clock` that pushes a batch of ControlKind::Tick at every whole multiple of `period` (UTC). A tick that finds
// no room is dropped: the next one tells the same. Runs from construction until stop() or destruction.
class ClockLane {
public:
    // `push` as LaneHooks::push, called on the lane's thread.
    ClockLane(SymbolId lane, BufferPool& pool, Clock& clock, std::function<bool(Batch&&)> push,
              std::chrono::milliseconds period = std::chrono::milliseconds(250));
    ~ClockLane();
    ClockLane(const ClockLane&) = delete;
    ClockLane& operator=(const ClockLane&) = delete;

    // Returns when no further tick will come. Idempotent.
    void stop();

private:
    void run(const std::stop_token& stopped);

    SymbolId m_lane;
    BatchBuilder m_builder;
    Clock* m_clock;
    std::function<bool(Batch&&)> m_push;
    Nanos m_period;
    Parker m_parker;
    Thread m_thread;  // last: started when all else is there
};

}  // namespace tickdeck::net
