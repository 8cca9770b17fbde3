// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/broadcast_ring.h"

#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tickdeck {
namespace {

// Owned memory, so that a slot read after it was given up shows under the sanitisers.
using Item = std::shared_ptr<const std::uint64_t>;
using Ring = BroadcastRing<Item>;

Item item(std::uint64_t value) { return std::make_shared<const std::uint64_t>(value); }

std::vector<std::uint64_t> drain(Ring::Cursor& cursor, std::size_t max = SIZE_MAX)
{
    std::vector<std::uint64_t> out;
    (void)cursor.read(max, [&](const Item& i) {
        out.push_back(*i);
        return true;
    });
    return out;
}

TEST(BroadcastRing, EveryReaderSeesEveryItemInOrder)
{
    Ring ring(8);
    auto a = ring.attach(0, WhenLate::Detach);
    auto b = ring.attach(0, WhenLate::Block);
    for (std::uint64_t i = 0; i < 3; ++i)
        ASSERT_TRUE(ring.tryPush(item(i)));
    EXPECT_EQ(drain(a), (std::vector<std::uint64_t>{0, 1, 2}));
    EXPECT_EQ(drain(a), (std::vector<std::uint64_t>{}));
    EXPECT_EQ(drain(b, 2), (std::vector<std::uint64_t>{0, 1}));
    EXPECT_EQ(drain(b, 2), (std::vector<std::uint64_t>{2}));
}

TEST(BroadcastRing, AnItemThatIsRefusedStaysForTheNextCall)
{
    Ring ring(8);
    auto cursor = ring.attach(0, WhenLate::Detach);
    for (std::uint64_t i = 0; i < 4; ++i)
        ASSERT_TRUE(ring.tryPush(item(i)));
    const auto read = cursor.read(10, [](const Item& i) { return *i < 2; });
    EXPECT_EQ(read.count, 2u);
    EXPECT_FALSE(read.lapped);
    EXPECT_EQ(drain(cursor), (std::vector<std::uint64_t>{2, 3}));
}

TEST(BroadcastRing, ABlockingReaderHoldsTheWriterAndADetachableOneIsLapped)
{
    Ring ring(4);
    auto slow = ring.attach(0, WhenLate::Detach);
    auto mandatory = ring.attach(0, WhenLate::Block);
    for (std::uint64_t i = 0; i < 4; ++i)
        ASSERT_TRUE(ring.tryPush(item(i)));
    Item fifth = item(4);
    EXPECT_FALSE(ring.tryPush(std::move(fifth)));
    ASSERT_TRUE(fifth) << "a refused item is untouched";
    EXPECT_EQ(drain(mandatory, 1), (std::vector<std::uint64_t>{0}));
    EXPECT_TRUE(ring.tryPush(std::move(fifth)));
    const auto read = slow.read(10, [](const Item&) { return true; });
    EXPECT_TRUE(read.lapped);
    EXPECT_EQ(read.count, 0u);
    EXPECT_EQ(drain(mandatory), (std::vector<std::uint64_t>{1, 2, 3, 4}));
    mandatory.leave();
    for (std::uint64_t i = 5; i < 20; ++i)
        ASSERT_TRUE(ring.tryPush(item(i))) << "who has left holds nobody up";
}

TEST(BroadcastRing, IsBoundedByBytesAndLetsGoOfWhatItEvicts)
{
    BroadcastRing<Item> ring(1024, 100);
    const Item first = item(0);
    ASSERT_TRUE(ring.tryPush(Item(first), 60));
    EXPECT_EQ(first.use_count(), 2);
    ASSERT_TRUE(ring.tryPush(item(1), 30));
    EXPECT_EQ(ring.tail(), 0u);
    ASSERT_TRUE(ring.tryPush(item(2), 30));
    EXPECT_EQ(first.use_count(), 1);
    EXPECT_EQ(ring.tail(), 1u);
    ASSERT_TRUE(ring.tryPush(item(3), 1000)) << "larger than the bound: alone";
    EXPECT_EQ(ring.tail(), 3u);
}

TEST(BroadcastRing, AReaderBeginsAnywhereThatIsStillThere)
{
    Ring ring(4);
    for (std::uint64_t i = 0; i < 6; ++i)
        ASSERT_TRUE(ring.tryPush(item(i)));
    EXPECT_FALSE(ring.attach(1, WhenLate::Detach));
    EXPECT_FALSE(ring.attach(7, WhenLate::Detach));
    auto oldest = ring.attach(2, WhenLate::Detach);
    EXPECT_EQ(drain(oldest), (std::vector<std::uint64_t>{2, 3, 4, 5}));
    auto newest = ring.attach(6, WhenLate::Detach);
    EXPECT_EQ(drain(newest), (std::vector<std::uint64_t>{}));
}

TEST(BroadcastRing, HasAPlaceAgainWhenAReaderLeaves)
{
    Ring ring(4);
    std::vector<Ring::Cursor> cursors;
    for (std::size_t i = 0; i < Ring::kMaxReaders; ++i)
        cursors.push_back(ring.attach(0, WhenLate::Detach));
    EXPECT_TRUE(cursors.back());
    EXPECT_FALSE(ring.attach(0, WhenLate::Detach));
    cursors.pop_back();
    EXPECT_TRUE(ring.attach(0, WhenLate::Detach));
}

// Readers attach, lag, leave and come back at random while the writer runs. What each sees between an attach and a leave
// or a lapping is a run of consecutive items that begins where it attached; the blocking one sees all.
class RandomReaders : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomReaders, SeeAnExactSequenceOrAreLapped)
{
    constexpr std::uint64_t kItems = 60'000;
    const std::size_t capacity = 4u << (GetParam() % 6);
    Ring ring(capacity, 4096);
    std::atomic<std::uint64_t> lappings{0};
    std::atomic<std::uint64_t> wrong{0};
    std::atomic<bool> done{false};
    auto mandatory = ring.attach(0, WhenLate::Block);

