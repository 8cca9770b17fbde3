// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Runs pipelines on one thread: feeds them the router's order, journals what they derive, keeps their state safe.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/plugin/pipeline.h"
#include "engine/router/live_state.h"
#include "engine/router/router.h"

namespace tickdeck::pipelines {

struct RunnerOptions {
    std::string name = "pipe-0";      // of the thread and of its reader
    std::filesystem::path directory;  // <data>/pipelines: NAME.ckpt, NAME.ckpt.old, NAME.inflight
    std::filesystem::path journalDirectory;
    std::chrono::milliseconds checkpointEvery{10'000};
    std::chrono::milliseconds stopWithin{2'000};  // for the rest of the input and the last checkpoint
    std::size_t inputCapacity = 4096;             // of each pipeline's way into the router, in batches
    const std::atomic<bool>* stopping = nullptr;  // once it is true, start() waits for nothing any more
    // Told on the pipe thread or in start(). An input that was skipped for good: for the dead letters.
    std::function<void(std::string_view pipeline, const Error&, const Batch& input)> onSkipped;
    // A pipeline's change, for health: null means that it works.
    std::function<void(std::string_view pipeline, const Error*)> onState;
};

// Any thread.
struct PipelineCounters {
    std::uint64_t inputs = 0;       // batches handed over
    std::uint64_t derived = 0;      // batches pushed
    std::uint64_t silent = 0;       // derived again after a restart and not pushed, as the journal has them
    std::uint64_t skipped = 0;      // inputs that failed
    std::uint64_t checkpoints = 0;  // kept
    Seq position = 0;               // handled up to here
    Seq checkpoint = 0;             // position of the newest kept one
    Nanos positionTime = kNoTime;   // receive time of the batch at the position
};

// start() brings each pipeline to where it was: its newest checkpoint, else the one before, else a fresh state that
// begins now (told by ControlKind::Started in its lane). What the journal holds since is fed again, silently as far as
// the derived batches are journalled. A checkpoint is kept only when its position and all that was derived up to it are
// committed. An input that throws, returns an error or ended the process several times is journalled as
// ControlKind::Skipped in the pipeline's lane, told to onSkipped, and undone by running from the last checkpoint without
// it.
//
// A pipeline is handed the batches that hold an event which its `events` and `venues` let pass, and all ticks; never what
// it derived itself. Batches that come from the journal have no frame.
//
// In a pipeline's lane `ordinal` counts its derived batches from 1; a control (Started, State, Skipped) has the ordinal of
// the last derived batch before it. `causeSeq` of Started and State is the position that the state holds for, of Skipped
// the input. State has the bytes of Pipeline::save and is written when a segment begins.
class Runner {
public:
    // All are there until stop() has returned. `live` may be null.
    Runner(RunnerOptions options, Router& router, journal::Journal& journal, SymbolTable& symbols, BufferPool& pool,
           LiveState* live);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    // Before start(). `section` is the pipeline's own; a key that it lacks has the default of the spec.
    [[nodiscard]] Result<> add(const PipelineSpec& spec, const config::Section& section);
    // Loads the states and starts the thread, before or after the router's start. Reads the journal from the oldest
    // checkpoint on. Io where the folder or the journal cannot be read.
    [[nodiscard]] Result<> start();
    // Handles everything that was pushed before, keeps a last checkpoint, and ends the thread; what is not done within
    // `stopWithin`, or because a pipeline failed, is done again after the next start. The router still runs.
    void stop();
    // stop() of several, which have so much time together.
    static void stopAll(std::span<const std::shared_ptr<Runner>> runners, std::chrono::milliseconds within);
    // Any thread: a segment begins with this number (journal::Listener::segmentBegun); each pipeline writes its state.
    void segmentBegan(Seq firstSeq) noexcept;

    // Any thread, after the last add().
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] PipelineCounters counters(std::string_view pipeline) const;
    // How many numbers the slowest pipeline is behind the router's newest.
    [[nodiscard]] std::uint64_t behind() const noexcept;

private:
    struct State;
    static void stop(std::span<Runner* const> runners, std::chrono::milliseconds within);
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::pipelines
