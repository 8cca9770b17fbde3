// SPDX-License-Identifier: GPL-3.0-or-later

// The random market keeps a market's rules, tells all that it does, and is the same for the same seed.

#include <map>

#include <gtest/gtest.h>

#include "engine/sim/market.h"

namespace tickdeck::sim {
namespace {

Listing listing(std::string base, std::int64_t price, std::int64_t spacing, double weight = 1)
{
    return {std::move(base), "USD", 2, 8, price, 100'000'000, spacing, weight};
}

MarketOptions options(std::uint64_t seed = 1)
{
    return {.listings = {listing("BTC", 7'712'000, 6, 3), listing("LOW", 286, 1), listing("ETH", 188'155, 4)},
            .seed = seed,
            .rate = 1000,
            .start = 1'790'000'000 * kSecond,
            .levels = 200};
}

void expectSorted(const MarketBook& book)
{
    for (const Side side : {Side::Buy, Side::Sell}) {
        const std::span<const Level> levels = book.levels(side);
        ASSERT_GE(levels.size(), 20u);
        for (std::size_t i = 0; i < levels.size(); ++i) {
            ASSERT_GT(levels[i].quantity, 0);
            ASSERT_GT(levels[i].price, 0);
            if (i > 0 && side == Side::Buy) {
                ASSERT_LT(levels[i].price, levels[i - 1].price);
            }
            if (i > 0 && side == Side::Sell) {
                ASSERT_GT(levels[i].price, levels[i - 1].price);
            }
        }
    }
    ASSERT_LT(book.bids().front().price, book.asks().front().price) << "crossed";
}

TEST(Market, StaysSortedUncrossedAndWithinReachOfItsBeginning)
{
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        MarketBook book(listing("BTC", 7'712'000, 6), seed, 200);
        for (int i = 0; i < 30'000; ++i) {
            book.step();
            if (i % 10 == 0) {
                ASSERT_NO_FATAL_FAILURE(expectSorted(book)) << "seed " << seed << ", step " << i;
            }
        }
        EXPECT_NEAR(static_cast<double>(book.day().last), 7'712'000, 7'712'000 * 0.3);
        EXPECT_NE(book.day().last, 7'712'000);
    }
}

// A coarse price that comes near zero leaves no room for bids; a side is never empty for all that.
TEST(Market, NoSideIsEverEmpty)
{
    for (const std::int64_t price : {7, 20, 60, 286})
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            MarketBook book(listing("MINA", price, 1), seed, 1100);
            for (int i = 0; i < 200'000; ++i) {
                book.step();
                ASSERT_GE(book.bids().size(), 2u) << price << " " << seed << " " << i;
                ASSERT_GE(book.asks().size(), 2u) << price << " " << seed << " " << i;
                ASSERT_GT(book.bids().back().price, 0);
                ASSERT_LT(book.bids().front().price, book.asks().front().price);
            }
        }
}

TEST(Market, ItsChangesAreAllThatChanges)
{
    MarketBook book(listing("BTC", 7'712'000, 6), 9, 200);
    std::map<std::int64_t, std::int64_t> bids;
    std::map<std::int64_t, std::int64_t> asks;
    for (const Level& level : book.bids())
        bids[level.price] = level.quantity;
    for (const Level& level : book.asks())
        asks[level.price] = level.quantity;
    for (int i = 0; i < 20'000; ++i) {
        book.step();
        for (const LevelChange& change : book.changes()) {
            auto& side = change.side == Side::Buy ? bids : asks;
            if (change.level.quantity == 0)
                side.erase(change.level.price);
            else
                side[change.level.price] = change.level.quantity;
        }
        ASSERT_EQ(bids.size(), book.bids().size());
        ASSERT_EQ(asks.size(), book.asks().size());
    }
    for (const Level& level : book.bids())
        EXPECT_EQ(bids[level.price], level.quantity);
    for (const Level& level : book.asks())
        EXPECT_EQ(asks[level.price], level.quantity);
}

TEST(Market, TradesEatTheTouchAndCountUp)
{
    MarketBook book(listing("BTC", 7'712'000, 6), 3, 200);
    std::uint64_t last = 0;
    Int128 volume = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::int64_t bid = book.bids().front().price;
        const std::int64_t ask = book.asks().front().price;
        book.step();
        for (const MarketTrade& trade : book.trades()) {
            ASSERT_EQ(trade.id, ++last);
            ASSERT_GT(trade.quantity, 0);
            if (trade.side == Side::Buy) {
                ASSERT_GE(trade.price, ask);
            } else {
                ASSERT_LE(trade.price, bid);
            }
            volume += trade.quantity;
        }
    }
    EXPECT_GT(last, 1000u);
    EXPECT_EQ(book.day().trades, last);
    EXPECT_TRUE(book.day().volume == volume);
}

TEST(Market, TheSameSeedIsTheSameMarketAndAnotherIsAnother)
{
    Market a(options(4));
    Market b(options(4));
    Market c(options(5));
    for (int i = 0; i < 5000; ++i) {
        const Step& left = a.step();
        const Step& right = b.step();
        c.step();
        ASSERT_EQ(left.instrument, right.instrument);
        ASSERT_EQ(left.time, right.time);
    }
    const std::vector<Level> ours(a.book(0).bids().begin(), a.book(0).bids().end());
    EXPECT_EQ(ours, std::vector<Level>(b.book(0).bids().begin(), b.book(0).bids().end()));
    EXPECT_NE(ours, std::vector<Level>(c.book(0).bids().begin(), c.book(0).bids().end()));
}

TEST(Market, GoesThroughTimeInOrderAtItsRate)
{
    Market market(options());
    Nanos last = market.options().start;
    for (int i = 0; i < 10'000; ++i) {
        const Nanos due = market.nextTime();
        const Step& step = market.step();
        ASSERT_EQ(step.time, due);
        ASSERT_GE(step.time, last);
        ASSERT_EQ(step.time % 1000, 0) << "whole microseconds";
        last = step.time;
    }
    EXPECT_NEAR(static_cast<double>(last - market.options().start), 10e9, 0.1e9) << "10,000 steps at 1,000 a second";
    // BTC has three fifths of the weight.
    EXPECT_NEAR(static_cast<double>(market.book(0).version()), 6000, 60);
}

TEST(Market, ItsTruthCanBeComputedAnewForAnyVersionAndTime)
{
    Market market(options(8));
    for (int i = 0; i < 3000; ++i) {
        const Step step = market.step();
        const std::uint64_t version = market.book(step.instrument).version();
        ASSERT_EQ(Market::versionAt(market.options(), step.instrument, step.time), version);
        ASSERT_EQ(Market::versionAt(market.options(), step.instrument, step.time - 1), version - 1);
        if (i % 500 == 0) {
            const MarketBook truth = Market::bookAt(market.options(), step.instrument, version);
            EXPECT_EQ(std::vector<Level>(truth.bids().begin(), truth.bids().end()),
                      std::vector<Level>(market.book(step.instrument).bids().begin(),
                                         market.book(step.instrument).bids().end()));
        }
    }
    EXPECT_EQ(Market::versionAt(market.options(), 0, market.options().start - 1), 0u);
}

}  // namespace
}  // namespace tickdeck::sim
