// SPDX-License-Identifier: GPL-3.0-or-later
// Writing and reading back whole journals: bytes, order, numbers, times, segments, retention.

#include <thread>

#include "engine/journal/crc32c.h"
#include "engine/journal/format.h"
#include "tests/journal/journal_fixture.h"

namespace tickdeck::journal {
namespace {

TEST(Crc32c, KnownValues)
{
    const std::string_view digits = "123456789";
    EXPECT_EQ(crc32c(std::as_bytes(std::span(digits))), 0xE3069283u);
    std::string text;
    for (int i = 0; i < 300; ++i) {
        text += static_cast<char>(i * 7);
        const auto bytes = std::as_bytes(std::span(text));
        ASSERT_EQ(crc32c(bytes), crc32cTable(bytes)) << i;
    }
}

TEST_F(JournalTest, BatchesComeBackByteForByte)
{
    const auto journal = open(options());
    EXPECT_EQ(journal->committed(), 0u);
    EXPECT_EQ(journal->nextSeq(), 1u);
    fill(*journal, 500);
    EXPECT_EQ(journal->committed(), written.back().lastSeq());
    EXPECT_EQ(journal->nextSeq(), written.back().lastSeq() + 1);
    expectAll(readAll(folder.path(), symbols, pool));
}

TEST_F(JournalTest, AnotherProcessReadsTheSameNamesUnderItsOwnIds)
{
    fill(*open(options()), 200);
    SymbolTable others;
    static_cast<void>(others.intern("deribit", "BTC-PERP", "x"));
    const ReadBack read = readAll(folder.path(), others, pool);
    ASSERT_EQ(read.batches.size(), written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
        EXPECT_EQ(others.name(read.batches[i].header().lane), symbols.name(written[i].header().lane));
        auto original = written[i].begin();
        for (const EventView event : read.batches[i]) {
            EXPECT_EQ(others.name(event.symbol()), symbols.name((*original).symbol()));
            EXPECT_EQ(event.type(), (*original).type());
            ++original;
        }
    }
}

TEST_F(JournalTest, WithoutFramesOnlyTheirBytesAreMissing)
{
    fill(*open(options()), 100);
    const ReadBack read = readAll(folder.path(), symbols, pool, {.withFrames = false});
    ASSERT_EQ(read.batches.size(), written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
        const bool frame = written[i].header().kind == BatchKind::Frame;
        EXPECT_EQ(read.batches[i].payload(), frame ? std::string_view() : written[i].payload());
        const auto a = read.batches[i].records();
        const auto b = written[i].records();
        ASSERT_EQ(a.size(), b.size());
        EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size()), 0);
    }
}

TEST_F(JournalTest, ReadsFromAnyNumber)
{
    fill(*open(options()), 120);
    for (Seq from = 1; from <= written.back().lastSeq() + 3; ++from) {
        const ReadBack read = readAll(folder.path(), symbols, pool, {.fromSeq = from});
        const auto expected = std::ranges::find_if(written, [&](const Batch& b) { return b.lastSeq() >= from; });
        ASSERT_EQ(read.batches.size(), static_cast<std::size_t>(written.end() - expected)) << from;
        if (expected != written.end()) {
            ASSERT_TRUE(sameBytes(read.batches.front(), *expected)) << from;
        }
    }
}

TEST_F(JournalTest, ReadsFromAnyTime)
{
    fill(*open(options()), 120);
    for (std::size_t i = 0; i < written.size(); ++i)
        for (const Nanos early : {Nanos{0}, kMillisecond / 2}) {
            const Nanos from = written[i].header().receiveTime - early;
            const ReadBack read = readAll(folder.path(), symbols, pool, {.fromTime = from});
            ASSERT_EQ(read.batches.size(), written.size() - i);
            ASSERT_TRUE(sameBytes(read.batches.front(), written[i]));
        }
    EXPECT_TRUE(readAll(folder.path(), symbols, pool, {.fromTime = 2000 * kSecond}).batches.empty());
}

