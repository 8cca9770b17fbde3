// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/candles/pipeline.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace tickdeck::candles {
namespace {

constexpr Nanos kT0 = 1'700'000'000 * kSecond;  // a multiple of 1 s, not of 1 min

struct Row {
    SymbolId symbol = 0;
    Nanos interval = 0;
    Nanos openTime = 0;
    std::string open, high, low, close, volume;
    std::uint64_t trades = 0;
    bool closed = false;
    Seq first = 0;
    Seq last = 0;
    friend bool operator==(const Row&, const Row&) = default;
};

class Candles : public testing::Test {
protected:
    explicit Candles(std::vector<Nanos> intervals = {kSecond, 60 * kSecond})
        : pipeline(std::move(intervals), kSecond / 2, symbols)
    {
    }

    struct T {
        const char* price;
        const char* quantity;
        Nanos exchangeTime = kNoTime;
        bool backfilled = false;
    };
    Batch trades(Nanos receiveTime, std::vector<T> list, SymbolId symbol)
    {
        BatchHeader& header = builder.begin("{}");
        header.receiveTime = receiveTime;
        for (const T& t : list) {
            auto& trade = builder.add<Trade>(symbol, t.exchangeTime);
            trade.price = Decimal::parse(t.price).value();
            trade.quantity = Decimal::parse(t.quantity).value();
            trade.backfilled = t.backfilled;
        }
        return numbered();
    }
    Batch tick(Nanos time)
    {
        BatchHeader& header = builder.begin("{}");
        header.kind = BatchKind::Control;
        header.control = ControlKind::Tick;
        header.receiveTime = time;
        return numbered();
    }
    Batch numbered()
    {
        Batch batch = builder.finish();
        batch.number(next);
        next += batch.span();
        return batch;
    }
    std::vector<Row> feed(const Batch& batch) { return feed(pipeline, batch); }
    std::vector<Row> feed(CandlePipeline& to, const Batch& batch)
    {
        derived.begin({});
        const auto result = to.onBatch(batch, derived);
        EXPECT_TRUE(result) << result.error().text();
        const Batch out = derived.finish();
        std::vector<Row> rows;
        for (const EventView event : out) {
            const auto* c = event.as<Candle>();
            EXPECT_NE(c, nullptr);
            EXPECT_EQ(c->closeTime, c->openTime + c->interval);
            EXPECT_EQ(c->built, BuiltBy::Engine);
            rows.push_back({event.symbol(), c->interval, c->openTime, c->open.toString(), c->high.toString(),
                            c->low.toString(), c->close.toString(), c->volume.toString(), c->trades, c->closed,
                            event.header().causeFirst, event.header().causeLast});
        }
        return rows;
    }

    BufferPool pool;
    SymbolTable symbols;
    SymbolId btc = symbols.intern("kraken", "BTC-USD", "BTC/USD");
    SymbolId eth = symbols.intern("kraken", "ETH-USD", "ETH/USD");
    BatchBuilder builder{pool};
    BatchBuilder derived{pool};
    CandlePipeline pipeline;
    Seq next = 1;
};

struct OneSecond : Candles {
    OneSecond() : Candles({kSecond}) {}
};

TEST_F(OneSecond, BuildsFromTradesAndClosesByATickAfterTheLateness)
{
    EXPECT_TRUE(feed(trades(kT0 + 5, {{"10.0", "1.5", kT0 + 1}, {"12.5", "0.25", kT0 + 2}}, btc)).empty());
    EXPECT_TRUE(feed(trades(kT0 + 6, {{"9.0", "1", kT0 + 3}}, btc)).empty());
    const Row open{btc, kSecond, kT0, "10.0", "12.5", "9.0", "9.0", "2.75", 3, false, 1, 3};
    EXPECT_EQ(feed(tick(kT0 + kSecond)), std::vector<Row>{open});
    EXPECT_TRUE(feed(tick(kT0 + kSecond + kSecond / 4)).empty()) << "unchanged since the last tick";
    Row closed = open;
    closed.closed = true;
    EXPECT_EQ(feed(tick(kT0 + kSecond + kSecond / 2)), std::vector<Row>{closed});
    EXPECT_TRUE(feed(tick(kT0 + 10 * kSecond)).empty()) << "a bucket without trades has no candle";
}

TEST_F(OneSecond, ATradeOfALaterBucketClosesAtOnce)
{
    (void)feed(trades(kT0, {{"10", "1", kT0}}, btc));
    const auto rows = feed(trades(kT0 + kSecond, {{"11", "2", kT0 + 3 * kSecond}}, btc));
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0], (Row{btc, kSecond, kT0, "10", "10", "10", "10", "1", 1, true, 1, 1}));
    const auto later = feed(tick(kT0 + 5 * kSecond));
    ASSERT_EQ(later.size(), 1u);
    EXPECT_EQ(later[0].openTime, kT0 + 3 * kSecond);
}

