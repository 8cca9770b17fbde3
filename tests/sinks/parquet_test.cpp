// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include <fstream>

#include "engine/sinks/parquet/columns.h"
#include "engine/sinks/parquet/files.h"
#include "engine/sinks/parquet/writer.h"
#include "tests/sinks/lake_fixture.h"

namespace tickdeck::test {
namespace {

class ParquetSinkTest : public LakeTest {};

std::vector<std::string> columnLines(EventType type)
{
    std::vector<std::string> out;
    const auto schema = parquet::schemaOf(type, {});
    for (const auto& field : schema->fields())
        out.push_back(field->name() + " " + field->type()->ToString() + (field->nullable() ? "" : " not null"));
    return out;
}

TEST(ParquetSchema, CommonColumnsThenTheFields)
{
    const std::string names = "dictionary<values=string, indices=int32, ordered=0> not null";
    const std::string word = "dictionary<values=string, indices=int8, ordered=0> not null";
    const std::vector<std::string> common{"seq int64 not null",
                                          "origin string not null",
                                          "symbol " + names,
                                          "native " + names,
                                          "exchange_time int64",
                                          "receive_time int64",
                                          "cause struct<first: int64 not null, last: int64 not null>"};
    auto trade = common;
    trade.insert(trade.end(), {"price decimal128(38, 18) not null", "quantity decimal128(38, 18) not null",
                               "side " + word, "trade_id string not null", "backfilled bool not null"});
    EXPECT_EQ(columnLines(EventType::Trade), trade);
    const std::string levels = "list<element: struct<price: decimal128(38, 18) not null, quantity: decimal128(38, 18) "
                               "not null> not null> not null";
    auto book = common;
    book.insert(book.end(), {"kind " + word, "bids " + levels, "asks " + levels, "venue_seq int64",
                             "version int64 not null", "verified bool"});
    EXPECT_EQ(columnLines(EventType::Book), book);
}

TEST(ParquetSchema, EveryTypeHasItsFields)
{
    [&]<class... E>(std::tuple<E...>*) {
        const auto check = [&]<class T>() {
            const auto schema = parquet::schemaOf(T::kType, {});
            ASSERT_EQ(schema->num_fields(), 7 + static_cast<int>(kFieldCount<T>));
            int at = 7;
            forEachField<T>([&](const auto& f) { EXPECT_EQ(schema->field(at++)->name(), f.name); });
        };
        (check.template operator()<E>(), ...);
    }(static_cast<EventTypes*>(nullptr));
}

TEST_F(ParquetSinkTest, EveryTypeRoundTrips)
{
    RandomEvents events(7);
    const auto sink = makeSink();
    ASSERT_EQ(sink->open(context(events)), Seq{0});
    const auto batches = events.take(3000);
    ASSERT_TRUE(sink->write(batches));
    EXPECT_EQ(sink->position(), 0u);  // nothing is sealed yet
    ASSERT_TRUE(sink->flush());
    EXPECT_EQ(sink->position(), batches.back().lastSeq());
    expectLake(events.events(batches), events.symbols);
    // Two days: the batches cross midnight.
    const auto files = parquet::Lake(folder.path()).list({.type = EventType::Trade, .venue = "odd venue/é"});
    ASSERT_TRUE(files);
    std::set<std::string> dates;
    for (const auto& file : *files)
        dates.insert(file.date);
    EXPECT_THAT(dates, testing::ElementsAre("2025-12-31", "2026-01-01"));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "data/v1/trade/venue=odd%20venue%2F%C3%A9/date=2026-01-01"));
}

TEST_F(ParquetSinkTest, DoublesComeBackNearEnough)
{
    RandomEvents events(8);
    const auto sink = makeSink({{"numbers", std::string("double")}});
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(std::vector{events.poison()}));  // a double takes it
    ASSERT_TRUE(sink->flush());
    BufferPool pool;
    SymbolTable symbols;
    const auto rows = read(all(EventType::Trade), pool, symbols);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ((*rows[0].begin()).as<Trade>()->price.toString(), "0.000000000000000000000000000001");
}

