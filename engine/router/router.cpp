// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/router/router.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "engine/router/router_state.h"

namespace tickdeck {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBurst = 64;          // batches taken from one input before the next has its turn
constexpr std::size_t kAppendAtOnce = 256;  // batches copied out for the journal
constexpr auto kRetry = 20ms;               // after the journal has refused a batch
constexpr auto kRest = 100ms;               // the longest sleep, should a wake be lost

// What a batch holds of the ring's bytes: its buffer, which comes in powers of two.
std::size_t weight(const Batch& batch) { return std::bit_ceil(batch.bytes().size() + sizeof(Buffer)); }

}  // namespace

Input::Input(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Input::~Input() = default;

bool Input::tryPush(Batch&& batch)
{
    if (!m_state->ring.tryPush(std::move(batch))) {
        m_state->refused.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    m_state->pushed.fetch_add(1, std::memory_order_relaxed);
    m_state->router->wake();
    return true;
}

bool Input::push(Batch&& batch, const std::stop_token& stop)
{
    while (!stop.stop_requested() && !m_state->ended.load(std::memory_order_acquire)) {
        m_state->waiting.store(true, std::memory_order_seq_cst);
        const bool pushed = tryPush(std::move(batch));
        if (!pushed)
            m_state->room.wait(kRetry);
        m_state->waiting.store(false, std::memory_order_relaxed);
        if (pushed)
            return true;
    }
    return false;
}

const std::string& Input::name() const noexcept { return m_state->name; }
std::size_t Input::size() const noexcept { return m_state->ring.size(); }
std::size_t Input::capacity() const noexcept { return m_state->ring.capacity(); }
std::uint64_t Input::pushed() const noexcept { return m_state->pushed.load(std::memory_order_relaxed); }
std::uint64_t Input::refused() const noexcept { return m_state->refused.load(std::memory_order_relaxed); }

Router::Router(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Router::~Router()
{
    if (m_state->running.load())
        (void)stop();
    assert(m_state->readers.load() == 0 && "a reader outlives the router");
}

Result<std::unique_ptr<Router>> Router::open(RouterOptions options, journal::Journal& journal, SymbolTable& symbols,
                                             BufferPool& pool)
{
    auto state = std::make_unique<State>(std::move(options), journal, symbols, pool);
    TRY(state->numbers.open(state->options.journalDirectory, state->journalLast));
    if (state->numbers.damage() && state->options.onNotice)
        state->options.onNotice(*state->numbers.damage());
    state->first = state->numbers.first();
    state->newest = state->first - 1;
    state->journalCursor = state->ring.attach(0, WhenLate::Block);
    return std::unique_ptr<Router>(new Router(std::move(state)));
}

Input& Router::addInput(std::string name, std::size_t capacity)
{
    const std::scoped_lock lock(m_state->inputsMutex);
    for (const auto& input : m_state->inputs)
        if (input->name() == name)
            return *input;
    auto state = std::make_unique<Input::State>(std::move(name), capacity, m_state->awake);
    m_state->inputs.push_back(std::unique_ptr<Input>(new Input(std::move(state))));
    m_state->inputCount.store(m_state->inputs.size(), std::memory_order_release);
    return *m_state->inputs.back();
}

void Router::start()
{
    State* state = m_state.get();
    state->running = true;
    state->journalThread = Thread("journal", [state](const std::stop_token& stop) { state->journalLoop(stop); });
    state->routerThread = Thread("router", [state](const std::stop_token& stop) { state->numberLoop(stop); });
}

Result<> Router::stop()
{
    if (!m_state->running.exchange(false))
        return {};
    m_state->stopping = true;
    m_state->routerThread.requestStop();
    m_state->awake.wake();
    m_state->routerThread.join();
    m_state->journalThread.requestStop();
    m_state->changed.wake();
    m_state->journalThread.join();
    for (Input* input : m_state->snapshot()) {
        input->m_state->ended.store(true, std::memory_order_release);
        input->m_state->room.wake();
    }
    if (m_state->givenUp > 0)
        return fail(ErrorCode::Io, std::to_string(m_state->givenUp) + " batches were not journalled");
    TRY(m_state->journal->flush());
    TRY(m_state->numbers.giveBack(newest()));
    m_state->changed.wake();
    return {};
}

Seq Router::newest() const noexcept { return m_state->newest.load(std::memory_order_acquire); }
Seq Router::firstOfRun() const noexcept { return m_state->first; }
Seq Router::committed() const noexcept { return m_state->journal->committed(); }
void Router::wakeReaders() noexcept { m_state->changed.wake(); }

bool Router::isCommitted(Seq seq) const noexcept { return seq < m_state->first || committed() >= seq; }

bool Router::waitCommitted(Seq seq, std::chrono::milliseconds timeout)
{
    return m_state->wait(timeout, [&] { return isCommitted(seq); });
}

bool Router::waitNumbered(std::chrono::milliseconds timeout)
{
    std::vector<std::pair<Input::State*, std::uint64_t>> wanted;
    for (Input* input : m_state->snapshot())
        wanted.emplace_back(input->m_state.get(), input->pushed());
    return m_state->wait(timeout, [&] {
        return std::ranges::all_of(
            wanted, [](const auto& one) { return one.first->numbered.load(std::memory_order_acquire) >= one.second; });
    });
}

bool Router::State::wait(std::chrono::milliseconds timeout, const std::function<bool()>& done)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    for (;;) {
        const EventCount::Key key = changed.prepare();
        if (done())
            return true;
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= 0ns)
            return false;
        changed.wait(key, std::min<std::chrono::nanoseconds>(left, kRetry));
    }
}

Router::Counters Router::counters() const noexcept
{
    return {m_state->batches.load(std::memory_order_relaxed), m_state->events.load(std::memory_order_relaxed),
            m_state->heldUp.load(std::memory_order_relaxed)};
}

std::vector<const Input*> Router::inputs() const
{
    const std::vector<Input*> inputs = m_state->snapshot();
    return {inputs.begin(), inputs.end()};
}

std::vector<Input*> Router::State::snapshot() const
{
    const std::scoped_lock lock(inputsMutex);
    std::vector<Input*> out;
    for (const auto& input : inputs)
        out.push_back(input.get());
    return out;
}

void Router::State::numberLoop(const std::stop_token& stop)
{
    std::vector<Input*> known;
    std::size_t turn = 0;
    Batch batch;
    for (;;) {
        // Read before the inputs are looked at: what a producer pushed before the stop is then seen.
        const bool last = stop.stop_requested();
        if (known.size() != inputCount.load(std::memory_order_acquire))
            known = snapshot();
        bool any = false;
        for (std::size_t i = 0; i < known.size(); ++i) {
            Input::State& input = *known[(turn + i) % known.size()]->m_state;
            std::size_t taken = 0;
            while (taken < kBurst && input.ring.tryPop(batch)) {
                place(std::move(batch));
                ++taken;
            }
            if (taken == 0)
                continue;
            input.numbered.fetch_add(taken, std::memory_order_release);
            any = true;
            if (input.waiting.load(std::memory_order_seq_cst))
                input.room.wake();
        }
        ++turn;
        if (any)
            changed.wake();
        else if (last)
            return;
        else
            awake.wait(kRest);
    }
}

// Numbers the batch and pushes it into the ring; waits while the journal has no room for it.
void Router::State::place(Batch&& batch)
{
    const Seq number = newest.load(std::memory_order_relaxed) + 1;
    const Seq end = number + batch.span() - 1;
    while (end > numbers.limit() && !givingUp()) {
        changed.wake();
        awake.wait(kRetry);
    }
    batch.number(number);
    newest.store(end, std::memory_order_release);
    batches.fetch_add(1, std::memory_order_relaxed);
    events.fetch_add(batch.header().eventCount, std::memory_order_relaxed);
    const std::size_t bytes = weight(batch);
    if (ring.tryPush(std::move(batch), bytes))
        return;
    heldUp.fetch_add(1, std::memory_order_relaxed);
    while (!ring.tryPush(std::move(batch), bytes)) {
        if (givingUp()) {
            ++givenUp;
            return;
        }
        changed.wake();
        awake.wait(kRetry);
    }
}

void Router::State::journalLoop(const std::stop_token& stop)
{
    std::vector<Batch> taken;
    std::chrono::nanoseconds rest = kRest;
    for (;;) {
        const bool last = stop.stop_requested();
        const EventCount::Key key = changed.prepare();
        taken.clear();
        (void)journalCursor.read(kAppendAtOnce, [&](const Batch& batch) {
            taken.push_back(batch);
            return true;
        });
        if (!taken.empty()) {
            awake.wake();
            append(taken);
        }
        report(reserveRefused, numbers.extend(newest.load(std::memory_order_acquire)));
        rest = std::min<std::chrono::nanoseconds>(journal->poll(), kRest);
        if (!taken.empty())
            continue;
        if (last)
            return;
        changed.wait(key, rest);
    }
}

void Router::State::append(const std::vector<Batch>& taken)
{
    for (const Batch& batch : taken) {
        for (;;) {
            const Result<> result = journal->append(batch);
            report(appendRefused, result);
            if (result)
                break;
            if (givingUp()) {
                ++givenUp;
                break;
            }
            (void)journal->poll();
            const EventCount::Key key = changed.prepare();
            changed.wait(key, kRetry);
        }
    }
}

void Router::State::report(bool& refused, const Result<>& result)
{
    refused = !result.has_value();
    const bool fails = appendRefused || reserveRefused;
    if (journalFails.exchange(fails, std::memory_order_acq_rel) == fails || !options.onJournal)
        return;
    options.onJournal(fails ? &result.error() : nullptr);
}

}  // namespace tickdeck