TEST_F(OneSecond, WhatIsClosedStaysAndLateTradesAreCounted)
{
    (void)feed(trades(kT0, {{"10", "1", kT0}}, btc));
    ASSERT_EQ(feed(tick(kT0 + 2 * kSecond)).size(), 1u);
    EXPECT_TRUE(feed(trades(kT0 + 2 * kSecond, {{"99", "1", kT0 + 1}}, btc)).empty());
    EXPECT_EQ(pipeline.late(), 1u);
    EXPECT_TRUE(feed(tick(kT0 + 9 * kSecond)).empty());
    // Also where nothing was closed: earlier than the open candle.
    (void)feed(trades(kT0 + 20 * kSecond, {{"10", "1", kT0 + 20 * kSecond}, {"9", "1", kT0 + 18 * kSecond}}, btc));
    EXPECT_EQ(pipeline.late(), 2u);
}

TEST_F(OneSecond, UsesTheReceiveTimeWhereTheVenueSaysNoneOrItsClockIsWrong)
{
    (void)feed(trades(kT0 + 1, {{"10", "1"}, {"11", "1", kT0 + 3600 * kSecond}}, btc));
    const auto rows = feed(tick(kT0 + 2 * kSecond));
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].openTime, kT0);
    EXPECT_EQ(rows[0].trades, 2u);
}

TEST_F(OneSecond, LeavesOutBackFilledTrades)
{
    EXPECT_TRUE(feed(trades(kT0, {{"10", "1", kT0, true}}, btc)).empty());
    EXPECT_TRUE(feed(tick(kT0 + 5 * kSecond)).empty());
    EXPECT_EQ(pipeline.late(), 0u);
}

TEST_F(OneSecond, AVolumeThatOverflowsIsAnErrorNotAWrongNumber)
{
    const char* huge = "99999999999999999999999999999999999999";
    (void)feed(trades(kT0, {{"1", huge, kT0}}, btc));
    const Batch more = trades(kT0, {{"1", huge, kT0}}, btc);
    const Batch most = trades(kT0, {{"1", huge, kT0}}, btc);
    derived.begin({});
    bool refused = !pipeline.onBatch(more, derived);
    derived.begin({});
    refused = !pipeline.onBatch(most, derived) || refused;
    EXPECT_TRUE(refused);
}

TEST_F(Candles, ClosesEachWidthAndEachSymbolOnItsOwn)
{
    (void)feed(trades(kT0, {{"10", "1", kT0}}, btc));
    (void)feed(trades(kT0, {{"20", "1", kT0}}, eth));
    const auto rows = feed(tick(kT0 + 2 * kSecond));
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(rows[0].symbol, btc);
    EXPECT_TRUE(rows[0].closed);
    EXPECT_EQ(rows[1].interval, 60 * kSecond);
    EXPECT_FALSE(rows[1].closed);
    EXPECT_EQ(rows[1].openTime % (60 * kSecond), 0);
    EXPECT_EQ(rows[2].symbol, eth);
    EXPECT_EQ(rows[2].close, "20");
}