TEST_F(ParquetSinkTest, TheLakeKeepsItsSchema)
{
    RandomEvents events(9);
    ASSERT_TRUE(makeSink()->open(context(events)));
    const auto opened = makeSink({{"price_scale", std::int64_t{10}}})->open(context(events));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().remedy, Remedy::Fatal);
    EXPECT_THAT(opened.error().detail, testing::HasSubstr("price_scale = 18"));
}

TEST_F(ParquetSinkTest, AValueThatDoesNotFitIsRefusedBeforeAnythingIsTaken)
{
    RandomEvents events(10);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    auto batches = events.take(20);
    const Batch poison = events.poison(2, 1);
    batches.push_back(poison);
    const auto written = sink->write(batches);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(written.error().remedy, Remedy::None);
    std::vector<Seq> refused;
    for (const EventView event : poison)
        if (!sink->check(event))
            refused.push_back(event.seq());
    EXPECT_THAT(refused, testing::ElementsAre(poison.firstSeq() + 2));
    filter.skip(refused.front());
    ASSERT_TRUE(sink->write(batches));
    ASSERT_TRUE(sink->flush());
    auto expected = events.events(batches);
    std::erase_if(expected, [&](const Stored& stored) { return stored.event.seq() == refused.front(); });
    expectLake(expected, events.symbols);
}

TEST_F(ParquetSinkTest, TakesWhatIsPastOnceAndKeepsItsPosition)
{
    RandomEvents events(12);
    const auto batches = events.take(60);
    const Batch& some = *std::ranges::find_if(batches, [](const Batch& b) { return b.header().eventCount > 2; });
    std::vector<EventView> skipped;
    for (const EventView event : some)
        skipped.push_back(event);
    for (const EventView& event : skipped)
        filter.skip(event.seq());
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(batches));
    ASSERT_TRUE(sink->flush());
    ASSERT_TRUE(sink->restore(some, std::span(skipped).first(1)));
    ASSERT_TRUE(sink->restore(some, skipped));  // the first one again
    EXPECT_EQ(sink->position(), batches.back().lastSeq());
    const auto more = events.take(20);
    ASSERT_TRUE(sink->write(more));
    ASSERT_TRUE(sink->flush());
    EXPECT_EQ(makeSink()->open(context(events)), more.back().lastSeq());
    std::set<Seq> found;
    for (std::size_t i = 0; i < kEventTypeCount; ++i) {
        BufferPool pool;
        SymbolTable symbols;
        for (const Batch& row : read(all(static_cast<EventType>(i)), pool, symbols))
            EXPECT_TRUE(found.insert(row.firstSeq()).second) << row.firstSeq() << " is there twice";
    }
    std::set<Seq> wanted;
    for (const auto* list : {&batches, &more})
        for (const Batch& batch : *list)
            for (const EventView event : batch)
                wanted.insert(event.seq());
    EXPECT_EQ(found, wanted);
    // Without its file the position is found from the cuts, of which these files are none.
    std::filesystem::remove(folder.path() / "data/v1/_position.json");
    EXPECT_EQ(makeSink()->open(context(events)), more.back().lastSeq());
}

TEST_F(ParquetSinkTest, RotatesByAge)
{
    RandomEvents events(11);
    const auto sink = makeSink({{"rotate_after_s", std::int64_t{30}}});
    ASSERT_TRUE(sink->open(context(events)));
    const auto first = events.take(50);
    ASSERT_TRUE(sink->write(first));
    ASSERT_TRUE(sink->idle(100 * kSecond));
    ASSERT_TRUE(sink->idle(129 * kSecond));
    EXPECT_EQ(sink->position(), 0u);
    ASSERT_TRUE(sink->idle(130 * kSecond));
    EXPECT_EQ(sink->position(), first.back().lastSeq());
    ASSERT_TRUE(sink->idle(500 * kSecond));
    const auto second = events.take(50);
    ASSERT_TRUE(sink->write(second));
    ASSERT_TRUE(sink->idle(501 * kSecond));  // its age begins now
    EXPECT_EQ(sink->position(), first.back().lastSeq());
    ASSERT_TRUE(sink->idle(531 * kSecond));
    EXPECT_EQ(sink->position(), second.back().lastSeq());
}

