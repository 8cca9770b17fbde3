// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The two kinds of state machine that replay runs again: a lane's decoder and a pipeline.

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/plugin/connector.h"
#include "engine/plugin/decode_step.h"
#include "engine/plugin/event_filter.h"
#include "engine/plugin/pipeline.h"

namespace tickdeck::runtime {

// What came of running one recorded batch again.
struct Rerun {
    enum class Verdict { Verified, StateVerified, NotKnown, Different } verdict = Verdict::NotKnown;
    Batch replayed;         // what this build made of it; none where the state is not known
    std::string complaint;  // of a state that differs or cannot be loaded
};

// One lane's decoder. Until its first Started or State it knows nothing and verifies nothing.
class ReplayLane {
public:
    ReplayLane(const ConnectorSpec& spec, SymbolTable& symbols, BufferPool& pool);

    // Runs `recorded` again. `settings` are those of its segment's head.
    [[nodiscard]] Result<Rerun> run(const Batch& recorded, std::string_view settings);

private:
    [[nodiscard]] Result<> makeDecoder(std::string_view settings);
    [[nodiscard]] Rerun meetState(std::string_view recorded);

    const ConnectorSpec* m_spec;
    SymbolTable* m_symbols;
    BatchBuilder m_builder;
    Emit m_emit;
    std::unique_ptr<Decoder> m_decoder;
};

// One pipeline. Its recorded controls come later in the journal than the inputs that they hold for, so that they are
// gathered beforehand.
class ReplayPipeline {
public:
    ReplayPipeline(const PipelineSpec& spec, SymbolId lane, SymbolTable& symbols, BufferPool& pool);

    // Before the first input: a control of this pipeline's lane, in journal order.
    void gather(const Batch& control, std::string settings);
    // Feeds an input, if it takes it, and keeps what is derived.
    [[nodiscard]] Result<Rerun> feed(const Batch& input);
    // Inputs are missing: nothing is known until the next recorded state.
    void forget()
    {
        m_pipeline.reset();
        m_expected.clear();
    }
    // A recorded derived batch: the same as the oldest kept one?
    [[nodiscard]] Rerun compare(const Batch& recorded);

private:
    struct Mark {
        Seq position = 0;
        ControlKind kind{};
        std::uint64_t ordinal = 0;
        std::string state;
        std::string settings;
    };

    [[nodiscard]] Result<Rerun> meet(const Mark& mark);
    [[nodiscard]] bool takes(const Batch& input);

    const PipelineSpec* m_spec;
    SymbolId m_lane;
    SymbolTable* m_symbols;
    BatchBuilder m_builder;
    std::unique_ptr<Pipeline> m_pipeline;
    EventFilter m_filter;
    std::deque<Mark> m_marks;
    std::set<Seq> m_skipped;
    std::deque<Batch> m_expected;
    std::uint64_t m_ordinal = 0;
    Seq m_knownAfter = 0;  // outputs for inputs up to here cannot be verified
};

}  // namespace tickdeck::runtime
