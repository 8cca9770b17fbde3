// SPDX-License-Identifier: GPL-3.0-or-later
// The series that front ends are given: stored and live joined, bounded, the same pointer until something is newer.
#include <future>

#include <gtest/gtest.h>

#include "engine/runtime/candle_book.h"
#include "engine/runtime/mark_book.h"
#include "engine/runtime/mark_trail.h"

namespace tickdeck::runtime {
namespace {

constexpr Nanos kNow = 1'786'924'800 * kSecond;

class SeriesBooks : public testing::Test {
protected:
    void begin(Nanos time)
    {
        BatchHeader& header = builder.begin("{}");
        header.kind = BatchKind::Frame;
        header.lane = lane;
        header.receiveTime = time;
    }
    void addMark(SymbolId symbol, std::int64_t price)
    {
        auto& mark = builder.add<Mark>(symbol, kNoTime);
        mark.markPrice = Decimal(price, 1);
        mark.indexPrice = Decimal(price - 3, 1);
    }
    void addFunding(SymbolId symbol, std::int64_t rate)
    {
        builder.add<Funding>(symbol, kNoTime).rate = Decimal(rate, 6);
    }
    void addCandle(Nanos open, std::int64_t close, bool closed, BuiltBy built)
    {
        auto& candle = builder.add<Candle>(btc, kNoTime);
        candle.interval = 60 * kSecond;
        candle.openTime = open;
        candle.closeTime = open + 60 * kSecond;
        candle.close = Decimal(close, 0);
        candle.trades = static_cast<std::uint64_t>(close);
        candle.closed = closed;
        candle.built = built;
    }
    void observe() { live.observe(builder.finish()); }
    // What was posted to the worker before is done.
    void workerIsDone()
    {
        std::promise<void> done;
        worker.post([&] { done.set_value(); });
        done.get_future().wait();
    }

