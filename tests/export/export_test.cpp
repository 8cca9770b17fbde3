// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/export.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "engine/model/csv.h"
#include "tests/sinks/lake_fixture.h"

namespace tickdeck::test {
namespace {

namespace fs = std::filesystem;

class ExportTest : public LakeTest {
protected:
    ExportTest()
    {
        const auto sink = makeSink();
        EXPECT_TRUE(sink->open(context(events)));
        for (int i = 0; i < 5; ++i) {
            const auto more = events.take(1000);
            EXPECT_TRUE(sink->write(more));
            EXPECT_TRUE(sink->flush());
            batches.insert(batches.end(), more.begin(), more.end());
        }
    }
    parquet::ExportOptions options(EventType type, parquet::ExportFormat format) const
    {
        return {folder.path(), all(type), format, folder.path() / "out"};
    }
    // The lines that the events themselves give, by value: what was stored has no trailing zeros.
    std::vector<Stored> expected(const HistoryQuery& query) const
    {
        auto out = events.events(batches);
        std::erase_if(out, [&](const Stored& stored) {
            const SymbolName& name = events.symbols.name(stored.event.symbol());
            const Nanos time = stored.batch.header().receiveTime;
            return stored.event.type() != query.type || time < query.from || time >= query.to ||
                   (query.symbol && *query.symbol != name.symbol) || (query.venue && *query.venue != name.venue);
        });
        return out;
    }
    std::string content(const fs::path& file) const
    {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::vector<std::string> names() const
    {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator(folder.path()))
            out.push_back(entry.path().filename());
        return out;
    }

