// SPDX-License-Identifier: GPL-3.0-or-later

// A decoder's requests through a lane: answered or failed as controls, in order, within the budget.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/net/lane.h"
#include "engine/plugin/decode_step.h"
#include "tests/net/http_server.h"

namespace tickdeck::net {
namespace {

using test::HttpReply;
using test::httpReply;
using test::HttpSeen;
using test::HttpServer;
using test::Watched;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

// Asks for each line of what is wanted, or throws; an event for each answer.
class AskingDecoder final : public Decoder {
public:
    Result<> onFrame(const Frame&, Emit&) override { return {}; }
    Result<> onControl(const Control& control, Emit& emit) override
    {
        if (control.kind == ControlKind::Wanted && control.payload == "throw")
            throw std::runtime_error("as it is told");
        if (control.kind == ControlKind::Wanted)
            for (std::string_view rest = control.payload; !rest.empty();) {
                const std::size_t end = std::min(rest.find('\n'), rest.size());
                emit.request(std::string(rest.substr(0, end)), 10);
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
        if (control.kind == ControlKind::Answered || control.kind == ControlKind::Failed) {
            Status& status = emit.events().add<Status>(0, kNoTime, BatchBuilder::room(control.payload.size()));
            emit.events().setText(status.state, control.payload);
        }
        return {};
    }
    void save(std::string& out) const override { out.clear(); }
    Result<> load(std::string_view) override { return {}; }
};

class RequestsTest : public testing::Test {
protected:
    LaneOptions options(const HttpServer& server)
    {
        LaneOptions options;
        options.tick = 0ms;
        options.rest.url = server.url();
        options.rest.timeout = 5s;
        options.rest.weightPerSecond = 10'000;
        options.rest.weightBurst = 10'000;
        return options;
    }
    Lane& start(LaneOptions options)
    {
        LaneHooks hooks;
        hooks.push = [this](Batch&& batch) {
            if (!m_room)
                return false;
            m_taken.update([&](auto& all) { all.push_back(std::move(batch)); });
            return true;
        };
        hooks.budget = [this](const BudgetStatus& status) { m_bans.update([&](auto& all) { all.push_back(status); }); };
        m_lane = std::make_unique<Lane>(m_thread, std::move(options), std::make_unique<AskingDecoder>(), m_pool,
                                        m_clock, nullptr, std::move(hooks));
        m_lane->start();
        return *m_lane;
    }

    static std::vector<std::string> answersIn(const std::vector<Batch>& batches)
    {
        std::vector<std::string> out;
        for (const Batch& batch : batches)
            if (batch.header().control == ControlKind::Answered || batch.header().control == ControlKind::Failed)
                out.push_back(std::string(enumName(batch.header().control)) + " " + std::string(batch.payload()));
        return out;
    }
    std::vector<std::string> waitForAnswers(std::size_t count)
    {
        EXPECT_TRUE(m_taken.waitUntil([&](const auto& all) { return answersIn(all).size() >= count; }));
        return answersIn(m_taken.get());
    }

    // Counters have no signal of their own.
    bool waitForOverflow()
    {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (m_lane->counters().overflows == 0 && std::chrono::steady_clock::now() < until)
            m_thread.run([] {});
        return m_lane->counters().overflows > 0;
    }

    SystemClock m_clock;
    BufferPool m_pool;
    Watched<std::vector<Batch>> m_taken;
    Watched<std::vector<BudgetStatus>> m_bans;
    std::atomic<bool> m_room{true};
    IoThread m_thread{"io-0"};
    std::unique_ptr<Lane> m_lane;
};

TEST_F(RequestsTest, AnAnswerIsAControlWithTheBodyAsItCame)
{
    HttpServer server(
        [](const std::string&) { return httpReply(200, "{\"lastUpdateId\" : 12, \"bids\":[[\"1.50\",\"0\"]]}\n"); });
    start(options(server)).setWanted("/fapi/v1/depth?symbol=BTCUSDT&limit=1000");
    EXPECT_THAT(
        waitForAnswers(1),
        ElementsAre("answered {\"request\":\"/fapi/v1/depth?symbol=BTCUSDT&limit=1000\",\"status\":200,\"body\":"
                    "{\"lastUpdateId\" : 12, \"bids\":[[\"1.50\",\"0\"]]}\n}"));
    EXPECT_EQ(m_lane->counters().requests, 1u);
    EXPECT_EQ(m_lane->counters().requestWeight, 10u);
    EXPECT_EQ(m_lane->counters().failedRequests, 0u);
}

TEST_F(RequestsTest, WhatIsNotJsonFailsWithAnExcerpt)
{
    HttpServer server([](const std::string& path) {
        if (path == "/html")
            return httpReply(200, "<html>\n<body>\tMaintenance " + std::string(5000, 'x') + "</body></html>");
        if (path == "/cut")
            return httpReply(200, R"({"bids":[["1","2"],["3")");
        if (path == "/refused")
            return httpReply(400, R"({"code":-1121,"msg":"Invalid symbol."})");
        return HttpReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", .close = true};
    });
    start(options(server)).setWanted("/html\n/cut\n/refused\n/lost");
    EXPECT_THAT(
        waitForAnswers(4),
        testing::UnorderedElementsAre(
            R"(failed {"error":"the answer is not JSON: {\"bids\":[[\"1\",\"2\"],[\"3\"","request":"/cut","status":200})",
            R"(failed {"error":"HTTP 400: {\"code\":-1121,\"msg\":\"Invalid symbol.\"}","request":"/refused","status":400})",
            R"(failed {"error":"the answer is not JSON: <html> <body> Maintenance )" + std::string(134, 'x') +
                R"(…","request":"/html","status":200})",
            R"(failed {"error":"the connection was closed before the answer was whole","request":"/lost","status":0})"));
    EXPECT_EQ(m_lane->counters().failedRequests, 4u);
}

