// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/runner.h"

#include <algorithm>

#include "engine/core/thread.h"
#include "engine/core/turns.h"
#include "engine/journal/reader.h"
#include "engine/pipelines/slot.h"

namespace tickdeck::pipelines {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAtOnce = 256;
constexpr auto kCheckpointPoll = 50ms;
constexpr auto kAfterError = 200ms;

}  // namespace

struct Runner::State {
    RunnerOptions options;
    SlotContext context;
    std::vector<std::unique_ptr<Slot>> slots;
    std::unique_ptr<Reader> reader;
    std::atomic<Seq> stopAt{~Seq{0}};  // the thread ends when it has come so far
    Parker ended;
    std::atomic<bool> done{false};
    Parker retry;
    Thread thread;

    void loop(const std::stop_token& stop);
    // Whether one of them comes no further.
    [[nodiscard]] bool failed() const
    {
        return std::ranges::any_of(slots, [](const auto& slot) { return slot->failed(); });
    }
    [[nodiscard]] bool finish(const std::stop_token& stop);
    [[nodiscard]] std::uint64_t behind() const noexcept;
    static void drain(std::span<State* const> states, std::chrono::steady_clock::time_point end);
    [[nodiscard]] Result<> settle();
    [[nodiscard]] Result<> scan();
};

Runner::Runner(RunnerOptions options, Router& router, journal::Journal& journal, SymbolTable& symbols, BufferPool& pool,
               LiveState* live)
    : m_state(std::make_unique<State>())
{
    m_state->options = std::move(options);
    m_state->context = {&m_state->options, &router, &journal, &symbols, &pool, live};
}

Runner::~Runner()
{
    m_state->thread.requestStop();
    if (m_state->reader)
        m_state->reader->wake();
}

Result<> Runner::add(const PipelineSpec& spec, const config::Section& section)
{
    TRY_ASSIGN(auto slot, Slot::make(m_state->context, spec, section));
    m_state->slots.push_back(std::move(slot));
    return {};
}

Result<> Runner::start()
{
    std::error_code error;
    std::filesystem::create_directories(m_state->options.directory, error);
    if (error)
        return fail(ErrorCode::Io, m_state->options.directory.string() + ": " + error.message());
    TRY(m_state->settle());
    for (const auto& slot : m_state->slots)
        TRY(slot->open());
    TRY(m_state->scan());
    ReaderOptions options;
    for (const auto& slot : m_state->slots)
        options.after = std::min(options.after, slot->position());
    TRY_ASSIGN(m_state->reader, m_state->context.router->addReader(m_state->options.name, options));
    State* state = m_state.get();
    m_state->thread = Thread(m_state->options.name, [state](const std::stop_token& stop) { state->loop(stop); });
    return {};
}

// What an earlier runner of this process has pushed must be in the journal before that is scanned.
Result<> Runner::State::settle()
{
    static const std::atomic<bool> never{false};
    const std::atomic<bool>& stopping = options.stopping ? *options.stopping : never;
    const auto numbered = [&](auto turn) { return context.router->waitNumbered(turn); };
    if (std::ranges::any_of(slots, [](const auto& slot) { return slot->input().pushed() > 0; }) &&
        !waitInTurns(options.stopWithin, stopping, numbered))
        return fail(ErrorCode::TimedOut, "the router does not take what was derived before");
    const auto committed = [&, upTo = context.router->newest()](auto turn) {
        return context.router->waitCommitted(upTo, turn);
    };
    if (!waitInTurns(options.stopWithin, stopping, committed))
        return fail(ErrorCode::TimedOut, "the journal does not commit");
    return {};
}

// Finds what was derived and skipped since the checkpoints.
Result<> Runner::State::scan()
{
    Seq from = ~Seq{0};
    for (const auto& slot : slots)
        from = std::min(from, slot->position() + 1);
    journal::ReadOptions read;
    read.fromSeq = from;
    read.withFrames = false;
    read.live = context.journal;
    const Seq end = context.router->newest();
    for (const auto& slot : slots)
        slot->countOwnAfter(end);
    if (from > end)
        return {};
    TRY_ASSIGN(auto journalReader,
               journal::Reader::open(options.journalDirectory, std::move(read), *context.symbols, *context.pool));
    for (;;) {
        TRY_ASSIGN(const std::optional<Batch> batch, journalReader.next());
        if (!batch || batch->firstSeq() > end)
            return {};
        for (const auto& slot : slots)
            slot->sawJournalled(*batch);
    }
}

