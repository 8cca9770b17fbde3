// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Binance's connector over its simulator, held against the market's truth.

#include <map>

#include "engine/connectors/binance/connector.h"
#include "engine/connectors/binance/simulator.h"
#include "tests/support/lane_run.h"

namespace tickdeck::test {

class BinanceRun : public LaneRun {
public:
    explicit BinanceRun(sim::SimulatorOptions options, std::vector<std::string> symbols = {"BTCUSDT", "ETHUSDT"},
                        std::int64_t livenessMs = 10'000)
        : LaneRun(binance::spec(), binance::simulatorSpec(), std::move(options),
                  {{"symbols", std::move(symbols)},
                   {"liveness_timeout_ms", livenessMs},
                   {"reconnect_cap_ms", std::int64_t{200}}})
    {
    }
};

// How many book states were compared with the market at their version; a difference is a failure of the test.
struct BookTruth {
    std::size_t states = 0;
    std::size_t fine = 0;  // told at a finer precision than the market began with
};

inline BookTruth expectTrueBooks(LaneRun& run, const Journalled& journal, std::size_t levels = 100)
{
    using Sides = std::array<std::map<Decimal, Decimal>, 2>;  // bids, asks
    struct Followed {
        Sides sides;
        std::unique_ptr<sim::MarketBook> market;
        bool fine = false;
    };
    const sim::MarketOptions market = run.simulator().market();
    std::map<SymbolId, Followed> books;
    BookTruth result;
    const auto best = [&](const Sides& sides, std::size_t side) {
        std::vector<std::pair<Decimal, Decimal>> out(sides[side].begin(), sides[side].end());
        if (side == 0)
            std::ranges::reverse(out);
        out.resize(std::min(levels, out.size()));
        return out;
    };
    const auto truth = [&](const sim::MarketBook& book, Side side, bool fine) {
        std::vector<std::pair<Decimal, Decimal>> out;
        for (const Level& level : book.levels(side).first(std::min(levels, book.levels(side).size())))
            out.emplace_back(
                Decimal(level.price * 10 + (fine ? level.price % 10 : 0), book.listing().pricePrecision + 1),
                Decimal(level.quantity, book.listing().quantityPrecision));
        return out;
    };
    journal.forEach<Book>([&](const Batch& batch, EventView event, const Book& book) {
        if (testing::Test::HasFailure())
            return;
        Followed& followed = books[event.symbol()];
        if (book.kind == BookKind::Snapshot)
            followed.sides = {};
        for (const auto& [levelsOf, side] :
             {std::pair{&book.bids, std::size_t{0}}, std::pair{&book.asks, std::size_t{1}}})
            for (const Level& level : levelsOf->view()) {
                const Decimal price(level.price, levelsOf->priceScale);
                if (level.quantity == 0)
                    followed.sides[side].erase(price);
                else
                    followed.sides[side][price] = Decimal(level.quantity, levelsOf->quantityScale);
            }
        const std::string native = run.name(event.symbol()).native;
        const auto version = binance::versionOf(market, native, static_cast<std::uint64_t>(*book.venueSeq));
        ASSERT_TRUE(version) << batch.payload();
        if (!followed.market || followed.market->version() > *version) {
            const auto& listings = market.listings;
            const auto at = std::ranges::find(listings, native, binance::venueName) - listings.begin();
            followed.market =
                std::make_unique<sim::MarketBook>(sim::Market::bookAt(market, static_cast<std::size_t>(at), *version));
        }
        while (followed.market->version() < *version)
            followed.market->step();
        if (!followed.fine && best(followed.sides, 0) != truth(*followed.market, Side::Buy, false))
            followed.fine = true;
        ASSERT_EQ(best(followed.sides, 0), truth(*followed.market, Side::Buy, followed.fine)) << batch.payload();
        ASSERT_EQ(best(followed.sides, 1), truth(*followed.market, Side::Sell, followed.fine)) << batch.payload();
        ++result.states;
        result.fine += followed.fine;
    });
    return result;
}

}  // namespace tickdeck::test
