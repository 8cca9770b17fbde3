// SPDX-License-Identifier: GPL-3.0-or-later

// Each fault of the simulated venue is noticed, told as a gap where something may be missing, and healed; no book that was
// told ever differs from the market.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/binance_simulator/binance_run.h"

namespace tickdeck::test {
namespace {

using sim::Fault;
using sim::FaultKind;
using testing::HasSubstr;

struct GapSeen {
    std::string channel;
    GapCause cause{};
    GapState state{};
};

std::vector<GapSeen> gapsOf(const Journalled& journal)
{
    std::vector<GapSeen> out;
    journal.forEach<Gap>([&](const Batch&, EventView, const Gap& gap) {
        out.push_back({std::string(gap.channel.view()), gap.cause, gap.state});
    });
    return out;
}

// Whether a gap of this cause was opened, and all are closed.
bool healed(const Journalled& journal, GapCause cause)
{
    const std::vector<GapSeen> gaps = gapsOf(journal);
    const auto count = [&](GapState state) { return std::ranges::count(gaps, state, &GapSeen::state); };
    return std::ranges::find(gaps, cause, &GapSeen::cause) != gaps.end() &&
           count(GapState::Open) == count(GapState::Closed);
}

class BinanceFaults : public testing::Test {
protected:
    void begin(std::vector<Fault> faults = {}, std::int64_t livenessMs = 10'000, std::chrono::milliseconds life = {})
    {
        m_run = std::make_unique<BinanceRun>(
            sim::SimulatorOptions{.seed = 5, .rate = 1000, .faults = std::move(faults), .life = life},
            std::vector<std::string>{"BTCUSDT", "ETHUSDT"}, livenessMs);
        ASSERT_TRUE(m_run->waitForOpened(2));
        ASSERT_TRUE(m_run->waitForSnapshots(2));
    }
    void inject(Fault fault) { m_run->simulator().inject(std::move(fault)); }
    bool waitHealed(GapCause cause)
    {
        return m_run->journal().waitUntil([&](const Journalled& journal) { return healed(journal, cause); });
    }
    // So many books more.
    bool waitForBooks(std::size_t count)
    {
        const std::size_t before = m_run->journal().get().count<Book>();
        return m_run->journal().waitUntil(
            [&](const Journalled& journal) { return journal.count<Book>() >= before + count; });
    }
    void TearDown() override
    {
        if (m_run && !HasFailure()) {
            EXPECT_GT(expectTrueBooks(*m_run, m_run->journal().get()).states, 2u);
        }
    }

    std::unique_ptr<BinanceRun> m_run;
};

TEST_F(BinanceFaults, LostChangesAreASequenceGapOfThatBookAlone)
{
    begin();
    inject({.kind = FaultKind::Gap, .target = "depth"});
    ASSERT_TRUE(waitHealed(GapCause::Sequence));
    EXPECT_EQ(gapsOf(m_run->journal().get()).size(), 2u);
    EXPECT_EQ(m_run->lane().counters().connects, 2u) << "a new snapshot is enough";
    EXPECT_TRUE(waitForBooks(20));
}

TEST_F(BinanceFaults, ReorderedChangesAreHealed)
{
    begin();
    inject({.kind = FaultKind::Reorder, .target = "depth", .count = 3});
    EXPECT_TRUE(waitHealed(GapCause::Sequence));
    EXPECT_TRUE(waitForBooks(20));
}

TEST_F(BinanceFaults, DuplicatesDoNoHarm)
{
    begin();
    inject({.kind = FaultKind::Duplicate, .count = 200});
    ASSERT_TRUE(waitForBooks(60));
    EXPECT_TRUE(gapsOf(m_run->journal().get()).empty());
}

TEST_F(BinanceFaults, ALostTradeIsASequenceGap)
{
    begin();
    // Several, late enough: a contract's first trade begins the count, and is not missed.
    inject({.kind = FaultKind::Gap, .afterFrames = 10, .target = "aggTrade", .count = 4});
    EXPECT_TRUE(waitHealed(GapCause::Sequence));
}

TEST_F(BinanceFaults, GarbageIsAnErrorWithItsBytesAndNothingElse)
{
    begin();
    inject({.kind = FaultKind::Garbage, .target = "depth"});
    ASSERT_TRUE(m_run->journal().waitUntil([](const Journalled& journal) { return !journal.errors.empty(); }));
    ASSERT_TRUE(waitForBooks(30));
    EXPECT_EQ(m_run->journal().get().errors.size(), 1u);
    EXPECT_TRUE(gapsOf(m_run->journal().get()).empty());
}

TEST_F(BinanceFaults, AClosedConnectionIsADisconnectGap)
{
    begin();
    inject({.kind = FaultKind::Close, .target = "depth"});
    ASSERT_TRUE(waitHealed(GapCause::Disconnect));
    EXPECT_TRUE(waitForBooks(20));
}

TEST_F(BinanceFaults, EveryConnectionEndsAtItsTime)
{
    begin({}, 10'000, std::chrono::milliseconds(1500));
    ASSERT_TRUE(waitHealed(GapCause::Disconnect));
    EXPECT_TRUE(m_run->waitForSnapshots(4));
}

TEST_F(BinanceFaults, AConnectionThatAnswersNoPingIsLeft)
{
    begin({}, 3000);
    inject({.kind = FaultKind::Stall, .target = "depth"});
    ASSERT_TRUE(waitHealed(GapCause::Disconnect));
    EXPECT_EQ(m_run->lane().counters().connects, 3u);
    EXPECT_TRUE(waitForBooks(20));
}

TEST_F(BinanceFaults, ASnapshotThatFailsIsAskedForAgain)
{
    begin({{.kind = FaultKind::HtmlPage, .target = "depth"},
           {.kind = FaultKind::HtmlPage, .afterFrames = 1, .target = "depth", .status = 200},
           {.kind = FaultKind::DropAnswer, .afterFrames = 2, .target = "depth"},
           {.kind = FaultKind::CutAnswer, .afterFrames = 3, .target = "depth"},
           {.kind = FaultKind::SlowAnswer, .afterFrames = 4, .target = "depth", .seconds = 0.3}});
    EXPECT_TRUE(waitForBooks(20));
    EXPECT_EQ(m_run->simulator().counters().faults, 5u);
    // What was dropped on a connection that had been used before may be asked once more at once, without a failure.
    EXPECT_GE(m_run->lane().counters().failedRequests, 3u);
}

TEST_F(BinanceFaults, AStaleSnapshotIsNotJoined)
{
    begin();
    ASSERT_TRUE(waitForBooks(120)) << "the market is older than a stale snapshot is";
    inject({.kind = FaultKind::StaleAnswer, .target = "depth", .count = 2});
    inject({.kind = FaultKind::Gap, .target = "depth"});
    ASSERT_TRUE(waitHealed(GapCause::Sequence));
    EXPECT_EQ(m_run->simulator().counters().faults, 3u);
    EXPECT_EQ(m_run->journal().get().snapshots, 3u) << "the two stale ones were of no use";
    EXPECT_TRUE(waitForBooks(20));
}

TEST_F(BinanceFaults, RefusalsAreWaitedOut)
{
    begin({{.kind = FaultKind::TooMany, .target = "depth", .retryAfter = 1},
           {.kind = FaultKind::Ban, .afterFrames = 1, .target = "depth", .seconds = 1, .retryAfter = 1}});
    EXPECT_TRUE(waitForBooks(20));
    EXPECT_EQ(m_run->simulator().counters().faults, 2u);
    EXPECT_LE(m_run->simulator().counters().requests, 8u) << "nothing is asked while banned";
}

TEST_F(BinanceFaults, AContractThatIsSilentForAWhileGoesOn)
{
    begin();
    inject({.kind = FaultKind::Maintenance, .target = "BTCUSDT", .seconds = 1});
    inject({.kind = FaultKind::Delist, .target = "ETHUSDT", .seconds = 2});
    const std::size_t before = m_run->journal().get().batches.size();
    // Some books may have been on their way; so many of each have not.
    ASSERT_TRUE(m_run->journal().waitUntil([&](const Journalled& journal) {
        std::map<std::string, int, std::less<>> books;
        for (std::size_t i = before; i < journal.batches.size(); ++i)
            for (const EventView event : journal.batches[i])
                if (event.as<Book>())
                    ++books[m_run->name(event.symbol()).native];
        return books["BTCUSDT"] >= 20 && books["ETHUSDT"] >= 20;
    }));
    EXPECT_TRUE(gapsOf(m_run->journal().get()).empty());
}

TEST_F(BinanceFaults, AContractWhosePrecisionChangesGoesOn)
{
    begin();
    inject({.kind = FaultKind::Precision});
    ASSERT_TRUE(waitForBooks(80));
    const BookTruth truth = expectTrueBooks(*m_run, m_run->journal().get());
    EXPECT_GT(truth.fine, 40u);
}

}  // namespace
}  // namespace tickdeck::test
