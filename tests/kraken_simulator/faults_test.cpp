// SPDX-License-Identifier: GPL-3.0-or-later

// Each fault of the simulated venue is noticed, told as a gap where something may be missing, and healed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kraken_simulator/kraken_run.h"

namespace tickdeck::test {
namespace {

using sim::FaultKind;

struct GapSeen {
    std::string channel;
    GapCause cause{};
    GapState state{};
    friend bool operator==(const GapSeen&, const GapSeen&) = default;
};

std::vector<GapSeen> gapsOf(const Journalled& journal)
{
    std::vector<GapSeen> out;
    journal.forEach<Gap>([&](const Batch&, EventView, const Gap& gap) {
        out.push_back({std::string(gap.channel.view()), gap.cause, gap.state});
    });
    return out;
}

// Whether a gap of this cause was opened, all are closed, and the newest book agrees with its checksum.
bool healed(const Journalled& journal, GapCause cause)
{
    const std::vector<GapSeen> gaps = gapsOf(journal);
    const auto count = [&](GapState state) { return std::ranges::count(gaps, state, &GapSeen::state); };
    Tristate last = Tristate::Unknown;
    journal.forEach<Book>([&](const Batch&, EventView, const Book& book) { last = book.verified; });
    return std::ranges::find(gaps, cause, &GapSeen::cause) != gaps.end() &&
           count(GapState::Open) == count(GapState::Closed) && last == Tristate::Yes;
}

class KrakenFaults : public testing::Test {
protected:
    void begin(std::int64_t livenessMs = 10'000)
    {
        m_run = std::make_unique<KrakenRun>(sim::SimulatorOptions{.seed = 5, .rate = 2000},
                                            std::vector<std::string>{"BTC/USD"}, 10, livenessMs);
        ASSERT_TRUE(m_run->waitForSnapshots(1));
    }
    void inject(sim::Fault fault) { m_run->simulator().inject(std::move(fault)); }
    bool waitHealed(GapCause cause)
    {
        return m_run->journal().waitUntil([&](const Journalled& journal) { return healed(journal, cause); });
    }

    std::unique_ptr<KrakenRun> m_run;
};

TEST_F(KrakenFaults, LostBookMessagesAreAChecksumGapOfThatBookAlone)
{
    begin();
    // One alone may be made good by the next, when both set the same level.
    inject({.kind = FaultKind::Gap, .target = "book", .count = 5});
    ASSERT_TRUE(waitHealed(GapCause::Checksum));
    EXPECT_EQ(m_run->lane().counters().connects, 1u) << "one book is asked for anew, the connection stays";
    EXPECT_EQ(m_run->simulator().counters().faults, 5u);
}

TEST_F(KrakenFaults, ABadChecksumIsHealed)
{
    begin();
    inject({.kind = FaultKind::BadChecksum});
    ASSERT_TRUE(waitHealed(GapCause::Checksum));
    EXPECT_EQ(m_run->lane().counters().connects, 1u);
}

TEST_F(KrakenFaults, ReorderedBookMessagesAreHealed)
{
    begin();
    // Two changes of distant levels may be swapped without harm: some of these are not.
    inject({.kind = FaultKind::Reorder, .target = "book", .count = 20});
    EXPECT_TRUE(waitHealed(GapCause::Checksum));
}

TEST_F(KrakenFaults, ADuplicateDoesNoHarm)
{
    begin();
    inject({.kind = FaultKind::Duplicate, .target = "book", .count = 50});
    ASSERT_TRUE(m_run->journal().waitUntil([](const Journalled& journal) { return journal.count<Book>() > 300; }));
    EXPECT_TRUE(gapsOf(m_run->journal().get()).empty());
    EXPECT_EQ(m_run->simulator().counters().faults, 50u);
}

TEST_F(KrakenFaults, ALostTradeIsASequenceGap)
{
    begin();
    inject({.kind = FaultKind::Gap, .afterFrames = 3, .target = "trade"});
    EXPECT_TRUE(waitHealed(GapCause::Sequence));
}

TEST_F(KrakenFaults, GarbageIsAnErrorWithItsBytesAndNothingElse)
{
    begin();
    inject({.kind = FaultKind::Garbage, .target = "book"});
    ASSERT_TRUE(m_run->journal().waitUntil([](const Journalled& journal) { return !journal.errors.empty(); }));
    const std::size_t books = m_run->journal().get().count<Book>();
    ASSERT_TRUE(
        m_run->journal().waitUntil([&](const Journalled& journal) { return journal.count<Book>() > books + 50; }));
    const Journalled journal = m_run->journal().get();
    EXPECT_THAT(journal.errors,
                testing::ElementsAre(testing::HasSubstr(R"({"channel":"book","type":"update","data":[)")));
    EXPECT_TRUE(gapsOf(journal).empty());
}

TEST_F(KrakenFaults, TheAnswerToFloodingDisturbsNothing)
{
    begin();
    inject({.kind = FaultKind::RateLimit});
    const std::size_t books = m_run->journal().get().count<Book>();
    ASSERT_TRUE(
        m_run->journal().waitUntil([&](const Journalled& journal) { return journal.count<Book>() > books + 50; }));
    EXPECT_EQ(m_run->lane().counters().connects, 1u);
}

TEST_F(KrakenFaults, AClosedConnectionIsADisconnectGap)
{
    begin();
    inject({.kind = FaultKind::Close});
    ASSERT_TRUE(waitHealed(GapCause::Disconnect));
    EXPECT_EQ(m_run->lane().counters().connects, 2u);
}

TEST_F(KrakenFaults, ASilentConnectionIsLeftAfterItsLivenessTimeout)
{
    begin(4000);
    inject({.kind = FaultKind::Stall});
    ASSERT_TRUE(waitHealed(GapCause::Disconnect));
    EXPECT_EQ(m_run->lane().counters().connects, 2u);
}

}  // namespace
}  // namespace tickdeck::test
