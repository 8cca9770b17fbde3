// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/dead_letters.h"

#include <condition_variable>
#include <mutex>
#include <vector>

#include "engine/core/thread.h"

namespace tickdeck::ops {

struct DeadLetterQueue::State {
    State(StateDb& stateDb, Log& theLog) : db(&stateDb), log(&theLog) {}

    StateDb* db;
    Log* log;
    mutable std::mutex mutex;
    std::condition_variable_any wake;    // the thread's: something waits
    std::condition_variable_any stored;  // flush(): nothing waits
    struct Numbering {
        std::string component;
        Nanos time;
        std::uint64_t seq;
    };
    std::vector<DeadLetter> waiting;
    std::vector<Numbering> numberings;
    std::size_t bytes = 0;  // of the waiting
    bool storing = false;
    std::uint64_t lost = 0;
    Thread thread;  // last: ends first

    [[nodiscard]] bool idle() const { return waiting.empty() && numberings.empty(); }

    void run(const std::stop_token& stop)
    {
        std::unique_lock lock(mutex);
        while (wake.wait(lock, stop, [&] { return !idle(); })) {
            std::vector<DeadLetter> letters;
            letters.swap(waiting);
            std::vector<Numbering> numbers;
            numbers.swap(numberings);
            bytes = 0;
            storing = true;
            lock.unlock();
            const Result<> done = letters.empty() ? Result<>() : db->addDeadLetters(letters);
            if (!done)
                log->error("state", "dead_letters.lost", done.error().text(), {{"letters", letters.size()}});
            for (const Numbering& number : numbers)
                if (const auto put = db->numberDeadLetter(number.component, number.time, number.seq); !put)
                    log->warning("state", "dead_letters.unnumbered", put.error().text(), {{"seq", number.seq}});
            lock.lock();
            storing = false;
            if (!done)
                lost += letters.size();
            if (idle())
                stored.notify_all();
        }
    }
};

DeadLetterQueue::DeadLetterQueue(StateDb& db, Log& log) : m_state(std::make_unique<State>(db, log))
{
    m_state->thread =
        Thread("dead-letters", [state = m_state.get()](const std::stop_token& stop) { state->run(stop); });
}

DeadLetterQueue::~DeadLetterQueue()
{
    m_state->thread.requestStop();
    m_state->thread.join();
}

bool DeadLetterQueue::push(DeadLetter letter)
{
    const std::size_t size = sizeof(DeadLetter) + letter.bytes.size() + letter.text.size();
    const std::lock_guard lock(m_state->mutex);
    if (m_state->bytes + size > kMostBytes) {
        ++m_state->lost;
        return false;
    }
    m_state->bytes += size;
    m_state->waiting.push_back(std::move(letter));
    m_state->wake.notify_one();
    return true;
}

void DeadLetterQueue::number(std::string component, Nanos time, std::uint64_t seq)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->numberings.push_back({std::move(component), time, seq});
    m_state->wake.notify_one();
}

void DeadLetterQueue::flush()
{
    std::unique_lock lock(m_state->mutex);
    m_state->stored.wait(lock, [&] { return m_state->idle() && !m_state->storing; });
}

std::uint64_t DeadLetterQueue::lost() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->lost;
}

}  // namespace tickdeck::ops