TEST_F(ParquetSinkTest, RotatesBySizeAndHoldsLittleInMemory)
{
    RandomEvents events(12);
    const auto sink = makeSink({{"rotate_mb", std::int64_t{1}}, {"memory_mb", std::int64_t{1}}});
    ASSERT_TRUE(sink->open(context(events)));
    std::vector<Batch> written;
    for (int i = 0; i < 200 && sink->position() == 0; ++i) {
        const auto batches = events.take(500);
        ASSERT_TRUE(sink->write(batches));
        written.insert(written.end(), batches.begin(), batches.end());
    }
    EXPECT_EQ(sink->position(), written.back().lastSeq());
    expectLake(events.events(written), events.symbols);
}

TEST_F(ParquetSinkTest, AllTypesAreCutAtOneNumber)
{
    RandomEvents events(13);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    std::vector<Seq> cuts{0};
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(sink->write(events.take(100)));
        ASSERT_TRUE(sink->flush());
        cuts.push_back(sink->position());
    }
    const auto files = parquet::Lake(folder.path()).list({});
    ASSERT_TRUE(files);
    ASSERT_GT(files->size(), 20u);
    for (const auto& file : *files) {
        const auto metadata = parquet::readMetadata(file.path);
        ASSERT_TRUE(metadata);
        const Seq to = std::stoull(metadata->at("tickdeck.cut_to"));
        const Seq from = std::stoull(metadata->at("tickdeck.cut_from"));
        EXPECT_THAT(cuts, testing::Contains(to));
        EXPECT_THAT(cuts, testing::Contains(from - 1));
        EXPECT_GE(file.firstSeq, from);
        EXPECT_LE(file.lastSeq, to);
        EXPECT_EQ(metadata->at("tickdeck.schema_version"), "1");
        EXPECT_EQ(metadata->at("tickdeck.engine_id"), events.engineId());
        EXPECT_EQ(metadata->at("tickdeck.first_seq"), std::to_string(file.firstSeq));
        EXPECT_EQ(metadata->at("tickdeck.last_seq"), std::to_string(file.lastSeq));
        EXPECT_FALSE(metadata->at("tickdeck.last_receive_time").empty());
    }
}

TEST_F(ParquetSinkTest, StoresOnlyWhatTheFilterPasses)
{
    RandomEvents events(14);
    filter = *EventFilter::of(config::Section("sinks.parquet", {{"events", std::vector<std::string>{"trade", "quote"}},
                                                                {"venues", std::vector<std::string>{"kraken"}}}));
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    const auto batches = events.take(300);
    ASSERT_TRUE(sink->write(batches));
    ASSERT_TRUE(sink->flush());
    EXPECT_EQ(sink->position(), batches.back().lastSeq());
    auto expected = events.events(batches);
    std::erase_if(expected, [&](const Stored& stored) {
        return (stored.event.type() != EventType::Trade && stored.event.type() != EventType::Quote) ||
               events.symbols.name(stored.event.symbol()).venue != "kraken";
    });
    ASSERT_FALSE(expected.empty());
    expectLake(expected, events.symbols);
}

TEST(EventFilterTest, AnUnknownTypeIsNamed)
{
    const auto filter =
        EventFilter::of(config::Section("sinks.x", {{"events", std::vector<std::string>{"trade", "trades"}}}));
    ASSERT_FALSE(filter);
    EXPECT_EQ(filter.error().code, ErrorCode::Invalid);
    EXPECT_THAT(filter.error().detail, testing::HasSubstr("sinks.x.events"));
    EXPECT_THAT(filter.error().detail, testing::HasSubstr("trades"));
}

