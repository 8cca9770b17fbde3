// SPDX-License-Identifier: GPL-3.0-or-later

// What decides when a session connects, sends and gives up: pure, on a clock that stands still until it is told.

#include <gtest/gtest.h>

#include "engine/net/backoff.h"
#include "engine/net/token_bucket.h"
#include "engine/net/watchdog.h"

namespace tickdeck::net {
namespace {

TEST(Backoff, GrowsToTheCapAndStaysWithinItsBounds)
{
    const BackoffPolicy policy{.first = kSecond, .cap = 8 * kSecond, .floor = 100 * kMillisecond};
    std::array<Nanos, 8> largest{};
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Backoff backoff(policy, seed);
        for (std::size_t i = 0; i < largest.size(); ++i) {
            const Nanos wait = backoff.next();
            const Nanos limit = std::min<Nanos>(policy.cap, policy.first << i);
            ASSERT_GE(wait, policy.floor);
            ASSERT_LE(wait, limit);
            largest[i] = std::max(largest[i], wait);
        }
    }
    // Full jitter uses the whole range.
    EXPECT_GT(largest[0], kSecond * 9 / 10);
    EXPECT_GT(largest[3], 8 * kSecond * 9 / 10);
    EXPECT_GT(largest[7], 8 * kSecond * 9 / 10);
}

TEST(Backoff, IsDeterministicForASeedAndBeginsAnewAfterReset)
{
    Backoff a({}, 7);
    Backoff b({}, 7);
    Backoff c({}, 8);
    bool differs = false;
    for (int i = 0; i < 20; ++i) {
        const Nanos wait = a.next();
        EXPECT_EQ(wait, b.next());
        differs |= wait != c.next();
    }
    EXPECT_TRUE(differs);
    a.reset();
    EXPECT_EQ(a.failures(), 0u);
    EXPECT_LE(a.next(), BackoffPolicy{}.first);
}

TEST(Backoff, DoesNotOverflowAfterManyFailures)
{
    Backoff backoff({.first = kSecond, .cap = 30 * kSecond, .floor = 0}, 1);
    for (int i = 0; i < 10'000; ++i)
        ASSERT_LE(backoff.next(), 30 * kSecond);
}

TEST(TokenBucket, LetsABurstThroughThenTheRate)
{
    ManualClock clock;
    TokenBucket bucket(5, 10, clock.steady());
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(bucket.take(clock.steady()));
    EXPECT_FALSE(bucket.take(clock.steady()));
    EXPECT_EQ(bucket.untilNext(clock.steady()), kSecond / 5);
    clock.advance(kSecond / 5);
    EXPECT_EQ(bucket.untilNext(clock.steady()), 0);
    EXPECT_TRUE(bucket.take(clock.steady()));
    EXPECT_FALSE(bucket.take(clock.steady()));
}

TEST(TokenBucket, NeverExceedsItsBudgetOverAnyTime)
{
    ManualClock clock;
    TokenBucket bucket(5, 10, clock.steady());
    int taken = 0;
    for (int i = 0; i < 10'000; ++i) {
        taken += bucket.take(clock.steady()) ? 1 : 0;
        clock.advance(kMillisecond);
    }
    EXPECT_LE(taken, 10 + 5 * 10);
    EXPECT_GE(taken, 10 + 5 * 10 - 1);
}

TEST(TokenBucket, KeepsNoMoreThanItsBurstWhileIdle)
{
    ManualClock clock;
    TokenBucket bucket(100, 3, clock.steady());
    clock.advance(3600 * kSecond);
    int taken = 0;
    while (bucket.take(clock.steady()))
        ++taken;
    EXPECT_EQ(taken, 3);
}

TEST(Watchdog, IsOverdueOnlyWithoutSignsOfLife)
{
    ManualClock clock;
    Watchdog watchdog(10 * kSecond);
    watchdog.alive(clock.steady());
    for (int i = 0; i < 100; ++i) {
        clock.advance(9 * kSecond);
        ASSERT_FALSE(watchdog.overdue(clock.steady()));
        watchdog.alive(clock.steady());
    }
    EXPECT_EQ(watchdog.remaining(clock.steady()), 10 * kSecond);
    clock.advance(10 * kSecond - 1);
    EXPECT_FALSE(watchdog.overdue(clock.steady()));
    clock.advance(1);
    EXPECT_TRUE(watchdog.overdue(clock.steady()));
    EXPECT_LE(watchdog.remaining(clock.steady()), 0);
}

}  // namespace
}  // namespace tickdeck::net
