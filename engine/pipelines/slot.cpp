// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/slot.h"

#include <exception>
#include <iomanip>
#include <sstream>

#include "engine/journal/reader.h"

namespace tickdeck::pipelines {

namespace {

using namespace std::chrono_literals;

std::string retainName(const std::string& pipeline) { return "pipelines." + pipeline; }

// Equal settings give equal text.
std::string asText(const config::Section& section)
{
    std::ostringstream out;
    for (const auto& [key, value] : section.values()) {
        out << key << '=';
        std::visit(
            [&]<class T>(const T& held) {
                if constexpr (std::is_same_v<T, std::vector<std::string>>)
                    for (const std::string& item : held)
                        out << std::quoted(item) << ',';
                else if constexpr (std::is_same_v<T, config::Secret>)
                    out << "secret";
                else
                    out << held;
            },
            value);
        out << '\n';
    }
    return out.str();
}

}  // namespace

Result<std::unique_ptr<Slot>> Slot::make(const SlotContext& context, const PipelineSpec& spec, config::Section section)
{
    auto values = section.values();
    for (const config::FieldSpec& field : spec.settings.fields)
        values.try_emplace(field.name, field.initial);
    section = config::Section(spec.settings.name, std::move(values));
    TRY_ASSIGN(EventFilter filter, EventFilter::of(section));
    return std::unique_ptr<Slot>(new Slot(context, spec, std::move(section), std::move(filter)));
}

Slot::Slot(const SlotContext& context, const PipelineSpec& spec, config::Section section, EventFilter filter)
    : m_context(context),
      m_spec(spec),
      m_section(std::move(section)),
      m_settings(asText(m_section)),
      m_name(spec.name),
      m_lane(context.symbols->intern("tickdeck", "", spec.name)),
      m_filter(std::move(filter)),
      m_files(context.options->directory, spec.name),
      m_builder(*context.pool),
      m_input(&context.router->addInput("pipelines." + m_name, context.options->inputCapacity))
{
}

Result<> Slot::open()
{
    TRY(m_inFlight.open(m_context.options->directory / (m_name + ".inflight")));
    std::vector<Error> troubles;
    const std::vector<Checkpoint> found = m_files.load(troubles);
    const Seq oldest = m_context.journal->firstSeq();
    bool restored = false;
    for (const Checkpoint& checkpoint : found) {
        // Changed settings begin anew, told by Started: replay could not follow a mixture. Nor is an older one taken that
        // has these settings: others were in force since.
        if (checkpoint.settings != m_settings)
            break;
        if (oldest > checkpoint.position + 1 && oldest < m_context.router->firstOfRun()) {
            troubles.push_back(
                {ErrorCode::NotFound, Remedy::None, "the journal no longer has what follows its checkpoint", {}, {}});
            continue;
        }
        if (auto result = restore(checkpoint); !result) {
            troubles.push_back(std::move(result).error());
            continue;
        }
        m_kept = checkpoint;
        m_begins = checkpoint.fresh;
        restored = true;
        // The segment that holds the position itself: so that its loss can be told from numbers that were never used.
        m_context.journal->retain(retainName(m_name), found.back().position);
        break;
    }
    if (!restored) {
        // A fresh state that begins with what comes from now on; kept before anything happens to it.
        m_begins = true;
        Checkpoint fresh{m_context.router->newest(), 0, {}, true, m_settings};
        m_pipeline = m_spec.make(m_section, *m_context.symbols);
        m_pipeline->save(fresh.state);
        TRY(m_files.save(fresh));
        TRY(restore(fresh));
        m_kept = std::move(fresh);
        m_context.journal->retain(retainName(m_name), m_kept.position);
    }
    m_checkpointSeen = m_kept.position;
    m_nextCheckpoint = std::chrono::steady_clock::now() + m_context.options->checkpointEvery;
    report(troubles.empty() ? nullptr : &troubles.front());
    return {};
}

Result<> Slot::restore(const Checkpoint& from)
{
    m_pipeline = m_spec.make(m_section, *m_context.symbols);
    TRY(m_pipeline->load(from.state));
    m_position = from.position;
    m_positionSeen = from.position;
    m_ordinal = from.ordinal;
    return {};
}

void Slot::sawJournalled(const Batch& batch)
{
    const BatchHeader& header = batch.header();
    if (header.lane != m_lane)
        return;
    if (header.kind == BatchKind::Derived)
        m_silentTo = std::max(m_silentTo, header.causeSeq);
    if (header.kind == BatchKind::Control && header.control == ControlKind::Skipped)
        m_skips.insert(header.causeSeq);
    if (header.kind == BatchKind::Control && header.control == ControlKind::Started)
        m_begins = false;
}

bool Slot::wants(const Batch& batch)
{
    if (batch.header().kind == BatchKind::Control && batch.header().control == ControlKind::Tick)
        return true;
    for (const EventView event : batch)
        if (m_filter.passes(event, *m_context.symbols))
            return true;
    return false;
}

void Slot::handle(const Batch& batch, const std::stop_token& stop)
{
    if (m_failed)
        return;
    const BatchHeader& header = batch.header();
    if (header.lane == m_lane) {
        if (batch.firstSeq() > m_ownAfter) {
            ++m_seen;
            if (m_taken && m_seen == m_taken->pushed)
                m_taken->own = batch.lastSeq();
        }
    } else if (batch.firstSeq() > m_position) {
        if (std::exchange(m_begins, false))
            pushControl(ControlKind::Started, "{}", m_position, header.receiveTime, stop);
        feed(batch, stop);
        const Seq segment = m_segment.load(std::memory_order_acquire);
        if (segment > m_stateWritten && batch.lastSeq() >= segment && batch.lastSeq() > m_silentTo && !m_failed) {
            m_stateWritten = segment;
            std::string state;
            m_pipeline->save(state);
            pushControl(ControlKind::State, state, batch.lastSeq(), header.receiveTime, stop);
        }
    }
    if (batch.lastSeq() > m_position && !stop.stop_requested() && !m_failed) {
        m_position = batch.lastSeq();
        m_positionSeen.store(m_position, std::memory_order_relaxed);
        m_positionTime.store(batch.header().receiveTime, std::memory_order_relaxed);
    }
}

void Slot::feed(const Batch& batch, const std::stop_token& stop)
{
    if (!wants(batch) || m_skips.contains(batch.firstSeq()))
        return;
    if (batch.firstSeq() == m_inFlight.poison()) {
        m_inFlight.forgive();
        skip(batch,
             {ErrorCode::Internal, Remedy::None, "the process ended several times while handling this input", {}, {}},
             stop);
        return;
    }
    m_inputs.fetch_add(1, std::memory_order_relaxed);
    if (const auto result = run(batch); !result) {
        skip(batch, result.error(), stop);
        return;
    }
    if (m_builder.eventCount() == 0)
        return;
    Batch derived = m_builder.finish();
    ++m_ordinal;
    if (batch.firstSeq() <= m_silentTo) {
        m_silent.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    m_derived.fetch_add(1, std::memory_order_relaxed);
    push(std::move(derived), stop);
}

Result<> Slot::run(const Batch& batch)
{
    BatchHeader& header = m_builder.begin({});
    header.lane = m_lane;
    header.kind = BatchKind::Derived;
    header.receiveTime = batch.header().receiveTime;
    header.causeSeq = batch.firstSeq();
    header.ordinal = m_ordinal + 1;
    Result<> result;
    m_inFlight.enter(batch.firstSeq());
    try {
        result = m_pipeline->onBatch(batch, m_builder);
    } catch (const std::exception& thrown) {
        result = fail(ErrorCode::Internal, std::string("threw: ") + thrown.what());
    } catch (...) {
        result = fail(ErrorCode::Internal, "threw");
    }
    m_inFlight.leave();
    return result;
}

// Journals that this input is left out, and brings the pipeline to the state it had before.
void Slot::skip(const Batch& batch, const Error& error, const std::stop_token& stop)
{
    const Seq input = batch.firstSeq();
    m_skips.insert(input);
    m_skipped.fetch_add(1, std::memory_order_relaxed);
    pushControl(ControlKind::Skipped,
                R"({"component":"pipelines.)" + m_name + R"(","seq":)" + std::to_string(input) + "}", input,
                batch.header().receiveTime, stop);
    if (m_context.options->onSkipped)
        m_context.options->onSkipped(m_name, error, batch);
    m_silentTo = std::max(m_silentTo, input);
    if (auto result = rebuild(input - 1, stop); !result) {
        m_failed = true;
        result.error().remedy = Remedy::Fatal;
        const Error failed = std::move(result).error().within("after skipping " + std::to_string(input));
        report(&failed);
    }
}

// From the newest checkpoint on, by way of the journal.
Result<> Slot::rebuild(Seq upTo, const std::stop_token& stop)
{
    TRY(restore(m_kept));
    if (upTo <= m_kept.position)
        return {};
    while (!m_context.router->waitCommitted(upTo, 100ms))
        if (stop.stop_requested())
            return fail(ErrorCode::TimedOut, "stopped before the journal had its inputs");
    journal::ReadOptions options;
    options.fromSeq = m_kept.position + 1;
    options.withFrames = false;
    options.live = m_context.journal;
    TRY_ASSIGN(auto reader, journal::Reader::open(m_context.options->journalDirectory, std::move(options),
                                                  *m_context.symbols, *m_context.pool));
    for (;;) {
        TRY_ASSIGN(const std::optional<Batch> batch, reader.next());
        if (!batch || batch->firstSeq() > upTo)
            break;
        if (batch->firstSeq() <= m_kept.position || batch->header().lane == m_lane || !wants(*batch) ||
            m_skips.contains(batch->firstSeq()))
            continue;
        TRY(run(*batch));
        m_ordinal += m_builder.eventCount() > 0;
    }
    return {};
}

void Slot::pushControl(ControlKind kind, std::string_view payload, Seq cause, Nanos time, const std::stop_token& stop)
{
    BatchHeader& header = m_builder.begin(payload);
    header.lane = m_lane;
    header.kind = BatchKind::Control;
    header.control = kind;
    header.receiveTime = time;
    header.causeSeq = cause;
    header.ordinal = m_ordinal;
    push(m_builder.finish(), stop);
}

void Slot::push(Batch&& batch, const std::stop_token& stop)
{
    if (m_context.live)
        m_context.live->observe(batch);
    if (m_input->push(std::move(batch), stop))
        ++m_pushed;
    else
        m_failed = true;  // nothing that rests on it may be kept
}

void Slot::checkpoint(std::chrono::steady_clock::time_point time, Seq wanted)
{
    if (m_failed)
        return;
    if (!m_taken && (m_kept.position < wanted || time >= m_nextCheckpoint) && m_position > m_kept.position) {
        m_nextCheckpoint = time + m_context.options->checkpointEvery;
        m_taken.emplace(
            Taken{{m_position, m_ordinal, {}, m_begins, m_settings}, m_pushed, m_seen == m_pushed ? m_position : 0});
        m_pipeline->save(m_taken->checkpoint.state);
    }
    if (m_taken && m_taken->own != 0 &&
        m_context.router->isCommitted(std::max(m_taken->own, m_taken->checkpoint.position))) {
        keep(m_taken->checkpoint);
        m_taken.reset();
    }
}

void Slot::keep(const Checkpoint& checkpoint)
{
    if (const auto saved = m_files.save(checkpoint); !saved) {
        report(&saved.error());
        return;
    }
    // The one kept until now is the older one from here on.
    m_context.journal->retain(retainName(m_name), m_kept.position);
    m_kept = checkpoint;
    m_checkpoints.fetch_add(1, std::memory_order_relaxed);
    m_checkpointSeen.store(checkpoint.position, std::memory_order_relaxed);
}

PipelineCounters Slot::counters() const noexcept
{
    constexpr auto relaxed = std::memory_order_relaxed;
    return {m_inputs.load(relaxed),         m_derived.load(relaxed),     m_silent.load(relaxed),
            m_skipped.load(relaxed),        m_checkpoints.load(relaxed), m_positionSeen.load(relaxed),
            m_checkpointSeen.load(relaxed), m_positionTime.load(relaxed)};
}

void Slot::report(const Error* error)
{
    if (!error && m_failed)
        return;  // what is lost stays lost until the next start
    if (m_context.options->onState)
        m_context.options->onState(m_name, error);
}

}  // namespace tickdeck::pipelines
