// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/dead_letters.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

class DeadLetterQueueTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        m_db = std::move(*StateDb::open(m_scratch.path() / "state.db", m_clock));
        m_log = std::move(*Log::open({}, m_clock));
    }
    testing::Scratch m_scratch;
    ManualClock m_clock;
    std::unique_ptr<StateDb> m_db;
    std::unique_ptr<Log> m_log;
};

TEST_F(DeadLetterQueueTest, StoresInTheOrderOfArrival)
{
    DeadLetterQueue queue(*m_db, *m_log);
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(queue.push({.component = "kraken", .text = std::to_string(i), .offset = {}, .bytes = "x"}));
    queue.flush();
    const auto listed = *m_db->deadLetters(1000);
    ASSERT_EQ(listed.size(), 100u);
    EXPECT_EQ(listed.front().text, "99");
    EXPECT_EQ(listed.back().text, "0");
    EXPECT_EQ(queue.lost(), 0u);
}

TEST_F(DeadLetterQueueTest, ALetterGetsItsNumberLater)
{
    DeadLetterQueue queue(*m_db, *m_log);
    for (const Nanos time : {5, 5, 6})
        ASSERT_TRUE(queue.push({.time = time, .component = "kraken", .text = "x", .offset = {}, .bytes = "x"}));
    queue.number("kraken", 6, 300);
    queue.number("kraken", 5, 100);
    queue.number("other", 5, 900);
    queue.number("kraken", 5, 200);
    queue.flush();
    EXPECT_EQ(m_db->deadLetter(1)->seq, 100u);
    EXPECT_EQ(m_db->deadLetter(2)->seq, 200u);
    EXPECT_EQ(m_db->deadLetter(3)->seq, 300u);
    EXPECT_TRUE(*m_db->hasDeadLetter("kraken", 200, 1));
    EXPECT_FALSE(*m_db->hasDeadLetter("kraken", 200, 2));
    EXPECT_FALSE(*m_db->hasDeadLetter("other", 900, 1));
}

TEST_F(DeadLetterQueueTest, AFloodIsNumberedAndFlushedWhileItGoesOn)
{
    DeadLetterQueue queue(*m_db, *m_log);
    std::atomic<Nanos> next = 1;
    std::jthread flood([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const Nanos time = next.load();
            if (time > static_cast<Nanos>(m_db->deadLettersKept()) + 100) {
                std::this_thread::yield();  // always some that wait, never so many that they are refused
                continue;
            }
            if (queue.push({.time = time, .component = "kraken", .text = "x", .offset = {}, .bytes = "x"}))
                queue.number("kraken", time, static_cast<std::uint64_t>(time));
            next = time + 1;
        }
    });
    while (next.load() < 50)
        std::this_thread::yield();
    for (int i = 0; i < 20; ++i) {
        const Nanos before = next.load();
        const auto begin = std::chrono::steady_clock::now();
        queue.flush();
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
        EXPECT_GE(m_db->deadLetterTotals()->kept + m_db->deadLetterTotals()->dropped + 1,
                  static_cast<std::uint64_t>(before));
    }
    flood.request_stop();
    flood.join();
    queue.flush();
    const auto letters = *m_db->deadLetters(1000);
    ASSERT_FALSE(letters.empty());
    for (const DeadLetter& letter : letters)
        EXPECT_EQ(letter.seq, static_cast<std::uint64_t>(letter.time));
}

TEST_F(DeadLetterQueueTest, ManyNumbersOfStoredLettersArrive)
{
    DeadLetterQueue queue(*m_db, *m_log);
    for (Nanos time = 1; time <= 500; ++time)
        ASSERT_TRUE(queue.push({.time = time, .component = "kraken", .text = "x", .offset = {}, .bytes = "x"}));
    queue.flush();
    for (Nanos time = 1; time <= 500; ++time)
        queue.number("kraken", time, static_cast<std::uint64_t>(time));
    queue.flush();
    const auto letters = *m_db->deadLetters(1000);
    for (const DeadLetter& letter : letters)
        EXPECT_EQ(letter.seq, static_cast<std::uint64_t>(letter.time));
}

TEST_F(DeadLetterQueueTest, TheEndStoresWhatWaits)
{
    {
        DeadLetterQueue queue(*m_db, *m_log);
        for (int i = 0; i < 50; ++i)
            ASSERT_TRUE(queue.push({.component = "kraken", .text = "x", .offset = {}, .bytes = "x"}));
    }
    EXPECT_EQ(m_db->deadLetterTotals()->kept, 50u);
}

TEST_F(DeadLetterQueueTest, AFullQueueDropsAndCounts)
{
    DeadLetterQueue queue(*m_db, *m_log);
    DeadLetter tooLarge{.component = "kraken", .text = "x", .offset = {}, .bytes = {}};
    tooLarge.bytes.assign(DeadLetterQueue::kMostBytes, 'x');
    EXPECT_FALSE(queue.push(tooLarge));
    EXPECT_EQ(queue.lost(), 1u);
    EXPECT_TRUE(queue.push({.component = "kraken", .text = "x", .offset = {}, .bytes = "x"}));
    queue.flush();
    EXPECT_EQ(m_db->deadLetterTotals()->kept, 1u);
}

}  // namespace
}  // namespace tickdeck::ops
