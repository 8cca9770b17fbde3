// SPDX-License-Identifier: GPL-3.0-or-later

// A venue's budget on a clock that stands still until it is told.

#include <gtest/gtest.h>

#include "engine/net/rate_budget.h"

namespace tickdeck::net {
namespace {

using namespace std::chrono_literals;

class RateBudgetTest : public testing::Test {
protected:
    static Rest rest()
    {
        Rest rest;
        rest.weightPerSecond = 40;  // 2,400 a minute
        rest.weightBurst = 100;
        return rest;
    }

    ManualClock m_clock{*parseRfc3339("2026-11-21T12:34:15Z")};
    RateBudget m_budget{rest(), {.perSecond = 1, .burst = 4, .atOnce = 2, .spread = 100ms}, m_clock, {}, 1};
};

TEST_F(RateBudgetTest, SpendsWeightAndSaysHowLongToWait)
{
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(m_budget.requestWait(20), 0);
    EXPECT_EQ(m_budget.requestWait(20), kSecond / 2);
    EXPECT_EQ(m_budget.requestWait(1), kSecond / 40);
    EXPECT_DOUBLE_EQ(m_budget.status().usedFraction, 1.0);
    m_clock.advance(kSecond / 2);
    EXPECT_EQ(m_budget.requestWait(20), 0);
    m_clock.advance(60 * kSecond);
    EXPECT_DOUBLE_EQ(m_budget.status().usedFraction, 0.0);
}

TEST_F(RateBudgetTest, ARequestOfMoreThanTheBurstIsOwed)
{
    EXPECT_EQ(m_budget.requestWait(300), 0);
    EXPECT_EQ(m_budget.requestWait(20), 220 * kSecond / 40);
}

TEST_F(RateBudgetTest, FollowsTheVenuesOwnCount)
{
    m_budget.counted(2200);  // somebody else at our address; 200 are left
    EXPECT_NEAR(m_budget.status().usedFraction, 2200.0 / 2400, 1e-9);
    EXPECT_EQ(m_budget.requestWait(100), 0);
    m_clock.advance(10 * kSecond);
    m_budget.counted(2390);  // less than a request is safe with
    EXPECT_EQ(m_budget.requestWait(1), 35 * kSecond) << "the minute ends at 12:35:00";
    m_clock.advance(35 * kSecond);
    EXPECT_EQ(m_budget.requestWait(1), 0);
    EXPECT_LT(m_budget.status().usedFraction, 1.0) << "the venue counts from 0 again";
}

TEST_F(RateBudgetTest, ABanEndsWhenTheVenueSaysAndStopsEverythingUntilThen)
{
    EXPECT_EQ(m_budget.refused(418, 41 * kSecond), 41 * kSecond);
    const BudgetStatus status = m_budget.status();
    EXPECT_EQ(status.reason, "banned by the venue until 12:34:56Z (HTTP 418)");
    EXPECT_EQ(formatRfc3339(status.bannedUntil), "2026-11-21T12:34:56.000000000Z");
    EXPECT_EQ(status.bans, 1u);
    EXPECT_EQ(m_budget.requestWait(1), 41 * kSecond);
    EXPECT_EQ(m_budget.connectWait(), 41 * kSecond);
    EXPECT_EQ(m_budget.sendWait(), 41 * kSecond);
    m_clock.advance(41 * kSecond - 1);
    EXPECT_EQ(m_budget.requestWait(1), 1);
    m_clock.advance(1);
    EXPECT_EQ(m_budget.requestWait(1), 0);
    EXPECT_EQ(m_budget.connectWait(), 0);
    EXPECT_EQ(m_budget.sendWait(), 0);
    EXPECT_EQ(m_budget.status().reason, "");
    EXPECT_EQ(m_budget.status().bannedUntil, kNoTime);
}

TEST_F(RateBudgetTest, TooManyRequestsLeavesOpenConnectionsAlone)
{
    EXPECT_EQ(m_budget.refused(429, 5 * kSecond), 5 * kSecond);
    EXPECT_EQ(m_budget.requestWait(1), 5 * kSecond);
    EXPECT_EQ(m_budget.connectWait(), 5 * kSecond);
    EXPECT_EQ(m_budget.sendWait(), 0);
    // A ban that comes on top of it covers them.
    EXPECT_EQ(m_budget.refused(418, 3 * kSecond), 5 * kSecond);
    EXPECT_EQ(m_budget.sendWait(), 5 * kSecond);
    EXPECT_EQ(m_budget.status().bans, 1u);
}

TEST_F(RateBudgetTest, WithoutAnEndABanGrowsAndAnAnswerResetsIt)
{
    const BanPolicy policy;
    Nanos longest = 0;
    for (int i = 0; i < 12; ++i) {
        const Nanos wait = m_budget.refused(429, {}).value();
        EXPECT_GE(wait, policy.tooMany.floor);
        EXPECT_LE(wait, policy.tooMany.cap);
        longest = std::max(longest, wait);
        EXPECT_EQ(m_budget.refused(429, {}), wait) << "asked before it was known: no second ban";
        m_clock.advance(wait);
    }
    EXPECT_GT(longest, policy.tooMany.first);
    EXPECT_EQ(m_budget.status().bans, 12u);
    m_budget.answered();
    EXPECT_LE(m_budget.refused(429, {}).value(), policy.tooMany.first);
    m_clock.advance(policy.tooMany.first);
    EXPECT_GE(m_budget.refused(418, {}).value(), policy.banned.floor) << "the venue means it";
}

TEST_F(RateBudgetTest, OnlyWhatIsABanIsOne)
{
    for (const int status : {0, 101, 200, 400, 401, 404, 451, 500, 502})
        EXPECT_EQ(m_budget.refused(status, 5 * kSecond), std::nullopt) << status;
    EXPECT_EQ(m_budget.refused(403, {}), std::nullopt);
    EXPECT_EQ(m_budget.refused(503, {}), std::nullopt);
    EXPECT_EQ(m_budget.requestWait(1), 0);
    EXPECT_EQ(m_budget.refused(503, 5 * kSecond), 5 * kSecond);
    EXPECT_EQ(m_budget.status().reason, "the venue is not available until 12:34:20Z (HTTP 503)");
    EXPECT_EQ(m_budget.refused(403, 60 * kSecond), 60 * kSecond);
}

TEST_F(RateBudgetTest, WhatTheVenueSaysIsBelievedWithinBounds)
{
    EXPECT_EQ(m_budget.refused(429, 0), kSecond);
    m_clock.advance(kSecond);
    EXPECT_EQ(m_budget.refused(429, 366 * 24 * 3600 * kSecond), 7 * 24 * 3600 * kSecond);
    EXPECT_EQ(m_budget.status().reason, "banned by the venue until 2026-11-28T12:34:16Z (HTTP 429)");
}

TEST_F(RateBudgetTest, ConnectsAreSpreadFewAtOnceAndLimited)
{
    EXPECT_EQ(m_budget.connectWait(), 0);
    const Nanos spread = m_budget.connectWait();
    EXPECT_GE(spread, 50 * kMillisecond);
    EXPECT_LE(spread, 150 * kMillisecond);
    m_clock.advance(spread);
    EXPECT_EQ(m_budget.connectWait(), 0);
    m_clock.advance(150 * kMillisecond);
    EXPECT_GT(m_budget.connectWait(), 0) << "two are under way";
    m_budget.connectEnded();
    EXPECT_EQ(m_budget.connectWait(), 0);
    m_budget.connectEnded();
    m_clock.advance(150 * kMillisecond);
    EXPECT_EQ(m_budget.connectWait(), 0);
    m_budget.connectEnded();
    m_clock.advance(150 * kMillisecond);
    EXPECT_GT(m_budget.connectWait(), 150 * kMillisecond) << "four at once, then one a second";
}

// Wall and steady time apart, as after a step of the system's clock.
class SteppedClock final : public Clock {
public:
    Nanos now() override { return steadyNow + wallOffset; }
    Nanos steady() override { return steadyNow; }
    Nanos steadyNow = 5 * kSecond;
    Nanos wallOffset = 1'700'000'000 * kSecond;
};

TEST(RateBudget, ASteppedClockNeitherLengthensNorShortensABan)
{
    for (const Nanos step : {-3600 * kSecond, 3600 * kSecond}) {
        SteppedClock clock;
        RateBudget budget({}, {}, clock);
        ASSERT_EQ(budget.refused(418, 100 * kSecond), 100 * kSecond);
        clock.steadyNow += 10 * kSecond;
        clock.wallOffset += step;
        EXPECT_EQ(budget.requestWait(1), 90 * kSecond);
        EXPECT_EQ(budget.status().bannedUntil, clock.now() + 90 * kSecond) << "as the clock is now";
    }
}

}  // namespace
}  // namespace tickdeck::net
