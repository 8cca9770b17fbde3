// SPDX-License-Identifier: GPL-3.0-or-later
// Dead letters of the running engine: kept, shown, tried again, dropped.

#include <algorithm>
#include <charconv>

#include "engine/journal/reader.h"
#include "engine/model/format.h"
#include "engine/plugin/decode_step.h"
#include "engine/runtime/graph.h"
#include "engine/runtime/registry.h"

namespace tickdeck::runtime {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSinks = "sinks.";
constexpr std::string_view kPipelines = "pipelines.";
constexpr auto kSkipLimit = 2s;     // until a skip is committed
constexpr auto kRetryLimit = 5s;    // of one command
constexpr auto kStoreTurn = 100ms;  // until it is looked whether the sink is another, or the engine stops
constexpr std::size_t kMostLines = 20;

bool isWhole(const ops::DeadLetter& letter) { return letter.size <= letter.bytes.size(); }

// The numbers of the events that a sink's letter holds, a line of JSON each.
std::vector<Seq> eventsOf(const ops::DeadLetter& letter)
{
    std::vector<Seq> out;
    constexpr std::string_view kSeq = R"({"seq":)";
    for (std::size_t at = 0; at < letter.bytes.size();) {
        const std::string_view line = std::string_view(letter.bytes).substr(at, letter.bytes.find('\n', at) - at);
        Seq seq = 0;
        if (line.starts_with(kSeq) &&
            std::from_chars(line.data() + kSeq.size(), line.data() + line.size(), seq).ec == std::errc())
            out.push_back(seq);
        at += line.size() + 1;
    }
    return out;
}

}  // namespace

Result<> Engine::Graph::keepRefused(const std::string& sink, const sinks::DeadLetter& letter)
{
    const std::string component = std::string(kSinks) + sink;
    std::string refused;
    for (const EventView& event : letter.events) {
        appendJson(refused, event, letter.batch.header(), m_symbols, {m_stateDb->engineId()});
        refused += '\n';
    }
    const sinks::SeqRange range{letter.events.front().seq(), letter.events.back().seq()};
    ops::DeadLetter out{.time = m_clock.now(),
                        .component = component,
                        .code = letter.error.code,
                        .text = letter.error.text(),
                        .seq = range.first,
                        .bytes = std::move(refused)};
    out.size = out.bytes.size();
    // It may be asked for again where the journal did not take the skip at once.
    TRY_ASSIGN(const bool known, m_stateDb->hasDeadLetter(component, out.seq, out.size));
    if (!known) {
        TRY(m_stateDb->addDeadLetters(std::span(&out, 1)));
        countDeadLetter(component);
        m_log->error(component, "dead_letter.kept", out.text, {{"seq", range.first}, {"to", range.last}});
    }
    if (m_stopping)
        return fail(ErrorCode::Refused, "the engine stops", Remedy::Retry);
    // First of all the mark that there are skips: without it the next start does not look for them.
    TRY(noteSkip(sink, range.last));
    return m_engineLane->skip(component, {range, false}, kSkipLimit, m_stopping);
}

void Engine::Graph::keepDeadLetter(std::string component, const Error& error, const Batch& batch)
{
    ops::DeadLetter letter{.time = m_clock.now(),
                           .component = component,
                           .code = error.code,
                           .text = error.text(),
                           .seq = batch.firstSeq(),
                           .bytes = std::string(batch.payload())};
    letter.offset = error.offset;
    const Nanos time = letter.time;
    countDeadLetter(component);
    if (m_deadLetters->push(std::move(letter)) && batch.firstSeq() == 0)
        m_letterNumbers.wait(batch, std::move(component), time);
}

void Engine::Graph::countDeadLetter(const std::string& component)
{
    m_metrics->counter("tickdeck_dead_letters_total", "Inputs that were refused for good", {{"component", component}})
        .add();
}

// state.db remembers the newest skip of each sink, so that a start scans the journal only where there is one to find.
Result<> Engine::Graph::noteSkip(const std::string& sink, Seq last)
{
    const std::string key = "skips." + sink;
    TRY_ASSIGN(const auto stored, m_stateDb->value(key));
    Seq known = 0;
    if (stored)
        std::from_chars(stored->data(), stored->data() + stored->size(), known);
    return stored && known >= last ? Result<>() : m_stateDb->setValue(key, std::to_string(last));
}

