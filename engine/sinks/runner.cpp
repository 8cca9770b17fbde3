// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/runner.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "engine/core/thread.h"
#include "engine/sinks/work.h"

namespace tickdeck::sinks {

namespace {

// How often a flush looks whether what it waits for has come.
constexpr std::chrono::nanoseconds kFlushPoll = std::chrono::milliseconds(5);

// A flush, or, with a batch, a restore.
struct Request {
    Seq upTo = 0;
    Batch batch;
    std::vector<Seq> events;
    std::optional<Result<>> answer;
    bool serving = false;  // the sink's thread is at it: it is not given up
};

}  // namespace

struct Runner::State {
    State(RunnerOptions options, std::unique_ptr<Sink> sink, SinkContext context, EventFilter filter, Clock& aClock)
        : name(options.name),
          clock(&aClock),
          work(std::move(options), std::move(sink), std::move(context), std::move(filter), aClock)
    {
    }

    void run(const std::stop_token& stop);
    void drain();
    [[nodiscard]] bool serveRequests(const Error* endedWith);
    [[nodiscard]] Result<> ask(const std::shared_ptr<Request>& request, std::chrono::milliseconds limit);
    void wake()
    {
        parker.wake();
        work.wake();
    }

    std::string name;
    Clock* clock;
    Work work;
    Parker parker;
    std::atomic<Nanos> deadline{0};  // steady, of the stop
    Result<> ended;

    std::mutex mutex;  // of the requests
    std::condition_variable answered;
    std::vector<std::shared_ptr<Request>> requests;
    bool accepting = false;

    Thread thread;  // last: ends first
};

void Runner::State::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        bool hurry = false;
        {
            const std::scoped_lock lock(mutex);
            hurry = !requests.empty();
        }
        auto wait = work.turn(hurry);
        if (hurry && !serveRequests(nullptr))
            wait = std::max(wait, kFlushPoll);
        if (wait.count() > 0)
            parker.wait(wait);
    }
    drain();
    {
        const std::scoped_lock lock(mutex);
        accepting = false;
    }
    const Error stopped{ErrorCode::Refused, Remedy::None, "the sink has stopped", {}, {}};
    static_cast<void>(serveRequests(&stopped));
    work.setStopped();
}

void Runner::State::drain()
{
    bool late = false;
    while (!work.drained() && !work.failedForGood() && !late) {
        const auto wait = work.turn(true);
        const Nanos left = deadline.load() - clock->steady();
        late = left <= 0;
        if (wait.count() > 0 && !late)
            parker.wait(std::min(wait, std::chrono::nanoseconds(left)));
    }
    ended = work.flush();
    if (ended && late)
        ended = fail(ErrorCode::TimedOut, "stopped before all was written; the rest is in the journal");
}

// Answers what can be answered; whether that was all.
bool Runner::State::serveRequests(const Error* endedWith)
{
    std::vector<std::shared_ptr<Request>> waiting;
    {
        const std::scoped_lock lock(mutex);
        waiting = requests;
    }
    std::size_t open = 0;
    for (const auto& request : waiting) {
        {
            const std::scoped_lock lock(mutex);
            if (std::ranges::find(requests, request) == requests.end())
                continue;  // given up meanwhile
            request->serving = true;
        }
        std::optional<Result<>> answer;
        if (endedWith)
            answer = std::unexpected(*endedWith);
        else if (work.failedForGood())
            answer = std::unexpected(work.lastError().value_or(Error{}));
        else if (request->batch) {
            if (work.opened())
                answer = work.restore(request->batch, request->events);
        } else if (work.position() >= request->upTo)
            answer.emplace();
        else if (work.taken() >= request->upTo)
            if (Result<> done = work.flush(); done || work.failedForGood())
                answer = std::move(done);  // else it is tried again; the caller's patience ends it
        open += answer ? 0u : 1u;
        const std::scoped_lock lock(mutex);
        request->serving = false;
        request->answer = std::move(answer);
        if (request->answer)
            std::erase(requests, request);
    }
    answered.notify_all();
    return open == 0;
}

Runner::Runner(RunnerOptions options, std::unique_ptr<Sink> sink, SinkContext context, EventFilter filter, Clock& clock)
    : m_state(
          std::make_unique<State>(std::move(options), std::move(sink), std::move(context), std::move(filter), clock))
{
}

Runner::~Runner()
{
    static_cast<void>(stop(std::chrono::milliseconds(0)));  // who wants the answer calls stop()
}

void Runner::start()
{
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->accepting = true;
    }
    m_state->thread =
        Thread("sink-" + m_state->name, [state = m_state.get()](const std::stop_token& stop) { state->run(stop); });
}

Result<> Runner::stop(std::chrono::milliseconds limit)
{
    if (!m_state->thread.running())
        return m_state->ended;
    m_state->deadline.store(m_state->clock->steady() + toNanos(limit));
    m_state->thread.requestStop();
    m_state->wake();
    m_state->thread.join();
    return m_state->ended;
}

Result<> Runner::flush(Seq upTo, std::chrono::milliseconds limit)
{
    return m_state->ask(std::make_shared<Request>(Request{.upTo = upTo}), limit);
}

Result<> Runner::restore(const Batch& batch, std::vector<Seq> events, std::chrono::milliseconds limit)
{
    return m_state->ask(std::make_shared<Request>(Request{.batch = batch, .events = std::move(events)}), limit);
}

Result<> Runner::State::ask(const std::shared_ptr<Request>& request, std::chrono::milliseconds limit)
{
    std::unique_lock lock(mutex);
    if (!accepting)
        return fail(ErrorCode::Refused, "the sink does not run");
    requests.push_back(request);
    lock.unlock();
    wake();
    lock.lock();
    const auto isAnswered = [&] { return request->answer.has_value(); };
    // What the store is at is not given up, else whoever asks again has it done again.
    if (!answered.wait_for(lock, limit, isAnswered))
        answered.wait(lock, [&] { return isAnswered() || !request->serving; });
    if (isAnswered())
        return *request->answer;
    std::erase(requests, request);
    return fail(ErrorCode::TimedOut, "the store did not take everything in time", Remedy::Retry);
}

RunnerStatus Runner::status() const { return m_state->work.status(); }

}  // namespace tickdeck::sinks