    BufferPool pool;
    SymbolTable symbols;
    LiveState live{symbols};
    BatchBuilder builder{pool};
    ManualClock clock{kNow};
    SymbolId lane = symbols.intern("binance", "", "market");
    SymbolId btc = symbols.intern("binance", "BTC-USDT-PERP", "BTCUSDT");
    SymbolId eth = symbols.intern("binance", "ETH-USDT-PERP", "ETHUSDT");
    Worker worker{"queries"};
};

TEST_F(SeriesBooks, TheTrailKeepsOnePointASecondWithMarkAndFundingTogether)
{
    MarkTrail trail;
    for (int tenth = 0; tenth < 30; ++tenth) {
        begin(kNow + tenth * 100 * kMillisecond);
        addMark(btc, 1000 + tenth);
        if (tenth >= 10)
            addFunding(btc, 100);
        addMark(eth, 50);
        trail.observe(builder.finish());
    }
    std::vector<api::MarkPoint> points;
    const std::uint64_t cursor = trail.since(btc, 0, points);
    ASSERT_EQ(points.size(), 3u);
    EXPECT_EQ(points[0].time, kNow);
    EXPECT_FALSE(points[0].fundingRate) << "none had come";
    EXPECT_EQ(*points[1].mark, Decimal(1010, 1));
    EXPECT_EQ(*points[1].fundingRate, Decimal(100, 6)) << "of the same frame";
    points.clear();
    EXPECT_EQ(trail.since(btc, cursor, points), cursor);
    EXPECT_TRUE(points.empty()) << "none twice";
}

TEST_F(SeriesBooks, TheTrailIsBounded)
{
    MarkTrail trail;
    for (std::size_t i = 0; i < MarkTrail::kKept + 10; ++i) {
        begin(kNow + static_cast<Nanos>(i) * kSecond);
        addMark(btc, 1);
        trail.observe(builder.finish());
    }
    std::vector<api::MarkPoint> points;
    trail.since(btc, 0, points);
    EXPECT_EQ(points.size(), MarkTrail::kKept);
    EXPECT_EQ(points.front().time, kNow + 10 * kSecond);
}

TEST_F(SeriesBooks, MarksAreStoredOnesThenLiveOnesOfOneHour)
{
    MarkTrail trail;
    const auto observeMark = [&](Nanos time) {
        begin(time);
        addMark(btc, time / kSecond % 1000);
        trail.observe(builder.finish());
    };
    observeMark(kNow - 2 * kSecond);
    Nanos askedFrom = 0;
    MarkBook book(
        clock, worker,
        [&](SymbolId symbol, std::uint64_t cursor, std::vector<api::MarkPoint>& out) {
            return trail.since(symbol, cursor, out);
        },
        [&](SymbolId, Nanos from) {
            askedFrom = from;
            std::vector<api::MarkPoint> stored;
            // Up to a second that came live too, some milliseconds apart.
            for (Nanos time = from; time <= kNow - 2 * kSecond; time += kSecond)
                stored.push_back({time + 3 * kMillisecond, Decimal(7, 0), {}, Decimal(1, 4)});
            return stored;
        });
    EXPECT_TRUE(book.series(btc)->loading);
    workerIsDone();
    const auto series = book.series(btc);
    EXPECT_FALSE(series->loading);
    EXPECT_EQ(askedFrom, kNow - MarkBook::kReach);
    EXPECT_EQ(series->points.size(), 3599u);
    EXPECT_EQ(series->points.back().time / kSecond, kNow / kSecond - 2);
    EXPECT_EQ(book.series(btc), series) << "nothing newer, the same";
    clock.advance(10 * kSecond);
    observeMark(clock.now());
    const auto later = book.series(btc);
    EXPECT_EQ(later->points.back().time, clock.now());
    EXPECT_GE(later->points.front().time, clock.now() - MarkBook::kReach);
    EXPECT_TRUE(std::ranges::is_sorted(later->points, {}, &api::MarkPoint::time));
}

TEST_F(SeriesBooks, StoredMarksTakeTheFundingOfTheirTime)
{
    const auto mark = [](Nanos time) { return api::MarkPoint{time, Decimal(1, 0), {}, {}}; };
    const auto points = joined({mark(1 * kSecond), mark(1 * kSecond + 5), mark(2 * kSecond), mark(9 * kSecond)},
                               {{2 * kSecond, Decimal(5, 6)}, {8 * kSecond, Decimal(6, 6)}});
    ASSERT_EQ(points.size(), 3u);
    EXPECT_FALSE(points[0].fundingRate);
    EXPECT_EQ(*points[1].fundingRate, Decimal(5, 6));
    EXPECT_EQ(*points[2].fundingRate, Decimal(6, 6));
}

TEST_F(SeriesBooks, CandlesOfEngineAndVenueAreKeptApart)
{
    std::vector<CandleKey> asked;
    CandleBook book(live, clock, worker, [&](const CandleKey& key, Nanos) {
        asked.push_back(key);
        api::Candle candle;
        candle.openTime = kNow - 120 * kSecond;
        candle.close = Decimal(key.built == BuiltBy::Venue ? 2 : 1, 0);
        candle.closed = true;
        return std::vector{candle};
    });
    begin(kNow);
    addCandle(kNow - 60 * kSecond, 10, true, BuiltBy::Engine);
    addCandle(kNow, 11, false, BuiltBy::Engine);
    addCandle(kNow, 20, false, BuiltBy::Venue);
    observe();
    const CandleKey engine{btc, 60 * kSecond, BuiltBy::Engine};
    const CandleKey venue{btc, 60 * kSecond, BuiltBy::Venue};
    static_cast<void>(book.series(engine));
    static_cast<void>(book.series(venue));
    workerIsDone();
    ASSERT_EQ(book.series(engine)->candles.size(), 3u);
    EXPECT_EQ(book.series(engine)->candles.front().close, Decimal(1, 0));
    EXPECT_EQ(book.series(engine)->candles.back().close, Decimal(11, 0));
    ASSERT_EQ(book.series(venue)->candles.size(), 2u);
    EXPECT_EQ(book.series(venue)->candles.front().close, Decimal(2, 0));
    EXPECT_EQ(book.series(venue)->built, BuiltBy::Venue);
    EXPECT_EQ(asked.size(), 2u) << "each store is read once";
    const auto before = book.series(engine);
    EXPECT_EQ(book.series(engine), before);
    begin(kNow + 1);
    addCandle(kNow, 12, false, BuiltBy::Engine);
    observe();
    EXPECT_NE(book.series(engine), before);
    EXPECT_EQ(book.series(engine)->candles.back().close, Decimal(12, 0)) << "the open one in its place";
    EXPECT_EQ(book.series(engine)->candles.size(), 3u);
}

TEST_F(SeriesBooks, SeriesThatNobodyAsksForMakeRoom)
{
    int read = 0;
    CandleBook book(live, clock, worker, [&](const CandleKey&, Nanos) {
        ++read;
        return std::vector<api::Candle>();
    });
    constexpr int kSeries = static_cast<int>(
        SeriesBook<CandleKey, api::CandleSeries, &api::CandleSeries::candles, &api::Candle::openTime>::kMostSeries);
    for (int i = 0; i <= kSeries; ++i)
        static_cast<void>(book.series({btc, (i + 1) * kSecond, BuiltBy::Engine}));
    static_cast<void>(book.series({btc, (kSeries + 1) * kSecond, BuiltBy::Engine}));
    workerIsDone();
    EXPECT_EQ(read, kSeries + 1) << "the newest is still there";
    static_cast<void>(book.series({btc, kSecond, BuiltBy::Engine}));
    workerIsDone();
    EXPECT_EQ(read, kSeries + 2) << "the oldest was read anew";
}

}  // namespace
}  // namespace tickdeck::runtime
