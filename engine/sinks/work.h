// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a sink's thread does, one turn at a time, without a thread or a wall clock of its own.

#include <deque>
#include <mutex>
#include <random>
#include <span>
#include <vector>

#include "engine/ops/in_flight.h"
#include "engine/sinks/runner.h"

namespace tickdeck::sinks {

// Owned by the sink's thread, except for wake() and status().
class Work {
public:
    Work(RunnerOptions options, std::unique_ptr<Sink> sink, SinkContext context, EventFilter filter, Clock& clock);

    // Opens, reads, writes, retries what is due. Waits in the feed where there is nothing to do, else returns how long
    // nothing is due. `hurry`: waits for nothing and writes at once.
    [[nodiscard]] std::chrono::nanoseconds turn(bool hurry);
    // Whether all that the feed gave has been written, and the feed had nothing more at the last turn.
    [[nodiscard]] bool drained() const { return m_opened && m_dry && m_pending.empty(); }
    // Makes what was written durable. The error of a store that fails is also handled as in turn().
    [[nodiscard]] Result<> flush();
    // As Runner::restore(); what is not yet written is flushed first.
    [[nodiscard]] Result<> restore(const Batch& batch, const std::vector<Seq>& events);
    [[nodiscard]] bool opened() const { return m_opened; }
    [[nodiscard]] Seq taken() const { return m_taken; }
    [[nodiscard]] Seq position() const { return m_position; }
    [[nodiscard]] Breaker breaker() const { return m_breaker; }
    // Whether the store works as far as is known; else the last error.
    [[nodiscard]] const std::optional<Error>& lastError() const { return m_error; }
    [[nodiscard]] bool failedForGood() const { return m_state == ops::State::Failed; }

    // The last call on the sink's thread: lets go of the store.
    void setStopped();
    // Any thread: ends a wait in the feed.
    void wake();
    [[nodiscard]] RunnerStatus status() const;

private:
    [[nodiscard]] Result<> open();
    [[nodiscard]] Result<> read(bool hurry);
    [[nodiscard]] bool writeIsDue(bool hurry) const;
    [[nodiscard]] Result<> writePending();
    [[nodiscard]] std::size_t howMany(std::span<const Batch> rest) const;
    [[nodiscard]] Result<> write(std::span<const Batch> batches);
    [[nodiscard]] Result<> refusePoison(const Batch& batch);
    [[nodiscard]] Result<> skipAll(const Batch& batch, const Error& error);
    [[nodiscard]] Result<> writeEmpty(const Batch& batch);
    // Dead-letters what the store cannot hold of this batch, and writes the rest of it.
    [[nodiscard]] Result<> refuse(const Batch& batch, const Error& error);
    [[nodiscard]] bool anyPasses(std::span<const Batch> batches);
    // Those of its events that the store is to have.
    [[nodiscard]] std::vector<EventView> passing(const Batch& batch);
    [[nodiscard]] Result<> deadLetter(const DeadLetter& letter);
    void written(std::span<const Batch> batches);
    void positionMoved();

    void failed(const Error& error);
    void works();
    void setState(ops::State state, std::string reason);
    void closeFeed();
    void publish();

    const RunnerOptions m_options;
    std::unique_ptr<Sink> m_sink;  // null once it has stopped
    EventFilter m_filter;
    EventFilter m_wanted;  // without what was refused
    SinkContext m_context;
    Clock* m_clock;

    ops::InFlight m_inFlight;
    mutable std::mutex m_feedMutex;  // of the pointer, for wake()
    std::unique_ptr<Feed> m_feed;
    bool m_opened = false;
    bool m_dry = false;
    std::vector<Batch> m_pending;
    std::size_t m_pendingBytes = 0;
    Nanos m_pendingSince = 0;  // steady
    std::size_t m_most;        // batches that are written together; fewer while poison is searched for
    Nanos m_nextIdle = 0;      // steady
    Seq m_taken = 0;
    Seq m_read = 0;
    Seq m_position = 0;
    struct Unsettled {
        Seq last;
        Nanos receiveTime;
    };
    std::deque<Unsettled> m_unsettled;

    Nanos m_retryAt = kNoTime;  // steady; kNoTime: nothing failed
    int m_failuresInRow = 0;
    bool m_needsProgress = false;  // only a position that moves proves that the store works again
    int m_refusedInRow = 0;
    Breaker m_breaker = Breaker::Closed;
    ops::State m_state = ops::State::Starting;
    std::string m_reason;
    std::optional<Error> m_error;
    std::minstd_rand m_chance;
    RunnerStatus m_counted;  // its counters

    mutable std::mutex m_statusMutex;
    RunnerStatus m_status;
};

}  // namespace tickdeck::sinks
