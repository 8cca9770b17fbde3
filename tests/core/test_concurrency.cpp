// SPDX-License-Identifier: GPL-3.0-or-later
// Ring, seqlock, pool and parker under load from several threads; also run with the thread sanitiser.

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <random>
#include <thread>
#include <vector>

#include "engine/core/pool.h"
#include "engine/core/seqlock.h"
#include "engine/core/spsc_ring.h"
#include "engine/core/thread.h"

namespace tickdeck {
namespace {

using namespace std::chrono_literals;

TEST(SpscRing, IsAQueueOfItsCapacity)
{
    for (const std::size_t wanted : {1u, 2u, 3u, 8u, 100u}) {
        SpscRing<std::unique_ptr<int>> ring(wanted);
        EXPECT_GE(ring.capacity(), wanted);
        std::deque<int> model;
        std::mt19937 random(static_cast<unsigned>(wanted));
        for (int i = 0; i < 10'000; ++i) {
            if (random() % 2 != 0) {
                auto value = std::make_unique<int>(i);
                const bool pushed = ring.tryPush(std::move(value));
                ASSERT_EQ(pushed, model.size() < ring.capacity());
                ASSERT_EQ(value == nullptr, pushed) << "a refused value stays with its owner";
                if (pushed)
                    model.push_back(i);
            } else {
                std::unique_ptr<int> value;
                ASSERT_EQ(ring.tryPop(value), !model.empty());
                if (value) {
                    ASSERT_EQ(*value, model.front());
                    model.pop_front();
                }
            }
            ASSERT_EQ(ring.size(), model.size());
        }
    }
}

TEST(SpscRing, BetweenTwoThreadsNothingIsLostDoubledOrTorn)
{
    struct Item {
        std::array<std::uint64_t, 8> words;
    };
    constexpr std::uint64_t kItems = 300'000;
    SpscRing<Item> ring(64);
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < kItems;) {
            Item item;
            item.words.fill(i);
            if (ring.tryPush(std::move(item)))
                ++i;
            else
                std::this_thread::yield();
        }
    });
    std::uint64_t expected = 0;
    bool whole = true;
    while (expected < kItems) {
        Item item;
        if (!ring.tryPop(item)) {
            std::this_thread::yield();
            continue;
        }
        for (const std::uint64_t word : item.words)
            whole = whole && word == expected;
        ++expected;
    }
    producer.join();
    EXPECT_TRUE(whole);
    EXPECT_EQ(ring.size(), 0u);
}

TEST(Seqlock, AReadIsNeverTornAndNeverGoesBack)
{
    struct Value {
        std::array<std::uint64_t, 40> words;
    };
    constexpr std::uint64_t kPublished = 20'000;
    Seqlock<Value> lock;
    Value value;
    EXPECT_FALSE(lock.tryRead(value)) << "nothing was published yet";
    std::atomic<bool> done = false;
    std::vector<std::thread> readers;
    for (int r = 0; r < 2; ++r)
        readers.emplace_back([&] {
            std::uint64_t last = 0;
            std::uint64_t reads = 0;
            while (!done.load() || reads == 0) {
                Value read;
                if (!lock.tryRead(read))
                    continue;
                ++reads;
                ASSERT_GE(read.words[0], last);
                last = read.words[0];
                for (const std::uint64_t word : read.words)
                    ASSERT_EQ(word, last);
            }
        });
    for (std::uint64_t i = 1; i <= kPublished; ++i) {
        value.words.fill(i);
        lock.publish(value);
        if (i % 64 == 0)
            std::this_thread::yield();
    }
    done = true;
    for (std::thread& reader : readers)
        reader.join();
    EXPECT_EQ(lock.version(), kPublished);
    ASSERT_TRUE(lock.tryRead(value));
    EXPECT_EQ(value.words[39], kPublished);
}

TEST(BufferPool, GivesWhatIsAskedForAndTakesItBack)
{
    BufferPool pool;
    std::mt19937 random(1);
    std::vector<BufferRef> held;
    std::size_t bytes = 0;
    for (int i = 0; i < 20'000; ++i) {
        if (held.size() < 50 && random() % 2 != 0) {
            const std::size_t wanted = random() % 3 == 0 ? random() % 3'000'000 : random() % 2000;
            held.push_back(pool.acquire(wanted));
            Buffer& buffer = *held.back().get();
            ASSERT_GE(buffer.capacity(), wanted);
            ASSERT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0u);
            bytes += buffer.capacity();
            buffer.data()[0] = std::byte{1};
            buffer.data()[buffer.capacity() - 1] = std::byte{2};
        } else if (!held.empty()) {
            const std::size_t at = random() % held.size();
            bytes -= held[at].get()->capacity();
            const BufferRef copy = held[at];
            held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
        }
        ASSERT_EQ(pool.bytesInUse(), bytes);
    }
    held.clear();
    EXPECT_EQ(pool.bytesInUse(), 0u);
}

TEST(BufferPool, BuffersCrossThreads)
{
    BufferPool pool;
    SpscRing<BufferRef> ring(128);
    constexpr std::uint64_t kItems = 100'000;
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < kItems; ++i) {
            BufferRef buffer = pool.acquire(300 + i % 1000);
            std::memcpy(buffer.get()->data(), &i, sizeof i);
            BufferRef kept = buffer;
            while (!ring.tryPush(std::move(buffer)))
                std::this_thread::yield();
        }
    });
    for (std::uint64_t i = 0; i < kItems;) {
        BufferRef buffer;
        if (!ring.tryPop(buffer)) {
            std::this_thread::yield();
            continue;
        }
        std::uint64_t value = 0;
        std::memcpy(&value, buffer.get()->data(), sizeof value);
        ASSERT_EQ(value, i);
        ++i;
    }
    producer.join();
    EXPECT_EQ(pool.bytesInUse(), 0u);
}

TEST(Parker, AWakeIsNeverLost)
{
    Parker parker;
    parker.wake();
    EXPECT_TRUE(parker.wait(1h)) << "a wake before the wait counts";
    EXPECT_FALSE(parker.wait(0ns)) << "once";

    // Ping-pong: a lost wake would wait for an hour.
    constexpr int kRounds = 20'000;
    Parker other;
    std::atomic<int> ball = 0;
    Thread thread("ponger", [&](const std::stop_token&) {
        for (int i = 0; i < kRounds; ++i) {
            while (ball.load(std::memory_order_relaxed) != 2 * i + 1)
                other.wait(1h);
            ball.store(2 * i + 2, std::memory_order_relaxed);
            parker.wake();
        }
    });
    for (int i = 0; i < kRounds; ++i) {
        ball.store(2 * i + 1, std::memory_order_relaxed);
        other.wake();
        while (ball.load(std::memory_order_relaxed) != 2 * i + 2)
            parker.wait(1h);
    }
    thread.join();
    EXPECT_EQ(ball.load(), 2 * kRounds);
}

TEST(Thread, StopsAndJoinsWhenItGoes)
{
    Parker parker;
    std::atomic<bool> ended = false;
    {
        Thread thread("a-rather-long-name", [&](const std::stop_token& stop) {
            while (!stop.stop_requested())
                parker.wait(1h);
            ended = true;
        });
        EXPECT_TRUE(thread.running());
        thread.requestStop();
        parker.wake();
    }
    EXPECT_TRUE(ended.load());
    Thread none;
    none.join();
    EXPECT_FALSE(none.running());
}

}  // namespace
}  // namespace tickdeck