TEST_F(JournalTest, SegmentsStandAloneAndFollowEachOther)
{
    std::vector<Seq> begun;
    Options o = options({.segmentMb = 1, .segmentAge = std::chrono::seconds(10), .budgetMb = 1000, .reserveMb = 1});
    Nanos time = 0;
    o.clock = [&] { return time; };
    o.listener.segmentBegun = [&](Seq seq) { begun.push_back(seq); };
    {
        const auto journal = open(std::move(o));
        for (int i = 0; i < 5; ++i) {
            fill(*journal, 50);
            time += 10 * kSecond;
        }
    }
    ASSERT_EQ(begun.size(), 5u);
    const auto files = folder.segments();
    ASSERT_EQ(files.size(), 5u);
    expectAll(readAll(folder.path(), symbols, pool));

    // The first ones gone, the rest reads as before, also in a process that knows nothing.
    fs::remove(files[0]);
    fs::remove(files[1]);
    SymbolTable others;
    auto reader = Reader::open(folder.path(), {}, others, pool);
    ASSERT_TRUE(reader);
    auto first = reader->next();
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->firstSeq(), begun[2]);
    EXPECT_EQ(reader->segment().build, "test 1");
    EXPECT_EQ(reader->segment().engineId, "engine-1");
    EXPECT_EQ(reader->segment().settingsJson, R"({"journal":{}})");
    EXPECT_TRUE(reader->segment().schemaJson.starts_with(R"({"trade":["price","quantity","side")"));
    EXPECT_EQ(files[2].filename(), segmentName(begun[2]));
}

TEST_F(JournalTest, ChangedSettingsBeginASegmentWithTheNextBatch)
{
    {
        const auto journal = open(options());
        fill(*journal, 30);
        journal->setSettings(R"({"journal":{"segment_mb":2}})");
        fill(*journal, 20);
        journal->setSettings("{}");
        journal->setSettings(R"({"journal":{"segment_mb":3}})");
        fill(*journal, 10);
        fill(*journal, 10);
    }
    ASSERT_EQ(folder.segments().size(), 3u);
    SymbolTable others;
    auto reader = Reader::open(folder.path(), {}, others, pool);
    ASSERT_TRUE(reader);
    std::vector<std::pair<std::string, int>> found;
    for (auto batch = reader->next(); batch && *batch; batch = reader->next()) {
        if (found.empty() || found.back().first != reader->segment().settingsJson)
            found.emplace_back(reader->segment().settingsJson, 0);
        ++found.back().second;
    }
    EXPECT_EQ(found, (std::vector<std::pair<std::string, int>>{{R"({"journal":{}})", 30},
                                                               {R"({"journal":{"segment_mb":2}})", 20},
                                                               {R"({"journal":{"segment_mb":3}})", 20}}));
    expectAll(readAll(folder.path(), symbols, pool));
}

TEST_F(JournalTest, EndsASegmentBySize)
{
    const auto journal = open(options({.segmentMb = 1, .budgetMb = 1000, .reserveMb = 1}));
    // Random letters of 16 kinds pack to half.
    while (folder.segments().size() < 3)
        fill(*journal, 1000, 100);
    EXPECT_LT(fs::file_size(folder.segments().front()), 1'500'000u);
    expectAll(readAll(folder.path(), symbols, pool));
}

TEST_F(JournalTest, ANextRunGoesOnBehindTheLast)
{
    for (int run = 0; run < 4; ++run) {
        const auto journal = open(options());
        ASSERT_TRUE(journal->recovery().damages.empty());
        const Seq last = written.empty() ? 0 : written.back().lastSeq();
        EXPECT_EQ(journal->recovery().lastSeq, last);
        EXPECT_EQ(journal->committed(), last);
        EXPECT_EQ(journal->nextSeq(), last + 1);
        EXPECT_EQ(journal->firstSeq(), written.empty() ? 0u : 1u);
        fill(*journal, 30);
        source.nextSeq += 1000;  // numbers that were reserved and not used
    }
    EXPECT_EQ(folder.segments().size(), 4u);
    expectAll(readAll(folder.path(), symbols, pool));
}

TEST_F(JournalTest, KnowsEachLanesLastOrdinal)
{
    {
        const auto journal = open(options());
        fill(*journal, 23);
        EXPECT_EQ(journal->committedOrdinal(symbols.intern("kraken", "", "lane-0")), 23u);
        EXPECT_EQ(journal->committedOrdinal(symbols.intern("tickdeck", "", "candles")), 19u);
        EXPECT_EQ(journal->committedOrdinal(symbols.intern("nobody", "", "")), 0u);
    }
    SymbolTable others;
    auto journal = Journal::open(options(), others);
    ASSERT_TRUE(journal);
    EXPECT_EQ((*journal)->committedOrdinal(others.intern("kraken", "", "lane-0")), 23u);
    EXPECT_EQ((*journal)->committedOrdinal(others.intern("tickdeck", "", "candles")), 19u);
}

