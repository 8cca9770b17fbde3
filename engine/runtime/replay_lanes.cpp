// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/replay_lanes.h"

#include <cstring>

#include "engine/runtime/journal_settings.h"

namespace tickdeck::runtime {

namespace {

using Verdict = Rerun::Verdict;

bool equalBytes(const Batch& a, const Batch& b)
{
    const auto left = a.bytes();
    const auto right = b.bytes();
    return left.size() == right.size() && std::memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

ReplayLane::ReplayLane(const ConnectorSpec& spec, SymbolTable& symbols, BufferPool& pool)
    : m_spec(&spec), m_symbols(&symbols), m_builder(pool), m_emit(m_builder)
{
}

Result<> ReplayLane::makeDecoder(std::string_view settings)
{
    TRY_ASSIGN(const config::Section section, sectionFromJson(m_spec->settings, settings));
    m_decoder = m_spec->makeDecoder(section, *m_symbols);
    return {};
}

Rerun ReplayLane::meetState(std::string_view recorded)
{
    std::string state;
    m_decoder->save(state);
    if (state == recorded)
        return {Verdict::StateVerified, {}, {}};
    return {Verdict::Different, {}, "the decoder's state differs from the recorded one"};
}

Result<Rerun> ReplayLane::run(const Batch& recorded, std::string_view settings)
{
    const BatchHeader& header = recorded.header();
    const bool isState = header.kind == BatchKind::Control && header.control == ControlKind::State;
    if (header.kind == BatchKind::Control && header.control == ControlKind::Started) {
        TRY(makeDecoder(settings));
    } else if (isState && m_decoder) {
        Rerun met = meetState(recorded.payload());
        met.replayed = recorded;
        return met;
    } else if (isState) {
        TRY(makeDecoder(settings));
        if (auto loaded = m_decoder->load(recorded.payload()); !loaded) {
            m_decoder.reset();
            return Rerun{Verdict::Different, {}, "the recorded state cannot be loaded: " + loaded.error().text()};
        }
        return Rerun{Verdict::StateVerified, recorded, {}};
    }
    if (!m_decoder)
        return Rerun{};
    Decoded again = decodeStep(*m_decoder, header, recorded.payload(), m_builder, m_emit);
    again.batch.number(recorded.firstSeq());
    const bool equal = equalBytes(again.batch, recorded);
    return Rerun{equal ? Verdict::Verified : Verdict::Different, std::move(again.batch), {}};
}

ReplayPipeline::ReplayPipeline(const PipelineSpec& spec, SymbolId lane, SymbolTable& symbols, BufferPool& pool)
    : m_spec(&spec), m_lane(lane), m_symbols(&symbols), m_builder(pool)
{
}

void ReplayPipeline::gather(const Batch& control, std::string settings)
{
    const BatchHeader& header = control.header();
    if (header.control == ControlKind::Skipped) {
        m_skipped.insert(header.causeSeq);
        return;
    }
    m_marks.push_back(
        {header.causeSeq, header.control, header.ordinal, std::string(control.payload()), std::move(settings)});
}

Result<Rerun> ReplayPipeline::meet(const Mark& mark)
{
    if (mark.kind == ControlKind::State && m_pipeline) {
        std::string state;
        m_pipeline->save(state);
        if (state != mark.state)
            return Rerun{Verdict::Different, {}, "the pipeline's state differs from the recorded one"};
        return Rerun{Verdict::StateVerified, {}, {}};
    }
    TRY_ASSIGN(const config::Section section, sectionFromJson(m_spec->settings, mark.settings));
    TRY_ASSIGN(m_filter, EventFilter::of(section));
    m_pipeline = m_spec->make(section, *m_symbols);
    m_ordinal = mark.ordinal;
    m_knownAfter = mark.position;
    m_expected.clear();
    if (mark.kind == ControlKind::State) {
        if (auto loaded = m_pipeline->load(mark.state); !loaded) {
            m_pipeline.reset();
            return Rerun{Verdict::Different, {}, "the recorded state cannot be loaded: " + loaded.error().text()};
        }
        return Rerun{Verdict::StateVerified, {}, {}};
    }
    return Rerun{};
}

// As the pipeline runner hands inputs over.
bool ReplayPipeline::takes(const Batch& input)
{
    const BatchHeader& header = input.header();
    if (header.lane == m_lane || m_skipped.contains(input.firstSeq()))
        return false;
    if (header.kind == BatchKind::Control && header.control == ControlKind::Tick)
        return true;
    for (const EventView event : input)
        if (m_filter.passes(event, *m_symbols))
            return true;
    return false;
}

Result<Rerun> ReplayPipeline::feed(const Batch& input)
{
    Rerun out;
    while (!m_marks.empty() && m_marks.front().position < input.firstSeq()) {
        const Mark mark = std::move(m_marks.front());
        m_marks.pop_front();
        TRY_ASSIGN(out, meet(mark));
        if (out.verdict == Verdict::Different)
            return out;
    }
    if (!m_pipeline || !takes(input))
        return out;
    BatchHeader& header = m_builder.begin({});
    header.kind = BatchKind::Derived;
    header.lane = m_lane;
    header.receiveTime = input.header().receiveTime;
    header.causeSeq = input.firstSeq();
    header.ordinal = m_ordinal + 1;
    if (auto fed = m_pipeline->onBatch(input, m_builder); !fed)
        return Rerun{Verdict::Different, {}, "the pipeline now fails on this input: " + fed.error().text()};
    if (m_builder.eventCount() == 0)
        return out;
    ++m_ordinal;
    m_expected.push_back(m_builder.finish());
    return out;
}

Rerun ReplayPipeline::compare(const Batch& recorded)
{
    if (!m_pipeline || recorded.header().causeSeq <= m_knownAfter)
        return {};
    if (m_expected.empty())
        return {Verdict::Different, {}, "nothing is derived from this input any more"};
    Batch again = std::move(m_expected.front());
    m_expected.pop_front();
    again.number(recorded.firstSeq());
    const bool equal = equalBytes(again, recorded);
    return {equal ? Verdict::Verified : Verdict::Different, std::move(again), {}};
}

}  // namespace tickdeck::runtime
