// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/http.h"

#include <arpa/inet.h>
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "engine/core/thread.h"
#include "engine/ops/port.h"

namespace tickdeck::serve {
namespace {

using nlohmann::json;
using ops::ComponentKind;
using ops::State;
using ::testing::HasSubstr;

class HttpTest : public ::testing::Test {
protected:
    HttpTest() : m_health(m_clock), m_metrics({"1.2.3", "abc"})
    {
        m_settings.httpPort = 0;
        m_settings.metricsPort = 0;
    }
    std::unique_ptr<HttpServer> started(HttpLimits limits = {})
    {
        auto server = HttpServer::start(m_settings, {"1.2.3", "abc"}, m_clock, m_health, m_metrics, limits);
        EXPECT_TRUE(server) << server.error().text();
        return server ? std::move(*server) : nullptr;
    }
    Error refused()
    {
        auto server = HttpServer::start(m_settings, {}, m_clock, m_health, m_metrics);
        EXPECT_FALSE(server);
        return server ? Error{} : server.error();
    }
    static httplib::Result get(std::uint16_t port, const char* path)
    {
        httplib::Client client("127.0.0.1", port);
        return client.Get(path);
    }

    ManualClock m_clock;
    ops::Health m_health;
    ops::Metrics m_metrics;
    ServeSettings m_settings;
};

// A client that speaks bytes.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : m_socket(socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~RawClient() { close(m_socket); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view text) const
    {
        EXPECT_EQ(::send(m_socket, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    }
    // False: the other side is gone.
    [[nodiscard]] bool trySend(std::string_view text) const
    {
        return ::send(m_socket, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
    }
    void endSending() const { shutdown(m_socket, SHUT_WR); }
    // All that comes until the other side closes.
    [[nodiscard]] std::string readToEnd() const
    {
        std::string out;
        char buffer[4096];
        for (ssize_t size = recv(m_socket, buffer, sizeof buffer, 0); size > 0;
             size = recv(m_socket, buffer, sizeof buffer, 0))
            out.append(buffer, static_cast<std::size_t>(size));
        return out;
    }

private:
    int m_socket;
};

TEST_F(HttpTest, BothPortsAnswerAll)
{
    m_health.add("journal", ComponentKind::Journal).set(State::Ok);
    const auto server = started();
    EXPECT_NE(server->httpPort(), server->metricsPort());
    for (const std::uint16_t port : {server->httpPort(), server->metricsPort()})
        for (const char* path : {"/health", "/livez", "/readyz", "/metrics"}) {
            const auto answer = get(port, path);
            ASSERT_TRUE(answer) << path;
            EXPECT_EQ(answer->status, 200) << path;
        }
    EXPECT_EQ(m_health.add("serve", ComponentKind::Serve).state(), State::Ok);
}

TEST_F(HttpTest, HealthTellsOfEachComponent)
{
    const auto server = started();
    m_clock.advance(42 * kSecond);
    m_health.add("kraken", ComponentKind::Connector).set(State::Degraded, "silent for 12 s");
    auto answer = get(server->httpPort(), "/health");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
    const json body = json::parse(answer->body);
    EXPECT_EQ(body["status"], "degraded");
    EXPECT_EQ(body["version"], "1.2.3");
    EXPECT_EQ(body["uptime_seconds"], 42);
    EXPECT_EQ(body["components"][1]["name"], "kraken");
    EXPECT_EQ(body["components"][1]["kind"], "connector");
    EXPECT_EQ(body["components"][1]["state"], "degraded");
    EXPECT_EQ(body["components"][1]["reason"], "silent for 12 s");
    EXPECT_EQ(body["components"][1]["since"], "1970-01-01T00:00:43.000000000Z");

    m_health.add("kraken", ComponentKind::Connector).set(State::Failed, "refused");
    answer = get(server->httpPort(), "/health");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 503);
}

TEST_F(HttpTest, ReadyOnceTheBackboneAndAConnectorRun)
{
    auto& journal = m_health.add("journal", ComponentKind::Journal);
    auto& kraken = m_health.add("kraken", ComponentKind::Connector);
    const auto server = started();
    const auto status = [&] { return get(server->metricsPort(), "/readyz")->status; };
    EXPECT_EQ(status(), 503);
    journal.set(State::Ok);
    EXPECT_EQ(status(), 503);
    kraken.set(State::Ok);
    EXPECT_EQ(status(), 200);
    const json body = json::parse(get(server->metricsPort(), "/readyz")->body);
    EXPECT_EQ(body["ready"], true);
    EXPECT_EQ(body["components"].size(), 3u);
    journal.set(State::Failed, "disk full");
    EXPECT_EQ(status(), 503);
    EXPECT_EQ(get(server->metricsPort(), "/livez")->status, 200);
}

TEST_F(HttpTest, MetricsAreTheExposition)
{
    m_metrics.counter("tickdeck_events_total", "Events", {{"venue", "kraken"}}).add(3);
    const auto server = started();
    const auto answer = get(server->httpPort(), "/metrics");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->get_header_value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_THAT(answer->body, HasSubstr("tickdeck_events_total{venue=\"kraken\"} 3\n"));
    EXPECT_THAT(answer->body,
                HasSubstr("tickdeck_component_state{component=\"serve\",kind=\"serve\",state=\"ok\"} 1\n"));
    EXPECT_THAT(answer->body, HasSubstr("kind=\"serve\",state=\"failed\"} 0\n"));
    EXPECT_THAT(answer->body, HasSubstr("tickdeck_ready 1\n"));
}

TEST_F(HttpTest, OtherPathsAndMethodsAreNotFound)
{
    const auto server = started();
    for (const char* path : {"/", "/metrics/x", "/../etc/passwd", "/%00"}) {
        const auto answer = get(server->httpPort(), path);
        ASSERT_TRUE(answer) << path;
        EXPECT_EQ(answer->status / 100, 4) << path;
        EXPECT_THAT(answer->body, HasSubstr("/readyz"));
    }
    httplib::Client client("127.0.0.1", server->httpPort());
    EXPECT_EQ(client.Post("/health", "x", "text/plain")->status, 404);
}

TEST_F(HttpTest, ATakenPortIsNamedWithItsSetting)
{
    const auto first = started();
    m_settings.metricsPort = first->httpPort();
    Error error = refused();
    EXPECT_EQ(error.code, ErrorCode::Exists);
    EXPECT_THAT(error.text(), HasSubstr("serve.metrics_port"));
    EXPECT_THAT(error.text(), HasSubstr("port " + std::to_string(first->httpPort())));
    m_settings.httpPort = first->metricsPort();
    error = refused();
    EXPECT_EQ(error.code, ErrorCode::Exists);
    EXPECT_THAT(error.text(), HasSubstr("serve.http_port"));
}

TEST_F(HttpTest, TheSamePortTwiceIsTaken)
{
    {
        const auto server = started();
        m_settings.httpPort = server->httpPort();
    }
    m_settings.metricsPort = m_settings.httpPort;
    EXPECT_THAT(refused().text(), HasSubstr("serve.metrics_port"));
}

TEST_F(HttpTest, APortIsFreeAgainAfterAStop)
{
    m_settings.httpPort = started()->httpPort();
    for (int i = 0; i < 3; ++i) {
        const auto server = started();
        ASSERT_TRUE(server);
        EXPECT_EQ(get(server->httpPort(), "/livez")->status, 200);
    }
}

TEST_F(HttpTest, OnlyLoopbackIsServed)
{
    for (const char* address : {"0.0.0.0", "192.168.1.4", "::", "example.org", ""}) {
        m_settings.httpBind = address;
        const Error error = refused();
        EXPECT_EQ(error.code, ErrorCode::Invalid) << address;
        EXPECT_THAT(error.text(), HasSubstr("serve.http_bind"));
        EXPECT_THAT(error.text(), HasSubstr("TLS"));
    }
    m_settings.httpBind = "127.0.0.2";
    m_settings.metricsBind = "localhost";
    EXPECT_TRUE(started());
}

// Every thread but one is held by a client that never ends its request; the others are served, and a stop is at once.
TEST_F(HttpTest, SlowClientsHoldUpNeitherOthersNorAStop)
{
    HttpLimits limits;
    limits.mostThreads = 3;
    limits.readTimeout = std::chrono::seconds(300);
    auto server = started(limits);
    const RawClient silent(server->httpPort());
    const RawClient dripping(server->httpPort());
    dripping.send("GET /health HTTP/1.1\r\nX-Slow: ");
    EXPECT_EQ(get(server->httpPort(), "/livez")->status, 200);
    server->stop();  // would take until the timeout otherwise, and the test's own timeout would end it
    EXPECT_EQ(silent.readToEnd(), "");
    EXPECT_EQ(m_health.add("serve", ComponentKind::Serve).state(), State::Stopped);
}

TEST_F(HttpTest, ASlowClientIsGivenUp)
{
    HttpLimits limits;
    limits.readTimeout = std::chrono::milliseconds(50);
    const auto server = started(limits);
    const RawClient client(server->httpPort());
    client.send("GET /health HTTP/1.1\r\nX-Slow: ");
    EXPECT_THAT(client.readToEnd(), ::testing::AnyOf("", HasSubstr("400")));
}

TEST_F(HttpTest, AClientThatDripsIsEndedByItsAge)
{
    HttpLimits limits;
    limits.mostThreads = 1;
    limits.longestRequest = std::chrono::milliseconds(400);
    const auto server = started(limits);
    const RawClient client(server->httpPort());
    client.send("GET /livez HTTP/1.1\r\n");
    // A byte at a time, each well within the time for reading: no timeout of one read ever ends it.
    std::jthread drip([&client](const std::stop_token& stopped) {
        Parker parker;
        while (!stopped.stop_requested() && client.trySend("x"))
            parker.wait(std::chrono::milliseconds(20));
    });
    // Waits for the only thread, and may grow old itself meanwhile.
    auto answer = get(server->httpPort(), "/livez");
    for (int i = 0; i < 20 && !answer; ++i)
        answer = get(server->httpPort(), "/livez");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    drip.join();  // it was told that the connection is gone
}

TEST_F(HttpTest, OversizedAndBrokenRequestsAreRefused)
{
    HttpLimits limits;
    limits.readTimeout = std::chrono::milliseconds(50);
    const auto server = started(limits);
    const std::string huge(200'000, 'x');
    for (const std::string& request :
         {"GET /" + huge + " HTTP/1.1\r\n\r\n", "GET /health HTTP/1.1\r\nX: " + huge + "\r\n\r\n",
          std::string("POST /health HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n"), std::string("\r\n\r\n"),
          std::string("NONSENSE\r\n\r\n"), std::string("GET /health HTTP/9.9\r\n\r\n"),
          std::string("\0\xFF\xFE\r\n\r\n", 7)}) {
        const RawClient client(server->httpPort());
        // The server may close while a long request is still on its way.
        client.send(request.substr(0, 100'000));
        client.endSending();
        EXPECT_THAT(client.readToEnd(), ::testing::Not(HasSubstr("HTTP/1.1 200"))) << request.substr(0, 40);
    }
    EXPECT_EQ(get(server->httpPort(), "/livez")->status, 200);
}

}  // namespace
}  // namespace tickdeck::serve
