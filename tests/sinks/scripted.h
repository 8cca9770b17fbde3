// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A store that fails as it is told, and a feed from a list.

#include <csignal>
#include <functional>
#include <set>
#include <unistd.h>
#include <vector>

#include "engine/plugin/sink.h"
#include "engine/sinks/feed.h"
#include "tests/sinks/random_events.h"

namespace tickdeck::test {

// Outlives the sink that writes to it.
struct Store {
    struct Failures {
        int left = 0;
        Error error;
    };

    bool durableAtOnce = false;  // else with flush(), and with idle() where that is set
    bool idleMakesDurable = false;
    Failures failOpens;
    Failures failWrites;
    int flaky = 0;                // every n-th write fails with Retry
    std::set<Seq> refusedEvents;  // a write that holds one fails with Remedy::None
    bool tells = false;           // whether check() names them
    Seq fatal = 0;                // a write that holds this event kills the process
    std::function<void()> onWrite;
    std::function<void()> onFlush;
    std::function<void()> onRestore;
    std::function<void()> onEnd;  // of the sink

    Seq position = 0;
    std::vector<Seq> events;   // durable
    std::vector<Seq> waiting;  // written, not durable
    Seq waitingPosition = 0;
    std::vector<Seq> restored;
    int opened = 0;
    int writes = 0;
    std::size_t largestWrite = 0;  // bytes

    void makeDurable()
    {
        events.insert(events.end(), waiting.begin(), waiting.end());
        waiting.clear();
        position = std::max(position, waitingPosition);
    }
};

class ScriptedSink final : public Sink {
public:
    explicit ScriptedSink(Store& store) : m_store(&store) {}
    ~ScriptedSink() override
    {
        if (m_store->onEnd)
            m_store->onEnd();
    }
    ScriptedSink(const ScriptedSink&) = delete;
    ScriptedSink& operator=(const ScriptedSink&) = delete;

    Result<Seq> open(const SinkContext& context) override
    {
        m_context = context;
        ++m_store->opened;
        TRY(pass(m_store->failOpens));
        m_store->waiting.clear();
        m_store->waitingPosition = m_store->position;
        return m_store->position;
    }
    Result<> write(std::span<const Batch> batches) override
    {
        ++m_store->writes;
        if (m_store->onWrite)
            m_store->onWrite();
        TRY(pass(m_store->failWrites));
        if (m_store->flaky > 0 && m_store->writes % m_store->flaky == 0)
            return fail(ErrorCode::Disconnected, "flaky", Remedy::Retry);
        std::size_t bytes = 0;
        std::vector<Seq> seqs;
        for (const Batch& batch : batches) {
            EXPECT_GT(batch.lastSeq(), m_store->waitingPosition) << "a batch came again";
            bytes += batch.header().size;
            for (const EventView event : batch) {
                if (!m_context.filter->passes(event, *m_context.symbols))
                    continue;
                if (m_store->refusedEvents.contains(event.seq()))
                    return fail(ErrorCode::OutOfRange, "poison");
                if (event.seq() == m_store->fatal)
                    ::kill(::getpid(), SIGKILL);
                seqs.push_back(event.seq());
            }
        }
        m_store->largestWrite = std::max(m_store->largestWrite, bytes);
        m_store->waiting.insert(m_store->waiting.end(), seqs.begin(), seqs.end());
        m_store->waitingPosition = batches.back().lastSeq();
        if (m_store->durableAtOnce)
            m_store->makeDurable();
        return {};
    }
    [[nodiscard]] Seq position() const override { return m_store->position; }
    Result<> idle(Nanos) override
    {
        if (m_store->idleMakesDurable)
            m_store->makeDurable();
        return {};
    }
    Result<> flush() override
    {
        if (m_store->onFlush)
            m_store->onFlush();
        m_store->makeDurable();
        return {};
    }
    Result<> restore(const Batch& batch, std::span<const EventView> wanted) override
    {
        EXPECT_LE(batch.lastSeq(), m_store->position);
        if (m_store->onRestore)
            m_store->onRestore();
        for (const EventView& event : wanted)
            if (m_store->refusedEvents.contains(event.seq()))
                return fail(ErrorCode::OutOfRange, "poison still");
        for (const EventView& event : wanted)
            m_store->restored.push_back(event.seq());
        return {};
    }
    [[nodiscard]] Result<> check(const EventView& event) const override
    {
        if (m_store->tells && m_store->refusedEvents.contains(event.seq()))
            return fail(ErrorCode::OutOfRange, "poison");
        return {};
    }

private:
    static Result<> pass(Store::Failures& failures)
    {
        if (failures.left == 0)
            return {};
        --failures.left;
        return std::unexpected(failures.error);
    }

    Store* m_store;
    SinkContext m_context;
};

// Gives the batches behind `after`, in steps of at most `max`.
class ScriptedFeed final : public sinks::Feed {
public:
    ScriptedFeed(const std::vector<Batch>& batches, Seq after) : m_batches(&batches)
    {
        while (m_at < batches.size() && batches[m_at].lastSeq() <= after)
            ++m_at;
    }
    Result<std::size_t> step(std::vector<Batch>& out, std::size_t max, std::chrono::milliseconds) override
    {
        std::size_t count = 0;
        for (; count < max && m_at < m_batches->size(); ++count)
            out.push_back((*m_batches)[m_at++]);
        return count;
    }
    void wake() noexcept override {}
    [[nodiscard]] std::uint64_t behind() const noexcept override
    {
        return m_at < m_batches->size() ? m_batches->back().lastSeq() - (*m_batches)[m_at].firstSeq() + 1 : 0;
    }

private:
    const std::vector<Batch>* m_batches;
    std::size_t m_at = 0;
};

}  // namespace tickdeck::test
