// SPDX-License-Identifier: GPL-3.0-or-later

// What the engine takes from the simulated venue equals its known truth: books state by state, options by their surface.

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "engine/connectors/deribit/connector.h"
#include "engine/connectors/deribit/simulator.h"
#include "engine/connectors/deribit/simulator_chain.h"
#include "tests/support/lane_run.h"

namespace tickdeck::test {
namespace {

constexpr Nanos kStart = 1'795'262'400 * kSecond;  // 2026-11-21 12:00 UTC
// While its market moves on by thousands of steps the venue has no time for heartbeats.
constexpr std::int64_t kPatientMs = 120'000;

class DeribitRun : public LaneRun {
public:
    explicit DeribitRun(sim::SimulatorOptions options, std::map<std::string, config::Value, std::less<>> more = {})
        : LaneRun(deribit::spec(), deribit::simulatorSpec(), std::move(options), with(std::move(more)))
    {
    }
    static std::map<std::string, config::Value, std::less<>>
    with(std::map<std::string, config::Value, std::less<>> more)
    {
        more["liveness_timeout_ms"] = kPatientMs;
        return more;
    }
};

using Symbols = std::vector<std::string>;

std::vector<Level> wholeOf(std::span<const Level> levels) { return {levels.begin(), levels.end()}; }

TEST(DeribitTruth, EveryBookStateIsTheMarkets)
{
    constexpr std::uint64_t kSteps = 6'000;
    DeribitRun run({.seed = 11, .paced = false, .start = kStart},
                   {{"symbols", Symbols{"BTC-PERPETUAL", "ETH-USD-PERP"}}, {"options", Symbols{}}});
    ASSERT_TRUE(run.waitForSnapshots(2));
    run.simulator().advance(kSteps);
    const sim::MarketOptions market = run.simulator().market();
    sim::Market whole(market);
    for (std::uint64_t i = 0; i < kSteps; ++i)
        whole.step();
    const std::uint64_t trades = whole.book(0).day().trades + whole.book(1).day().trades;
    ASSERT_TRUE(run.journal().waitUntil([&](const Journalled& journal) { return journal.count<Trade>() >= trades; }));
    const Journalled journal = run.journal().get();
    EXPECT_TRUE(journal.errors.empty()) << journal.errors.front();
    EXPECT_EQ(journal.count<Gap>(), 0u);

    std::map<std::string, std::map<std::int64_t, std::int64_t>> bids;
    std::map<std::string, std::map<std::int64_t, std::int64_t>> asks;
    std::map<std::string, sim::MarketBook> truths;
    truths.emplace("BTC-PERPETUAL", sim::Market::bookAt(market, 0, 0));
    truths.emplace("ETH-PERPETUAL", sim::Market::bookAt(market, 1, 0));
    std::size_t states = 0;
    journal.forEach<Book>([&](const Batch&, const EventView& event, const Book& change) {
        const std::string native = run.name(event.symbol()).native;
        if (change.kind == BookKind::Snapshot) {
            bids[native].clear();
            asks[native].clear();
        } else {
            EXPECT_EQ(change.verified, Tristate::Yes);
        }
        // Prices are multiples of half a dollar, amounts of ten dollars.
        const auto set = [&](std::map<std::int64_t, std::int64_t>& side, const Levels& levels) {
            for (const Level& level : levels.view()) {
                const std::int64_t price = *levels.price(level).times(Decimal(2, 0))->toTicks(0);
                const std::int64_t amount = *levels.quantity(level).toTicks(0) / 10;
                if (amount == 0)
                    side.erase(price);
                else
                    side[price] = amount;
            }
        };
        set(bids[native], change.bids);
        set(asks[native], change.asks);
        sim::MarketBook& truth = truths.at(native);
        ASSERT_TRUE(change.venueSeq.has());
        while (truth.version() < static_cast<std::uint64_t>(*change.venueSeq) - deribit::kFirstChange)
            truth.step();
        std::vector<Level> expected = wholeOf(truth.asks());
        std::vector<Level> ours;
        for (const auto& [price, amount] : asks[native])
            ours.push_back({price, amount});
        ASSERT_EQ(ours, expected) << native << " " << truth.version();
        expected = wholeOf(truth.bids());
        ours.clear();
        for (auto level = bids[native].rbegin(); level != bids[native].rend(); ++level)
            ours.push_back({level->first, level->second});
        ASSERT_EQ(ours, expected) << native << " " << truth.version();
        ++states;
    });
    EXPECT_GT(states, 3'000u);
    std::map<std::string, std::uint64_t> seen;
    journal.forEach<Trade>([&](const Batch&, const EventView& event, const Trade& trade) {
        const std::string native = run.name(event.symbol()).native;
        EXPECT_EQ(trade.tradeId.view(), std::to_string(400'000'000 + ++seen[native]));
    });
    EXPECT_EQ(seen["BTC-PERPETUAL"], whole.book(0).day().trades);
}

TEST(DeribitTruth, OptionsComeOutOfTheSurfaceThatTheyWerePricedFrom)
{
    DeribitRun run({.seed = 5, .paced = false, .start = kStart}, {{"symbols", Symbols{"BTC-PERPETUAL"}}});
    const std::size_t listed = deribit::optionsAt(kStart, "BTC", 77'120).size();
    ASSERT_TRUE(run.journal().waitUntil([&](const Journalled& journal) { return journal.count<Option>() >= listed; }));
    run.simulator().advance(2'000);  // five seconds
    ASSERT_TRUE(
        run.journal().waitUntil([&](const Journalled& journal) { return journal.count<Option>() >= 5 * listed; }));
    const Journalled journal = run.journal().get();
    EXPECT_TRUE(journal.errors.empty()) << journal.errors.front();
    EXPECT_EQ(journal.count<Gap>(), 0u);
    EXPECT_GE(journal.count<Instrument>(), listed + 1);
    EXPECT_GE(journal.count<VolIndex>(), 1u);
    EXPECT_GE(journal.count<Mark>(), 10u);
    EXPECT_GE(journal.count<Funding>(), 10u);

    const deribit::SimulatedSurface surface;
    std::size_t quoted = 0;
    std::set<std::string> names;
    journal.forEach<Option>([&](const Batch&, const EventView& event, const Option& option) {
        names.insert(run.name(event.symbol()).native);
        const double years = deribit::yearsBetween(event.exchangeTime(), option.expiry);
        ASSERT_TRUE(option.underlyingPrice.has() && option.markIv.has() && option.markPrice.has());
        const double forward = (*option.underlyingPrice).toDouble();
        const double strike = option.strike.toDouble();
        const double truth = surface.volatility(std::log(strike / forward), years);
        EXPECT_NEAR((*option.markIv).toDouble(), truth, 0.00006) << run.name(event.symbol()).native;
        const double price =
            deribit::blackPrice(forward, strike, years, truth, option.right == OptionRight::Put).price / forward;
        EXPECT_NEAR((*option.markPrice).toDouble(), price, 0.00006);
        if (option.bidIv.has() && option.askIv.has()) {
            ++quoted;
            EXPECT_LE((*option.bidIv).toDouble(), truth + 0.0001);
            EXPECT_GE((*option.askIv).toDouble(), truth - 0.0001);
        }
        EXPECT_TRUE(option.bidPrice.has() || !option.bidIv.has());
    });
    EXPECT_EQ(names.size(), listed);
    EXPECT_GT(quoted, 2 * listed);
}

// A lost change breaks the chain: a gap, and the book is whole again by a snapshot.
TEST(DeribitTruth, ALostChangeIsMended)
{
    DeribitRun run({.seed = 3, .paced = false, .start = kStart},
                   {{"symbols", Symbols{"BTC-PERPETUAL"}}, {"options", Symbols{}}});
    ASSERT_TRUE(run.waitForSnapshots(1));
    run.simulator().inject({.kind = sim::FaultKind::Gap, .target = "book"});
    run.simulator().advance(200);
    ASSERT_TRUE(run.waitForSnapshots(2));
    ASSERT_TRUE(run.journal().waitUntil([](const Journalled& journal) { return journal.count<Gap>() >= 2; }));
    const Journalled journal = run.journal().get();
    std::vector<GapState> states;
    journal.forEach<Gap>([&](const Batch&, const EventView&, const Gap& gap) {
        EXPECT_EQ(gap.cause, GapCause::Sequence);
        EXPECT_EQ(gap.channel.view(), "book");
        states.push_back(gap.state);
    });
    EXPECT_EQ(states, (std::vector{GapState::Open, GapState::Closed}));
}

TEST(DeribitTruth, ACutConnectionIsMadeAnew)
{
    DeribitRun run({.seed = 3, .paced = false, .start = kStart},
                   {{"symbols", Symbols{"BTC-PERPETUAL"}}, {"options", Symbols{}}});
    ASSERT_TRUE(run.waitForSnapshots(1));
    run.simulator().cut();
    ASSERT_TRUE(run.waitForSnapshots(2));
    ASSERT_TRUE(run.journal().waitUntil([](const Journalled& journal) { return journal.count<Gap>() >= 8; }));
    std::map<std::string, int> open;
    run.journal().get().forEach<Gap>([&](const Batch&, const EventView&, const Gap& gap) {
        EXPECT_EQ(gap.cause, GapCause::Disconnect);
        open[std::string(gap.channel.view())] += gap.state == GapState::Open ? 1 : -1;
    });
    EXPECT_EQ(open, (std::map<std::string, int>{{"book", 0}, {"quote", 0}, {"trade", 0}, {"vol_index", 0}}));
}

}  // namespace
}  // namespace tickdeck::test
