// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Runs pipelines on one thread: feeds them the router's order, journals what they derive, keeps their state safe.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/plugin/pipeline.h"
#include "engine/router/live_state.h"
#include "engine/router/router.h"

namespace tickdeck::pipelines {

struct RunnerOptions {
    std::string name = "pipe-0";                 // of the thread and of its reader
    std::filesystem::path directory;             // <data>/pipelines: NAME.ckpt, NAME.ckpt.old, NAME.inflight
    std::filesystem::path journalDirectory;
    std::chrono::milliseconds checkpointEvery{10'000};
    std::size_t inputCapacity = 4096;            // of each pipeline's way into the router, in batches
    // Told on the pipe thread. An input that was skipped for good: for the dead letters.
    std::function<void(std::string_view pipeline, const Error&, const Batch& input)> onSkipped;
    // A pipeline's change, for health: an empty error means that it works.
    std::function<void(std::string_view pipeline, const Error*)> onState;
};

// What a pipeline's owner may see; any thread.
struct PipelineCounters {
    std::uint64_t inputs = 0;       // batches handed over
    std::uint64_t derived = 0;      // batches pushed
    std::uint64_t silent = 0;       // derived again after a restart and not pushed, as the journal has them
    std::uint64_t skipped = 0;      // inputs that failed
    std::uint64_t checkpoints = 0;
    Seq position = 0;               // handled up to here
    Seq checkpoint = 0;             // of the newest kept one
};

// start() brings each pipeline to where it was: its newest checkpoint, else the one before, else a fresh state that
// begins now (told by ControlKind::Started in its lane). What the journal holds since is fed again, silently as far as
// its derived batches are journalled. A checkpoint is kept only when its position and all that was derived up to it are
// committed. An input that throws or returns an error is journalled as ControlKind::Skipped in the pipeline's lane, told
// to onSkipped, and undone by running from the last checkpoint without it.
//
// In a pipeline's lane, `ordinal` counts its derived batches from 1; a control (Started, State, Skipped) has the ordinal of
// the last derived batch before it, and `causeSeq` is the position it holds for. State has the bytes of Pipeline::save
// and is written when a segment begins.
class Runner {
public:
    Runner(RunnerOptions options, Router& router, SymbolTable& symbols, BufferPool& pool, LiveState* live,
           journal::Journal& journal);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    // Before start(). `section` is the pipeline's own.
    [[nodiscard]] Result<> add(const PipelineSpec& spec, const config::Section& section);
    // Loads the states and starts the thread. The router runs already or is started next.
    [[nodiscard]] Result<> start();
    // Handles everything numbered so far, then ends the thread, keeping a checkpoint if it can be committed in time.
    // The router must still be running.
    void stop();
    // Any thread: each pipeline writes its state into the journal with its next input.
    void segmentBegan() noexcept;

    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] PipelineCounters counters(std::string_view pipeline) const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::pipelines
