// SPDX-License-Identifier: GPL-3.0-or-later

// What the engine takes from the simulated venue equals the market's known truth, state by state.

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/connectors/coinbase/settings.h"
#include "tests/coinbase_simulator/coinbase_run.h"
#include "tests/support/plain_book.h"

namespace tickdeck::test {
namespace {

constexpr Nanos kStart = 1'790'000'000 * kSecond;
constexpr int kSteps = 8'000;
const std::vector<std::string> kSymbols = {"BTC-USD", "ETH-BTC", "DOGE-USD", "BTC-PERP-INTX"};

struct Truth {
    std::size_t instrument = 0;
    sim::MarketBook book;    // at the newest book
    sim::MarketBook quoted;  // at the newest quote: trades and quotes run ahead of the book's batch
    PlainBook ours;
    std::uint64_t trades = 0;
    std::uint64_t expectedTrades = 0;
};

std::vector<Level> best(std::span<const Level> levels, std::size_t depth)
{
    return {levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(std::min(depth, levels.size()))};
}

class CoinbaseTruth : public testing::TestWithParam<std::size_t> {};

TEST_P(CoinbaseTruth, EveryBookStateTradeAndQuoteIsTheMarkets)
{
    const std::size_t depth = GetParam();
    CoinbaseRun run({.seed = 11, .paced = false, .start = kStart}, kSymbols, static_cast<std::int64_t>(depth));
    ASSERT_TRUE(run.waitForSnapshots(kSymbols.size()));
    run.simulator().advance(kSteps);
    const sim::MarketOptions market = run.simulator().market();
    sim::Market whole(market);
    for (int i = 0; i < kSteps; ++i)
        whole.step();
    std::map<std::string, Truth> truths;
    std::uint64_t allTrades = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const std::string id = coinbase::productId(whole.book(i).listing());
        if (std::ranges::find(kSymbols, id) == kSymbols.end())
            continue;
        const sim::MarketBook start = sim::Market::bookAt(market, i, 0);
        truths.emplace(id, Truth{i, start, start, {}, 0, whole.book(i).day().trades});
        allTrades += whole.book(i).day().trades;
    }
    ASSERT_EQ(truths.size(), kSymbols.size());
    ASSERT_TRUE(
        run.journal().waitUntil([&](const Journalled& journal) { return journal.count<Trade>() >= allTrades; }));
    const Journalled journal = run.journal().get();
    EXPECT_TRUE(journal.errors.empty()) << journal.errors.front();

    std::size_t states = 0;
    std::size_t quotes = 0;
    for (const Batch& batch : journal.batches) {
        for (const EventView event : batch) {
            const auto found = truths.find(run.name(event.symbol()).native);
            if (found == truths.end())
                continue;
            Truth& truth = found->second;
            const auto advance = [&](sim::MarketBook& book) {
                const std::uint64_t version = sim::Market::versionAt(market, truth.instrument, event.exchangeTime());
                while (book.version() < version)
                    book.step();
                ASSERT_EQ(book.version(), version) << "an earlier state than the one before";
            };
            const sim::Listing& listing = truth.book.listing();
            if (const Book* change = event.as<Book>()) {
                advance(truth.book);
                ASSERT_EQ(change->verified, Tristate::Yes) << batch.payload();
                ASSERT_TRUE(truth.ours.apply(*change, listing, depth));
                // As deep as both are known whatever was cut.
                const std::size_t compared = depth / 2;
                ASSERT_EQ(best(truth.ours.bids(), compared), best(truth.book.bids(), compared)) << batch.payload();
                ASSERT_EQ(best(truth.ours.asks(), compared), best(truth.book.asks(), compared)) << batch.payload();
                ++states;
            } else if (const Trade* trade = event.as<Trade>()) {
                EXPECT_EQ(trade->tradeId.view(), std::to_string(++truth.trades));
            } else if (const Quote* quote = event.as<Quote>()) {
                advance(truth.quoted);
                EXPECT_EQ(*quote->bidPrice, Decimal(truth.quoted.bids().front().price, listing.pricePrecision));
                EXPECT_EQ(*quote->askQuantity,
                          Decimal(truth.quoted.asks().front().quantity, listing.quantityPrecision));
                ++quotes;
            }
        }
    }
    for (const auto& [id, truth] : truths)
        EXPECT_EQ(truth.trades, truth.expectedTrades) << id;
    EXPECT_GT(states, 500u);
    EXPECT_GT(quotes, 100u);
    // What is cut may have to be asked for anew.
    if (depth > market.levels) {
        EXPECT_EQ(journal.count<Gap>(), 0u);
    }
}

INSTANTIATE_TEST_SUITE_P(Depths, CoinbaseTruth, testing::Values(400, 10'000));

// What `--demo` shows: the connector's own symbols, channels and depth, at the simulator's own rate.
TEST(CoinbaseDemo, HasSomethingToShow)
{
    constexpr std::uint64_t kSeconds = 20;
    const auto defaults = coinbase::Settings{};
    const sim::SimulatorOptions options{.paced = false, .start = kStart};
    CoinbaseRun run(options, defaults.symbols, defaults.bookDepth);
    ASSERT_TRUE(run.waitForSnapshots(defaults.symbols.size()));
    run.simulator().advance(kSeconds * static_cast<std::uint64_t>(options.rate));
    EXPECT_TRUE(run.journal().waitUntil([](const Journalled& journal) {
        return journal.count<Book>() + journal.count<Trade>() + journal.count<Quote>() >= 30 * kSeconds &&
               journal.count<Instrument>() > 0;
    }));
}

TEST(CoinbaseAlias, AnAliasIsSeenUnderTheOthersName)
{
    CoinbaseRun run({.seed = 3, .rate = 400}, {"BTC-USDC"});
    ASSERT_TRUE(run.journal().waitUntil([](const Journalled& journal) {
        return journal.count<Book>() > 5 && journal.count<Trade>() > 0 && journal.count<Quote>() > 1;
    }));
    run.journal().get().forEach<Book>(
        [&](const Batch&, EventView event, const Book&) { EXPECT_EQ(run.name(event.symbol()).symbol, "BTC-USD"); });
}

}  // namespace
}  // namespace tickdeck::test
