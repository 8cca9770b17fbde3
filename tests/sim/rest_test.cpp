// SPDX-License-Identifier: GPL-3.0-or-later

// One port for REST and WebSockets: what is answered, and the faults of both.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/sim/simulator.h"
#include "tests/net/session_probe.h"

namespace tickdeck::sim {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

// Tells where each client connected to; answers what it was asked over REST.
class EchoVenue final : public Venue {
public:
    explicit EchoVenue(test::Watched<std::vector<std::string>>& told) : m_told(told) {}

    void opened(ClientId id, std::string_view path, Nanos, Outbox& out) override
    {
        m_clients.push_back(id);
        out.send(id, {.text = std::string(path), .channel = "greeting"});
    }
    void closed(ClientId id) override { std::erase(m_clients, id); }
    void message(ClientId, std::string_view, const Market&, Nanos, Outbox&) override {}
    void stepped(const Step&, const Market&, Outbox&) override {}
    void second(Nanos, Outbox& out) override
    {
        for (const ClientId id : m_clients)
            out.send(id, {.text = "beat", .channel = "beat"});
    }
    HttpAnswer get(const HttpRequest& request, const Market&, Nanos) override
    {
        if (request.path == "/nowhere")
            return Venue::get(request, Market({.listings = {}}), 0);
        std::string body = request.path;
        for (const auto& [name, value] : request.query)
            body.append(" ").append(name).append("=").append(value);
        return {.body = body + (request.stale ? " stale" : ""), .headers = {{"X-Weight", "7"}}};
    }
    std::string refusal(int status, Nanos) const override { return "refused " + std::to_string(status); }
    void disturb(const Fault& fault, const Market&, Nanos, Outbox&) override
    {
        m_told.update([&](auto& told) { told.push_back(std::string(enumName(fault.kind)) + " " + fault.target); });
    }
    void spoilChecksum(std::string&) const override {}
    std::string rateLimitAnswer() const override { return "slow down"; }

private:
    test::Watched<std::vector<std::string>>& m_told;
    std::vector<ClientId> m_clients;
};

class SimulatedRest : public testing::Test {
protected:
    void start(SimulatorOptions options = {})
    {
        options.paced = false;
        options.listings = {{.base = "A", .quote = "B", .price = 1'000'000, .quantity = 100}};
        m_simulator = std::make_unique<Simulator>("echo", std::move(options), std::make_unique<EchoVenue>(m_told));
        auto url = m_simulator->start();
        ASSERT_TRUE(url) << url.error().text();
        m_url = *url;
        m_client = std::make_unique<httplib::Client>(m_simulator->restUrl());
        m_client->set_keep_alive(true);
    }
    std::string get(const std::string& path)
    {
        const httplib::Result result = m_client->Get(path);
        return result ? std::to_string(result->status) + " " + result->body : httplib::to_string(result.error());
    }

    test::Watched<std::vector<std::string>> m_told;
    std::unique_ptr<Simulator> m_simulator;
    std::string m_url;
    std::unique_ptr<httplib::Client> m_client;
};

TEST(SimulatedHttp, ReadsPathAndQuery)
{
    const auto request = parseRequest("GET /a/b?x=1&y=%2Fz+&empty HTTP/1.1\r\nHost: h\r\nConnection: Close");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->path, "/a/b");
    EXPECT_THAT(request->query,
                ElementsAre(testing::Pair("empty", ""), testing::Pair("x", "1"), testing::Pair("y", "/z ")));
    EXPECT_FALSE(request->keepAlive);
    EXPECT_FALSE(request->upgrade);
    EXPECT_TRUE(parseRequest("GET /ws HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade")->upgrade);
    EXPECT_EQ(parseRequest("POST / HTTP/1.1").error().code, ErrorCode::Unsupported);
    EXPECT_EQ(parseRequest("hello").error().code, ErrorCode::Malformed);
    EXPECT_EQ(parseRequest("GET nowhere HTTP/1.1").error().code, ErrorCode::Malformed);
}

TEST(SimulatedHttp, NoAnswerIsLargerThanItsLimit)
{
    const std::string text = wireText({.body = std::string(HttpAnswer::kLargestBody + 1, 'x'), .headers = {}}, true);
    EXPECT_THAT(text, testing::StartsWith("HTTP/1.1 500 "));
    EXPECT_LT(text.size(), 200u);
}

