// SPDX-License-Identifier: GPL-3.0-or-later

// Pings, and the successor of a connection that the venue would cut.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/session_probe.h"
#include "tests/net/test_venue.h"

namespace tickdeck::net {
namespace {

using test::Heard;
using test::Probe;
using test::Seen;
using test::Watched;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

class SessionLifeTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto url = m_server->start();
        ASSERT_TRUE(url) << url.error().text();
        m_endpoint = Probe::makeEndpoint(*url);
    }

    Watched<Heard> m_heard;
    std::unique_ptr<sim::Simulator> m_server = test::makeTestServer(m_heard);
    Endpoint m_endpoint;
};

TEST_F(SessionLifeTest, PongsKeepAConnectionWithoutHeartbeats)
{
    m_server->inject({.kind = sim::FaultKind::Gap, .target = "beat", .count = 1'000'000});
    m_endpoint.livenessTimeout = 2000ms;
    m_endpoint.pingEvery = 100ms;
    Probe probe(m_endpoint);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    EXPECT_FALSE(probe.seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); }, 4500ms));
    EXPECT_EQ(std::ranges::count(probe.seen().get().frames, "beat"), 0);
}

TEST_F(SessionLifeTest, TheSuccessorIsOpenBeforeTheConnectionIsGivenUp)
{
    m_endpoint.life = 400ms;
    Probe probe(m_endpoint);
    std::atomic<bool> hadBoth{false};
    // While this waits, the session's thread opens nothing.
    probe.onClosed([&] { hadBoth = m_heard.waitUntil([](const Heard& heard) { return heard.opened >= 2; }); });
    const Nanos begun = SystemClock().steady();
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened >= 2; }));
    EXPECT_GE(SystemClock().steady() - begun, 300 * kMillisecond);
    EXPECT_TRUE(hadBoth) << "the venue had the second one before the first was given up";
    ASSERT_TRUE(m_heard.waitUntil([](const Heard& heard) { return heard.closed >= 1; }));
    const Seen seen = probe.seen().get();
    EXPECT_EQ(seen.closed[0], "replaced ahead of the venue's own end of the connection");
    EXPECT_EQ(std::ranges::count(seen.states, SessionState::BackingOff), 0);
    // It is heard and can be told as the one before it.
    ASSERT_TRUE(probe.send("to the successor"));
    EXPECT_TRUE(m_heard.waitUntil([](const Heard& heard) {
        return std::ranges::find(heard.messages, "to the successor") != heard.messages.end();
    }));
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& s) { return std::ranges::count(s.frames, "hello") >= 2; }));
}

TEST_F(SessionLifeTest, ASuccessorThatIsCutIsALostConnection)
{
    m_endpoint.life = 400ms;
    Probe probe(m_endpoint);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened >= 2; }));
    m_server->cut();
    // Apart from those that went because a successor had come.
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) {
        return std::ranges::any_of(seen.closed, [](const std::string& reason) {
            return reason != "replaced ahead of the venue's own end of the connection";
        });
    }));
    const std::size_t lost = probe.seen().get().closed.size();
    EXPECT_TRUE(probe.seen().waitUntil([&](const Seen& seen) { return static_cast<std::size_t>(seen.opened) > lost; }));
}

TEST_F(SessionLifeTest, WithoutASuccessorTheConnectionGoesOn)
{
    m_endpoint.life = 100ms;
    Probe probe(m_endpoint);
    probe.onOpened([this] { m_server->refuse(500); });
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    EXPECT_FALSE(probe.seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); }, 500ms));
    ASSERT_TRUE(probe.send("still here"));
    EXPECT_TRUE(m_heard.waitUntil([](const Heard& heard) { return !heard.messages.empty(); }));
    m_server->refuse(0);
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened >= 2; }));
}

TEST_F(SessionLifeTest, AStopTakesTheSuccessorAlong)
{
    m_endpoint.life = 100ms;
    Probe probe(m_endpoint);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened >= 3; }));
    probe.stop("enough");
    ASSERT_TRUE(m_heard.waitUntil([](const Heard& heard) { return heard.closed == heard.opened; }));
    const int opened = probe.seen().get().opened;
    EXPECT_FALSE(probe.seen().waitUntil([&](const Seen& seen) { return seen.opened > opened; }, 300ms));
    EXPECT_EQ(probe.seen().get().last.state, SessionState::Stopped);
}

}  // namespace
}  // namespace tickdeck::net