TEST_F(JournalTest, NumbersMustRise)
{
    const auto journal = open(options());
    fill(*journal, 3);
    EXPECT_EQ(journal->append(written.front()).error().code, ErrorCode::Invalid);
    ASSERT_TRUE(journal->close());
    EXPECT_EQ(journal->append(source.make()).error().code, ErrorCode::Invalid);
    ASSERT_TRUE(journal->close());
}

TEST_F(JournalTest, ALiveReaderSeesAllThatIsCommittedAndNothingElse)
{
    const auto journal = open(options());
    auto reader = Reader::open(folder.path(), {.live = journal.get()}, symbols, pool);
    ASSERT_TRUE(reader);
    std::vector<Batch> read;
    const auto drain = [&] {
        for (;;) {
            auto next = reader->next();
            ASSERT_TRUE(next);
            if (!*next)
                return;
            EXPECT_LE((*next)->lastSeq(), journal->committed());
            read.push_back(std::move(**next));
        }
    };
    drain();
    for (int i = 0; i < 400; ++i) {
        written.push_back(source.make());
        ASSERT_TRUE(journal->append(written.back()));
        if (i % 3 == 0)
            journal->poll();
        if (i % 50 == 0) {
            ASSERT_TRUE(journal->flush());
        }
        drain();
        EXPECT_LE(reader->position(), journal->committed() + 1);
    }
    ASSERT_TRUE(journal->flush());
    drain();
    expectAll({read, {}});
}

TEST_F(JournalTest, ALiveReaderOnItsOwnThread)
{
    Nanos time = 0;
    Options o = options({.segmentMb = 1, .segmentAge = std::chrono::seconds(1), .budgetMb = 1000, .reserveMb = 1});
    o.clock = [&] { return time; };
    const auto journal = open(std::move(o));
    std::vector<Batch> all;
    for (int i = 0; i < 3000; ++i)
        all.push_back(source.make());
    std::vector<Batch> read;
    std::thread thread([&] {
        auto reader = Reader::open(folder.path(), {.live = journal.get()}, symbols, pool);
        while (read.size() < all.size()) {
            auto next = reader->next();
            if (!next)
                return;
            if (*next)
                read.push_back(std::move(**next));
            else
                std::this_thread::yield();
        }
    });
    for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_TRUE(journal->append(all[i]));
        journal->poll();
        time += 5 * kMillisecond;
    }
    ASSERT_TRUE(journal->flush());
    thread.join();
    EXPECT_GT(folder.segments().size(), 5u);
    written = all;
    expectAll({read, {}});
}

TEST_F(JournalTest, DeletesWhatNobodyNeedsWhenTheBudgetIsSpent)
{
    Nanos time = 0;
    Options o = options({.segmentMb = 1, .budgetMb = 8, .reserveMb = 1});
    o.clock = [&] { return time; };
    std::vector<State> states;
    o.listener.stateChanged = [&](State state, const std::string&) { states.push_back(state); };
    const auto journal = open(std::move(o));
    journal->retain("parquet", 1);
    while (journal->usage().bytes < 6'000'000)
        fill(*journal, 1000, 200);
    time += 2 * kSecond;
    journal->poll();
    EXPECT_EQ(journal->firstSeq(), 1u) << "within its budget nothing is deleted";
    while (journal->usage().bytes < 7'000'000)
        fill(*journal, 1000, 200);
    time += 2 * kSecond;
    journal->poll();
    EXPECT_EQ(journal->state(), State::Alert) << "a reader needs more than 80 %";
    const Seq needed = written[written.size() / 2].firstSeq();
    journal->retain("parquet", needed);
    journal->retain("parquet", 1);  // never back
    while (journal->usage().bytes < 9'000'000)
        fill(*journal, 1000, 200);
    time += 2 * kSecond;
    journal->poll();
    EXPECT_LE(journal->usage().bytes, 8'000'000u);
    EXPECT_GT(journal->firstSeq(), 1u);
    EXPECT_LE(journal->firstSeq(), needed);
    EXPECT_EQ(journal->state(), State::Ok);
    const ReadBack read = readAll(folder.path(), symbols, pool, {.fromSeq = needed});
    EXPECT_TRUE(read.damages.empty());
    EXPECT_EQ(read.batches.front().firstSeq(), needed);
    EXPECT_EQ(states, (std::vector{State::Alert, State::Ok}));
}

