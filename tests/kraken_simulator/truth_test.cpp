// SPDX-License-Identifier: GPL-3.0-or-later

// What the engine takes from the simulated venue equals the market's known truth, state by state.

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/connectors/kraken/settings.h"
#include "tests/kraken_simulator/kraken_run.h"

namespace tickdeck::test {
namespace {

constexpr Nanos kStart = 1'790'000'000 * kSecond;
// While its market moves on by thousands of steps the venue has no time for heartbeats.
constexpr std::int64_t kPatientMs = 60'000;

// A book kept from events in the plainest way.
struct PlainBook {
    std::map<std::int64_t, std::int64_t, std::greater<>> bids;
    std::map<std::int64_t, std::int64_t> asks;

    void apply(const Book& event, std::size_t depth)
    {
        if (event.kind == BookKind::Snapshot) {
            bids.clear();
            asks.clear();
        }
        set(bids, event.bids.view(), depth);
        set(asks, event.asks.view(), depth);
    }

    template <class Side>
    static void set(Side& side, std::span<const Level> levels, std::size_t depth)
    {
        for (const Level& level : levels)
            if (level.quantity == 0)
                side.erase(level.price);
            else
                side[level.price] = level.quantity;
        while (side.size() > depth)
            side.erase(std::prev(side.end()));
    }

    template <class Side>
    static std::vector<Level> levelsOf(const Side& side)
    {
        std::vector<Level> out;
        for (const auto& [price, quantity] : side)
            out.push_back({price, quantity});
        return out;
    }
};

std::vector<Level> best(std::span<const Level> levels, std::size_t depth)
{
    return {levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(std::min(depth, levels.size()))};
}

class KrakenTruth : public testing::TestWithParam<std::size_t> {};

TEST_P(KrakenTruth, EveryBookStateTradeAndQuoteIsTheMarkets)
{
    const std::size_t depth = GetParam();
    KrakenRun run({.seed = 11, .paced = false, .start = kStart}, {"BTC/USD", "MINA/GBP", "ETH/BTC", "DOGE/USD"},
                  static_cast<std::int64_t>(depth), kPatientMs);
    ASSERT_TRUE(run.waitForSnapshots(4));
    run.simulator().advance(12'000);
    // The last trades of all four are in.
    const sim::MarketOptions market = run.simulator().market();
    sim::Market whole(market);
    for (int i = 0; i < 12'000; ++i)
        whole.step();
    std::map<std::string, sim::MarketBook> truths;
    std::map<std::string, std::uint64_t> expectedTrades;
    for (const char* symbol : {"BTC/USD", "MINA/GBP", "ETH/BTC", "DOGE/USD"}) {
        const std::size_t i = whole.find(symbol);
        truths.emplace(symbol, sim::Market::bookAt(market, i, 0));
        expectedTrades[symbol] = whole.book(i).day().trades;
    }
    ASSERT_TRUE(run.journal().waitUntil([&](const Journalled& journal) {
        std::uint64_t wanted = 0;
        for (const auto& [symbol, count] : expectedTrades)
            wanted += count;
        return journal.count<Trade>() >= wanted;
    }));
    const Journalled journal = run.journal().get();
    EXPECT_TRUE(journal.errors.empty()) << journal.errors.front();

    std::map<std::string, PlainBook> books;
    std::map<std::string, std::uint64_t> trades;
    std::size_t states = 0;
    for (const Batch& batch : journal.batches) {
        for (const EventView event : batch) {
            const std::string native = run.name(event.symbol()).native;
            const auto truth = truths.find(native);
            if (truth == truths.end())
                continue;
            sim::MarketBook& book = truth->second;
            const auto advance = [&] {
                const std::uint64_t version = sim::Market::versionAt(market, whole.find(native), event.exchangeTime());
                while (book.version() < version)
                    book.step();
            };
            const int price = book.listing().pricePrecision;
            const int quantity = book.listing().quantityPrecision;
            if (const Book* change = event.as<Book>()) {
                advance();
                ASSERT_EQ(change->verified, Tristate::Yes) << batch.payload();
                ASSERT_EQ(change->bids.priceScale, price);
                ASSERT_EQ(change->bids.quantityScale, quantity);
                books[native].apply(*change, depth);
                ASSERT_EQ(PlainBook::levelsOf(books[native].bids), best(book.bids(), depth)) << batch.payload();
                ASSERT_EQ(PlainBook::levelsOf(books[native].asks), best(book.asks(), depth)) << batch.payload();
                ++states;
            } else if (const Trade* trade = event.as<Trade>()) {
                EXPECT_EQ(trade->tradeId.view(), std::to_string(++trades[native]));
            } else if (const Quote* quote = event.as<Quote>()) {
                advance();
                EXPECT_EQ(*quote->bidPrice, Decimal(book.bids().front().price, price));
                EXPECT_EQ(*quote->askQuantity, Decimal(book.asks().front().quantity, quantity));
            }
        }
    }
    EXPECT_EQ(trades, expectedTrades);
    EXPECT_GT(states, 3000u);
    EXPECT_EQ(journal.count<Gap>(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Depths, KrakenTruth, testing::Values(10, 25, 100, 500, 1000));

// What `--demo` shows: the connector's own symbols, channels and depth, at the simulator's own rate.
TEST(KrakenDemo, MakesAtLeastTwoHundredEventsASecond)
{
    constexpr std::uint64_t kSeconds = 20;
    const auto defaults = kraken::Settings{};
    const sim::SimulatorOptions options{.paced = false, .start = kStart};
    KrakenRun run(options, defaults.symbols, defaults.bookDepth, kPatientMs);
    ASSERT_TRUE(run.waitForSnapshots(defaults.symbols.size()));
    run.simulator().advance(kSeconds * static_cast<std::uint64_t>(options.rate));
    EXPECT_TRUE(run.journal().waitUntil([](const Journalled& journal) {
        return journal.count<Book>() + journal.count<Trade>() + journal.count<Quote>() >= 200 * kSeconds;
    }));
}

}  // namespace
}  // namespace tickdeck::test
