// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include <fstream>

#include "engine/ops/sqlite.h"
#include "engine/plugin/history.h"
#include "engine/sinks/sqlite/sink.h"
#include "tests/sinks/random_events.h"
#include "tests/sinks/temporary_folder.h"

namespace tickdeck::test {
namespace {

class SqliteSinkTest : public ::testing::Test {
protected:
    std::unique_ptr<Sink> makeSink(std::map<std::string, config::Value, std::less<>> values = {}) const
    {
        return sqlite::spec().make(config::Section("sinks.sqlite", std::move(values)));
    }
    SinkContext context(RandomEvents& events) { return {folder.path(), events.engineId(), &events.symbols, &filter}; }

    std::vector<Batch> read(const HistoryQuery& query)
    {
        std::vector<Batch> out;
        const SinkContext here{folder.path(), "", &symbols, nullptr};
        const auto done = sqlite::spec().history({}, here)->read(query, pool, symbols, [&](const Batch& batch) {
            out.push_back(batch);
            return true;
        });
        EXPECT_TRUE(done) << done.error().text();
        return out;
    }
    static HistoryQuery all(EventType type)
    {
        return {.type = type, .from = 0, .to = std::numeric_limits<Nanos>::max()};
    }

    void expectAll(const std::vector<Stored>& expected, const SymbolTable& written)
    {
        for (std::size_t i = 0; i < kEventTypeCount; ++i) {
            std::vector<const Stored*> wanted;
            for (const Stored& stored : expected)
                if (static_cast<std::size_t>(stored.event.type()) == i)
                    wanted.push_back(&stored);
            const auto rows = read(all(static_cast<EventType>(i)));
            ASSERT_EQ(rows.size(), wanted.size()) << enumName(static_cast<EventType>(i));
            for (std::size_t row = 0; row < rows.size(); ++row)
                expectSame(wanted[row]->batch, wanted[row]->event, written, rows[row], *rows[row].begin(), symbols);
        }
    }

    TemporaryFolder folder;
    EventFilter filter;
    BufferPool pool;
    SymbolTable symbols;
};

TEST_F(SqliteSinkTest, EveryTypeRoundTripsWithItsPosition)
{
    RandomEvents events(21);
    const auto batches = events.take(600);
    const auto sink = makeSink();
    ASSERT_EQ(sink->open(context(events)), Seq{0});
    ASSERT_TRUE(sink->write(std::span(batches).first(300)));
    EXPECT_EQ(sink->position(), batches[299].lastSeq());
    ASSERT_TRUE(sink->write(std::span(batches).subspan(300)));
    expectAll(events.events(batches), events.symbols);
}

TEST_F(SqliteSinkTest, OriginsAreKept)
{
    RandomEvents events(22);
    const auto batches = events.take(100);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(batches));
    auto database = ops::sqlite::Database::open(folder.path() / "recent.db");
    ASSERT_TRUE(database);
    for (const Stored& stored : events.events(batches)) {
        const std::string table(enumName(stored.event.type()));
        auto find = database->prepare(("SELECT origin FROM \"" + table + "\" WHERE seq = ?").c_str());
        ASSERT_TRUE(find);
        find->bind(1, static_cast<std::int64_t>(stored.event.seq()));
        ASSERT_EQ(find->step(), true);
        EXPECT_EQ(find->bytes(0), stored.origin);
    }
}

TEST_F(SqliteSinkTest, DroppedWithoutWarningAndOpenedAgainNothingIsLostOrDoubled)
{
    RandomEvents events(23);
    const auto batches = events.take(400);
    std::mt19937 random(1);
    for (std::size_t at = 0; at < batches.size();) {
        const auto sink = makeSink();
        const auto position = sink->open(context(events));
        ASSERT_TRUE(position);
        ASSERT_EQ(*position, at == 0 ? 0 : batches[at - 1].lastSeq());
        for (std::size_t writes = random() % 4; writes > 0 && at < batches.size(); --writes) {
            const std::size_t count = std::min<std::size_t>(1 + random() % 50, batches.size() - at);
            ASSERT_TRUE(sink->write(std::span(batches).subspan(at, count)));
            at += count;
        }
    }
    expectAll(events.events(batches), events.symbols);
}

TEST_F(SqliteSinkTest, TakesWhatIsPastOnceAndKeepsItsPosition)
{
    RandomEvents events(24);
    const auto batches = events.take(100);
    const Batch& some = *std::ranges::find_if(batches, [](const Batch& b) { return b.header().eventCount > 1; });
    const EventView skipped = *some.begin();
    filter.skip(skipped.seq());
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(batches));
    const std::size_t before = read(all(skipped.type())).size();
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(sink->restore(some, std::span(&skipped, 1)));
        EXPECT_EQ(read(all(skipped.type())).size(), before + 1);
        EXPECT_EQ(sink->position(), batches.back().lastSeq());
    }
    expectAll(events.events(batches), events.symbols);
    EXPECT_EQ(makeSink()->open(context(events)), batches.back().lastSeq());
}