Result<std::vector<sinks::SeqRange>> Engine::Graph::skippedBefore(const std::string& sink, Seq after)
{
    TRY_ASSIGN(const auto stored, m_stateDb->value("skips." + sink));
    Seq newest = 0;
    if (stored)
        std::from_chars(stored->data(), stored->data() + stored->size(), newest);
    if (stored && newest <= after)
        return std::vector<sinks::SeqRange>{};
    TRY_ASSIGN(auto found, skippedBy(std::string(kSinks) + sink, after, m_options.dataDirectory / "journal",
                                     m_journal.get(), m_symbols, m_pool, [this] { return m_stopping.load(); }));
    TRY(noteSkip(sink, found.empty() ? 0 : found.back().last));
    return found;
}

bool Engine::Graph::canRetry(const ops::DeadLetter& letter) const
{
    const std::string_view component = letter.component;
    if (component.starts_with(kSinks))
        return letter.seq > 0 && settings()->enabled(letter.component);
    return findSpec(m_connectorSpecs, component) &&
           (letter.seq > 0 || letter.size <= ops::StateDbOptions{}.largestLetter);
}

Result<std::string> Engine::Graph::retryDeadLetters(std::span<const std::int64_t> ids,
                                                    const std::function<bool()>& enough)
{
    if (!m_routing)
        return fail(ErrorCode::Refused, "the engine is starting or stopping", Remedy::Retry);
    m_deadLetters->flush();
    const auto end = std::chrono::steady_clock::now() + kRetryLimit;
    const auto over = [&] { return m_stopping || (enough && enough()) || std::chrono::steady_clock::now() >= end; };
    std::uint64_t gone = 0;
    std::uint64_t kept = 0;
    std::string lines;
    std::size_t tried = 0;
    for (const std::int64_t id : ids) {
        if (over())
            break;
        ++tried;
        Result<std::string> passed = retry(id, over);
        if (passed)
            if (auto dropped = m_stateDb->dropDeadLetters(std::span(&id, 1)); !dropped)
                passed = std::unexpected(std::move(dropped).error());
        ++(passed ? gone : kept);
        if (tried <= kMostLines)
            lines += "\n" + std::to_string(id) + ": " + (passed ? *passed : "kept: " + passed.error().text());
    }
    if (tried > kMostLines)
        lines += "\n… and " + std::to_string(tried - kMostLines) + " more";
    std::string summary = std::to_string(gone) + " passed and are gone, " + std::to_string(kept) + " kept";
    if (tried < ids.size())
        summary += ", " + std::to_string(ids.size() - tried) + " not tried for want of time";
    m_log->info("dead-letters", "dead_letters.retried", summary,
                {{"letters", ids.size()}, {"first", ids.empty() ? 0 : ids.front()}, {"gone", gone}, {"kept", kept}});
    const auto count = [&](const char* outcome, std::uint64_t by) {
        m_metrics
            ->counter("tickdeck_dead_letters_retried_total", "Dead letters that were tried again",
                      {{"outcome", outcome}})
            .add(static_cast<double>(by));
    };
    count("gone", gone);
    count("kept", kept);
    return summary + lines;
}

Result<std::string> Engine::Graph::retry(std::int64_t id, const std::function<bool()>& over)
{
    TRY_ASSIGN(const ops::DeadLetter letter, m_stateDb->deadLetter(id));
    const std::string_view component = letter.component;
    if (component.starts_with(kSinks))
        return retryInStore(letter, over);
    if (component.starts_with(kPipelines))
        return fail(ErrorCode::Unsupported, "a pipeline's skipped input stays skipped: its state went on without it");
    return retryDecode(letter);
}

Result<Batch> Engine::Graph::journalled(Seq seq, bool withFrames, SymbolTable& symbols)
{
    TRY_ASSIGN(auto reader, journal::Reader::open(m_options.dataDirectory / "journal",
                                                  {.fromSeq = seq, .withFrames = withFrames, .live = m_journal.get()},
                                                  symbols, m_pool));
    TRY_ASSIGN(std::optional<Batch> batch, reader.next());
    if (!batch || batch->firstSeq() > seq || batch->lastSeq() < seq)
        return fail(ErrorCode::NotFound, "the journal no longer has number " + std::to_string(seq));
    return std::move(*batch);
}

// Those of its batch that the sink is to have, but for what had been refused by itself before the rest was.
Result<std::vector<Seq>> Engine::Graph::eventsOfCut(const ops::DeadLetter& letter, const Batch& batch)
{
    TRY_ASSIGN(EventFilter filter, EventFilter::of(settings()->section(letter.component)));
    TRY_ASSIGN(const auto earlier, m_stateDb->deadLetters(batch.header().eventCount, letter.id, letter.component));
    for (const ops::DeadLetter& own : earlier)
        if (own.seq != letter.seq)
            filter.skip(own.seq);
    std::vector<Seq> out;
    for (const EventView event : batch)
        if (event.seq() >= letter.seq && filter.passes(event, m_symbols))
            out.push_back(event.seq());
    if (out.empty())
        return fail(ErrorCode::Refused, "the sink's events and venues leave it out now");
    return out;
}

