// SPDX-License-Identifier: GPL-3.0-or-later

// A session against servers that mean ill or have died: what it bears, and for how long.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/http_server.h"
#include "tests/net/session_probe.h"

namespace tickdeck::net {
namespace {

using test::HttpReply;
using test::httpReply;
using test::HttpSeen;
using test::HttpServer;
using test::Probe;
using test::Seen;
using testing::HasSubstr;
using testing::MatchesRegex;
using namespace std::chrono_literals;

const std::string kFragment("\x01\x01"
                            "a",
                            3);  // the first of a text message
const std::string kContinuation("\x00\x01"
                                "b",
                                3);         // one of those between
const std::string kNothing("\x00\x00", 2);  // the same, empty

// Why the first connection that opened was given up.
std::string firstEnd(Probe& probe)
{
    probe.start();
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); }));
    return probe.seen().get().closed.empty() ? "" : probe.seen().get().closed[0];
}

TEST(SessionBounds, ABlackHoledLinkIsNoticedByItsPings)
{
    HttpServer server([](const std::string&) { return HttpReply{.upgrade = true}; });
    Endpoint endpoint = Probe::makeEndpoint(server.wsUrl(), 400);
    endpoint.pingEvery = 100ms;
    Probe probe(endpoint);
    EXPECT_EQ(firstEnd(probe), "no sign of life for 0.4 s");
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened >= 2; }));
}

TEST(SessionBounds, EndlessFragmentsAreCut)
{
    for (const std::string& more : {kContinuation, kNothing}) {
        HttpServer server(
            [&](const std::string&) { return HttpReply{.bytes = kFragment, .upgrade = true, .endless = more}; });
        Probe probe(server.wsUrl());
        EXPECT_EQ(firstEnd(probe), "a message in more than 4096 fragments");
    }
}

TEST(SessionBounds, FragmentsCountAsOneMessageInBytes)
{
    const std::string kilobyte = std::string("\x00\x7e\x04\x00", 4) + std::string(1024, 'x');
    HttpServer server(
        [&](const std::string&) { return HttpReply{.bytes = kFragment, .upgrade = true, .endless = kilobyte}; });
    Endpoint endpoint = Probe::makeEndpoint(server.wsUrl());
    endpoint.largestFrame = 100'000;
    Probe probe(endpoint);
    EXPECT_EQ(firstEnd(probe), "a frame is larger than 100000 bytes");
}

TEST(SessionBounds, AMessageThatIsNotFinishedIsCut)
{
    HttpServer server([](const std::string&) { return HttpReply{.bytes = kFragment, .upgrade = true}; });
    Probe probe(server.wsUrl(), Probe::quick(), 300);
    EXPECT_EQ(firstEnd(probe), "a message was not finished within 0.3 s");
}

TEST(SessionBounds, AMessageInFragmentsIsReadWhole)
{
    const std::string last("\x80\x01"
                           "c",
                           3);
    HttpServer server(
        [&](const std::string&) { return HttpReply{.bytes = kFragment + kContinuation + last, .upgrade = true}; });
    Probe probe(server.wsUrl());
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return !seen.frames.empty(); }));
    EXPECT_EQ(probe.seen().get().frames[0], "abc");
}

TEST(SessionBounds, TheVenueSaysThatWeSentTooMuch)
{
    const std::string close("\x88\x0f\x03\xf1"
                            "Slow down now",
                            17);
    HttpServer server([&](const std::string&) { return HttpReply{.bytes = close, .upgrade = true}; });
    Probe probe(server.wsUrl());
    EXPECT_EQ(firstEnd(probe), "the connection was closed: Slow down now, code 1009");
}

TEST(SessionBounds, AHandshakeThatNeverEndsIsCut)
{
    HttpServer server(
        [](const std::string&) { return HttpReply{.bytes = "HTTP/1.1 101 x\r\n", .endless = "X-More: and more\r\n"}; });
    SessionOptions options = Probe::quick();
    options.handshakeTimeout = 300 * kMillisecond;
    Probe probe(server.wsUrl(), options);
    probe.start();
    ASSERT_TRUE(server.seen().waitUntil([](const HttpSeen& seen) { return seen.opened >= 3 && seen.closed >= 2; }));
    EXPECT_EQ(probe.seen().get().opened, 0);
    EXPECT_LT(server.seen().get().sent, 64u << 20) << "what lies in the system's buffers at most";
}

TEST(SessionBounds, ARefusedHandshakesRetryAfterIsHonouredWithoutAskingAgain)
{
    for (const int status : {429, 418, 503}) {
        HttpServer server([&](const std::string&) { return httpReply(status, "{}", "Retry-After: 60\r\n"); });
        Probe probe(server.wsUrl());
        probe.start();
        ASSERT_TRUE(
            probe.seen().waitUntil([](const Seen& seen) { return seen.states.back() == SessionState::RateLimited; }));
        const SessionStatus last = probe.seen().get().last;
        EXPECT_THAT(last.reason, MatchesRegex((status == 503 ? "the venue is not available" : "banned by the venue") +
                                              std::string(" until ..:..:..Z .HTTP ") + std::to_string(status) + "."));
        EXPECT_GT(last.retryAt - last.since, 59 * kSecond);
        EXPECT_LE(last.retryAt - last.since, 60 * kSecond);
        EXPECT_EQ(server.seen().get().paths.size(), 1u);
        EXPECT_GT(probe.budget().requestWait(1), 30 * kSecond) << "requests wait as well";
    }
}

TEST(SessionBounds, AQueueThatABanFillsEndsNoConnection)
{
    HttpServer server([](const std::string&) { return HttpReply{.upgrade = true}; });
    SessionOptions options = Probe::quick();
    options.mostQueued = 2;
    Probe probe(server.wsUrl(), options);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    ASSERT_TRUE(probe.budget().refused(418, 3600 * kSecond));
    EXPECT_TRUE(probe.send("waits"));
    EXPECT_TRUE(probe.send("waits"));
    const Result<> full = probe.send("is dropped");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ErrorCode::Full);
    EXPECT_EQ(full.error().remedy, Remedy::None);
    EXPECT_TRUE(probe.seen().get().closed.empty());
}

TEST(SessionBounds, ComesBackAtTheEndOfTheBan)
{
    std::atomic<int> asked{0};
    HttpServer server([&](const std::string&) {
        return ++asked == 1 ? httpReply(429, "", "Retry-After: 1\r\n") : HttpReply{.upgrade = true};
    });
    Probe probe(server.wsUrl());
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    const HttpSeen seen = server.seen().get();
    EXPECT_GE(seen.times[1] - seen.times[0], 950 * kMillisecond);
}

}  // namespace
}  // namespace tickdeck::net
