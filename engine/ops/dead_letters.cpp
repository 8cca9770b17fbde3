// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/dead_letters.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

#include "engine/core/thread.h"

namespace tickdeck::ops {

namespace {

constexpr std::size_t kMostNumberings = 1'000;
constexpr std::chrono::seconds kFlushLimit{2};

}  // namespace

struct DeadLetterQueue::State {
    State(StateDb& stateDb, Log& theLog) : db(&stateDb), log(&theLog) {}

    StateDb* db;
    Log* log;
    mutable std::mutex mutex;
    std::condition_variable_any wake;    // the thread's: something waits
    std::condition_variable_any stored;  // flush(): a round is done
    std::vector<DeadLetter> waiting;
    std::vector<LetterNumber> numberings;
    std::map<std::string, Nanos, std::less<>> taken;  // time of each component's newest letter that no longer waits
    std::size_t bytes = 0;                            // of the waiting
    std::uint64_t pushed = 0;                         // letters and numberings taken in
    std::uint64_t done = 0;                           // of them: stored, or failed to be
    std::uint64_t lost = 0;
    Thread thread;  // last: ends first

    [[nodiscard]] bool idle() const { return waiting.empty() && numberings.empty(); }

    void run(const std::stop_token& stop)
    {
        std::unique_lock lock(mutex);
        while (wake.wait(lock, stop, [&] { return !idle(); })) {
            std::vector<DeadLetter> letters;
            letters.swap(waiting);
            std::vector<LetterNumber> numbers;
            numbers.swap(numberings);
            bytes = 0;
            const std::uint64_t upTo = pushed;
            for (const DeadLetter& letter : letters)
                taken.insert_or_assign(letter.component, letter.time);
            lock.unlock();
            const Result<> kept = letters.empty() ? Result<>() : db->addDeadLetters(letters);
            if (!kept)
                log->error("state", "dead_letters.lost", kept.error().text(), {{"letters", letters.size()}});
            if (!numbers.empty() && !stop.stop_requested())
                if (const auto put = db->numberDeadLetters(numbers); !put)
                    log->warning("state", "dead_letters.unnumbered", put.error().text(), {{"letters", numbers.size()}});
            lock.lock();
            if (!kept)
                lost += letters.size();
            done = upTo;
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
    ++m_state->pushed;
    m_state->waiting.push_back(std::move(letter));
    m_state->wake.notify_one();
    return true;
}

void DeadLetterQueue::number(std::string component, Nanos time, std::uint64_t seq)
{
    const std::lock_guard lock(m_state->mutex);
    // Most still wait here; not where one of the same time has gone before, whose number this may be.
    const auto before = m_state->taken.find(component);
    if (before == m_state->taken.end() || before->second != time) {
        const auto found = std::ranges::find_if(m_state->waiting, [&](const DeadLetter& letter) {
            return letter.time == time && letter.seq == 0 && letter.component == component;
        });
        if (found != m_state->waiting.end()) {
            found->seq = seq;
            return;
        }
    }
    if (m_state->numberings.size() >= kMostNumberings)
        return;
    ++m_state->pushed;
    m_state->numberings.push_back({std::move(component), time, seq});
    m_state->wake.notify_one();
}

void DeadLetterQueue::flush()
{
    std::unique_lock lock(m_state->mutex);
    const std::uint64_t upTo = m_state->pushed;
    m_state->stored.wait_for(lock, kFlushLimit, [&] { return m_state->done >= upTo; });
}

std::uint64_t DeadLetterQueue::lost() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->lost;
}

}  // namespace tickdeck::ops