TEST_F(SqliteSinkTest, KeepsTheNewestRowsOfEachType)
{
    RandomEvents events(24);
    const auto batches = events.take(600);
    const auto sink = makeSink({{"keep_rows", std::int64_t{50}}});
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(batches));
    ASSERT_TRUE(sink->idle(60 * kSecond));
    std::vector<Seq> trades;
    for (const Stored& stored : events.events(batches))
        if (stored.event.type() == EventType::Trade)
            trades.push_back(stored.event.seq());
    ASSERT_GT(trades.size(), 50u);
    std::vector<Seq> kept;
    for (const Batch& batch : read(all(EventType::Trade)))
        kept.push_back(batch.firstSeq());
    EXPECT_EQ(kept, std::vector<Seq>(trades.end() - 50, trades.end()));
}

TEST_F(SqliteSinkTest, DeletesWhatIsOlderThanTheNewestByTheSetHours)
{
    RandomEvents events(25);
    const auto sink = makeSink({{"keep_h", std::int64_t{1}}});
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(events.take(50)));
    BatchBuilder builder(events.pool);
    builder.begin("x").receiveTime = kStart + 5 * 3600 * kSecond;
    builder.add<Trade>(0, kNoTime).price = Decimal(7, 0);
    Batch late = builder.finish();
    late.number(events.lastSeq() + 1);
    ASSERT_TRUE(sink->write(std::vector{late}));
    ASSERT_TRUE(sink->idle(60 * kSecond));
    ASSERT_EQ(read(all(EventType::Trade)).size(), 1u);
    EXPECT_TRUE(read(all(EventType::Book)).empty());
}

TEST_F(SqliteSinkTest, HistoryFindsByTimeSymbolVenueIntervalAndNewest)
{
    RandomEvents events(26);
    const auto batches = events.take(3000);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(batches));
    HistoryQuery query{.type = EventType::Candle,
                       .from = batches[500].header().receiveTime,
                       .to = batches[2500].header().receiveTime,
                       .venue = "kraken",
                       .symbol = "BTC-USD"};
    std::vector<Seq> expected;
    Seq sought = 0;
    for (const Stored& stored : events.events(batches)) {
        const SymbolName& name = events.symbols.name(stored.event.symbol());
        const Nanos time = stored.batch.header().receiveTime;
        if (stored.event.type() == EventType::Candle && name.venue == "kraken" && name.symbol == "BTC-USD" &&
            time >= query.from && time < query.to) {
            expected.push_back(stored.event.seq());
            if (const Nanos interval = stored.event.as<Candle>()->interval; interval != kNoTime) {
                query.interval = interval;  // of the last one that has any
                sought = stored.event.seq();
            }
        }
    }
    ASSERT_GT(expected.size(), 20u);
    const auto seqs = [&] {
        std::vector<Seq> out;
        for (const Batch& batch : read(query))
            out.push_back(batch.firstSeq());
        return out;
    };
    const auto withInterval = seqs();
    EXPECT_THAT(withInterval, testing::Contains(sought));
    EXPECT_LT(withInterval.size(), expected.size());
    query.interval.reset();
    EXPECT_EQ(seqs(), expected);
    query.limit = 5;
    EXPECT_EQ(seqs(), std::vector<Seq>(expected.end() - 5, expected.end()));
}

TEST_F(SqliteSinkTest, ADamagedFileIsPutAsideAndWrittenAnew)
{
    RandomEvents events(27);
    const auto batches = events.take(50);
    std::ofstream(folder.path() / "recent.db") << std::string(5000, 'x');
    const auto sink = makeSink();
    ASSERT_EQ(sink->open(context(events)), Seq{0});
    ASSERT_TRUE(sink->write(batches));
    expectAll(events.events(batches), events.symbols);
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "recent.db.damaged"));
}

TEST_F(SqliteSinkTest, AFileOfAnotherSchemaIsEmptied)
{
    RandomEvents events(28);
    const auto batches = events.take(50);
    {
        const auto sink = makeSink();
        ASSERT_TRUE(sink->open(context(events)));
        ASSERT_TRUE(sink->write(batches));
    }
    {
        auto database = ops::sqlite::Database::open(folder.path() / "recent.db");
        ASSERT_TRUE(database);
        ASSERT_TRUE(database->execute("UPDATE meta SET value = 'older' WHERE key = 'schema'"));
    }
    const auto sink = makeSink();
    ASSERT_EQ(sink->open(context(events)), Seq{0});
    ASSERT_TRUE(sink->write(batches));
    expectAll(events.events(batches), events.symbols);
}

TEST_F(SqliteSinkTest, AHistoryWithoutAFileIsEmpty)
{
    EXPECT_TRUE(read(all(EventType::Trade)).empty());
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "recent.db"));
}

}  // namespace
}  // namespace tickdeck::test