void Runner::State::loop(const std::stop_token& stop)
{
    std::vector<Batch> batches;
    bool failing = false;
    while (!stop.stop_requested() && !finish(stop)) {
        batches.clear();
        const auto taken = reader->step(batches, kAtOnce, kCheckpointPoll);
        if (failing != !taken) {
            failing = !taken;
            for (const auto& slot : slots)
                slot->report(taken ? nullptr : &taken.error());
        }
        if (failing)
            retry.wait(kAfterError);
        for (const Batch& batch : batches)
            for (const auto& slot : slots)
                if (!stop.stop_requested())
                    slot->handle(batch, stop);
        const auto now = std::chrono::steady_clock::now();
        for (const auto& slot : slots)
            slot->checkpoint(now);
    }
    done.store(true, std::memory_order_release);
    ended.wake();
}

// Until everything is handled, also what pipelines derive from each other; what failed is not waited for.
void Runner::State::drain(std::span<State* const> states, std::chrono::steady_clock::time_point end)
{
    Router& router = *states.front()->context.router;
    const auto left = [&] {
        return std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()));
    };
    const auto handled = [&] {
        return std::ranges::all_of(states, [](const State* state) { return state->failed() || state->behind() == 0; });
    };
    while (left() > 0ms && !std::ranges::all_of(states, &State::failed)) {
        const Seq before = router.newest();
        if (router.waitNumbered(left()) && handled() && router.waitNumbered(left()) && router.newest() == before)
            return;
        states.front()->ended.wait(1ms);
    }
}

// Whether all up to the stop has been handled and is kept.
bool Runner::State::finish(const std::stop_token& stop)
{
    const Seq end = stopAt.load(std::memory_order_acquire);
    if (reader->position() < end || stop.stop_requested())
        return false;
    const auto now = std::chrono::steady_clock::now();
    bool kept = true;
    for (const auto& slot : slots) {
        slot->checkpoint(now, end);
        kept = kept && slot->hasKept(end);
    }
    return kept;
}

void Runner::stop()
{
    Runner* const only = this;
    stop(std::span(&only, 1), m_state->options.stopWithin);
}

void Runner::stopAll(std::span<const std::shared_ptr<Runner>> runners, std::chrono::milliseconds within)
{
    std::vector<Runner*> all;
    for (const auto& runner : runners)
        all.push_back(runner.get());
    stop(all, within);
}

void Runner::stop(std::span<Runner* const> runners, std::chrono::milliseconds within)
{
    std::vector<State*> states;
    for (const Runner* runner : runners)
        if (runner->m_state->thread.running())
            states.push_back(runner->m_state.get());
    if (states.empty())
        return;
    const auto begun = std::chrono::steady_clock::now();
    State::drain(states, begun + within / 2);
    for (State* state : states) {
        state->stopAt = state->context.router->newest();
        state->reader->wake();
    }
    for (State* state : states)
        while (!state->done.load(std::memory_order_acquire) && !state->failed()) {
            const auto left = begun + within - std::chrono::steady_clock::now();
            if (left <= 0ns)
                break;
            state->ended.wait(left);
        }
    for (State* state : states) {
        state->thread.requestStop();
        state->reader->wake();
        state->retry.wake();
    }
    for (State* state : states) {
        state->thread.join();
        state->reader.reset();
    }
}

void Runner::segmentBegan(Seq firstSeq) noexcept
{
    for (const auto& slot : m_state->slots)
        slot->segmentBegan(firstSeq);
}

std::vector<std::string> Runner::names() const
{
    std::vector<std::string> out;
    for (const auto& slot : m_state->slots)
        out.push_back(slot->name());
    return out;
}

PipelineCounters Runner::counters(std::string_view pipeline) const
{
    for (const auto& slot : m_state->slots)
        if (slot->name() == pipeline)
            return slot->counters();
    return {};
}

std::uint64_t Runner::behind() const noexcept { return m_state->behind(); }

std::uint64_t Runner::State::behind() const noexcept
{
    const Seq newest = context.router->newest();
    std::uint64_t most = 0;
    for (const auto& slot : slots)
        if (const Seq position = slot->counters().position; position < newest)
            most = std::max(most, newest - position);
    return most;
}

}  // namespace tickdeck::pipelines