TEST_F(ParquetSinkTest, TextsThatAreNotUtf8AreRepaired)
{
    RandomEvents events(15);
    BatchBuilder builder(events.pool);
    builder.begin("x").receiveTime = kStart;
    Status& status = builder.add<Status>(events.symbols.intern("kraken", "A\xFFZ", "\xC0"), kNoTime, 64);
    builder.setText(status.subject, "ok \xE2\x82");
    Batch batch = builder.finish();
    batch.number(1);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(std::vector{batch}));
    ASSERT_TRUE(sink->flush());
    BufferPool pool;
    SymbolTable symbols;
    const auto rows = read(all(EventType::Status), pool, symbols);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(symbols.name((*rows[0].begin()).symbol()).symbol, "A\xEF\xBF\xBDZ");
    EXPECT_EQ((*rows[0].begin()).as<Status>()->subject.view(), "ok \xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_F(ParquetSinkTest, HistoryFindsByTimeSymbolVenueAndNewest)
{
    RandomEvents events(16);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    std::vector<Batch> batches;
    for (int i = 0; i < 10; ++i) {
        const auto more = events.take(200);
        ASSERT_TRUE(sink->write(more));
        ASSERT_TRUE(sink->flush());
        batches.insert(batches.end(), more.begin(), more.end());
    }
    const Nanos from = batches[500].header().receiveTime;
    const Nanos to = batches[1500].header().receiveTime;
    std::vector<Seq> expected;
    for (const Stored& stored : events.events(batches)) {
        const SymbolName& name = events.symbols.name(stored.event.symbol());
        const Nanos time = stored.batch.header().receiveTime;
        if (stored.event.type() == EventType::Quote && name.venue == "coinbase" && name.symbol == "ETH-USD" &&
            time >= from && time < to)
            expected.push_back(stored.event.seq());
    }
    ASSERT_GT(expected.size(), 20u);
    HistoryQuery query{.type = EventType::Quote, .from = from, .to = to, .venue = "coinbase", .symbol = "ETH-USD"};
    BufferPool pool;
    SymbolTable symbols;
    const auto seqs = [&] {
        std::vector<Seq> out;
        for (const Batch& batch : read(query, pool, symbols))
            out.push_back(batch.firstSeq());
        return out;
    };
    EXPECT_EQ(seqs(), expected);
    query.limit = 7;
    EXPECT_EQ(seqs(), std::vector<Seq>(expected.end() - 7, expected.end()));
    query.limit = expected.size() + 100;
    EXPECT_EQ(seqs(), expected);
}

TEST(ParquetWriterTest, AnUnfinishedFileIsRemoved)
{
    const TemporaryFolder folder;
    const auto path = folder.path() / "x.parquet";
    {
        auto writer = parquet::ParquetWriter::create(path, EventType::Trade, {});
        ASSERT_TRUE(writer);
        EXPECT_TRUE(std::filesystem::exists(path));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ParquetWriterTest, AFolderThatIsNotThereIsAnError)
{
    const auto writer = parquet::ParquetWriter::create("/nowhere/at/all.parquet", EventType::Trade, {});
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().remedy, Remedy::Reconnect);
}

TEST(LakeNames, VenuesAreSafeInPaths)
{
    for (const char* venue : {"kraken", "a/b", "..", "x=y", "Zürich €", "100%", ""})
        EXPECT_EQ(parquet::decodeVenue(parquet::encodeVenue(venue)), *venue ? venue : "unknown") << venue;
    EXPECT_EQ(parquet::encodeVenue("../x").find('/'), std::string::npos);
    EXPECT_NE(parquet::encodeVenue(".."), "..");
}

}  // namespace
}  // namespace tickdeck::test
