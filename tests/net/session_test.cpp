// SPDX-License-Identifier: GPL-3.0-or-later

// A session against a server on the loopback: every way in which a connection begins and ends.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/net/io_thread.h"
#include "engine/net/session.h"
#include "tests/net/session_probe.h"
#include "tests/net/test_venue.h"

namespace tickdeck::net {
namespace {

using test::Heard;
using test::Probe;
using test::Seen;
using test::Watched;
using testing::HasSubstr;

class SessionTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto url = m_server->start();
        ASSERT_TRUE(url) << url.error().text();
        m_url = *url;
    }

    Watched<Heard> m_heard;
    std::unique_ptr<sim::Simulator> m_server = test::makeTestServer(m_heard);
    std::string m_url;
};

// A TCP port of the loopback that takes connections and never answers.
class DeafPort {
public:
    DeafPort() : m_socket(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(m_socket, 8), 0);
        socklen_t size = sizeof address;
        EXPECT_EQ(::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
        m_port = ntohs(address.sin_port);
    }
    ~DeafPort() { ::close(m_socket); }
    [[nodiscard]] std::string url() const { return "ws://127.0.0.1:" + std::to_string(m_port); }

private:
    int m_socket;
    std::uint16_t m_port = 0;
};

TEST_F(SessionTest, OpensAndStampsWhatItReads)
{
    Probe probe(m_url);
    const Nanos before = SystemClock().now();
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return !seen.frames.empty(); }));
    const Seen seen = probe.seen().get();
    EXPECT_EQ(seen.opened, 1);
    EXPECT_EQ(seen.frames[0], "hello");
    EXPECT_GE(seen.times[0], before);
    EXPECT_LE(seen.times[0], SystemClock().now());
    EXPECT_THAT(seen.states, testing::ElementsAre(SessionState::Connecting, SessionState::Open));
}

// What this process's socket to the port was set to; -1: there is none.
int socketOption(std::uint16_t port, int level, int option)
{
    for (int fd = 3; fd < 1024; ++fd) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        int value = 0;
        socklen_t length = sizeof value;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && ntohs(peer.sin_port) == port &&
            ::getsockopt(fd, level, option, &value, &length) == 0)
            return value;
    }
    return -1;
}

TEST_F(SessionTest, TheSocketSendsAtOnceAndIsKeptAlive)
{
    Probe probe(m_url);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    EXPECT_EQ(socketOption(test::portOf(m_url), IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(socketOption(test::portOf(m_url), SOL_SOCKET, SO_KEEPALIVE), 1);
}

TEST_F(SessionTest, SendsAndStopsPolitely)
{
    Probe probe(m_url);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    EXPECT_TRUE(probe.send("one"));
    ASSERT_TRUE(
        m_heard.waitUntil([](const Heard& heard) { return heard.messages == std::vector<std::string>{"one"}; }));
    probe.stop("enough");
    ASSERT_TRUE(m_heard.waitUntil([](const Heard& heard) { return heard.closed == 1; }));
    const Seen seen = probe.seen().get();
    EXPECT_EQ(seen.closed, std::vector<std::string>{"enough"});
    EXPECT_EQ(seen.states.back(), SessionState::Stopped);
    const Result<> late = probe.send("two");
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Disconnected);
}

TEST_F(SessionTest, ComesBackWhenTheConnectionIsCut)
{
    Probe probe(m_url);
    probe.start();
    for (int round = 1; round <= 3; ++round) {
        ASSERT_TRUE(probe.seen().waitUntil([&](const Seen& seen) { return seen.opened == round; }));
        m_server->cut();
        ASSERT_TRUE(probe.seen().waitUntil(
            [&](const Seen& seen) { return seen.closed.size() == static_cast<std::size_t>(round); }));
    }
    EXPECT_THAT(probe.seen().get().states, testing::IsSupersetOf({SessionState::BackingOff, SessionState::Open}));
}

TEST_F(SessionTest, TellsWhyTheVenueClosed)
{
    Probe probe(m_url);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    EXPECT_TRUE(probe.send("close"));
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); }));
    EXPECT_THAT(probe.seen().get().closed[0], HasSubstr("as you wish"));
    EXPECT_THAT(probe.seen().get().closed[0], HasSubstr("1001"));
}