TEST_F(RequestsTest, ReplayOfWhatWasJournalledEqualsIt)
{
    HttpServer server(
        [](const std::string& path) { return path == "/b" ? httpReply(500, "no") : httpReply(200, "[1, 2]"); });
    start(options(server)).setWanted("/a\n/b\n/c");
    waitForAnswers(3);
    m_lane->stop(5s);
    const std::vector<Batch> batches = m_taken.get();
    AskingDecoder decoder;
    BatchBuilder builder(m_pool);
    Emit emit(builder);
    for (const Batch& batch : batches) {
        const Decoded again = decodeStep(decoder, batch.header(), batch.payload(), builder, emit);
        EXPECT_EQ(again.batch.payload(), batch.payload());
        EXPECT_EQ(again.batch.header().eventCount, batch.header().eventCount);
    }
    EXPECT_EQ(answersIn(batches).size(), 3u);
}

TEST_F(RequestsTest, GoOutInOrderAFewAtATimeWithinTheBudget)
{
    HttpServer server([](const std::string&) { return httpReply(200, "1"); });
    LaneOptions slow = options(server);
    slow.rest.weightPerSecond = 200;  // twenty a second, two at once
    slow.rest.weightBurst = 20;
    slow.requests.mostInFlight = 1;
    const Nanos begun = m_clock.steady();
    start(std::move(slow)).setWanted("/0\n/1\n/2\n/3\n/4\n/5\n/6\n/7\n/8\n/9");
    waitForAnswers(10);
    EXPECT_GE(m_clock.steady() - begun, 8 * kSecond / 20);
    EXPECT_THAT(server.seen().get().paths, ElementsAre("/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9"));
    EXPECT_EQ(m_lane->budget().waiting, 0u);
}

TEST_F(RequestsTest, AFullQueueFailsAtOnceAndAStopDropsTheRest)
{
    HttpServer server([](const std::string&) { return HttpReply{}; });
    LaneOptions few = options(server);
    few.requests = {.mostWaiting = 2, .mostInFlight = 1};
    start(std::move(few)).setWanted("/0\n/1\n/2\n/3");
    EXPECT_THAT(waitForAnswers(1),
                ElementsAre(R"(failed {"error":"2 requests wait already","request":"/3","status":0})"));
    EXPECT_EQ(m_lane->budget().waiting, 2u);
    m_lane->stop(5s);
    EXPECT_EQ(answersIn(m_taken.get()).size(), 1u);
}

TEST_F(RequestsTest, NoneIsSentWhileInputsWaitForRoom)
{
    HttpServer server([](const std::string&) { return httpReply(200, "1"); });
    LaneOptions one = options(server);
    one.requests.mostInFlight = 1;
    start(std::move(one));
    m_room = false;  // one control waits decoded, the next ones are held
    m_lane->setWanted("/0\n/1\n/2");
    ASSERT_TRUE(server.seen().waitUntil([](const HttpSeen& seen) { return seen.paths.size() == 1; }));
    EXPECT_FALSE(server.seen().waitUntil([](const HttpSeen& seen) { return seen.paths.size() > 1; }, 200ms));
    m_room = true;
    EXPECT_EQ(waitForAnswers(3).size(), 3u);
    EXPECT_THAT(server.seen().get().paths, ElementsAre("/0", "/1", "/2"));
}

