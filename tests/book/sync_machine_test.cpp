// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/sync_machine.h"

#include <gtest/gtest.h>

namespace tickdeck::book {
namespace {

constexpr Nanos kStart = 1'000 * kSecond;

std::string bytesOf(const SyncMachine& machine)
{
    std::string bytes;
    StateWriter writer(bytes);
    machine.save(writer);
    return bytes;
}

TEST(SyncMachine, FromSubscriptionToLive)
{
    SyncMachine machine;
    EXPECT_EQ(machine.state(), BookState::Empty);
    EXPECT_TRUE(machine.due(kStart));
    machine.requested(kStart);
    EXPECT_EQ(machine.state(), BookState::Syncing);
    EXPECT_FALSE(machine.due(kStart + SyncPatience().answerWithin - 1));
    EXPECT_TRUE(machine.due(kStart + SyncPatience().answerWithin));
    machine.synced(kStart + kSecond);
    EXPECT_TRUE(machine.live());
    EXPECT_FALSE(machine.due(kStart + 1'000'000 * kSecond));
}

TEST(SyncMachine, AskAgainAtOnceThenLessAndLessOften)
{
    SyncMachine machine;
    machine.requested(kStart);
    machine.synced(kStart);
    Nanos now = kStart + kSecond;
    std::vector<Nanos> delays;
    for (int i = 0; i < 10; ++i) {
        machine.broke(now);
        EXPECT_EQ(machine.state(), BookState::Resyncing);
        Nanos delay = 0;
        while (!machine.due(now + delay))
            delay += kSecond;
        delays.push_back(delay / kSecond);
        now += delay;
        machine.requested(now);
        EXPECT_EQ(machine.state(), BookState::Resyncing);
        machine.synced(now);
    }
    EXPECT_EQ(delays, (std::vector<Nanos>{0, 1, 2, 4, 8, 16, 32, 60, 60, 60}));
    // After a calm while all is forgotten.
    now += SyncMachine::kCalmAfter;
    machine.broke(now);
    EXPECT_TRUE(machine.due(now));
}

TEST(SyncMachine, WaitsAsLongAsItIsTold)
{
    SyncMachine machine;
    machine.setPatience({.answerWithin = kSecond, .mostDelay = 2 * kSecond});
    machine.ended();  // keeps its patience
    machine.requested(kStart);
    EXPECT_FALSE(machine.due(kStart + kSecond - 1));
    EXPECT_TRUE(machine.due(kStart + kSecond));
    for (int i = 0; i < 10; ++i)
        machine.refused(kStart);
    EXPECT_FALSE(machine.due(kStart + 2 * kSecond - 1));
    EXPECT_TRUE(machine.due(kStart + 2 * kSecond));
    SyncMachine loaded;
    const std::string bytes = bytesOf(machine);
    StateReader reader(bytes);
    loaded.load(reader);
    EXPECT_EQ(bytesOf(loaded), bytes);
}

TEST(SyncMachine, RefusedWaitsAlsoTheFirstTime)
{
    SyncMachine machine;
    machine.requested(kStart);
    machine.refused(kStart);
    EXPECT_FALSE(machine.due(kStart + kSecond - 1));
    EXPECT_TRUE(machine.due(kStart + kSecond));
}

TEST(SyncMachine, WhatIsNeverAnsweredIsAskedForLessAndLessOften)
{
    SyncMachine machine;
    machine.setPatience({.answerWithin = 10 * kSecond, .mostDelay = 8 * kSecond});
    const auto waits = [&](auto&& ask) {
        std::vector<Nanos> out;
        Nanos now = kStart;
        for (int i = 0; i < 7; ++i) {
            ask(now);
            const Nanos asked = now;
            while (!machine.due(now))
                now += kSecond;
            out.push_back((now - asked) / kSecond);
        }
        return out;
    };
    const std::vector<Nanos> expected = {10, 10, 11, 12, 14, 18, 18};
    EXPECT_EQ(waits([&](Nanos now) { machine.requested(now); }), expected);
    machine.ended();
    EXPECT_EQ(waits([&](Nanos now) { machine.ending(now); }), expected);
    EXPECT_EQ(machine.state(), BookState::Empty);
    machine.lost();
    EXPECT_TRUE(machine.due(kStart));
    // One that is made ahead of its time says nothing of the one before it.
    machine.ended();
    for (int i = 0; i < 5; ++i)
        machine.requested(kStart);
    EXPECT_TRUE(machine.due(kStart + 10 * kSecond));
}

TEST(SyncMachine, AnEndThatIsRefusedIsAskedForLater)
{
    SyncMachine machine;
    machine.ended();
    EXPECT_TRUE(machine.due(kStart));
    machine.ending(kStart);
    machine.refused(kStart);
    EXPECT_FALSE(machine.due(kStart + kSecond - 1));
    EXPECT_TRUE(machine.due(kStart + kSecond));
    machine.ended();
    EXPECT_EQ(bytesOf(machine), bytesOf(SyncMachine()));
}

TEST(SyncMachine, LostIsStaleAndDueAtOnce)
{
    SyncMachine machine;
    machine.lost();
    EXPECT_EQ(machine.state(), BookState::Empty);
    machine.requested(kStart);
    machine.synced(kStart);
    machine.lost();
    EXPECT_EQ(machine.state(), BookState::Stale);
    EXPECT_TRUE(machine.due(kStart));
    machine.broke(kStart);  // a stream without connection cannot break
    EXPECT_EQ(machine.state(), BookState::Stale);
    machine.requested(kStart);
    EXPECT_EQ(machine.state(), BookState::Resyncing);
    machine.ended();
    EXPECT_EQ(bytesOf(machine), bytesOf(SyncMachine()));
}

TEST(SyncMachine, CrossedForAMomentIsFine)
{
    SyncMachine machine;
    machine.synced(kStart);
    EXPECT_FALSE(machine.crossedTooLong(true, kStart));
    EXPECT_FALSE(machine.crossedTooLong(true, kStart + SyncMachine::kCrossedAtMost));
    EXPECT_FALSE(machine.crossedTooLong(false, kStart + SyncMachine::kCrossedAtMost));
    EXPECT_FALSE(machine.crossedTooLong(true, kStart + SyncMachine::kCrossedAtMost + 1));
    EXPECT_TRUE(machine.crossedTooLong(true, kStart + 2 * SyncMachine::kCrossedAtMost + 2));
}

TEST(SyncMachine, SavedAndLoaded)
{
    SyncMachine machine;
    machine.requested(kStart);
    machine.synced(kStart);
    machine.broke(kStart + 5);
    const std::string saved = bytesOf(machine);
    SyncMachine loaded;
    StateReader reader(saved);
    loaded.load(reader);
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(bytesOf(loaded), saved);
    EXPECT_EQ(loaded.state(), BookState::Resyncing);
    std::string damaged = saved;
    damaged[0] = 99;
    StateReader bad(damaged);
    loaded.load(bad);
    EXPECT_FALSE(bad.finish());
}

TEST(SyncMachine, TwoSteps)
{
    SyncMachine machine;
    machine.requested(kStart);
    machine.answered(kStart + kSecond);
    EXPECT_EQ(machine.state(), BookState::Syncing);
    EXPECT_TRUE(machine.due(kStart + kSecond));
    machine.requested(kStart + kSecond, 600 * kSecond);
    EXPECT_FALSE(machine.due(kStart + 600 * kSecond));
    EXPECT_TRUE(machine.due(kStart + 601 * kSecond));
    machine.synced(kStart + 2 * kSecond);
    machine.answered(kStart + 3 * kSecond);
    EXPECT_TRUE(machine.live());
    SyncMachine none;
    none.answered(kStart);
    EXPECT_EQ(none.state(), BookState::Empty);
}

// An hour back is no hour to wait.
TEST(SyncMachine, AClockThatIsSetBack)
{
    SyncMachine machine;
    machine.requested(kStart + 3600 * kSecond);
    EXPECT_TRUE(machine.due(kStart));
    machine.synced(kStart + 3600 * kSecond);
    EXPECT_FALSE(machine.crossedTooLong(true, kStart + 3600 * kSecond));
    EXPECT_FALSE(machine.crossedTooLong(true, kStart));
    EXPECT_TRUE(machine.crossedTooLong(true, kStart + SyncMachine::kCrossedAtMost + 1));
}

}  // namespace
}  // namespace tickdeck::book
