// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/router/live_state.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace tickdeck {
namespace {

class LiveStateTest : public testing::Test {
protected:
    BatchHeader& begin(BatchKind kind = BatchKind::Frame, std::string_view payload = "{}")
    {
        BatchHeader& header = builder.begin(payload);
        header.kind = kind;
        header.lane = lane;
        header.receiveTime = ++now;
        return header;
    }
    void addTrade(std::int64_t price, std::string_view id = "t")
    {
        auto& trade = builder.add<Trade>(btc, 1000 + now, BatchBuilder::room(id.size()));
        trade.price = Decimal(price, 1);
        trade.quantity = Decimal(1, 0);
        builder.setText(trade.tradeId, id);
    }
    void addCandle(Nanos interval, std::int64_t close, bool closed, BuiltBy built = BuiltBy::Engine)
    {
        auto& candle = builder.add<Candle>(btc, kNoTime);
        candle.interval = interval;
        candle.close = Decimal(close, 0);
        candle.closed = closed;
        candle.built = built;
    }
    void addGap(std::string_view id, GapState state)
    {
        auto& gap = builder.add<Gap>(btc, kNoTime, BatchBuilder::room(id.size()) + 8);
        builder.setText(gap.gapId, id);
        builder.setText(gap.channel, "trade");
        gap.state = state;
        gap.cause = GapCause::Checksum;
    }
    void addStatus(std::string_view subject, std::string_view state, std::string_view reason)
    {
        auto& status = builder.add<Status>(0, kNoTime,
                                           BatchBuilder::room(subject.size()) + BatchBuilder::room(state.size()) +
                                               BatchBuilder::room(reason.size()));
        builder.setText(status.subject, subject);
        builder.setText(status.state, state);
        builder.setText(status.reason, reason);
    }
    void observe() { live.observe(builder.finish()); }

