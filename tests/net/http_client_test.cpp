// SPDX-License-Identifier: GPL-3.0-or-later

// GETs against a server on the loopback: what comes back whole, and every way in which it does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/net/http_client.h"
#include "tests/net/http_server.h"

namespace tickdeck::net {
namespace {

using test::HttpReply;
using test::httpReply;
using test::HttpSeen;
using test::HttpServer;
using test::Watched;
using testing::HasSubstr;
using namespace std::chrono_literals;

class Client {
public:
    explicit Client(Rest rest)
    {
        m_thread.run([&] { m_client = std::make_unique<HttpClient>(std::move(rest), m_thread.hostLookup(), m_clock); });
    }
    ~Client()
    {
        m_thread.run([this] { m_client.reset(); });
    }

    void get(const std::string& path)
    {
        m_thread.run([&] {
            m_client->get(path, [this](HttpAnswer&& answer) {
                m_answers.update([&](auto& all) { all.push_back(std::move(answer)); });
            });
        });
    }
    HttpAnswer answer(const std::string& path)
    {
        const std::size_t before = m_answers.get().size();
        get(path);
        EXPECT_TRUE(m_answers.waitUntil([&](const auto& all) { return all.size() > before; })) << path;
        const auto all = m_answers.get();
        return all.size() > before ? all.back() : HttpAnswer{};
    }
    void abort()
    {
        m_thread.run([this] { m_client->abort(); });
    }
    Watched<std::vector<HttpAnswer>>& answers() { return m_answers; }

private:
    SystemClock m_clock;
    Watched<std::vector<HttpAnswer>> m_answers;
    IoThread m_thread{"io-test"};
    std::unique_ptr<HttpClient> m_client;
};

Rest at(std::string url)
{
    Rest rest;
    rest.url = std::move(url);
    return rest;
}

TEST(HttpClient, ReadsAWholeAnswerAndKeepsTheConnection)
{
    HttpServer server([](const std::string& path) { return httpReply(200, "{\"path\":\"" + path + "\"}"); });
    Client client(at(server.url() + "/"));
    const HttpAnswer first = client.answer("/a?symbol=X");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.error, "");
    EXPECT_EQ(first.body, R"({"path":"/a?symbol=X"})");
    EXPECT_EQ(client.answer("/b").body, R"({"path":"/b"})");
    const HttpSeen seen = server.seen().get();
    EXPECT_EQ(seen.connections, (std::vector<int>{1, 1}));
    EXPECT_THAT(seen.heads[0], HasSubstr("User-Agent: Tickdeck"));
}

TEST(HttpClient, AnErrorStatusIsAnAnswerWithItsBodyAndHeaders)
{
    HttpServer server([](const std::string&) {
        return httpReply(429, R"({"code":-1003})", "Retry-After: 7\r\nX-MBX-USED-WEIGHT-1M: 2399\r\n");
    });
    Rest rest = at(server.url());
    rest.usedWeightHeader = "x-mbx-used-weight-1m";
    Client client(rest);
    const HttpAnswer answer = client.answer("/");
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.error, "");
    EXPECT_EQ(answer.body, R"({"code":-1003})");
    EXPECT_EQ(answer.retryAfter, 7 * kSecond);
    EXPECT_EQ(answer.usedWeight, 2399.0);
}

TEST(HttpClient, TellsAnAnswerThatIsCut)
{
    HttpServer server([](const std::string&) {
        return HttpReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":", .close = true};
    });
    Client client(at(server.url()));
    const HttpAnswer answer = client.answer("/");
    EXPECT_THAT(answer.error, HasSubstr("before the answer was whole"));
}

