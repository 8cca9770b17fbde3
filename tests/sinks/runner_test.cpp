// SPDX-License-Identifier: GPL-3.0-or-later
// The runner with its thread, and over the real stores.

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/plugin/history.h"
#include "engine/sinks/parquet/sink.h"
#include "engine/sinks/runner.h"
#include "engine/sinks/sqlite/sink.h"
#include "tests/sinks/scripted.h"
#include "tests/sinks/temporary_folder.h"

namespace tickdeck::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Batches that a test adds while a sink reads them. Outlives its feeds.
class LiveBatches {
public:
    void add(const std::vector<Batch>& batches)
    {
        const std::scoped_lock lock(m_mutex);
        m_batches.insert(m_batches.end(), batches.begin(), batches.end());
        m_changed.notify_all();
    }

    class Feed final : public sinks::Feed {
    public:
        Feed(LiveBatches& from, Seq after) : m_from(&from), m_after(after) {}
        Result<std::size_t> step(std::vector<Batch>& out, std::size_t max, milliseconds wait) override
        {
            std::unique_lock lock(m_from->m_mutex);
            const auto next = [&] {
                return std::ranges::find_if(m_from->m_batches,
                                            [&](const Batch& batch) { return batch.lastSeq() > m_after; });
            };
            m_from->m_changed.wait_for(lock, wait, [&] { return m_woken || next() != m_from->m_batches.end(); });
            m_woken = false;
            std::size_t count = 0;
            for (auto at = next(); at != m_from->m_batches.end() && count < max; ++at, ++count) {
                out.push_back(*at);
                m_after = at->lastSeq();
            }
            return count;
        }
        void wake() noexcept override
        {
            const std::scoped_lock lock(m_from->m_mutex);
            m_woken = true;
            m_from->m_changed.notify_all();
        }
        [[nodiscard]] std::uint64_t behind() const noexcept override { return 0; }

    private:
        LiveBatches* m_from;
        Seq m_after;
        bool m_woken = false;
    };

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<Batch> m_batches;
};

class RunnerTest : public ::testing::Test {
protected:
    sinks::RunnerOptions options(std::string name)
    {
        sinks::RunnerOptions out;
        out.name = std::move(name);
        out.linger = milliseconds(2);
        out.firstDelay = milliseconds(1);
        out.longestDelay = milliseconds(5);
        out.openFeed = [this](Seq after) -> Result<std::unique_ptr<sinks::Feed>> {
            return std::make_unique<LiveBatches::Feed>(live, after);
        };
        out.deadLetter = [this](const sinks::DeadLetter& letter) -> Result<> {
            const std::scoped_lock lock(mutex);
            letters.push_back(letter.events.front().seq());
            return {};
        };
        return out;
    }
    SinkContext context() const { return {folder.path(), events.engineId(), &events.symbols, nullptr}; }
    std::unique_ptr<sinks::Runner> run(const SinkSpec& spec)
    {
        auto runner = std::make_unique<sinks::Runner>(options(std::string(spec.name)), spec.make(config::Section()),
                                                      context(), EventFilter(), clock);
        runner->start();
        return runner;
    }
    std::vector<Seq> stored(const SinkSpec& spec, EventType type)
    {
        std::vector<Seq> out;
        const auto done = spec.history(config::Section(), context())
                              ->read({.type = type, .from = 0, .to = std::numeric_limits<Nanos>::max()}, events.pool,
                                     events.symbols, [&](const Batch& batch) {
                                         out.push_back(batch.firstSeq());
                                         return true;
                                     });
        EXPECT_TRUE(done) << done.error().text();
        return out;
    }
    std::vector<Seq> given(EventType type, std::set<Seq> without = {}) const
    {
        std::vector<Seq> out;
        for (const Stored& stored : events.events(all))
            if (stored.event.type() == type && !without.contains(stored.event.seq()))
                out.push_back(stored.event.seq());
        return out;
    }
    void give(std::vector<Batch> batches)
    {
        live.add(batches);
        all.insert(all.end(), batches.begin(), batches.end());
    }

    TemporaryFolder folder;
    RandomEvents events{61};
    LiveBatches live;
    std::vector<Batch> all;
    SystemClock clock;
    std::mutex mutex;
    std::vector<Seq> letters;
};

TEST_F(RunnerTest, FlushesAndStopsOverTheRealStores)
{
    for (const SinkSpec& spec : {parquet::spec(), sqlite::spec()}) {
        SCOPED_TRACE(spec.name);
        auto runner = run(spec);
        give(events.take(500));
        const auto flushed = runner->flush(all.back().lastSeq(), seconds(60));
        ASSERT_TRUE(flushed) << flushed.error().text();
        EXPECT_EQ(stored(spec, EventType::Trade), given(EventType::Trade));
        EXPECT_EQ(runner->status().position, all.back().lastSeq());
        EXPECT_EQ(runner->status().state, ops::State::Ok);
        give(events.take(500));
        const auto stopped = runner->stop(seconds(60));
        ASSERT_TRUE(stopped) << stopped.error().text();
        EXPECT_EQ(stored(spec, EventType::Quote), given(EventType::Quote));
        EXPECT_EQ(runner->status().state, ops::State::Stopped);
        EXPECT_FALSE(runner->flush(1, seconds(1)));
    }
}

