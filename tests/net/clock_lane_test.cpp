// SPDX-License-Identifier: GPL-3.0-or-later

#include <gtest/gtest.h>

#include "engine/net/clock_lane.h"
#include "tests/support/waiter.h"

namespace tickdeck::net {
namespace {

using namespace std::chrono_literals;

TEST(ClockLane, TicksOncePerPeriodOnItsMultiples)
{
    SystemClock clock;
    BufferPool pool;
    test::Watched<std::vector<Batch>> ticks;
    ClockLane lane(
        7, pool, clock,
        [&](Batch&& batch) {
            ticks.update([&](std::vector<Batch>& all) { all.push_back(std::move(batch)); });
            return true;
        },
        20ms);
    ASSERT_TRUE(ticks.waitUntil([](const std::vector<Batch>& all) { return all.size() >= 5; }));
    lane.stop();
    const std::vector<Batch> all = ticks.get();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const BatchHeader& header = all[i].header();
        EXPECT_EQ(header.kind, BatchKind::Control);
        EXPECT_EQ(header.control, ControlKind::Tick);
        EXPECT_EQ(header.lane, 7u);
        EXPECT_EQ(header.ordinal, i + 1);
        if (i > 0) {
            EXPECT_GT(header.receiveTime / (20 * kMillisecond), all[i - 1].header().receiveTime / (20 * kMillisecond));
        }
    }
}

TEST(ClockLane, DropsATickThatFindsNoRoom)
{
    SystemClock clock;
    BufferPool pool;
    test::Watched<std::vector<std::uint64_t>> offered;
    ClockLane lane(
        7, pool, clock,
        [&](Batch&& batch) {
            bool room = false;
            offered.update([&](std::vector<std::uint64_t>& all) {
                all.push_back(batch.header().ordinal);
                room = all.size() > 3;
            });
            return room;
        },
        5ms);
    ASSERT_TRUE(offered.waitUntil([](const std::vector<std::uint64_t>& all) { return all.size() >= 6; }));
    lane.stop();
    const std::vector<std::uint64_t> all = offered.get();
    EXPECT_EQ((std::vector<std::uint64_t>{all.begin(), all.begin() + 6}),
              (std::vector<std::uint64_t>{1, 1, 1, 1, 2, 3}))
        << "an ordinal is spent only on a tick that was taken";
}

}  // namespace
}  // namespace tickdeck::net
