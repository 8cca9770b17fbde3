// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tickdeck::ops {
namespace {

using ::testing::HasSubstr;

class SupervisorTest : public ::testing::Test {
protected:
    SupervisorTest() : m_health(m_clock), m_metrics({})
    {
        LogSettings quiet;
        quiet.level = LogLevel::Error;
        m_log = std::move(*Log::open(quiet, m_clock));
        m_policy.firstDelay = std::chrono::seconds(1);
        m_policy.longestDelay = std::chrono::seconds(4);
        m_policy.restarts = 4;
        m_policy.window = std::chrono::seconds(600);
    }
    // Steps of 10 ms until something is restarted or the time is over; the time that it took.
    Nanos untilRestart(Supervisor& supervisor, Nanos most = 60 * kSecond)
    {
        const int before = m_restarts;
        Nanos waited = 0;
        while (m_restarts == before && waited < most) {
            m_clock.advance(10 * kMillisecond);
            waited += 10 * kMillisecond;
            supervisor.poll();
        }
        return waited;
    }

    ManualClock m_clock;
    Health m_health;
    Metrics m_metrics;
    std::unique_ptr<Log> m_log;
    RestartPolicy m_policy;
    int m_restarts = 0;
};

TEST_F(SupervisorTest, AFailedComponentIsRestartedAfterADelay)
{
    Supervisor supervisor(m_clock, *m_log, m_metrics, m_policy);
    Component& sink = m_health.add("sink", ComponentKind::Sink);
    supervisor.watch(sink, [&] {
        ++m_restarts;
        sink.set(State::Ok);
        return true;
    });
    sink.set(State::Ok);
    EXPECT_EQ(untilRestart(supervisor), 60 * kSecond);
    sink.set(State::Degraded, "slow");
    EXPECT_EQ(untilRestart(supervisor), 60 * kSecond);
    sink.set(State::Failed, "broken");
    supervisor.poll();
    EXPECT_EQ(m_restarts, 0);
    const Nanos delay = untilRestart(supervisor);
    EXPECT_GE(delay, kSecond * 3 / 4);
    EXPECT_LE(delay, kSecond + 10 * kMillisecond);
    EXPECT_EQ(m_restarts, 1);
    EXPECT_EQ(sink.state(), State::Ok);
    EXPECT_THAT(m_metrics.text(), HasSubstr("tickdeck_component_restarts_total{component=\"sink\"} 1\n"));
}

TEST_F(SupervisorTest, DelaysDoubleAndTheBudgetEnds)
{
    Supervisor supervisor(m_clock, *m_log, m_metrics, m_policy);
    Component& sink = m_health.add("sink", ComponentKind::Sink);
    Component& other = m_health.add("other", ComponentKind::Sink);
    supervisor.watch(sink, [&] {
        ++m_restarts;
        sink.set(State::Failed, "still broken");
        return true;
    });
    other.set(State::Ok);
    sink.set(State::Failed, "broken");
    supervisor.poll();
    for (const Nanos expected : {1, 2, 4, 4}) {
        const Nanos delay = untilRestart(supervisor);
        EXPECT_GE(delay, expected * kSecond * 3 / 4);
        EXPECT_LE(delay, expected * kSecond + 20 * kMillisecond);
    }
    EXPECT_EQ(m_restarts, 4);
    EXPECT_EQ(untilRestart(supervisor, 3'600 * kSecond), 3'600 * kSecond);
    EXPECT_EQ(sink.state(), State::Failed);
    EXPECT_THAT(sink.get().reason, HasSubstr("still broken (not restarted any more"));
    EXPECT_EQ(other.state(), State::Ok);
    EXPECT_GE(m_log->recent(1, 100).lines.size(), 1u);
    EXPECT_EQ(m_log->recent(1, 100).lines.back().event, "component.given_up");
}

TEST_F(SupervisorTest, WhatIsGivenUpIsTold)
{
    m_policy.restarts = 1;
    Supervisor supervisor(m_clock, *m_log, m_metrics, m_policy);
    Component& lane = m_health.add("kraken", ComponentKind::Connector);
    int givenUp = 0;
    supervisor.watch(
        lane,
        [&] {
            ++m_restarts;
            lane.set(State::Failed, "still broken");
            return true;
        },
        [&] { return ++givenUp == 3; });
    lane.set(State::Failed, "broken");
    untilRestart(supervisor);
    EXPECT_EQ(givenUp, 0);
    untilRestart(supervisor);
    EXPECT_EQ(m_restarts, 1);
    EXPECT_GE(givenUp, 1);
    for (int i = 0; i < 5; ++i)
        supervisor.poll();
    EXPECT_EQ(givenUp, 3) << "again with each poll, until it has succeeded";
}

TEST_F(SupervisorTest, OldRestartsLeaveTheBudget)
{
    m_policy.restarts = 1;
    m_policy.window = std::chrono::seconds(100);
    Supervisor supervisor(m_clock, *m_log, m_metrics, m_policy);
    Component& sink = m_health.add("sink", ComponentKind::Sink);
    supervisor.watch(sink, [&] {
        ++m_restarts;
        sink.set(State::Ok);
        return true;
    });
    for (int round = 1; round <= 3; ++round) {
        sink.set(State::Failed, "broken");
        untilRestart(supervisor);
        EXPECT_EQ(m_restarts, round);
        m_clock.advance(101 * kSecond);
        supervisor.poll();
    }
}

TEST_F(SupervisorTest, OneRestartedByHandIsWatchedAgain)
{
    m_policy.restarts = 0;
    Supervisor supervisor(m_clock, *m_log, m_metrics, m_policy);
    Component& sink = m_health.add("sink", ComponentKind::Sink);
    supervisor.watch(sink, [&] {
        ++m_restarts;
        return true;
    });
    sink.set(State::Failed, "broken");
    EXPECT_EQ(untilRestart(supervisor), 60 * kSecond);
    sink.set(State::Ok);
    supervisor.poll();
    sink.set(State::Failed, "again");
    supervisor.poll();
    EXPECT_THAT(sink.get().reason, HasSubstr("again (not restarted"));
}

TEST_F(SupervisorTest, AnOperatorsRestartGivesAWholeBudget)
{
    m_policy.restarts = 1;
    Supervisor supervisor(m_clock, *m_log, m_metrics, m_policy);
    Component& sink = m_health.add("sink", ComponentKind::Sink);
    supervisor.watch(sink, [&] {
        ++m_restarts;
        sink.set(State::Failed, "still broken");
        return true;
    });
    sink.set(State::Failed, "broken");
    untilRestart(supervisor);
    EXPECT_EQ(untilRestart(supervisor), 60 * kSecond);
    EXPECT_EQ(m_restarts, 1);
    ASSERT_TRUE(supervisor.restart("sink"));
    supervisor.poll();
    EXPECT_EQ(m_restarts, 2);
    EXPECT_EQ(sink.get().reason, "still broken");
    untilRestart(supervisor);
    EXPECT_EQ(m_restarts, 3) << "the one by hand is not of the budget";
    const auto unknown = supervisor.restart("journal");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
    EXPECT_THAT(unknown.error().text(), HasSubstr("sink"));
}

TEST_F(SupervisorTest, ARestartThatHasToWaitIsAskedForAgainAndNotCounted)
{
    m_policy.restarts = 1;
    Supervisor supervisor(m_clock, *m_log, m_metrics, m_policy);
    Component& sink = m_health.add("sink", ComponentKind::Sink);
    int asked = 0;
    supervisor.watch(sink, [&] {
        if (++asked % 3 != 0)
            return false;
        ++m_restarts;
        sink.set(State::Ok);
        return true;
    });
    sink.set(State::Failed, "broken");
    untilRestart(supervisor);
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(m_restarts, 1);
    EXPECT_THAT(m_metrics.text(), HasSubstr("tickdeck_component_restarts_total{component=\"sink\"} 1\n"));

    ASSERT_TRUE(supervisor.restart("sink"));
    supervisor.poll();
    EXPECT_EQ(sink.state(), State::Ok) << "nothing was done yet";
    supervisor.poll();
    supervisor.poll();
    EXPECT_EQ(m_restarts, 2);
    for (int i = 0; i < 3; ++i)
        supervisor.poll();
    EXPECT_EQ(m_restarts, 2) << "once";
}

TEST_F(SupervisorTest, WhatIsStoppedIsNotRestartedByHand)
{
    Supervisor supervisor(m_clock, *m_log, m_metrics, m_policy);
    Component& sink = m_health.add("sink", ComponentKind::Sink);
    supervisor.watch(sink, [&] {
        ++m_restarts;
        return true;
    });
    sink.set(State::Stopped, "switched off");
    const auto asked = supervisor.restart("sink");
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().code, ErrorCode::Refused);
    supervisor.poll();
    EXPECT_EQ(m_restarts, 0);
}

}  // namespace
}  // namespace tickdeck::ops