// The events again as the journal has them, past the skip.
Result<std::string> Engine::Graph::retryInStore(const ops::DeadLetter& letter, const std::function<bool()>& over)
{
    const std::string name = letter.component.substr(kSinks.size());
    std::vector<Seq> events = eventsOf(letter);
    TRY_ASSIGN(const Batch batch, journalled(letter.seq, false, m_symbols));
    if (!isWhole(letter) && events.size() != 1) {
        TRY_ASSIGN(events, eventsOfCut(letter, batch));
    }
    if (events.empty())
        return fail(ErrorCode::Corrupt, "the letter names no event");
    for (;;) {
        Result<> done = fail(ErrorCode::NotFound, letter.component + " does not run");
        for (const SinkView& view : sinkViews())
            if (view.unit->spec->name == name && view.runner)
                done = view.runner->restore(batch, events, kStoreTurn);
        if (done)
            break;
        if (done.error().code != ErrorCode::TimedOut || over())
            return std::unexpected(std::move(done).error());
    }
    TRY(m_engineLane->skip(letter.component, {{events.front(), events.back()}, true}, kSkipLimit, m_stopping));
    return "stored in " + name;
}

// In isolation: what the frame tells now is told by a replay of the journal; it does not enter the ordered stream again.
Result<std::string> Engine::Graph::retryDecode(const ops::DeadLetter& letter)
{
    const ConnectorSpec* spec = findSpec(m_connectorSpecs, letter.component);
    if (!spec)
        return fail(ErrorCode::NotFound, "this build has no connector " + letter.component);
    SymbolTable symbols;
    BatchHeader like;
    std::string bytes = letter.bytes;
    if (letter.seq > 0) {
        TRY_ASSIGN(const Batch batch, journalled(letter.seq, true, symbols));
        like = batch.header();
        bytes = batch.payload();
    } else if (!isWhole(letter)) {
        return fail(ErrorCode::Unsupported, "only its beginning was kept, and it has no journal position");
    }
    const auto decoder = spec->makeDecoder(settings()->section(spec->settings.name), symbols);
    BatchBuilder builder(m_pool);
    Emit emit(builder);
    const Decoded decoded = decodeStep(*decoder, like, bytes, builder, emit);
    if (decoded.error)
        return std::unexpected(*decoded.error);
    return "is decoded now, " + std::to_string(decoded.batch.header().eventCount) +
           " events by itself; replay makes them from the journal";
}

Result<std::uint64_t> Engine::Graph::dropDeadLetters(std::span<const std::int64_t> ids)
{
    m_deadLetters->flush();
    TRY_ASSIGN(const std::uint64_t dropped, m_stateDb->dropDeadLetters(ids));
    m_metrics->counter("tickdeck_dead_letters_dropped_total", "Dead letters dropped by hand")
        .add(static_cast<double>(dropped));
    m_log->info("dead-letters", "dead_letters.dropped", std::to_string(dropped) + " dropped by hand",
                {{"letters", dropped}, {"first", ids.empty() ? 0 : ids.front()}});
    return dropped;
}

Result<api::DeadLetters> Engine::Graph::listDeadLetters(std::size_t most)
{
    m_deadLetters->flush();
    TRY_ASSIGN(auto letters, m_stateDb->deadLetters(most));
    TRY_ASSIGN(const ops::DeadLetterTotals totals, m_stateDb->deadLetterTotals());
    api::DeadLetters out{.letters = {}, .kept = totals.kept, .dropped = totals.dropped};
    for (ops::DeadLetter& letter : letters)
        out.letters.push_back(forFrontEnd(std::move(letter)));
    return out;
}

Result<api::DeadLetter> Engine::Graph::showDeadLetter(std::int64_t id)
{
    m_deadLetters->flush();
    TRY_ASSIGN(auto letter, m_stateDb->deadLetter(id));
    return forFrontEnd(std::move(letter));
}

api::DeadLetter Engine::Graph::forFrontEnd(ops::DeadLetter letter) const
{
    api::DeadLetter out;
    out.id = letter.id;
    out.time = letter.time;
    out.code = enumName(letter.code);
    out.offset = letter.offset;
    out.seq = letter.seq;
    out.size = letter.size;
    out.canRetry = canRetry(letter);
    out.component = std::move(letter.component);
    out.text = std::move(letter.text);
    out.bytes = std::move(letter.bytes);
    return out;
}

}  // namespace tickdeck::runtime
