// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One pipeline as its runner drives it. Internal to this folder.

#include <atomic>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "engine/ops/in_flight.h"
#include "engine/pipelines/checkpoint.h"
#include "engine/pipelines/runner.h"
#include "engine/plugin/event_filter.h"

namespace tickdeck::pipelines {

// What a slot needs of its runner.
struct SlotContext {
    const RunnerOptions* options;
    Router* router;
    journal::Journal* journal;
    SymbolTable* symbols;
    BufferPool* pool;
    LiveState* live;
};

// The pipe thread's (start() runs before that thread does); counters, failed and segmentBegan for any.
class Slot {
public:
    [[nodiscard]] static Result<std::unique_ptr<Slot>> make(const SlotContext& context, const PipelineSpec& spec,
                                                            config::Section section);

    // Loads the newest usable checkpoint, or begins now.
    [[nodiscard]] Result<> open();
    // While the journal is scanned before the start: what an earlier run derived and skipped.
    void sawJournalled(const Batch& batch);
    // Batches of its own lane up to here were pushed before this runner.
    void countOwnAfter(Seq seq) { m_ownAfter = seq; }

    // The next batch of the router's order.
    void handle(const Batch& batch, const std::stop_token& stop);
    // Takes a checkpoint when one is due, or none at or after `wanted` is kept; keeps the one taken once all that belongs
    // to it is committed.
    void checkpoint(std::chrono::steady_clock::time_point time, Seq wanted = 0);
    [[nodiscard]] bool hasKept(Seq position) const noexcept { return m_failed || m_kept.position >= position; }

    [[nodiscard]] const std::string& name() const noexcept { return m_name; }
    [[nodiscard]] Seq position() const noexcept { return m_position; }
    [[nodiscard]] const Input& input() const noexcept { return *m_input; }
    [[nodiscard]] PipelineCounters counters() const noexcept;
    // Any thread: it comes no further in this run.
    [[nodiscard]] bool failed() const noexcept { return m_failed; }
    void segmentBegan(Seq firstSeq) noexcept { m_segment.store(firstSeq, std::memory_order_release); }
    void report(const Error* error);

private:
    Slot(const SlotContext& context, const PipelineSpec& spec, config::Section section, EventFilter filter);

    [[nodiscard]] bool wants(const Batch& batch);
    void feed(const Batch& batch, const std::stop_token& stop);
    [[nodiscard]] Result<> run(const Batch& batch);
    void skip(const Batch& batch, const Error& error, const std::stop_token& stop);
    [[nodiscard]] Result<> rebuild(Seq upTo, const std::stop_token& stop);
    [[nodiscard]] Result<> restore(const Checkpoint& from);
    void pushControl(ControlKind kind, std::string_view payload, Seq cause, Nanos time, const std::stop_token& stop);
    void push(Batch&& batch, const std::stop_token& stop);
    void keep(const Checkpoint& checkpoint);

    struct Taken {
        Checkpoint checkpoint;
        std::uint64_t pushed = 0;  // committed when so many batches of its own have come round …
        Seq own = 0;               // … the last of them with this number; 0: not yet
    };

    const SlotContext m_context;
    const PipelineSpec m_spec;
    const config::Section m_section;
    const std::string m_settings;  // the section as text
    const std::string m_name;
    const SymbolId m_lane;
    EventFilter m_filter;
    CheckpointFiles m_files;
    ops::InFlight m_inFlight;
    BatchBuilder m_builder;
    Input* m_input;
    std::unique_ptr<Pipeline> m_pipeline;

    Seq m_position = 0;                 // handled up to here
    std::uint64_t m_ordinal = 0;        // of the last derived batch
    Seq m_silentTo = 0;                 // what inputs up to here derive is journalled
    std::set<Seq> m_skips;              // inputs that are journalled as skipped
    bool m_begins = false;              // Started is to be told
    std::atomic<bool> m_failed{false};  // could not be brought back after a bad input, or the router has ended
    Seq m_ownAfter = 0;
    std::uint64_t m_pushed = 0;  // batches of its own, by this runner
    std::uint64_t m_seen = 0;    // of these, come round
    Seq m_stateWritten = 0;      // the segment that has its state
    std::atomic<Seq> m_segment{0};

    Checkpoint m_kept;  // the newest on disk
    std::optional<Taken> m_taken;
    std::chrono::steady_clock::time_point m_nextCheckpoint;

    std::atomic<std::uint64_t> m_inputs{0};
    std::atomic<std::uint64_t> m_derived{0};
    std::atomic<std::uint64_t> m_silent{0};
    std::atomic<std::uint64_t> m_skipped{0};
    std::atomic<std::uint64_t> m_checkpoints{0};
    std::atomic<Seq> m_positionSeen{0};
    std::atomic<Nanos> m_positionTime{kNoTime};
    std::atomic<Seq> m_checkpointSeen{0};
};

}  // namespace tickdeck::pipelines
