// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/chain_sync.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

namespace tickdeck::book {
namespace {

using Verdict = ChainSync::Verdict;
using Joined = ChainSync::Joined;

// As an owner does: what is to be kept is kept.
Verdict feed(ChainSync& chain, const ChainIds& ids, std::span<const WireLevel> bids = {})
{
    const Verdict verdict = chain.take(ids);
    if (verdict == Verdict::Kept || verdict == Verdict::Broken)
        chain.keep(ids, 0, bids, {});
    return verdict;
}

std::vector<std::uint64_t> waiting(const ChainSync& chain)
{
    std::vector<std::uint64_t> out;
    for (const ChainSync::Waiting& change : chain.waiting())
        out.push_back(change.ids.last);
    return out;
}

std::string saved(const ChainSync& chain)
{
    std::string bytes;
    StateWriter writer(bytes);
    chain.save(writer);
    return bytes;
}

using List = std::vector<std::uint64_t>;

TEST(ChainSync, TheSnapshotJoinsInTheMiddle)
{
    ChainSync chain;
    EXPECT_EQ(feed(chain, {10, 15, 5}), Verdict::Kept);  // the first number starts the count
    EXPECT_EQ(feed(chain, {20, 25, 15}), Verdict::Kept);
    EXPECT_EQ(feed(chain, {30, 35, 25}), Verdict::Kept);
    EXPECT_EQ(chain.snapshot(22), Joined::Yes);
    EXPECT_EQ(waiting(chain), (List{25, 35}));
    chain.clearWaiting();
    EXPECT_EQ(feed(chain, {40, 45, 35}), Verdict::Next);
    EXPECT_EQ(chain.last(), 45u);
    EXPECT_TRUE(chain.joined());
}

TEST(ChainSync, ABoundaryIsKept)
{
    // The change that ends with the snapshot's number, and the one that follows it with a hole between the numbers.
    ChainSync ends;
    EXPECT_EQ(feed(ends, {10, 15, 5}), Verdict::Kept);
    EXPECT_EQ(ends.snapshot(15), Joined::Yes);
    EXPECT_EQ(waiting(ends), List{15});
    ChainSync follows;
    EXPECT_EQ(feed(follows, {20, 25, 15}), Verdict::Kept);
    EXPECT_EQ(follows.snapshot(15), Joined::Yes);
    EXPECT_EQ(waiting(follows), List{25});
}

TEST(ChainSync, ASnapshotFirst)
{
    ChainSync chain;
    EXPECT_EQ(chain.snapshot(22), Joined::Yes);
    EXPECT_EQ(feed(chain, {10, 15, 5}), Verdict::Old);
    EXPECT_EQ(feed(chain, {20, 25, 15}), Verdict::Next);
    EXPECT_EQ(feed(chain, {20, 25, 15}), Verdict::Old);
    EXPECT_EQ(feed(chain, {30, 35, 25}), Verdict::Next);
    ChainSync quiet;
    EXPECT_EQ(quiet.snapshot(22), Joined::Yes);
    EXPECT_EQ(feed(quiet, {40, 45, 22}), Verdict::Next);
    ChainSync missed;
    EXPECT_EQ(missed.snapshot(22), Joined::Yes);
    EXPECT_EQ(feed(missed, {40, 45, 30}), Verdict::Broken);
    EXPECT_FALSE(missed.joined());
    EXPECT_EQ(missed.snapshot(23), Joined::TooOld);
    EXPECT_EQ(waiting(missed), List{45});
    EXPECT_EQ(missed.snapshot(43), Joined::Yes);
}

TEST(ChainSync, AllThatWaitedIsOlder)
{
    ChainSync chain;
    EXPECT_EQ(feed(chain, {10, 15, 5}), Verdict::Kept);
    EXPECT_EQ(chain.snapshot(99), Joined::Yes);
    EXPECT_TRUE(waiting(chain).empty());
    EXPECT_EQ(feed(chain, {20, 25, 15}), Verdict::Old);
    EXPECT_EQ(feed(chain, {95, 105, 25}), Verdict::Next);
}

TEST(ChainSync, AHoleBreaksIt)
{
    ChainSync chain;
    EXPECT_EQ(chain.snapshot(15), Joined::Yes);
    EXPECT_EQ(feed(chain, {16, 20, 15}), Verdict::Next);
    EXPECT_EQ(feed(chain, {31, 40, 30}), Verdict::Broken);
    EXPECT_FALSE(chain.joined());
    EXPECT_EQ(feed(chain, {21, 30, 20}), Verdict::Old);  // the late one is of no use any more
    EXPECT_EQ(feed(chain, {41, 50, 40}), Verdict::Kept);
    EXPECT_EQ(chain.snapshot(20), Joined::TooOld);
    EXPECT_EQ(chain.snapshot(30), Joined::Yes);
    EXPECT_EQ(waiting(chain), (List{40, 50}));
}

TEST(ChainSync, AHoleWhileWaitingStartsAnew)
{
    ChainSync chain;
    EXPECT_EQ(feed(chain, {10, 15, 5}), Verdict::Kept);
    EXPECT_EQ(feed(chain, {30, 35, 25}), Verdict::Broken);
    EXPECT_EQ(waiting(chain), List{35});
    EXPECT_EQ(chain.snapshot(15), Joined::TooOld);
}

TEST(ChainSync, NewerThanTheSnapshot)
{
    ChainSync chain;
    EXPECT_EQ(chain.snapshot(15), Joined::Yes);
    EXPECT_EQ(feed(chain, {16, 20, 15}), Verdict::Next);
    EXPECT_EQ(chain.snapshot(18), Joined::Overtaken);
    EXPECT_EQ(feed(chain, {21, 25, 20}), Verdict::Next);
    EXPECT_EQ(chain.snapshot(40), Joined::Yes);  // ahead of the stream
    EXPECT_EQ(feed(chain, {26, 30, 25}), Verdict::Old);
    EXPECT_EQ(feed(chain, {31, 44, 30}), Verdict::Next);
}

TEST(ChainSync, NumbersThatBeginAnew)
{
    ChainSync chain;
    EXPECT_EQ(chain.snapshot(1'000'000), Joined::Yes);
    for (std::uint32_t i = 1; i < ChainSync::kMostOld; ++i)
        EXPECT_EQ(feed(chain, {10 * i, 10 * i + 5, 10 * i - 5}), Verdict::Old);
    EXPECT_EQ(feed(chain, {10 * ChainSync::kMostOld, 10 * ChainSync::kMostOld + 5, 10 * ChainSync::kMostOld - 5}),
              Verdict::Broken);
    EXPECT_EQ(chain.snapshot(10 * ChainSync::kMostOld + 5), Joined::Yes);
}

TEST(ChainSync, WhatWaitsIsBounded)
{
    ChainSync chain;
    const std::vector<WireLevel> levels(98);
    std::uint64_t id = 0;
    for (; id < 1000; ++id)
        EXPECT_EQ(feed(chain, {id + 1, id + 1, id}, levels), Verdict::Kept);
    EXPECT_EQ(chain.waiting().size(), ChainSync::kMostLevels / 100);
    EXPECT_EQ(chain.waiting().back().ids.last, id);
    EXPECT_EQ(chain.snapshot(1), Joined::TooOld);
    EXPECT_EQ(chain.snapshot(id - 3), Joined::Yes);
    EXPECT_EQ(chain.waiting().size(), 4u);
}

TEST(ChainSync, TheBookIsFoundWrong)
{
    ChainSync chain;
    EXPECT_EQ(chain.snapshot(15), Joined::Yes);
    EXPECT_EQ(feed(chain, {16, 20, 15}), Verdict::Next);
    chain.dropSnapshot();
    EXPECT_EQ(chain.snapshot(18), Joined::TooOld);  // the change up to 20 was not kept
    EXPECT_EQ(feed(chain, {21, 25, 20}), Verdict::Kept);
    EXPECT_EQ(chain.snapshot(22), Joined::Yes);
    EXPECT_EQ(waiting(chain), List{25});
}

// A random venue with losses, repetitions and swaps: whatever comes, a book that counts as joined is the venue's at that
// number, and from any point on a loaded state goes on alike.
TEST(ChainSync, AJoinedBookIsTheVenuesBook)
{
    std::mt19937_64 random(7);
    int joins = 0;
    int breaks = 0;
    for (int round = 0; round < 300; ++round) {
        std::map<std::uint64_t, std::uint64_t> truth;  // number → a value that stands for the book
        std::vector<ChainIds> frames;
        std::vector<std::uint64_t> values;
        std::uint64_t id = 100 + random() % 50;
        std::uint64_t previous = id;
        std::uint64_t value = 0;
        truth[id] = value;
        for (int i = 0; i < 120; ++i) {
            const std::uint64_t first = previous + 1 + random() % 5;
            const std::uint64_t last = first + random() % 6;
            value = value * 31 + random() % 1000;
            truth[last] = value;
            frames.push_back({first, last, previous});
            values.push_back(value);
            previous = last;
        }
        ChainSync chain;
        std::uint64_t book = 0;
        std::map<std::uint64_t, std::uint64_t> valueOf;
        for (std::size_t i = 0; i < frames.size(); ++i)
            valueOf[frames[i].last] = values[i];
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            const auto what = random() % 40;
            if (what == 0)
                continue;  // lost
            order.push_back(i);
            if (what == 1)
                order.push_back(i);  // twice
            if (what == 2 && order.size() > 1)
                std::swap(order[order.size() - 1], order[order.size() - 2]);
        }
        for (const std::size_t i : order) {
            switch (feed(chain, frames[i])) {
            case Verdict::Next: book = values[i]; break;
            case Verdict::Broken: ++breaks; break;
            case Verdict::Old:
            case Verdict::Kept: break;
            }
            if (!chain.joined() && random() % 4 == 0) {
                // A snapshot of the venue's state some frames back or ahead.
                const std::size_t at = std::min(frames.size() - 1, i + random() % 4 - std::min<std::size_t>(i, 1));
                const std::uint64_t last = frames[at].last;
                if (chain.snapshot(last) == Joined::Yes) {
                    ++joins;
                    book = valueOf[last];
                    for (const ChainSync::Waiting& change : chain.waiting())
                        book = valueOf[change.ids.last];
                    chain.clearWaiting();
                }
            }
            if (chain.joined()) {
                ASSERT_EQ(book, truth[chain.last()]) << "round " << round << ", frame " << i;
            }
            const std::string bytes = saved(chain);
            ChainSync other;
            StateReader reader(bytes);
            other.load(reader);
            ASSERT_TRUE(reader.finish().has_value());
            ASSERT_EQ(saved(other), bytes);
            if (random() % 8 == 0)
                chain = std::move(other);
        }
    }
    EXPECT_GT(joins, 500);
    EXPECT_GT(breaks, 500);
}

TEST(ChainSync, DamagedStatesAreRefused)
{
    ChainSync chain;
    const std::vector<WireLevel> levels = {{{15, 1}, {2, 0}}};
    EXPECT_EQ(feed(chain, {10, 15, 5}, levels), Verdict::Kept);
    const std::string bytes = saved(chain);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ChainSync other;
        StateReader reader(std::string_view(bytes).substr(0, size));
        other.load(reader);
        EXPECT_FALSE(reader.finish().has_value()) << size;
    }
}

}  // namespace
}  // namespace tickdeck::book
