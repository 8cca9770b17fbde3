// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Runs one sink on its own thread: queueing, batching, retry, breaking and dead-lettering, the same for every store.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/enum_names.h"
#include "engine/ops/health.h"
#include "engine/plugin/sink.h"
#include "engine/sinks/feed.h"

namespace tickdeck::sinks {

// Closed: the store works. Open: it failed several times in a row and is left alone for a while. HalfOpen: one try is
// under way to see whether it works again.
enum class Breaker : std::uint8_t { Closed, Open, HalfOpen };

}  // namespace tickdeck::sinks

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<sinks::Breaker> = {"closed"sv, "open"sv, "half_open"sv};
}  // namespace tickdeck

namespace tickdeck::sinks {

// What a store refused for good.
struct DeadLetter {
    const Error& error;
    const Batch& batch;
    std::vector<EventView> events;  // what of it was refused, ascending; at least one
};

// Numbers, both ends included.
struct SeqRange {
    Seq first = 0;
    Seq last = 0;
};

struct RunnerOptions {
    std::string name;                           // "parquet": the thread is sink-parquet
    std::size_t batches = 1024;                 // written together at most
    std::size_t bytes = std::size_t{4} << 20;   // the same in bytes; a larger batch goes alone
    std::chrono::milliseconds linger{0};        // SinkSpec::linger
    std::chrono::milliseconds firstDelay{100};  // back-off doubles from here, less up to a half by chance
    std::chrono::milliseconds longestDelay{30'000};
    int failuresToOpen = 5;  // in a row

    // Begins reading behind `after`. Called on the sink's thread, again after each Remedy::Reconnect.
    std::function<Result<std::unique_ptr<Feed>>(Seq after)> openFeed;
    // All on the sink's thread. The store's position, whenever it moved (for the journal's retention).
    std::function<void(Seq)> onPosition;
    // Keeps it and journals it as skipped (ControlKind::Skipped). Both must be durable on return; an error is tried again
    // with back-off, as the position must not pass it, and so may be what was kept already.
    std::function<Result<>(const DeadLetter&)> deadLetter;
    // The numbers beyond `after` that an earlier run journalled as skipped; called after each open().
    std::function<Result<std::vector<SeqRange>>(Seq after)> skipped;
    // Which inputs the sink works on, so that one which ends the process again and again is skipped; empty: not told.
    std::filesystem::path inFlight;
    // Each change of state or reason.
    std::function<void(ops::State, const std::string& reason)> onState;
};

struct RunnerStatus {
    ops::State state = ops::State::Starting;
    std::string reason;
    Breaker breaker = Breaker::Closed;
    Seq position = 0;               // durable in the store
    Seq taken = 0;                  // handed to the sink
    std::uint64_t behind = 0;       // numbers between position and the router's newest
    Nanos oldestWaiting = kNoTime;  // receive time of the oldest batch that is not written; kNoTime: none waits
    std::uint64_t batches = 0;      // written, since start
    std::uint64_t events = 0;       // in them, before the filter
    std::uint64_t failures = 0;     // calls that failed, retries included
    std::uint64_t reopened = 0;
    std::uint64_t deadLetters = 0;
    std::uint64_t restored = 0;  // events of dead letters that the store took later
};

// Made, started and stopped by one owner; status(), flush() and restore() on any thread. Ends with its destructor, which stops.
class Runner {
public:
    Runner(RunnerOptions options, std::unique_ptr<Sink> sink, SinkContext context, EventFilter filter, Clock& clock);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    // Starts the thread, which opens the store.
    void start();
    // Writes what the feed still gives, makes it durable, ends the thread. After `limit` what is left is given up (it is in
    // the journal): TimedOut. A store that hangs inside a call is waited for.
    [[nodiscard]] Result<> stop(std::chrono::milliseconds limit);
    // Waits until everything up to `upTo` is durable in the store. TimedOut, or the store's error. Here and in restore()
    // `limit` is for the beginning: a store that is at it is waited for.
    [[nodiscard]] Result<> flush(Seq upTo, std::chrono::milliseconds limit);
    // Has the store take these events of a batch (ascending numbers), which it refused before. Refused where the filter
    // leaves one of them out now; TimedOut, or the store's error. Where it can't hold one of them it takes none; where it
    // fails on the way it may have taken some, and doing it again does no harm.
    [[nodiscard]] Result<> restore(const Batch& batch, std::vector<Seq> events, std::chrono::milliseconds limit);
    [[nodiscard]] RunnerStatus status() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::sinks