TEST_F(JournalTest, TheFarthestReaderLosesItsPlace)
{
    Nanos time = 0;
    Options o = options({.segmentMb = 1, .budgetMb = 8, .whenSpent = WhenSpent::DropReader, .reserveMb = 1});
    o.clock = [&] { return time; };
    std::vector<std::string> lost;
    Seq lostTo = 0;
    o.listener.placeLost = [&](const std::string& reader, Seq from, Seq to) {
        lost.push_back(reader);
        EXPECT_EQ(from, 1u);
        lostTo = to;
    };
    const auto journal = open(std::move(o));
    journal->retain("slow", 1);
    while (journal->usage().bytes < 10'000'000)
        fill(*journal, 1000, 200);
    journal->retain("fast", written.back().firstSeq());
    time += 2 * kSecond;
    journal->poll();
    EXPECT_EQ(lost, std::vector<std::string>{"slow"});
    EXPECT_LE(journal->usage().bytes, 8'000'000u);
    EXPECT_GE(journal->firstSeq(), lostTo + 1);
    EXPECT_NE(journal->state(), State::IntakeStopped);
}

TEST_F(JournalTest, IntakeStopsWhenTheBudgetIsSpent)
{
    Nanos time = 0;
    Options o = options({.segmentMb = 1, .budgetMb = 8, .whenSpent = WhenSpent::StopIntake, .reserveMb = 1});
    o.clock = [&] { return time; };
    const auto journal = open(std::move(o));
    journal->retain("slow", 1);
    while (journal->usage().bytes < 8'100'000)
        fill(*journal, 200, 200);
    time += 2 * kSecond;
    journal->poll();
    EXPECT_EQ(journal->state(), State::IntakeStopped);
    EXPECT_EQ(journal->firstSeq(), 1u);
    // Gaps can still be told, until the reserve's worth is used.
    Result<> taken;
    for (int i = 0; i < 20'000 && taken; ++i) {
        Batch batch = source.make();
        taken = journal->append(batch);
        if (taken)
            written.push_back(std::move(batch));
    }
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::Full);
    EXPECT_EQ(taken.error().remedy, Remedy::Retry);
    journal->retain("slow", written.back().firstSeq());
    time += 2 * kSecond;
    journal->poll();
    EXPECT_EQ(journal->state(), State::Ok);
    fill(*journal, 10);
    ASSERT_TRUE(journal->close());
}

TEST_F(JournalTest, DeletesWhatIsTooOld)
{
    Nanos time = 0;
    Options o = options(
        {.segmentMb = 1, .segmentAge = std::chrono::seconds(1), .budgetMb = 1000, .keepHours = 1, .reserveMb = 1});
    o.clock = [&] { return time; };
    const auto journal = open(std::move(o));
    fill(*journal, 20);
    time += 2 * kSecond;
    fill(*journal, 20);
    // The second segment's first batch is the first one's end; an hour later it may go.
    BatchBuilder builder(pool);
    builder.begin("{}").receiveTime = written[20].header().receiveTime + 3600 * kSecond + 1;
    Batch late = builder.finish();
    late.number(source.nextSeq);
    ASSERT_TRUE(journal->append(late));
    time += 2 * kSecond;
    journal->poll();
    EXPECT_EQ(journal->firstSeq(), written[20].firstSeq());
}

TEST_F(JournalTest, CountsWhatItDoes)
{
    const auto journal = open(options());
    fill(*journal, 70);
    const Statistics statistics = journal->statistics();
    EXPECT_EQ(statistics.batches, 70u);
    EXPECT_EQ(statistics.blocks, 10u);
    EXPECT_EQ(statistics.commits, 10u);
    EXPECT_EQ(statistics.failedSyncs, 0u);
    EXPECT_GT(statistics.storedBytes, 0u);
    EXPECT_GE(statistics.longestSync, statistics.lastSync);
    EXPECT_EQ(journal->usage().segments, 1u);
    EXPECT_EQ(journal->usage().bytes, fs::file_size(folder.segments().front()));
}

}  // namespace
}  // namespace tickdeck::journal