TEST_F(SimulatedRest, AnswersOnThePortOfTheWebSocket)
{
    start();
    EXPECT_EQ(get("/fapi/depth?symbol=AB&limit=5"), "200 /fapi/depth limit=5 symbol=AB");
    EXPECT_EQ(m_client->Get("/x")->get_header_value("X-Weight"), "7");
    EXPECT_EQ(get("/nowhere"), "404 ");
    EXPECT_EQ(m_client->Post("/x", "body", "text/plain")->status, 405);
    test::Probe probe(m_url + "/public/stream?streams=a@x/b@y%20z");
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const test::Seen& seen) { return !seen.frames.empty(); }));
    EXPECT_EQ(probe.seen().get().frames[0], "/public/stream?streams=a@x/b@y%20z");
    EXPECT_EQ(m_simulator->counters().requests, 3u) << "one of another method is no request";
    EXPECT_EQ(m_simulator->counters().connections, 1u);
}

TEST_F(SimulatedRest, ManyRequestsOnOneConnection)
{
    start();
    for (int i = 0; i < 200; ++i)
        ASSERT_EQ(get("/n?i=" + std::to_string(i)), "200 /n i=" + std::to_string(i));
}

TEST_F(SimulatedRest, EachFaultOfAnAnswer)
{
    start();
    const auto inject = [&](Fault fault) { m_simulator->inject(std::move(fault)); };
    inject({.kind = FaultKind::HtmlPage, .target = "depth", .status = 503});
    EXPECT_EQ(get("/time"), "200 /time") << "not the target";
    const httplib::Result page = m_client->Get("/depth");
    EXPECT_EQ(page->status, 503);
    EXPECT_THAT(page->body, HasSubstr("<html>"));
    EXPECT_EQ(page->get_header_value("Content-Type"), "text/html");

    inject({.kind = FaultKind::TooMany});
    const httplib::Result bare = m_client->Get("/depth");
    EXPECT_EQ(bare->status, 429);
    EXPECT_EQ(bare->body, "refused 429");
    EXPECT_FALSE(bare->has_header("Retry-After"));
    inject({.kind = FaultKind::TooMany, .target = "AB", .retryAfter = 3});
    EXPECT_EQ(m_client->Get("/depth?symbol=AB")->get_header_value("Retry-After"), "3");

    inject({.kind = FaultKind::StaleAnswer});
    EXPECT_EQ(get("/depth"), "200 /depth stale");
    inject({.kind = FaultKind::SlowAnswer, .seconds = 0.05});
    EXPECT_EQ(get("/depth"), "200 /depth");
    inject({.kind = FaultKind::DropAnswer});
    EXPECT_THAT(get("/depth"), testing::Not(testing::StartsWith("200")));
    inject({.kind = FaultKind::CutAnswer});
    EXPECT_THAT(get("/depth"), testing::Not(HasSubstr("/depth")));
    EXPECT_EQ(get("/depth"), "200 /depth");
    EXPECT_EQ(m_simulator->counters().faults, 7u);
}

TEST_F(SimulatedRest, ABanHoldsForItsTime)
{
    start();
    m_simulator->inject({.kind = FaultKind::Ban, .seconds = 3600, .retryAfter = 0});
    const httplib::Result told = m_client->Get("/depth");
    EXPECT_EQ(told->status, 418);
    EXPECT_EQ(told->get_header_value("Retry-After"), "3600");
    EXPECT_EQ(m_client->Get("/time")->status, 418) << "to every request";
    m_simulator->inject({.kind = FaultKind::Ban, .seconds = 0});
    EXPECT_EQ(get("/depth"), "200 /depth");
}

TEST_F(SimulatedRest, RefusesWithRetryAfter)
{
    start();
    m_simulator->refuse(429, 17);
    const httplib::Result refused = m_client->Get("/depth");
    EXPECT_EQ(refused->status, 429);
    EXPECT_EQ(refused->get_header_value("Retry-After"), "17");
    m_simulator->refuse(0);
    EXPECT_EQ(get("/depth"), "200 /depth");
}