    RandomEvents events{41};
    std::vector<Batch> batches;
};

TEST_F(ExportTest, CsvHasARowForEachEventInOrder)
{
    auto with = options(EventType::Instrument, parquet::ExportFormat::Csv);
    with.query.from = batches[1000].header().receiveTime;
    with.query.to = batches[4000].header().receiveTime;
    with.query.symbol = "BTC-USD";
    const auto done = parquet::exportEvents(with, {});
    ASSERT_TRUE(done) << done.error().text();
    ASSERT_TRUE(*done);
    const auto rows = expected(with.query);
    ASSERT_GT(rows.size(), 30u);
    EXPECT_EQ((*done)->rows, rows.size());
    EXPECT_EQ((*done)->bytes, fs::file_size(with.file));
    EXPECT_DOUBLE_EQ((*done)->fraction, 1);
    // Texts hold line ends, so rows are found by what they begin with.
    const std::string text = content(with.file);
    std::string header;
    appendCsvHeader(header, EventType::Instrument);
    ASSERT_TRUE(text.starts_with(header));
    std::size_t at = 0;
    for (const Stored& stored : rows) {
        const std::string begin = "\n" + std::to_string(stored.event.seq()) + "," + stored.origin + ",instrument,";
        at = text.find(begin, at);
        ASSERT_NE(at, std::string::npos) << begin;
    }
}

TEST_F(ExportTest, CsvCellsAreWhatTheLakeHolds)
{
    auto with = options(EventType::Quote, parquet::ExportFormat::Csv);
    ASSERT_TRUE(parquet::exportEvents(with, {}));
    // A quote has no text of its own: the stored event's line, with numbers in their shortest form.
    std::string wanted;
    appendCsvHeader(wanted, EventType::Quote);
    BatchBuilder builder(events.pool);
    for (const Stored& stored : expected(with.query)) {
        builder.begin({}).receiveTime = stored.batch.header().receiveTime;
        const Quote& from = *stored.event.as<Quote>();
        Quote& to = builder.add<Quote>(stored.event.symbol(), stored.event.exchangeTime());
        const auto shortest = [](const Nullable<Decimal>& value) {
            return value ? Nullable<Decimal>((*value).normalized()) : value;
        };
        to.bidPrice = shortest(from.bidPrice);
        to.bidQuantity = shortest(from.bidQuantity);
        to.askPrice = shortest(from.askPrice);
        to.askQuantity = shortest(from.askQuantity);
        builder.setCause(stored.event.header().causeFirst, stored.event.header().causeLast);
        Batch batch = builder.finish();
        batch.number(stored.event.seq());
        appendCsv(wanted, *batch.begin(), batch.header(), events.symbols, stored.origin);
    }
    EXPECT_EQ(content(with.file), wanted);
}

TEST_F(ExportTest, ParquetIsOneFileWithTheVenue)
{
    auto with = options(EventType::Book, parquet::ExportFormat::Parquet);
    with.query.venue = "coinbase";
    with.file = folder.path() / "book.parquet";
    const auto done = parquet::exportEvents(with, {});
    ASSERT_TRUE(done) << done.error().text();
    const auto rows = expected(with.query);
    ASSERT_GT(rows.size(), 100u);
    EXPECT_EQ((*done)->rows, rows.size());
    BufferPool pool;
    SymbolTable symbols;
    std::size_t at = 0;
    const std::vector<parquet::LakeFile> files{{with.file, EventType::Book, "coinbase", "", 1, events.lastSeq()}};
    const auto read =
        parquet::LakeReader(pool, symbols)
            .read(all(EventType::Book), files, [&](const parquet::StoredRow& row) -> Result<bool> {
                expectSame(rows[at].batch, rows[at].event, events.symbols, row.batch, *row.batch.begin(), symbols);
                EXPECT_EQ(row.origin, rows[at++].origin);
                return !HasFatalFailure();
            });
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(at, rows.size());
}

TEST_F(ExportTest, TellsProgressAndStopsWhenTold)
{
    auto with = options(EventType::Trade, parquet::ExportFormat::Csv);
    // More rows than lie between two calls.
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    for (int i = 0; i < 6; ++i)
        ASSERT_TRUE(sink->write(events.take(10'000)));
    ASSERT_TRUE(sink->flush());
    std::vector<parquet::ExportProgress> calls;
    const auto done = parquet::exportEvents(with, {{}, [&](const parquet::ExportProgress& progress) {
                                                       calls.push_back(progress);
                                                       return true;
                                                   }});
    ASSERT_TRUE(done && *done);
    ASSERT_GT(calls.size(), 2u);
    for (std::size_t i = 1; i < calls.size(); ++i) {
        EXPECT_GT(calls[i].rows, calls[i - 1].rows);
        EXPECT_GT(calls[i].fraction, calls[i - 1].fraction);
        EXPECT_LE(calls[i].fraction, 1);
    }
    fs::remove(with.file);
    std::ofstream(with.file) << "older";
    const auto cancelled = parquet::exportEvents(with, {{}, [](const auto&) { return false; }});
    ASSERT_TRUE(cancelled);
    EXPECT_FALSE(*cancelled);
    EXPECT_EQ(content(with.file), "older");
    EXPECT_THAT(names(), testing::UnorderedElementsAre("data", "out"));  // and no temporary file
}

TEST_F(ExportTest, AFailedExportLeavesNoFile)
{
    auto with = options(EventType::Trade, parquet::ExportFormat::Csv);
    with.file = folder.path() / "missing" / "out.csv";
    const auto done = parquet::exportEvents(with, {});
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().text(), testing::HasSubstr("missing"));
    // A damaged file of the lake.
    const auto files = parquet::Lake(folder.path()).list({.type = EventType::Trade});
    fs::resize_file(files->back().path, fs::file_size(files->back().path) / 2);
    with.file = folder.path() / "out.csv";
    const auto damaged = parquet::exportEvents(with, {});
    ASSERT_FALSE(damaged);
    EXPECT_THAT(damaged.error().text(), testing::HasSubstr(files->back().path.filename().string()));
    EXPECT_THAT(names(), testing::UnorderedElementsAre("data"));
}

TEST_F(ExportTest, WithoutALakeThereIsOnlyTheHeader)
{
    const TemporaryFolder empty;
    auto with = options(EventType::Gap, parquet::ExportFormat::Csv);
    with.dataDirectory = empty.path();
    const auto done = parquet::exportEvents(with, {});
    ASSERT_TRUE(done && *done);
    EXPECT_EQ((*done)->rows, 0u);
    std::string header;
    appendCsvHeader(header, EventType::Gap);
    EXPECT_EQ(content(with.file), header);
}

TEST(ExportGaps, ThoseThatTouchTheRangeComeFirst)
{
    const TemporaryFolder folder;
    RandomEvents events(1);
    const SymbolId btc = events.symbols.intern("kraken", "BTC-USD", "BTC/USD");
    const SymbolId eth = events.symbols.intern("kraken", "ETH-USD", "ETH/USD");
    const SymbolId all = events.symbols.intern("kraken", "", "");
    const SymbolId own = events.symbols.intern("tickdeck", "", "engine");
    const SymbolId other = events.symbols.intern("binance", "BTC-USD", "BTCUSD");
    std::vector<Batch> batches;
    Seq seq = 0;
    BatchBuilder builder(events.pool);
    const auto add = [&](SymbolId symbol, const char* id, Nanos from, Nullable<std::int64_t> to) {
        builder.begin({}).receiveTime = kStart + from;
        Gap& gap = builder.add<Gap>(symbol, kNoTime, 64);
        builder.setText(gap.gapId, id);
        gap.from = from;
        gap.to = to;
        gap.state = to ? GapState::Closed : GapState::Open;
        Batch batch = builder.finish();
        batch.number(++seq);
        batches.push_back(batch);
    };
    add(btc, "before", 10, {});
    add(btc, "before", 10, 90);
    add(all, "reaches-in", 50, {});
    add(btc, "inside", 120, {});
    add(btc, "inside", 120, 130);
    add(eth, "other-symbol", 120, 130);
    add(all, "reaches-in", 50, 101);
    add(btc, "died-with-its-run", 150, {});
    add(btc, "open", 190, {});
    add(eth, "after", 200, {});
    add(own, "of-the-engine", 195, 199);
    add(other, "of-another-venue", 195, 199);
    const auto sink = parquet::spec().make(config::Section());
    ASSERT_TRUE(sink->open({folder.path(), "e", &events.symbols, nullptr}));
    ASSERT_TRUE(sink->write(batches));
    ASSERT_TRUE(sink->flush());
    parquet::ExportOptions options{
        folder.path(),
        {.type = EventType::Trade, .from = 100, .to = 200, .venue = "kraken", .symbol = "BTC-USD"},
        parquet::ExportFormat::Csv,
        folder.path() / "out.csv"};
    std::vector<std::string> told;
    const auto onGap = [&](const parquet::ExportGap& gap) {
        told.push_back(gap.id + " " + std::to_string(gap.from) + " " +
                       (gap.to == kNoTime ? "open" : std::to_string(gap.to)));
    };
    ASSERT_TRUE(parquet::exportEvents(options, {onGap, {}}));
    EXPECT_THAT(told, testing::ElementsAre("reaches-in 50 101", "inside 120 130", "died-with-its-run 150 190",
                                           "open 190 open", "of-the-engine 195 199"));
    told.clear();
    options.query.venue.reset();
    ASSERT_TRUE(parquet::exportEvents(options, {onGap, {}}));
    EXPECT_THAT(told, testing::ElementsAre("reaches-in 50 101", "inside 120 130", "died-with-its-run 150 190",
                                           "open 190 open", "of-another-venue 195 199", "of-the-engine 195 199"));
}

}  // namespace
}  // namespace tickdeck::test