    BufferPool pool;
    SymbolTable symbols;
    LiveState live{symbols};
    BatchBuilder builder{pool};
    SymbolId lane = symbols.intern("kraken", "", "public");
    SymbolId btc = symbols.intern("kraken", "BTC-USD", "BTC/USD");
    Nanos now = 0;
};

TEST_F(LiveStateTest, HasNothingBeforeTheFirstValue)
{
    EXPECT_FALSE(live.depth(btc));
    EXPECT_FALSE(live.quote(btc));
    EXPECT_FALSE(live.lastTrade(btc));
    EXPECT_FALSE(live.instrument(btc));
    EXPECT_FALSE(live.candle(btc, kSecond));
    EXPECT_FALSE(live.depth(~SymbolId{0})) << "an id that no table gives";
    EXPECT_TRUE(live.symbols().empty());
}

TEST_F(LiveStateTest, GivesTheNewestOfEachKind)
{
    Depth depth;
    depth.symbol = btc;
    depth.version = 7;
    depth.bidCount = 1;
    depth.bids[0] = {100, 5};
    live.publish(depth);
    begin();
    auto& quote = builder.add<Quote>(btc, 55);
    quote.bidPrice = Decimal(100, 1);
    addTrade(101, "first");
    addTrade(102, "second");
    auto& instrument = builder.add<Instrument>(btc, kNoTime, 16);
    builder.setText(instrument.base, "BTC");
    builder.setText(instrument.status, "online");
    instrument.tick = Decimal(1, 1);
    observe();

    ASSERT_TRUE(live.depth(btc));
    EXPECT_EQ(live.depth(btc)->version, 7u);
    EXPECT_EQ(live.depth(btc)->bids[0], (Level{100, 5}));
    ASSERT_TRUE(live.quote(btc));
    EXPECT_EQ(*live.quote(btc)->bidPrice, Decimal(100, 1));
    EXPECT_FALSE(live.quote(btc)->askPrice);
    EXPECT_EQ(live.quote(btc)->exchangeTime, 55);
    ASSERT_TRUE(live.lastTrade(btc));
    EXPECT_EQ(live.lastTrade(btc)->tradeId, "second");
    EXPECT_EQ(live.lastTrade(btc)->number, 2u);
    ASSERT_TRUE(live.instrument(btc));
    EXPECT_EQ(live.instrument(btc)->base, "BTC");
    EXPECT_EQ(live.instrument(btc)->status, "online");
    EXPECT_EQ(live.symbols(), std::vector<SymbolId>{btc});
}

TEST_F(LiveStateTest, GivesTradesSinceANumberAsFarAsTheyAreKept)
{
    for (int i = 1; i <= 10; ++i) {
        begin();
        addTrade(i);
        observe();
    }
    std::vector<LiveTrade> out;
    EXPECT_EQ(live.tradesSince(btc, 0, out), 10u);
    ASSERT_EQ(out.size(), 10u);
    EXPECT_EQ(out.front().number, 1u);
    out.clear();
    EXPECT_EQ(live.tradesSince(btc, 10, out), 10u);
    EXPECT_TRUE(out.empty());

    for (std::size_t i = 0; i < LiveState::kTradesKept; ++i) {
        begin();
        addTrade(100 + static_cast<int>(i));
        observe();
    }
    EXPECT_EQ(live.tradesSince(btc, 8, out), 10 + LiveState::kTradesKept);
    ASSERT_EQ(out.size(), LiveState::kTradesKept) << "9 and 10 are no longer kept";
    EXPECT_EQ(out.front().number, 11u);
    for (std::size_t i = 1; i < out.size(); ++i)
        EXPECT_EQ(out[i].number, out[i - 1].number + 1);
}

TEST_F(LiveStateTest, KeepsCandlesByIntervalAndBuilder)
{
    begin(BatchKind::Derived, "");
    addCandle(kSecond, 1, true);
    addCandle(kSecond, 2, false);
    addCandle(60 * kSecond, 3, false);
    addCandle(kSecond, 9, true, BuiltBy::Venue);
    observe();
    EXPECT_EQ(live.intervals(btc), (std::vector<Nanos>{kSecond, 60 * kSecond}));
    ASSERT_TRUE(live.candle(btc, kSecond));
    EXPECT_EQ(live.candle(btc, kSecond)->close, Decimal(2, 0));
    EXPECT_FALSE(live.candle(btc, kSecond)->closed);
    EXPECT_EQ(live.candle(btc, kSecond, BuiltBy::Venue)->close, Decimal(9, 0));
    EXPECT_FALSE(live.candle(btc, 60 * kSecond, BuiltBy::Venue));
    std::vector<LiveCandle> closed;
    EXPECT_EQ(live.closedCandlesSince(btc, kSecond, 0, closed), 1u);
    ASSERT_EQ(closed.size(), 1u);
    EXPECT_EQ(closed[0].close, Decimal(1, 0));
}

TEST_F(LiveStateTest, LearnsHowOftenFundingIsPaid)
{
    const auto tell = [&](Nullable<std::int64_t> next) {
        begin();
        Funding& funding = builder.add<Funding>(btc, kNoTime);
        funding.rate = Decimal(1, 4);
        funding.nextFundingTime = next;
        observe();
        return live.mark(btc)->fundingEvery;
    };
    constexpr Nanos kHour = 3600 * kSecond;
    EXPECT_EQ(tell(8 * kHour), 0) << "unknown";
    EXPECT_EQ(live.mark(btc)->fundingTime, now);
    EXPECT_EQ(tell(8 * kHour), 0);
    EXPECT_EQ(tell(12 * kHour), 4 * kHour);
    EXPECT_EQ(tell(12 * kHour), 4 * kHour);
    EXPECT_EQ(tell({}), 4 * kHour);
    EXPECT_EQ(tell(20 * kHour), 4 * kHour) << "nothing told before it";
    EXPECT_EQ(tell(28 * kHour), 8 * kHour);
}

TEST_F(LiveStateTest, HoldsGapsWhileTheyAreOpen)
{
    begin();
    addGap("g1", GapState::Open);
    addGap("g2", GapState::Open);
    observe();
    ASSERT_EQ(live.openGaps().size(), 2u);
    EXPECT_EQ(live.openGaps()[0].gapId, "g1");
    EXPECT_EQ(live.openGaps()[0].cause, GapCause::Checksum);
    begin();
    addGap("g1", GapState::Closed);
    observe();
    ASSERT_EQ(live.openGaps().size(), 1u);
    EXPECT_EQ(live.openGaps()[0].gapId, "g2");

    for (std::size_t i = 0; i < LiveState::kGaps + 5; ++i) {
        begin();
        addGap("many-" + std::to_string(i), GapState::Open);
        observe();
    }
    const auto gaps = live.openGaps();
    EXPECT_EQ(gaps.size(), LiveState::kGaps);
    EXPECT_TRUE(std::ranges::any_of(
        gaps, [](const LiveGap& gap) { return gap.gapId == "many-" + std::to_string(LiveState::kGaps + 4); }));
}

TEST_F(LiveStateTest, KeepsTheNewestWordAboutEachSubject)
{
    begin();
    addStatus("connection", "opening", "");
    addStatus("venue", "online", "");
    observe();
    begin();
    addStatus("connection", "open", std::string(300, 'x'));
    observe();
    const auto statuses = live.statuses();
    ASSERT_EQ(statuses.size(), 2u);
    EXPECT_EQ(statuses[0].subject, "connection");
    EXPECT_EQ(statuses[0].state, "open");
    EXPECT_EQ(statuses[0].reason.view().size(), 159u);
    EXPECT_EQ(statuses[0].lane, lane);
}

TEST_F(LiveStateTest, CutsTextBetweenCharacters)
{
    const FixedText<8> text("123456\xC3\xA9");  // the two bytes of é do not both fit
    EXPECT_EQ(text, "123456");
}

TEST_F(LiveStateTest, CountsByLaneAndType)
{
    begin(BatchKind::Frame, "12345");
    addTrade(1);
    addTrade(2);
    observe();
    begin(BatchKind::Control, "").control = ControlKind::Tick;
    observe();
    const auto counts = live.counts();
    ASSERT_EQ(counts.size(), 1u);
    EXPECT_EQ(counts[0].lane, lane);
    EXPECT_EQ(counts[0].type, EventType::Trade);
    EXPECT_EQ(counts[0].count, 2u);
    EXPECT_EQ(counts[0].exchangeTime, 1001);
    EXPECT_EQ(counts[0].receiveTime, 1);
    EXPECT_GT(counts[0].bytes, 2 * sizeof(Trade));
    const auto intakes = live.intakes();
    ASSERT_EQ(intakes.size(), 1u);
    EXPECT_EQ(intakes[0].frames, 1u);
    EXPECT_EQ(intakes[0].frameBytes, 5u);
    EXPECT_EQ(intakes[0].controls, 1u);
    EXPECT_EQ(intakes[0].receiveTime, 2);
}

// A reader beside a writer sees whole values only, and every trade at most once and in order.
TEST_F(LiveStateTest, IsReadWholeWhileItIsWritten)
{
    constexpr int kTrades = 30'000;
    std::atomic<bool> done{false};
    std::jthread writer([&] {
        for (int i = 1; i <= kTrades; ++i) {
            begin();
            addTrade(i);
            auto& quote = builder.add<Quote>(btc, i);
            quote.bidPrice = Decimal(i, 0);
            quote.askPrice = Decimal(i, 0);
            observe();
        }
        done = true;
    });
    std::uint64_t after = 0;
    std::uint64_t seen = 0;
    std::uint64_t last = 0;
    bool finished = false;
    while (!finished) {
        finished = done.load();
        std::vector<LiveTrade> out;
        after = live.tradesSince(btc, after, out);
        for (const LiveTrade& trade : out) {
            ASSERT_GT(trade.number, last);
            ASSERT_EQ(trade.price, Decimal(static_cast<std::int64_t>(trade.number), 1));
            last = trade.number;
            ++seen;
        }
        if (const auto quote = live.quote(btc)) {
            ASSERT_EQ(*quote->bidPrice, *quote->askPrice);
        }
    }
    EXPECT_EQ(after, static_cast<std::uint64_t>(kTrades));
    EXPECT_EQ(last, static_cast<std::uint64_t>(kTrades));
    EXPECT_GT(seen, 0u);
}

}  // namespace
}  // namespace tickdeck
