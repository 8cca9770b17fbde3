// SPDX-License-Identifier: GPL-3.0-or-later

// Each fault of the simulated venue is noticed, told as a gap where something may be missing, and healed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coinbase_simulator/coinbase_run.h"

namespace tickdeck::test {
namespace {

using sim::FaultKind;

constexpr std::chrono::seconds kLimit{60};  // repeated faults are healed later and later

std::size_t gaps(const Journalled& journal, GapState state)
{
    std::size_t count = 0;
    journal.forEach<Gap>([&](const Batch&, EventView, const Gap& gap) { count += gap.state == state; });
    return count;
}

// Whether a gap of this cause was opened, all are closed, and the newest book follows its snapshot.
bool healed(const Journalled& journal, GapCause cause)
{
    bool seen = false;
    journal.forEach<Gap>([&](const Batch&, EventView, const Gap& gap) { seen = seen || gap.cause == cause; });
    Tristate last = Tristate::Unknown;
    journal.forEach<Book>([&](const Batch&, EventView, const Book& book) { last = book.verified; });
    return seen && gaps(journal, GapState::Open) == gaps(journal, GapState::Closed) && last == Tristate::Yes;
}

class CoinbaseFaults : public testing::Test {
protected:
    void begin(std::int64_t livenessMs = 10'000)
    {
        m_run = std::make_unique<CoinbaseRun>(sim::SimulatorOptions{.seed = 5, .rate = 2000},
                                              std::vector<std::string>{"BTC-USD", "ETH-USD"}, 10'000, livenessMs);
        // Every stream is live.
        ASSERT_TRUE(m_run->journal().waitUntil([](const Journalled& journal) {
            return journal.snapshots >= 2 && journal.count<Trade>() > 5 && journal.count<Quote>() > 5;
        }));
    }
    void inject(sim::Fault fault) { m_run->simulator().inject(std::move(fault)); }
    bool waitHealed(GapCause cause)
    {
        return m_run->journal().waitUntil([&](const Journalled& journal) { return healed(journal, cause); }, kLimit);
    }
    // Whether so many more books come.
    bool goesOn(std::size_t books = 50)
    {
        const std::size_t before = m_run->journal().get().count<Book>();
        return m_run->journal().waitUntil(
            [&](const Journalled& journal) { return journal.count<Book>() > before + books; });
    }

    std::unique_ptr<CoinbaseRun> m_run;
};

TEST_F(CoinbaseFaults, ALostMessageOfAnyChannelResyncsAllBooks)
{
    begin();
    std::size_t snapshots = 2;
    for (const char* channel : {"book", "trade", "heartbeats"}) {
        const std::size_t opened = gaps(m_run->journal().get(), GapState::Open);
        inject({.kind = FaultKind::Gap, .target = channel});
        snapshots += 2;
        ASSERT_TRUE(m_run->journal().waitUntil(
            [&](const Journalled& journal) {
                return gaps(journal, GapState::Open) > opened && journal.snapshots >= snapshots &&
                       healed(journal, GapCause::Sequence);
            },
            kLimit))
            << channel;
    }
    EXPECT_EQ(m_run->lane().counters().connects, 1u) << "the connection stays";
}

TEST_F(CoinbaseFaults, ReorderedMessagesAreHealed)
{
    begin();
    inject({.kind = FaultKind::Reorder, .target = "book"});
    EXPECT_TRUE(waitHealed(GapCause::Sequence));
}

TEST_F(CoinbaseFaults, ADuplicateDoesNoHarm)
{
    begin();
    inject({.kind = FaultKind::Duplicate, .target = "book", .count = 20});
    ASSERT_TRUE(goesOn());
    EXPECT_EQ(gaps(m_run->journal().get(), GapState::Open), 0u);
    EXPECT_EQ(m_run->simulator().counters().faults, 20u);
}

TEST_F(CoinbaseFaults, GarbageIsAnErrorWithItsBytesAndNothingElse)
{
    begin();
    inject({.kind = FaultKind::Garbage, .target = "book"});
    ASSERT_TRUE(m_run->journal().waitUntil([](const Journalled& journal) { return !journal.errors.empty(); }));
    ASSERT_TRUE(goesOn());
    const Journalled journal = m_run->journal().get();
    EXPECT_EQ(journal.errors.size(), 1u);
    EXPECT_EQ(gaps(journal, GapState::Open), 0u);
}

TEST_F(CoinbaseFaults, TheAnswerToFloodingDisturbsNothing)
{
    begin();
    inject({.kind = FaultKind::RateLimit});
    ASSERT_TRUE(goesOn());
    EXPECT_EQ(m_run->lane().counters().connects, 1u);
    EXPECT_EQ(gaps(m_run->journal().get(), GapState::Open), 0u);
}

TEST_F(CoinbaseFaults, AClosedConnectionIsADisconnectGapAndTradesAreFilledIn)
{
    begin();
    inject({.kind = FaultKind::Close});
    ASSERT_TRUE(waitHealed(GapCause::Disconnect));
    EXPECT_EQ(m_run->lane().counters().connects, 2u);
}

TEST_F(CoinbaseFaults, ASilentConnectionIsLeftAfterItsLivenessTimeout)
{
    begin(4000);
    inject({.kind = FaultKind::Stall});
    ASSERT_TRUE(waitHealed(GapCause::Disconnect));
    EXPECT_EQ(m_run->lane().counters().connects, 2u);
}

}  // namespace
}  // namespace tickdeck::test