TEST_F(RequestsTest, AnOverflowFailsThemAllAfterItsControls)
{
    // The socket brings more than may be held, while a request is under way and another waits.
    HttpServer server([](const std::string& path) {
        const std::string frame = std::string("\x81\x7e\x04\x00", 4) + std::string(1024, 'x');
        return path == "/ws" ? HttpReply{.upgrade = true, .endless = frame} : HttpReply{};
    });
    LaneOptions small = options(server);
    small.heldBytes = 4096;
    small.requests.mostInFlight = 1;
    small.wanted = "/0\n/1";
    Endpoint& endpoint = small.endpoints.emplace_back();
    endpoint.name = "main";
    endpoint.url = server.wsUrl() + "/ws";
    start(std::move(small));
    ASSERT_TRUE(server.seen().waitUntil([](const HttpSeen& seen) { return seen.paths.size() == 2 && seen.sent > 0; }));
    m_room = false;
    ASSERT_TRUE(waitForOverflow());
    m_room = true;
    EXPECT_THAT(waitForAnswers(2),
                ElementsAre(R"(failed {"error":"the engine did not keep up","request":"/0","status":0})",
                            R"(failed {"error":"the engine did not keep up","request":"/1","status":0})"));
    std::vector<ControlKind> order;
    for (const Batch& batch : m_taken.get())
        if (batch.header().kind == BatchKind::Control)
            order.push_back(batch.header().control);
    order.resize(std::min<std::size_t>(order.size(), 7));
    EXPECT_THAT(order,
                ElementsAre(ControlKind::Started, ControlKind::Wanted, ControlKind::Opened, ControlKind::Overflow,
                            ControlKind::Closed, ControlKind::Failed, ControlKind::Failed));
}

TEST_F(RequestsTest, ADecoderThatThrewGetsNoAnswer)
{
    HttpServer server([](const std::string&) { return HttpReply{}; });
    LaneOptions patient = options(server);
    patient.rest.timeout = 60s;
    start(std::move(patient)).setWanted("/0");
    ASSERT_TRUE(server.seen().waitUntil([](const HttpSeen& seen) { return seen.paths.size() == 1; }));
    m_lane->setWanted("throw");
    EXPECT_TRUE(server.seen().waitUntil([](const HttpSeen& seen) { return seen.closed == 1; })) << "it is given up";
    m_lane->stop(5s);
    EXPECT_TRUE(answersIn(m_taken.get()).empty());
}

TEST_F(RequestsTest, WithoutAnAddressARequestFails)
{
    start({}).setWanted("/a");
    EXPECT_THAT(waitForAnswers(1), ElementsAre(HasSubstr("no address for requests")));
}

TEST_F(RequestsTest, ABanHoldsTheRestUntilItsEndAndIsTold)
{
    std::atomic<int> asked{0};
    HttpServer server([&](const std::string&) {
        return ++asked == 1 ? httpReply(418, "{}", "Retry-After: 4\r\n") : httpReply(200, "1");
    });
    LaneOptions one = options(server);
    one.requests.mostInFlight = 1;
    one.tick = 50ms;
    const Nanos begun = m_clock.steady();
    start(std::move(one)).setWanted("/first\n/second");
    ASSERT_TRUE(m_bans.waitUntil([](const auto& all) { return all.size() == 1; }));
    EXPECT_THAT(m_bans.get()[0].reason, testing::MatchesRegex("banned by the venue until ..:..:..Z .HTTP 418."));
    EXPECT_EQ(m_lane->budget().waiting, 1u);
    const std::vector<std::string> answers = waitForAnswers(2);
    EXPECT_EQ(answers[0], R"(failed {"error":"HTTP 418: {}","request":"/first","status":418})");
    EXPECT_THAT(answers[1], HasSubstr(R"("request":"/second","status":200)"));
    EXPECT_GE(m_clock.steady() - begun, 4 * kSecond);
    ASSERT_TRUE(m_bans.waitUntil([](const auto& all) { return all.size() == 2; }));
    EXPECT_EQ(m_bans.get()[1].bannedUntil, kNoTime);
}

TEST(Json, IsOneWholeValue)
{
    for (const char* good : {"{}", " [1,2]\n", "null", "\"x\"", "1.5e3"})
        EXPECT_TRUE(isJson(good)) << good;
    for (const char* bad : {"", " ", "{", "{}{}", "<html>", "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", "[1,]"})
        EXPECT_FALSE(isJson(bad)) << bad;
    EXPECT_EQ(excerpt("a\n\tb \x01 c"), "a b c");
    EXPECT_LE(excerpt(std::string(4000, 'a') + "é").size(), 200u);
    std::string wide;
    for (int i = 0; i < 900; ++i)
        wide += "€";
    EXPECT_LE(excerpt(wide).size(), 200u);
}

}  // namespace
}  // namespace tickdeck::net
