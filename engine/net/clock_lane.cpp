// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/clock_lane.h"

#include <algorithm>

namespace tickdeck::net {

ClockLane::ClockLane(SymbolId lane, BufferPool& pool, Clock& clock, std::function<bool(Batch&&)> push,
                     std::chrono::milliseconds period)
    : m_lane(lane),
      m_builder(pool),
      m_clock(&clock),
      m_push(std::move(push)),
      m_period(toNanos(period)),
      m_thread("clock", [this](const std::stop_token& stopped) { run(stopped); })
{
}

ClockLane::~ClockLane() { stop(); }

void ClockLane::stop()
{
    m_thread.requestStop();
    m_parker.wake();
    m_thread.join();
}

void ClockLane::run(const std::stop_token& stopped)
{
    std::uint64_t ordinal = 0;
    Nanos due = (m_clock->now() / m_period + 1) * m_period;
    while (!stopped.stop_requested()) {
        const Nanos now = m_clock->now();
        due = std::min(due, (now / m_period + 1) * m_period);  // the clock may have been put back
        if (now < due) {
            m_parker.wait(std::chrono::nanoseconds(due - now));
            continue;
        }
        BatchHeader& header = m_builder.begin("{}");
        header.kind = BatchKind::Control;
        header.control = ControlKind::Tick;
        header.lane = m_lane;
        header.ordinal = ordinal + 1;
        header.receiveTime = now;
        if (m_push(m_builder.finish()))
            ++ordinal;
        due = (now / m_period + 1) * m_period;
    }
}

}  // namespace tickdeck::net