    std::vector<std::jthread> threads;
    for (std::uint32_t r = 0; r < 3; ++r)
        threads.emplace_back([&, r] {
            std::mt19937 random(GetParam() * 17 + r);
            while (!done.load()) {
                std::uint64_t expected = random() % 2 ? ring.tail() : ring.head();
                auto cursor = ring.attach(expected, WhenLate::Detach);
                if (!cursor)
                    continue;  // the tail moved on
                for (auto turns = random() % 200; turns > 0 && !done.load(); --turns) {
                    const auto read = cursor.read(1 + random() % 100, [&](const Item& i) {
                        if (random() % 16 == 0)
                            return false;
                        if (*i != expected++)
                            ++wrong;
                        return true;
                    });
                    if (read.lapped) {
                        ++lappings;
                        break;
                    }
                    if (random() % 4 == 0)
                        std::this_thread::yield();
                }
            }
        });
    std::uint64_t seen = 0;
    std::jthread last([&] {
        while (seen < kItems)
            if (mandatory
                    .read(64,
                          [&](const Item& i) {
                              wrong += *i != seen++;
                              return true;
                          })
                    .count == 0)
                std::this_thread::yield();
    });
    std::mt19937 random(GetParam());
    for (std::uint64_t i = 0; i < kItems; ++i) {
        Item next = item(i);
        while (!ring.tryPush(std::move(next), 1 + random() % 64))
            std::this_thread::yield();
    }
    last.join();
    done = true;
    threads.clear();
    EXPECT_EQ(wrong.load(), 0u);
    EXPECT_EQ(seen, kItems);
    RecordProperty("lappings", static_cast<int>(lappings.load()));
}
INSTANTIATE_TEST_SUITE_P(Seeds, RandomReaders, testing::Range(0u, 6u));

}  // namespace
}  // namespace tickdeck
