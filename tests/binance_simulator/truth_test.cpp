// SPDX-License-Identifier: GPL-3.0-or-later

// What the engine takes from the simulated venue equals the market's known truth, state by state.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/sim/perpetual.h"
#include "tests/binance_simulator/binance_run.h"

namespace tickdeck::test {
namespace {

TEST(BinanceLane, EveryBookQuoteTradeAndMarkIsTheMarkets)
{
    const std::vector<std::string> symbols = {"BTCUSDT", "ETHUSDT", "1000PEPEUSDT", "AKROUSDT"};
    BinanceRun run({.seed = 11, .rate = 2500}, symbols);
    ASSERT_TRUE(run.waitForSnapshots(symbols.size()));
    ASSERT_TRUE(run.journal().waitUntil([](const Journalled& journal) {
        return journal.count<Book>() > 200 && journal.count<Mark>() > 12 && journal.count<Trade>() > 500 &&
               journal.count<ForcedOrder>() > 0 && journal.count<Candle>() > 20;
    }));
    const Journalled journal = run.journal().get();
    EXPECT_TRUE(journal.errors.empty()) << journal.errors.front();
    EXPECT_EQ(journal.count<Gap>(), 0u);
    EXPECT_GT(expectTrueBooks(run, journal, 500).states, 200u);
    journal.forEach<Book>([](const Batch& batch, EventView, const Book& book) {
        EXPECT_EQ(book.verified, Tristate::Yes) << batch.payload();
    });

    const sim::MarketOptions market = run.simulator().market();
    const auto indexOf = [&](SymbolId id) {
        return static_cast<std::size_t>(std::ranges::find(market.listings, run.name(id).native, binance::venueName) -
                                        market.listings.begin());
    };
    std::map<SymbolId, std::unique_ptr<sim::MarketBook>> books;
    const auto bookAt = [&](SymbolId id, std::uint64_t version) -> const sim::MarketBook& {
        auto& book = books[id];
        if (!book || book->version() > version)
            book = std::make_unique<sim::MarketBook>(sim::Market::bookAt(market, indexOf(id), version));
        while (book->version() < version)
            book->step();
        return *book;
    };
    journal.forEach<Quote>([&](const Batch& batch, EventView event, const Quote& quote) {
        const auto message = nlohmann::json::parse(batch.payload());
        const auto version = binance::versionOf(market, run.name(event.symbol()).native, message["data"]["u"]);
        const sim::MarketBook& book = bookAt(event.symbol(), version.value());
        EXPECT_EQ(*quote.bidPrice, Decimal(book.bids()[0].price, book.listing().pricePrecision));
        EXPECT_EQ(*quote.askQuantity, Decimal(book.asks()[0].quantity, book.listing().quantityPrecision));
    });
    books.clear();
    std::size_t marks = 0;
    journal.forEach<Mark>([&](const Batch&, EventView event, const Mark& mark) {
        const Nanos second = event.exchangeTime() / kSecond * kSecond;
        const std::size_t i = indexOf(event.symbol());
        const sim::MarketBook& book = bookAt(event.symbol(), sim::Market::versionAt(market, i, second - 1));
        const auto prices =
            sim::Perpetual(market.seed, market.listings[i]).at(second, book.bids()[0].price, book.asks()[0].price);
        EXPECT_EQ(mark.markPrice, Decimal(prices.mark, 8));
        EXPECT_EQ(*mark.indexPrice, Decimal(prices.index, 8));
        ++marks;
    });
    EXPECT_EQ(journal.count<Funding>(), marks);
    std::map<SymbolId, std::vector<sim::MarketTrade>> trades;
    books.clear();
    std::map<SymbolId, std::uint64_t> seen;
    journal.forEach<Trade>([&](const Batch&, EventView event, const Trade& trade) {
        const std::uint64_t id = std::stoull(std::string(trade.tradeId.view())) - 87'353'229;
        EXPECT_TRUE(seen[event.symbol()] == 0 || id == seen[event.symbol()] + 1);
        seen[event.symbol()] = id;
        auto& known = trades[event.symbol()];
        auto& book = books[event.symbol()];
        if (!book)
            book = std::make_unique<sim::MarketBook>(sim::Market::bookAt(market, indexOf(event.symbol()), 0));
        while (known.size() < id) {
            book->step();
            known.insert(known.end(), book->trades().begin(), book->trades().end());
        }
        const sim::MarketTrade& truth = known[id - 1];
        EXPECT_EQ(trade.price, Decimal(truth.price, book->listing().pricePrecision));
        EXPECT_EQ(trade.quantity, Decimal(truth.quantity, book->listing().quantityPrecision));
        EXPECT_EQ(trade.side, truth.side);
    });
}

}  // namespace
}  // namespace tickdeck::test