TEST(HttpClient, GivesUpOnAnAnswerThatIsTooLargeAsSoonAsItIsKnown)
{
    HttpServer announced(
        [](const std::string&) { return HttpReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n"}; });
    Rest rest = at(announced.url());
    rest.largestAnswer = 1'000'000;
    EXPECT_EQ(Client(rest).answer("/").error, "the answer is larger than 1000000 bytes");

    HttpServer endless([](const std::string&) {
        return HttpReply{.bytes = "HTTP/1.1 200 OK\r\n\r\n", .endless = std::string(4096, '1')};
    });
    rest.url = endless.url();
    Client client(rest);
    EXPECT_EQ(client.answer("/").error, "the answer is larger than 1000000 bytes");
    EXPECT_TRUE(endless.seen().waitUntil([](const HttpSeen& seen) { return seen.closed == 1; }));
    EXPECT_LT(endless.seen().get().sent, 16'000'000u) << "what lies in buffers at most";
}

TEST(HttpClient, TheWholeRequestIsBoundInTimeHoweverSlowlyItComes)
{
    HttpServer silent([](const std::string&) { return HttpReply{}; });
    Rest rest = at(silent.url());
    rest.timeout = 200ms;
    EXPECT_EQ(Client(rest).answer("/").error, "no answer within 200 ms");
    // Bytes that keep coming do not prolong it.
    HttpServer dripping([](const std::string&) {
        return HttpReply{.bytes = "HTTP/1.1 200 OK\r\n\r\n", .endless = std::string(4096, '1')};
    });
    rest.url = dripping.url();
    rest.largestAnswer = std::size_t{1} << 40;
    EXPECT_EQ(Client(rest).answer("/").error, "no answer within 200 ms");
}

TEST(HttpClient, ClassifiesWhatFailsBelowHttp)
{
    std::uint16_t free = 0;
    {
        HttpServer gone([](const std::string&) { return HttpReply{}; });
        free = gone.port();
    }
    EXPECT_EQ(Client(at("http://127.0.0.1:" + std::to_string(free))).answer("/").error,
              "nothing accepts connections at 127.0.0.1");
    EXPECT_EQ(Client(at("https://no-such-host.invalid")).answer("/").error,
              "no network: the host no-such-host.invalid was not found");
    EXPECT_EQ(Client(at("http://192.0.2.1")).answer("/").error, "without TLS only the loopback is asked");
    EXPECT_THAT(Client(at("gopher://127.0.0.1")).answer("/").error, HasSubstr("no address of HTTP"));
}

TEST(HttpClient, FollowsNoRedirectToAnotherOrigin)
{
    HttpServer other([](const std::string&) { return httpReply(200, "{}"); });
    HttpServer server([&](const std::string& path) {
        return path == "/here"    ? httpReply(302, "", "Location: /there\r\n")
               : path == "/there" ? httpReply(200, "\"there\"")
                                  : httpReply(302, "", "Location: " + other.url() + "/\r\n");
    });
    Client client(at(server.url()));
    EXPECT_EQ(client.answer("/here").body, "\"there\"");
    EXPECT_NE(client.answer("/away").error, "");
    EXPECT_EQ(other.seen().get().opened, 0);
}

TEST(HttpClient, AfterAbortNothingIsTold)
{
    Watched<int> asked;
    HttpServer server([&](const std::string& path) {
        asked.update([](int& n) { ++n; });
        return path == "/slow" ? HttpReply{} : httpReply(200, "1");
    });
    Client client(at(server.url()));
    client.get("/slow");
    ASSERT_TRUE(asked.waitUntil([](int n) { return n == 1; }));
    client.abort();
    EXPECT_EQ(client.answer("/quick").body, "1");
    EXPECT_EQ(client.answers().get().size(), 1u);
}

TEST(RetryAfter, IsSecondsOrADate)
{
    const Nanos now = *parseRfc3339("2026-11-21T12:34:56Z");
    EXPECT_EQ(parseRetryAfter("120", "", now), 120 * kSecond);
    EXPECT_EQ(parseRetryAfter(" 0 ", "", now), 0);
    EXPECT_EQ(parseRetryAfter("Sat, 21 Nov 2026 12:36:00 GMT", "", now), 64 * kSecond);
    // The venue's own clock counts, where it tells it.
    EXPECT_EQ(parseRetryAfter("Sat, 21 Nov 2026 12:36:00 GMT", "Sat, 21 Nov 2026 12:35:30 GMT", now), 30 * kSecond);
    EXPECT_EQ(parseRetryAfter("Sat, 21 Nov 2020 12:36:00 GMT", "", now), 0);
    EXPECT_EQ(parseRetryAfter("99999999999999999", "", now), 366 * 24 * 3600 * kSecond);
    for (const char* bad : {"", "soon", "-5", "1.5", "Sat, 99 Nov 2026 12:36:00 GMT"})
        EXPECT_EQ(parseRetryAfter(bad, "", now), std::nullopt) << bad;
}

}  // namespace
}  // namespace tickdeck::net
