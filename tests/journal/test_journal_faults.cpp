// SPDX-License-Identifier: GPL-3.0-or-later
// The disk fails: any write, sync, create or remove, once or for good, full or broken, or the power goes.

#include "tests/journal/faulty_files.h"
#include "tests/journal/journal_fixture.h"

namespace tickdeck::journal {
namespace {

class FaultTest : public JournalTest {
protected:
    // Numbers rise, no batch is doubled, and all up to `safe` are there. Returns how many of the rest are.
    std::size_t expectSafe(const ReadBack& read, Seq safe)
    {
        std::size_t at = 0;
        for (const Batch& batch : read.batches) {
            while (at < written.size() && written[at].firstSeq() < batch.firstSeq()) {
                EXPECT_GT(written[at].firstSeq(), safe) << "committed and lost";
                ++at;
            }
            EXPECT_LT(at, written.size());
            if (at == written.size())
                return 0;
            EXPECT_TRUE(sameBytes(batch, written[at])) << batch.firstSeq();
            ++at;
        }
        const std::size_t read_ = at;
        for (; at < written.size(); ++at)
            EXPECT_GT(written[at].firstSeq(), safe) << "committed and lost";
        return read_;
    }

    // A journal through its whole life over `files`: several segments, live reader, close. Keeps what was taken.
    struct Run {
        Seq committed = 0;
        State state = State::Ok;
        bool opened = false;
        bool closed = false;
        std::vector<Batch> live;
    };
    Run run(FaultyFiles& files, std::size_t batches)
    {
        Run out;
        Nanos time = 0;
        Options o = options({.segmentMb = 1, .segmentAge = std::chrono::seconds(1), .budgetMb = 1000, .reserveMb = 1});
        o.files = &files;
        o.clock = [&] { return time; };
        auto opened = Journal::open(std::move(o), symbols);
        if (!opened)
            return out;
        out.opened = true;
        Journal& journal = **opened;
        journal.retain("test", 1);  // else a full disk takes the oldest
        auto reader = Reader::open(folder.path(), {.live = &journal}, symbols, pool);
        EXPECT_TRUE(reader);
        const auto drain = [&] {
            for (auto next = reader->next(); next && *next; next = reader->next()) {
                EXPECT_LE((*next)->lastSeq(), journal.committed());
                out.live.push_back(std::move(**next));
            }
        };
        for (std::size_t i = 0; i < batches; ++i) {
            Batch batch = source.make();
            if (auto taken = journal.append(batch))
                written.push_back(std::move(batch));
            else
                EXPECT_TRUE(taken.error().remedy == Remedy::Fatal || taken.error().remedy == Remedy::Retry);
            if (i % 5 == 4)
                static_cast<void>(journal.flush());
            time += 100 * kMillisecond;
            journal.poll();
            drain();
        }
        out.closed = journal.close().has_value();
        drain();
        out.committed = journal.committed();
        out.state = journal.state();
        return out;
    }
};

// Fails the n-th operation for every n, with each kind of error, once, twice and for good.
TEST_F(FaultTest, AnyOperationMayFail)
{
    constexpr std::size_t kBatches = 60;
    std::size_t operations = 0;
    {
        FaultyFiles files;
        const Run good = run(files, kBatches);
        EXPECT_TRUE(good.closed);
        operations = files.operations();
        EXPECT_GT(operations, 30u);
        EXPECT_GT(folder.segments().size(), 3u);
    }
    for (const ErrorCode code : {ErrorCode::Io, ErrorCode::Full})
        for (const std::size_t failures : {std::size_t{1}, std::size_t{2}, std::size_t{100'000}})
            for (std::size_t n = 1; n <= operations + 1; ++n) {
                SCOPED_TRACE(std::string(enumName(code)) + " " + std::to_string(failures) + " at " + std::to_string(n));
                for (const fs::path& segment : folder.segments())
                    fs::remove(segment);
                written.clear();
                source = BatchSource(symbols, pool);
                FaultyFiles files;
                files.code = code;
                files.failAt = n;
                files.failures = failures;
                const Run bad = run(files, kBatches);
                if (!bad.opened) {
                    EXPECT_LT(n, 10u);
                    continue;
                }
                if (failures == 1) {
                    EXPECT_TRUE(bad.closed) << "one failure is made good";
                    EXPECT_EQ(written.size(), kBatches);
                }
                if (bad.closed && !written.empty()) {
                    EXPECT_EQ(bad.committed, written.back().lastSeq());
                }
                EXPECT_EQ(bad.closed, bad.state == State::Ok || written.empty()) << enumName(bad.state);
                // A live reader has seen exactly what is committed.
                const std::size_t live = expectSafe({bad.live, {}}, bad.committed);
                EXPECT_EQ(live, bad.live.size());
                expectSafe(readAll(folder.path(), symbols, pool), bad.committed);
                // And the next start finds it.
                FaultyFiles healthy;
                Options o = options();
                o.files = &healthy;
                const auto next = open(std::move(o));
                EXPECT_GE(next->recovery().lastSeq, bad.committed);
                expectSafe(readAll(folder.path(), symbols, pool), bad.committed);
                if (HasFailure())
                    return;
            }
}

TEST_F(FaultTest, AFailedSyncIsNeverTriedAgainOnThatFile)
{
    FaultyFiles files;
    Options o = options();
    o.files = &files;
    std::vector<Seq> begun;
    o.listener.segmentBegun = [&](Seq seq) { begun.push_back(seq); };
    const auto journal = open(std::move(o));
    fill(*journal, 10, 10);
    const Seq safe = journal->committed();
    files.failAt = files.operations() + 2;  // write, then sync
    fill(*journal, 10, 10);
    EXPECT_EQ(journal->statistics().failedSyncs, 1u);
    ASSERT_EQ(begun.size(), 2u);
    EXPECT_EQ(begun[1], safe + 1) << "what was not committed is written again in the next segment";
    EXPECT_EQ(journal->state(), State::Ok);
    fill(*journal, 10, 10);
    ASSERT_TRUE(journal->close());
    expectAll(readAll(folder.path(), symbols, pool));
}

TEST_F(FaultTest, TwoFilesInARowFailForGood)
{
    FaultyFiles files;
    Options o = options();
    o.files = &files;
    std::vector<State> states;
    o.listener.stateChanged = [&](State state, const std::string& reason) {
        states.push_back(state);
        EXPECT_NE(reason.find("injected"), std::string::npos);
    };
    const auto journal = open(std::move(o));
    fill(*journal, 10);
    files.failAt = files.operations() + 1;
    files.failures = 100'000;
    ASSERT_TRUE(journal->append(source.make()));
    const auto flushed = journal->flush();
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().remedy, Remedy::Fatal);
    EXPECT_EQ(states, std::vector{State::Failed});
    EXPECT_EQ(journal->append(source.make()).error().remedy, Remedy::Fatal);
    EXPECT_FALSE(journal->close());
    expectAllBut(readAll(folder.path(), symbols, pool), 1, 0);
}

TEST_F(FaultTest, AFullDiskIsWaitedFor)
{
    FaultyFiles files;
    Nanos time = 0;
    Options o = options();
    o.settings.memoryMb = 128;
    o.files = &files;
    o.clock = [&] { return time; };
    std::vector<State> states;
    o.listener.stateChanged = [&](State state, const std::string&) { states.push_back(state); };
    const auto journal = open(std::move(o));
    fill(*journal, 10);
    files.code = ErrorCode::Full;
    files.failAt = files.operations() + 1;
    files.failures = 100'000;
    for (int i = 0; i < 20; ++i) {
        written.push_back(source.make());
        ASSERT_TRUE(journal->append(written.back())) << "kept in memory for a while";
    }
    EXPECT_EQ(journal->flush().error().code, ErrorCode::Full);
    EXPECT_EQ(journal->state(), State::DiskFull);
    for (int i = 0; i < 3; ++i) {
        time += 2 * kSecond;
        journal->poll();
        EXPECT_EQ(journal->state(), State::DiskFull);
    }
    // Not for ever: memory is bounded.
    Result<> taken;
    BatchBuilder builder(pool);
    const std::string large(4 << 20, 'x');
    for (int i = 0; i < 50 && taken; ++i) {
        builder.begin(large);
        Batch batch = builder.finish();
        batch.number(source.nextSeq++);
        taken = journal->append(batch);
        if (taken)
            written.push_back(std::move(batch));
    }
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::Full);
    // What waited is written some at a time, and what comes meanwhile is taken behind it.
    files.failAt = 0;
    time += 2 * kSecond;
    int polls = 0;
    for (; journal->state() == State::DiskFull && polls < 1000; ++polls) {
        journal->poll();
        if (polls < 5) {
            written.push_back(source.make());
            ASSERT_TRUE(journal->append(written.back()));
        }
    }
    EXPECT_EQ(journal->state(), State::Ok);
    EXPECT_GT(polls, 10);
    fill(*journal, 10);
    EXPECT_EQ(states, (std::vector{State::DiskFull, State::Ok}));
    ASSERT_TRUE(journal->close());
    expectAll(readAll(folder.path(), symbols, pool));
}

TEST_F(FaultTest, WhatWaitedIsWrittenUnderTheSettingsItCameUnder)
{
    FaultyFiles files;
    Nanos time = 0;
    Options o = options();
    o.files = &files;
    o.clock = [&] { return time; };
    o.settingsJson = "1";
    const auto journal = open(std::move(o));
    files.code = ErrorCode::Full;
    files.failAt = files.operations() + 1;
    files.failures = 100'000;
    const auto append = [&](int count) {
        for (int i = 0; i < count; ++i) {
            written.push_back(source.make());
            ASSERT_TRUE(journal->append(written.back()));
        }
    };
    append(3);
    EXPECT_EQ(journal->flush().error().code, ErrorCode::Full);
    append(2);
    journal->setSettings("2");
    append(4);
    files.failAt = 0;
    time += 2 * kSecond;
    journal->poll();
    ASSERT_TRUE(journal->close());
    auto reader = Reader::open(folder.path(), {}, symbols, pool);
    ASSERT_TRUE(reader);
    std::string found;
    for (auto batch = reader->next(); batch && *batch; batch = reader->next())
        found += reader->segment().settingsJson;
    EXPECT_EQ(found, "111112222");
    expectAll(readAll(folder.path(), symbols, pool));
}

TEST_F(FaultTest, TheReserveMakesACleanStopPossible)
{
    FaultyFiles files;
    Options o = options();
    o.files = &files;
    const auto journal = open(std::move(o));
    fill(*journal, 10);
    files.code = ErrorCode::Full;
    files.failAt = files.operations() + 1;
    files.failures = 100'000;
    written.push_back(source.make());
    ASSERT_TRUE(journal->append(written.back()));
    EXPECT_EQ(journal->flush().error().code, ErrorCode::Full);
    // The removal of the reserve is the next operation; from then on there is room.
    files.failures = files.operations() - files.failAt + 1;
    ASSERT_TRUE(journal->close());
    expectAll(readAll(folder.path(), symbols, pool));
}

TEST_F(FaultTest, AFullDiskTakesOldHistoryFirst)
{
    FaultyFiles files;
    Nanos time = 0;
    Options o = options({.segmentMb = 1, .segmentAge = std::chrono::seconds(1), .budgetMb = 1000, .reserveMb = 1});
    o.files = &files;
    o.clock = [&] { return time; };
    const auto journal = open(std::move(o));
    for (int i = 0; i < 4; ++i) {
        fill(*journal, 10, 10);
        time += 2 * kSecond;
    }
    journal->retain("parquet", written[25].firstSeq());
    files.code = ErrorCode::Full;
    files.failAt = files.operations() + 1;
    fill(*journal, 10, 10);
    EXPECT_EQ(journal->state(), State::Ok);
    EXPECT_EQ(journal->firstSeq(), written[10].firstSeq()) << "one segment was enough";
    const ReadBack read = readAll(folder.path(), symbols, pool);
    EXPECT_EQ(read.batches.size(), written.size() - 10);
}

// Nothing committed is lost when the power goes, whatever the disk had not synced.
TEST_F(FaultTest, PowerCuts)
{
    std::mt19937 random(11);
    std::size_t lostUncommitted = 0;
    for (int i = 0; i < 200; ++i) {
        SCOPED_TRACE(i);
        TestFolder home;
        written.clear();
        source = BatchSource(symbols, pool, static_cast<unsigned>(i));
        FaultyFiles files;
        files.failAt = i % 3 == 0 ? 20 + random() % 30 : 0;
        Nanos time = 0;
        Options o = options({.segmentMb = 1, .segmentAge = std::chrono::seconds(1), .budgetMb = 1000, .reserveMb = 1});
        o.directory = home.path();
        o.files = &files;
        o.clock = [&] { return time; };
        const auto journal = open(std::move(o));
        const std::size_t count = random() % 200;
        for (std::size_t n = 0; n < count; ++n) {
            written.push_back(source.make());
            ASSERT_TRUE(journal->append(written.back()));
            time += static_cast<Nanos>(random() % 50) * kMillisecond;
            journal->poll();
        }
        TestFolder after;
        const Seq safe = journal->committed();
        files.powerCut(home.path(), after.path(), random);
        const ReadBack read = readAll(after.path(), symbols, pool);
        lostUncommitted += written.size() - read.batches.size();
        expectSafe(read, safe);
        FaultyFiles healthy;
        Options next = options();
        next.directory = after.path();
        next.files = &healthy;
        const auto reopened = open(std::move(next));
        EXPECT_GE(reopened->recovery().lastSeq, safe);
        EXPECT_GE(reopened->nextSeq(), safe + 1);
        if (HasFailure())
            return;
    }
    EXPECT_GT(lostUncommitted, 0u) << "the cuts must bite";
}

// The harness sees a journal that does not sync.
TEST_F(FaultTest, APowerCutBringsAMissingSyncToLight)
{
    std::mt19937 random(12);
    FaultyFiles files;
    files.lying = true;
    Options o = options();
    o.files = &files;
    const auto journal = open(std::move(o));
    fill(*journal, 50);
    std::size_t lost = 0;
    for (int i = 0; i < 10; ++i) {
        TestFolder after;
        files.powerCut(folder.path(), after.path(), random);
        lost += written.size() - readAll(after.path(), symbols, pool).batches.size();
    }
    EXPECT_GT(lost, 0u);
}

}  // namespace
}  // namespace tickdeck::journal