TEST_F(RunnerTest, GoesOnWhereTheStoreIs)
{
    for (const SinkSpec& spec : {parquet::spec(), sqlite::spec()}) {
        SCOPED_TRACE(spec.name);
        for (int life = 0; life < 4; ++life) {
            auto runner = run(spec);
            give(events.take(100));
            if (life % 2 == 0) {
                ASSERT_TRUE(runner->flush(all.back().lastSeq(), seconds(60)));
            }
            give(events.take(100));
            runner.reset();  // whatever was written by then
        }
        auto runner = run(spec);
        ASSERT_TRUE(runner->stop(seconds(60)));
        EXPECT_EQ(stored(spec, EventType::Candle), given(EventType::Candle));
    }
}

TEST_F(RunnerTest, APoisonEventGoesToTheDeadLettersAndTheRestToTheLake)
{
    const SinkSpec spec = parquet::spec();
    auto runner = run(spec);
    give(events.take(200));
    const Batch poison = events.poison(3, 2);
    give({poison});
    give(events.take(200));
    ASSERT_TRUE(runner->stop(seconds(60)));
    EXPECT_THAT(letters, testing::ElementsAre(poison.firstSeq() + 3));
    EXPECT_EQ(stored(spec, EventType::Trade), given(EventType::Trade, {poison.firstSeq() + 3}));
    EXPECT_EQ(runner->status().deadLetters, 1u);
    EXPECT_EQ(runner->status().position, all.back().lastSeq());
}

TEST_F(RunnerTest, AFlushOfAStoreThatFailsEndsInTime)
{
    Store store;
    store.failOpens = {1'000'000, {ErrorCode::Refused, Remedy::Reconnect, "refused", {}, {}}};
    sinks::Runner runner(options("scripted"), std::make_unique<ScriptedSink>(store), context(), EventFilter(), clock);
    runner.start();
    give(events.take(10));
    const auto flushed = runner.flush(all.back().lastSeq(), milliseconds(30));
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().code, ErrorCode::TimedOut);
    EXPECT_FALSE(runner.stop(milliseconds(30)));  // and so does a stop
}

TEST_F(RunnerTest, AFatalStoreAnswersAFlushWithItsError)
{
    Store store;
    store.failOpens = {1, {ErrorCode::Invalid, Remedy::Fatal, "wrong schema", {}, {}}};
    sinks::Runner runner(options("scripted"), std::make_unique<ScriptedSink>(store), context(), EventFilter(), clock);
    runner.start();
    const auto flushed = runner.flush(1, seconds(60));
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().detail, "wrong schema");
}

// Whoever asks has little patience and asks again; the store is slower than that.
TEST_F(RunnerTest, WhatASlowStoreIsAtIsDoneOnce)
{
    Store store;
    int flushes = 0;
    std::thread::id endedOn;
    store.onFlush = [&] {
        ++flushes;
        std::this_thread::sleep_for(milliseconds(50));
    };
    store.onRestore = [] { std::this_thread::sleep_for(milliseconds(50)); };
    store.onEnd = [&] { endedOn = std::this_thread::get_id(); };
    sinks::Runner runner(options("scripted"), std::make_unique<ScriptedSink>(store), context(), EventFilter(), clock);
    runner.start();
    give(events.take(10));
    const auto patiently = [](const auto& ask) {
        const auto end = std::chrono::steady_clock::now() + seconds(60);
        Result<> done = ask();
        while (!done && done.error().code == ErrorCode::TimedOut && std::chrono::steady_clock::now() < end)
            done = ask();
        return done;
    };
    const auto flush = [&] { return runner.flush(all.back().lastSeq(), milliseconds(1)); };
    ASSERT_TRUE(patiently(flush));
    ASSERT_TRUE(patiently(flush)) << "and at once";
    const Batch& some = *std::ranges::find_if(all, [](const Batch& b) { return b.header().eventCount > 0; });
    ASSERT_TRUE(patiently([&] { return runner.restore(some, {some.firstSeq()}, milliseconds(1)); }));
    ASSERT_TRUE(runner.stop(seconds(60)));
    EXPECT_EQ(flushes, 2) << "the flush and the stop";
    EXPECT_THAT(store.restored, testing::ElementsAre(some.firstSeq()));
    EXPECT_EQ(runner.status().restored, 1u);
    // The store is let go of where it was used, before the stop has returned.
    EXPECT_NE(endedOn, std::thread::id());
    EXPECT_NE(endedOn, std::this_thread::get_id());
}

}  // namespace
}  // namespace tickdeck::test
