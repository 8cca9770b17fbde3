// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/health.h"

#include <gtest/gtest.h>
#include <thread>

namespace tickdeck::ops {
namespace {

TEST(HealthTest, KeepsStateReasonAndSince)
{
    ManualClock clock(10);
    Health health(clock);
    Component& kraken = health.add("kraken", ComponentKind::Connector);
    EXPECT_EQ(kraken.state(), State::Starting);
    clock.advance(5);
    kraken.set(State::Degraded, "silent");
    clock.advance(5);
    kraken.set(State::Degraded, "silent for long");
    const ComponentHealth now = kraken.get();
    EXPECT_EQ(now.state, State::Degraded);
    EXPECT_EQ(now.reason, "silent for long");
    EXPECT_EQ(now.since, 15);
    kraken.set(State::Ok);
    EXPECT_EQ(kraken.get().reason, "");
    EXPECT_EQ(kraken.get().since, 20);
}

TEST(HealthTest, TheSameNameAndKindIsTheSameComponent)
{
    ManualClock clock;
    Health health(clock);
    Component& sink = health.add("x", ComponentKind::Sink);
    EXPECT_EQ(&sink, &health.add("x", ComponentKind::Sink));
    EXPECT_NE(&sink, &health.add("x", ComponentKind::Pipeline));
    EXPECT_EQ(health.snapshot().size(), 2u);
}

TEST(HealthTest, TellsOfChangesOfStateAlone)
{
    ManualClock clock;
    std::vector<std::pair<State, State>> changes;
    Health health(clock, [&](const ComponentHealth& now, State before) { changes.emplace_back(before, now.state); });
    Component& router = health.add("router", ComponentKind::Router);
    router.set(State::Ok);
    router.set(State::Ok);
    router.set(State::Ok, "with a reason");
    router.set(State::Failed, "x");
    EXPECT_EQ(changes,
              (std::vector<std::pair<State, State>>{{State::Starting, State::Ok}, {State::Ok, State::Failed}}));
}

TEST(HealthTest, AStoppedComponentIgnoresLateReports)
{
    ManualClock clock;
    Health health(clock);
    Component& sink = health.add("sink", ComponentKind::Sink);
    sink.set(State::Stopped);
    sink.set(State::Failed, "late");
    EXPECT_EQ(sink.state(), State::Stopped);
    EXPECT_EQ(sink.get().reason, "");
    sink.set(State::Starting);
    sink.set(State::Ok);
    EXPECT_EQ(sink.state(), State::Ok);
}

TEST(HealthTest, WorstOfAll)
{
    ManualClock clock;
    Health health(clock);
    EXPECT_EQ(health.worst(), State::Stopped);
    Component& a = health.add("a", ComponentKind::Sink);
    Component& b = health.add("b", ComponentKind::Sink);
    a.set(State::Ok);
    EXPECT_EQ(health.worst(), State::Starting);
    b.set(State::Stopped);
    EXPECT_EQ(health.worst(), State::Ok);
    a.set(State::Degraded);
    EXPECT_EQ(health.worst(), State::Degraded);
    b.set(State::Starting);
    b.set(State::Failed);
    EXPECT_EQ(health.worst(), State::Failed);
    a.set(State::Stopped);
    b.set(State::Stopped);
    EXPECT_EQ(health.worst(), State::Stopped);
}

TEST(HealthTest, ReadyNeedsTheBackboneAndOneConnector)
{
    ManualClock clock;
    Health health(clock);
    EXPECT_FALSE(health.ready());
    Component& journal = health.add("journal", ComponentKind::Journal);
    Component& router = health.add("router", ComponentKind::Router);
    journal.set(State::Ok);
    EXPECT_FALSE(health.ready());
    router.set(State::Degraded);
    EXPECT_TRUE(health.ready());
    Component& first = health.add("first", ComponentKind::Connector);
    Component& second = health.add("second", ComponentKind::Connector);
    first.set(State::Failed);
    EXPECT_FALSE(health.ready());
    second.set(State::Ok);
    EXPECT_TRUE(health.ready());
    health.add("store", ComponentKind::Sink).set(State::Failed);
    EXPECT_TRUE(health.ready());
    router.set(State::Stopped);
    EXPECT_FALSE(health.ready());
}

TEST(HealthTest, ManyThreadsAtOnce)
{
    ManualClock clock;
    std::atomic<int> changes = 0;
    Health health(clock, [&](const ComponentHealth&, State) { ++changes; });
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&health, t] {
            Component& own = health.add("own" + std::to_string(t), ComponentKind::Sink);
            Component& shared = health.add("shared", ComponentKind::Router);
            for (int i = 0; i < 500; ++i) {
                own.set(i % 2 ? State::Ok : State::Degraded);
                shared.set(State::Ok, std::to_string(i));
                static_cast<void>(health.worst());
            }
        });
    threads.clear();
    EXPECT_EQ(health.snapshot().size(), 5u);
    EXPECT_EQ(changes, 4 * 500 + 1);
}

}  // namespace
}  // namespace tickdeck::ops