TEST_F(SessionTest, BacksOffAndComesBackWhenTheServerDoes)
{
    Probe probe(m_url);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    m_server->stop();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) {
        return std::ranges::count(seen.reasons, "nothing accepts connections at 127.0.0.1") >= 3;
    }));
    EXPECT_EQ(probe.seen().get().closed.size(), 1u) << "an attempt that fails is no connection that closed";
    m_server = test::makeTestServer(m_heard, test::portOf(m_url));
    ASSERT_TRUE(m_server->start());
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 2; }));
}

TEST_F(SessionTest, RefusedIsAStateOfItsOwnAndTriedRarely)
{
    for (const int status : {403, 451, 429}) {
        m_server->refuse(status);
        SessionOptions options = Probe::quick();
        options.refused = {.first = 600 * kSecond, .cap = 600 * kSecond, .floor = 300 * kSecond};
        Probe probe(m_url, options);
        probe.start();
        const SessionState state = status == 429 ? SessionState::RateLimited : SessionState::Refused;
        ASSERT_TRUE(probe.seen().waitUntil([&](const Seen& seen) { return seen.states.back() == state; })) << status;
        const SessionStatus last = probe.seen().get().last;
        EXPECT_THAT(last.reason, HasSubstr(std::to_string(status)));
        EXPECT_GE(last.retryAt - last.since, status == 429 ? 9 * kSecond : 300 * kSecond) << status;
        EXPECT_EQ(probe.seen().get().opened, 0);
        EXPECT_TRUE(probe.seen().get().closed.empty());
    }
}

TEST_F(SessionTest, ComesInOnceItIsNoLongerRefused)
{
    m_server->refuse(403);
    Probe probe(m_url);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil(
        [](const Seen& seen) { return std::ranges::count(seen.states, SessionState::Refused) >= 2; }));
    m_server->refuse(0);
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
}

TEST_F(SessionTest, WatchdogReconnectsAHalfOpenConnection)
{
    // The server keeps the connection and says nothing more, heartbeats included.
    m_server->inject({.kind = sim::FaultKind::Stall, .target = "beat"});
    Probe probe(m_url, Probe::quick(), 1500);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); }));
    EXPECT_THAT(probe.seen().get().closed[0], HasSubstr("no sign of life for 1.5 s"));
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened >= 2; }));
}

TEST_F(SessionTest, HeartbeatsKeepAQuietConnection)
{
    Probe probe(m_url, Probe::quick(), 4000);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return std::ranges::count(seen.frames, "beat") >= 6; }));
    EXPECT_TRUE(probe.seen().get().closed.empty());
}

TEST_F(SessionTest, DataAloneIsNoSignOfLife)
{
    m_server->inject({.kind = sim::FaultKind::Gap, .target = "beat", .count = 1'000'000});
    Probe probe(m_url, Probe::quick(), 1000);
    probe.onFrame([&probe](std::string_view bytes) {
        if (bytes == "hello" || bytes == "number 0")
            static_cast<void>(probe.session().send("many 1"));
    });
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); }));
    EXPECT_GT(std::ranges::count(probe.seen().get().frames, "number 0"), 2);
    EXPECT_THAT(probe.seen().get().closed[0], HasSubstr("no sign of life"));
}

