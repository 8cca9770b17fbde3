// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/in_flight.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

class InFlightTest : public ::testing::Test {
protected:
    // A process that is killed while it works on these inputs; 0: between two.
    void dieIn(std::uint64_t first, std::uint64_t last)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            InFlight marker;
            if (!marker.open(m_file))
                ::_exit(1);
            marker.enter(7);
            marker.leave();
            if (first)
                marker.enter(first, last);
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
    }
    void dieIn(std::uint64_t input) { dieIn(input, input); }
    std::uint64_t poison()
    {
        InFlight marker;
        EXPECT_TRUE(marker.open(m_file));
        return marker.poison();
    }

    testing::Scratch m_scratch;
    std::filesystem::path m_file = m_scratch.path() / "p.inflight";
};

TEST_F(InFlightTest, TheThirdTimeInARowIsPoison)
{
    EXPECT_EQ(poison(), 0u);
    dieIn(41);
    dieIn(42);
    dieIn(42);
    dieIn(0);  // between two inputs: nobody's fault
    EXPECT_EQ(poison(), 0u);
    dieIn(42);
    EXPECT_EQ(poison(), 42u);
    {
        InFlight marker;
        ASSERT_TRUE(marker.open(m_file));
        marker.forgive();
    }
    EXPECT_EQ(poison(), 0u);
}

TEST_F(InFlightTest, SeveralAtOnceAreSuspectsAndNarrowedDown)
{
    dieIn(100, 200);
    {
        InFlight marker;
        ASSERT_TRUE(marker.open(m_file));
        EXPECT_TRUE(marker.suspects(100));
        EXPECT_TRUE(marker.suspects(200));
        EXPECT_FALSE(marker.suspects(99));
        EXPECT_FALSE(marker.suspects(201));
        EXPECT_EQ(marker.poison(), 0u);
    }
    dieIn(150);
    EXPECT_EQ(poison(), 0u);
    dieIn(150);
    EXPECT_EQ(poison(), 150u);
}

TEST_F(InFlightTest, ARangeAloneIsNeverPoison)
{
    for (int i = 0; i < 5; ++i)
        dieIn(100, 200);
    EXPECT_EQ(poison(), 0u);
    dieIn(201);
    EXPECT_EQ(poison(), 0u);
}

TEST_F(InFlightTest, AFolderThatIsNotThereIsAnError)
{
    InFlight marker;
    const auto opened = marker.open(m_scratch.path() / "none" / "p.inflight");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Io);
    EXPECT_FALSE(marker.isOpen());
}

}  // namespace
}  // namespace tickdeck::ops