// Against a plain model: every trade in time is in exactly one closed candle of each width, with the right sums.
TEST_F(Candles, AgreesWithAPlainModel)
{
    struct Model {
        std::int64_t high = 0, low = 0, open = 0, close = 0, volume = 0;
        std::uint64_t trades = 0;
    };
    std::map<std::tuple<SymbolId, Nanos, Nanos>, Model> model;
    std::mt19937_64 random(11);
    std::map<std::tuple<SymbolId, Nanos, Nanos>, Row> closed;
    const auto take = [&](const std::vector<Row>& rows) {
        for (const Row& row : rows)
            if (row.closed) {
                EXPECT_TRUE(closed.emplace(std::tuple(row.symbol, row.interval, row.openTime), row).second)
                    << "closed twice";
            }
    };
    Nanos time = kT0;
    for (int i = 0; i < 20'000; ++i) {
        time += static_cast<Nanos>(random() % (kSecond / 5));
        if (random() % 4 == 0) {
            take(feed(tick(time)));
            continue;
        }
        const SymbolId symbol = random() % 2 ? btc : eth;
        const auto price = static_cast<std::int64_t>(1 + random() % 1000);
        const auto quantity = static_cast<std::int64_t>(1 + random() % 50);
        take(feed(trades(time, {{std::to_string(price).c_str(), std::to_string(quantity).c_str(), time}}, symbol)));
        for (const Nanos interval : {kSecond, 60 * kSecond}) {
            Model& m = model[{symbol, interval, time - time % interval}];
            if (m.trades++ == 0)
                m.open = m.high = m.low = price;
            m.high = std::max(m.high, price);
            m.low = std::min(m.low, price);
            m.close = price;
            m.volume += quantity;
        }
    }
    take(feed(tick(time + 3600 * kSecond)));
    EXPECT_EQ(pipeline.late(), 0u);
    ASSERT_EQ(closed.size(), model.size());
    for (const auto& [key, m] : model) {
        const Row& row = closed.at(key);
        EXPECT_EQ(row.open, std::to_string(m.open));
        EXPECT_EQ(row.high, std::to_string(m.high));
        EXPECT_EQ(row.low, std::to_string(m.low));
        EXPECT_EQ(row.close, std::to_string(m.close));
        EXPECT_EQ(row.volume, std::to_string(m.volume));
        EXPECT_EQ(row.trades, m.trades);
    }
}

// Saved and loaded anywhere, also into a process whose ids differ, it goes on exactly as if nothing had happened.
TEST_F(Candles, GoesOnFromASavedStateExactly)
{
    std::mt19937_64 random(3);
    std::vector<Batch> inputs;
    Nanos time = kT0;
    for (int i = 0; i < 600; ++i) {
        time += static_cast<Nanos>(random() % kSecond);
        inputs.push_back(random() % 3 == 0
                             ? tick(time)
                             : trades(time, {{"10.5", "0.1", time - static_cast<Nanos>(random() % kSecond)}},
                                      random() % 2 ? btc : eth));
    }
    std::vector<std::string> states;
    std::vector<std::vector<Row>> outputs;
    for (const Batch& input : inputs) {
        states.emplace_back();
        pipeline.save(states.back());
        outputs.push_back(feed(input));
    }
    for (std::size_t from = 0; from < inputs.size(); from += 37) {
        CandlePipeline other({kSecond, 60 * kSecond}, kSecond / 2, symbols);
        ASSERT_TRUE(other.load(states[from]));
        std::string again;
        other.save(again);
        ASSERT_EQ(again, states[from]);
        for (std::size_t i = from; i < inputs.size(); ++i)
            ASSERT_EQ(feed(other, inputs[i]), outputs[i]) << from << " " << i;
    }
}

TEST_F(Candles, RefusesADamagedOrForeignState)
{
    (void)feed(trades(kT0, {{"10", "1", kT0}}, btc));
    std::string state;
    pipeline.save(state);
    for (std::size_t size = 0; size < state.size(); ++size) {
        CandlePipeline other({kSecond, 60 * kSecond}, 0, symbols);
        EXPECT_FALSE(other.load(std::string_view(state).substr(0, size))) << size;
    }
    CandlePipeline other({kSecond}, 0, symbols);
    EXPECT_EQ(other.load(state).error().code, ErrorCode::Invalid);
}

TEST(CandleSettings, ReadsIntervals)
{
    EXPECT_EQ(parseInterval("1s").value(), kSecond);
    EXPECT_EQ(parseInterval("15m").value(), 900 * kSecond);
    EXPECT_EQ(parseInterval("1d").value(), 86'400 * kSecond);
    for (const char* bad : {"", "s", "0s", "-1s", "1", "1 s", "1ss", "99999999999999999999s", "1w"})
        EXPECT_FALSE(parseInterval(bad)) << bad;
    EXPECT_EQ(spec().settings.name, "pipelines.candles");
}

}  // namespace
}  // namespace tickdeck::candles