TEST_F(SimulatedRest, FaultsOnInstrumentsBeginAtOnceOrAtTheirTime)
{
    start({.faults = {{.kind = FaultKind::Maintenance, .atSeconds = 0.5, .target = "later"}}});
    m_simulator->inject({.kind = FaultKind::Delist, .target = "AB"});
    EXPECT_THAT(m_told.get(), ElementsAre("delist AB"));
    EXPECT_TRUE(m_told.waitUntil([](const auto& told) { return told.size() == 2; }));
    EXPECT_EQ(m_told.get().back(), "maintenance later");
}

TEST_F(SimulatedRest, AConnectionEndsWithItsLife)
{
    start({.life = milliseconds(100)});
    test::Probe probe(m_url);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const test::Seen& seen) { return seen.closed.size() == 2; }));
    EXPECT_THAT(probe.seen().get().closed[0], HasSubstr("lived its time"));
}

TEST_F(SimulatedRest, ClientsThatAnswerPingsStay)
{
    start({.pingEvery = milliseconds(20), .pongWithin = milliseconds(10'000)});
    test::Probe probe(m_url);
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil(
        [this](const test::Seen& seen) { return seen.opened == 1 && m_simulator->counters().pongs > 3; }));
    EXPECT_TRUE(probe.seen().get().closed.empty());
}

TEST_F(SimulatedRest, AStalledConnectionAnswersNoPing)
{
    start();
    Endpoint endpoint = test::Probe::makeEndpoint(m_url, 1000);
    endpoint.pingEvery = milliseconds(100);
    test::Probe probe(std::move(endpoint));
    probe.start();
    // Pongs alone keep it for longer than its liveness timeout.
    ASSERT_TRUE(probe.seen().waitUntil([](const test::Seen& seen) { return seen.frames.size() == 4; }));
    ASSERT_TRUE(probe.seen().get().closed.empty());
    m_simulator->inject({.kind = FaultKind::Stall});
    ASSERT_TRUE(probe.seen().waitUntil([](const test::Seen& seen) { return seen.opened == 2; }));
    EXPECT_EQ(probe.seen().get().closed.size(), 1u);
    // The one that was left is noticed, too.
    EXPECT_TRUE(probe.seen().waitUntil(
        [this](const test::Seen& seen) { return seen.frames.size() > 6 && m_simulator->counters().clients == 1; }));
}

TEST_F(SimulatedRest, AStallEnds)
{
    start();
    Endpoint endpoint = test::Probe::makeEndpoint(m_url, 10'000);
    endpoint.pingEvery = milliseconds(100);
    test::Probe probe(std::move(endpoint));
    m_simulator->inject({.kind = FaultKind::Stall, .target = "beat", .seconds = 1});
    probe.start();
    EXPECT_TRUE(probe.seen().waitUntil([](const test::Seen& seen) { return seen.frames.size() == 4; }));
    EXPECT_TRUE(probe.seen().get().closed.empty());
    EXPECT_EQ(m_simulator->counters().faults, 1u);
}

TEST_F(SimulatedRest, ClientsThatDoNotAreClosed)
{
    start({.pingEvery = milliseconds(20), .pongWithin = milliseconds(100)});
    // A handshake and then nothing: no pong ever comes.
    const int mute = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(m_url.substr(m_url.rfind(':') + 1))));
    ASSERT_EQ(::connect(mute, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ASSERT_EQ(::setsockopt(mute, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    const std::string_view upgrade =
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    ASSERT_EQ(::send(mute, upgrade.data(), upgrade.size(), 0), static_cast<ssize_t>(upgrade.size()));
    std::string heard;
    char buffer[512];
    ssize_t got = 0;
    while ((got = ::recv(mute, buffer, sizeof buffer, 0)) > 0)
        heard.append(buffer, static_cast<std::size_t>(got));
    ::close(mute);
    EXPECT_EQ(got, 0) << "the server closes";
    EXPECT_THAT(heard, HasSubstr("HTTP/1.1 101"));
    EXPECT_THAT(heard, HasSubstr("no pong"));
    EXPECT_EQ(m_simulator->counters().pongs, 0u);
}

}  // namespace
}  // namespace tickdeck::sim