TEST_F(SessionTest, RateBudgetSpreadsWhatIsSent)
{
    const Nanos begun = SystemClock().steady();
    Probe probe(m_url, Probe::quick(), 10'000, 20, 4);
    probe.onOpened([&probe] {
        for (int i = 0; i < 12; ++i)
            EXPECT_TRUE(probe.session().send("m" + std::to_string(i)));
    });
    probe.start();
    ASSERT_TRUE(m_heard.waitUntil([](const Heard& heard) { return heard.messages.size() == 12; }));
    // Four at once, eight more at 20 a second. Arrival can only be later than sending.
    EXPECT_GE(SystemClock().steady() - begun, 8 * kSecond / 20);
    const Heard heard = m_heard.get();
    for (std::size_t i = 0; i < 12; ++i)
        EXPECT_EQ(heard.messages[i], "m" + std::to_string(i));
}

TEST_F(SessionTest, UrgentMessagesLeaveAheadOfAllThatWaits)
{
    Probe probe(m_url, Probe::quick(), 10'000, 0.01, 1);
    probe.onOpened([&probe] {
        for (const char* text : {"first", "waits", "waits, too"})
            EXPECT_TRUE(probe.session().send(text));
        EXPECT_TRUE(probe.session().send("urgent", true));
    });
    probe.start();
    ASSERT_TRUE(m_heard.waitUntil([](const Heard& heard) { return heard.messages.size() == 2; }));
    EXPECT_EQ(m_heard.get().messages[1], "urgent");
}

TEST_F(SessionTest, OutboundQueueIsBounded)
{
    SessionOptions options = Probe::quick();
    options.mostQueued = 3;
    Probe probe(m_url, options, 10'000, 0.1, 1);
    Watched<std::vector<Result<>>> results;
    probe.onOpened([&] {
        for (int i = 0; i < 5; ++i)
            results.update([&](auto& all) { all.push_back(probe.session().send("m")); });
    });
    probe.start();
    ASSERT_TRUE(results.waitUntil([](const auto& all) { return all.size() == 5; }));
    const auto all = results.get();
    EXPECT_TRUE(all[3]);
    ASSERT_FALSE(all[4]);
    EXPECT_EQ(all[4].error().code, ErrorCode::Full);
    EXPECT_EQ(all[4].error().remedy, Remedy::Reconnect);
}

TEST_F(SessionTest, TakesAFrameOfTheLimitAndClosesOnALargerOne)
{
    Endpoint endpoint = Probe::makeEndpoint(m_url);
    endpoint.largestFrame = 1u << 20;
    Probe probe(endpoint);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    EXPECT_TRUE(probe.send("size 1048576"));
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) {
        return std::ranges::any_of(seen.frames, [](const std::string& frame) { return frame.size() == 1u << 20; });
    }));
    EXPECT_TRUE(probe.send("size 1048577"));
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); }));
    EXPECT_THAT(probe.seen().get().closed[0], HasSubstr("larger than 1048576 bytes"));
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 2; }));
}

TEST_F(SessionTest, WhileHeldNoAttemptBegins)
{
    Probe probe(m_url);
    probe.onClosed([&probe] { probe.session().hold(true); });
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    m_server->cut();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.states.back() == SessionState::Held; }));
    EXPECT_EQ(probe.seen().get().opened, 1);
    probe.inThread([](Session& session) { session.hold(false); });
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 2; }));
}

TEST(Session, HandshakeThatIsNeverAnsweredTimesOut)
{
    const DeafPort deaf;
    SessionOptions options = Probe::quick();
    options.handshakeTimeout = 200 * kMillisecond;
    Probe probe(deaf.url(), options);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil(
        [](const Seen& seen) { return std::ranges::count(seen.states, SessionState::Connecting) >= 3; }));
    EXPECT_THAT(probe.seen().get().reasons, testing::Contains("no answer within 0.2 s"));
    EXPECT_EQ(probe.seen().get().opened, 0);
}

TEST(Session, AHostWithoutANameIsNoNetwork)
{
    Probe probe("ws://no-such-host.invalid");
    probe.start();
    Seen found;
    ASSERT_TRUE(probe.seen().waitUntil([&](const Seen& seen) {
        found = seen;
        return seen.states.back() == SessionState::NoNetwork;
    }));
    EXPECT_THAT(found.last.reason, HasSubstr("no-such-host.invalid was not found"));
}

}  // namespace
}  // namespace tickdeck::net
