// SPDX-License-Identifier: GPL-3.0-or-later
// A connection's life: subscriptions, gaps, resync of one symbol alone, refusals, saved states.

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/kraken_decoder/driver.h"

namespace tickdeck::kraken {
namespace {

using namespace std::string_literals;
using Json = nlohmann::json;

constexpr std::string_view kWanted =
    R"({"subscriptions":[{"channel":"instrument"},{"channel":"ticker","symbols":["BTC/USD"]},)"
    R"({"channel":"trade","symbols":["BTC/USD"]},{"channel":"book","symbols":["BTC/USD","ETH/USD"],"depth":10}]})";

std::uint32_t crcOf(std::string_view digits)
{
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(digits.data()), static_cast<uInt>(digits.size())));
}

// A book of one level on each side.
std::string book(const std::string& symbol, bool snapshot, int bid, int ask, bool right = true)
{
    const std::uint32_t checksum = crcOf(std::to_string(ask) + "7" + std::to_string(bid) + "5") + (right ? 0 : 1);
    return R"({"channel":"book","type":")" + std::string(snapshot ? "snapshot" : "update") +
           R"(","data":[{"symbol":")" + symbol + R"(","bids":[{"price":)" + std::to_string(bid) +
           R"(,"qty":5}],"asks":[{"price":)" + std::to_string(ask) + R"(,"qty":7}],"checksum":)" +
           std::to_string(checksum) + "}]}";
}
std::string trades(bool snapshot, std::initializer_list<int> ids)
{
    std::string data;
    for (const int id : ids)
        data += (data.empty() ? "" : ",") +
                R"({"symbol":"BTC/USD","side":"buy","price":1.0,"qty":2.0,"ord_type":"limit","trade_id":)"s +
                std::to_string(id) + R"(,"timestamp":"2026-08-16T23:37:05.849274Z"})";
    return R"({"channel":"trade","type":")" + std::string(snapshot ? "snapshot" : "update") + R"(","data":[)" + data +
           "]}";
}
std::string ticker()
{
    return R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":1,"bid_qty":1,"ask":2,"ask_qty":3}]})";
}
std::string instruments()
{
    return R"({"channel":"instrument","type":"snapshot","data":{"pairs":[{"symbol":"BTC/USD","price_precision":0,)"
           R"("qty_precision":0},{"symbol":"ETH/USD","price_precision":0,"qty_precision":0}]}})";
}

std::vector<Json> ofType(const std::vector<Json>& events, std::string_view type)
{
    std::vector<Json> out;
    for (const Json& event : events)
        if (event["type"] == type)
            out.push_back(event);
    return out;
}

class Session : public testing::Test {
protected:
    Driver driver;
    Nanos& now = driver.now;

    // Acknowledges a request for each of its symbols.
    std::vector<Json> acknowledge(const Json& request)
    {
        std::vector<Json> events;
        const Json& params = request["params"];
        for (const Json& symbol : params.contains("symbol") ? params["symbol"] : Json{nullptr}) {
            Json result = {{"channel", params["channel"]}};
            if (!symbol.is_null())
                result["symbol"] = symbol;
            for (const char* key : {"depth", "snapshot"})
                if (params.contains(key))
                    result[key] = params[key];
            const Json reply = {
                {"method", request["method"]}, {"result", result}, {"success", true}, {"req_id", request["req_id"]}};
            for (const Json& event : driver.frame(reply.dump()))
                events.push_back(event);
            for (const Json& next : driver.sent())
                answers.push_back(next);
        }
        return events;
    }
    // Requests that acknowledgements led to.
    std::vector<Json> answers;

    void connect()
    {
        driver.control(ControlKind::Wanted, kWanted);
        EXPECT_TRUE(driver.sent().empty());
        driver.control(ControlKind::Opened, R"({"name":"public","url":"ws://localhost"})");
        for (const Json& request : driver.sent())
            acknowledge(request);
    }
    void goLive()
    {
        connect();
        now += kSecond;
        EXPECT_EQ(driver.frame(instruments()).size(), 2u);
        driver.frame(ticker());
        driver.frame(book("BTC/USD", true, 10, 20));
        driver.frame(book("ETH/USD", true, 30, 40));
        driver.frame(trades(false, {100}));
        EXPECT_FALSE(driver.error.has_value());
        now += kSecond;
    }
};

TEST_F(Session, SubscribesToWhatIsWanted)
{
    EXPECT_TRUE(driver.control(ControlKind::Started).empty());
    driver.control(ControlKind::Wanted, kWanted);
    const auto events = driver.control(ControlKind::Opened, R"({"name":"public","url":"ws://localhost"})");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["subject"], "connection");
    EXPECT_EQ(events[0]["state"], "open");
    const std::vector<Json> sent = driver.sent();
    ASSERT_EQ(sent.size(), 4u);
    const std::vector<Json> params = {
        {{"channel", "instrument"}, {"snapshot", true}},
        {{"channel", "ticker"}, {"symbol", {"BTC/USD"}}, {"event_trigger", "bbo"}, {"snapshot", true}},
        {{"channel", "trade"}, {"symbol", {"BTC/USD"}}, {"snapshot", false}},
        {{"channel", "book"}, {"symbol", {"BTC/USD", "ETH/USD"}}, {"depth", 10}, {"snapshot", true}}};
    for (std::size_t i = 0; i < sent.size(); ++i) {
        EXPECT_EQ(sent[i]["method"], "subscribe");
        EXPECT_EQ(sent[i]["req_id"], i + 1);
        EXPECT_EQ(sent[i]["params"], params[i]);
    }
}

TEST_F(Session, AWrongPayloadIsAnError)
{
    for (const char* payload : {"", "[]", "{}", R"({"subscriptions":[1]})", R"({"subscriptions":[{"channel":"news"}]})",
                                R"({"subscriptions":[{"channel":"book","symbols":["A/B"]}]})",
                                R"({"subscriptions":[{"channel":"ticker","symbols":[1]}]})"}) {
        driver.control(ControlKind::Wanted, payload);
        EXPECT_TRUE(driver.error.has_value()) << payload;
    }
}

TEST_F(Session, AliveByTheVenuesOwnSignal)
{
    goLive();
    driver.frame(book("BTC/USD", false, 11, 20));
    EXPECT_TRUE(driver.emit.aliveConnections().empty());
    driver.frame(R"({"channel":"heartbeat"})");
    EXPECT_EQ(driver.emit.aliveConnections().size(), 1u);
}

TEST_F(Session, AStopOnPurposeOpensNoGap)
{
    goLive();
    EXPECT_TRUE(
        ofType(driver.control(ControlKind::Closed, R"({"name":"public","reason":"stopped","state":"stopped"})"), "gap")
            .empty());
    EXPECT_EQ(driver.live.depths.back().state, BookState::Stale);
}

TEST_F(Session, ALostConnectionIsAGapOfEveryLiveStream)
{
    goLive();
    const Nanos last = now - kSecond;
    const auto events =
        driver.control(ControlKind::Closed, R"({"name":"public","reason":"reset","state":"backing_off"})");
    ASSERT_EQ(ofType(events, "status").size(), 1u);
    const auto gaps = ofType(events, "gap");
    std::map<std::string, std::string> ids;
    for (const Json& gap : gaps) {
        EXPECT_EQ(gap["state"], "open");
        EXPECT_EQ(gap["cause"], "disconnect");
        EXPECT_EQ(gap["from"], last);
        EXPECT_TRUE(gap["to"].is_null());
        EXPECT_TRUE(
            ids.emplace(gap["native"].get<std::string>() + " " + gap["channel"].get<std::string>(), gap["gap_id"])
                .second);
    }
    EXPECT_EQ(ids.size(), 5u);  // instrument, quote, trade, two books
    EXPECT_EQ(driver.live.depths.back().state, BookState::Stale);
    // A second word of it changes nothing.
    EXPECT_TRUE(ofType(driver.control(ControlKind::Closed, R"({"reason":"again"})"), "gap").empty());

    now += 5 * kSecond;
    driver.control(ControlKind::Opened);
    const std::vector<Json> sent = driver.sent();
    ASSERT_EQ(sent.size(), 4u);
    EXPECT_EQ(sent[2]["params"]["snapshot"], true);  // trades are known: what was missed is asked for
    EXPECT_EQ(driver.live.depths.back().state, BookState::Resyncing);
    for (const Json& request : sent)
        EXPECT_TRUE(acknowledge(request).empty());

    // An update that is older than the new snapshot belongs to no book.
    const auto early = driver.frame(book("BTC/USD", false, 12, 20));
    EXPECT_TRUE(early[0]["verified"].is_null());
    const auto closes = [&](const std::string& frame, const std::string& id, const char* recovered) {
        const auto closed = ofType(driver.frame(frame), "gap");
        ASSERT_EQ(closed.size(), 1u) << frame;
        EXPECT_EQ(closed[0]["gap_id"], ids[id]);
        EXPECT_EQ(closed[0]["state"], "closed");
        EXPECT_EQ(closed[0]["from"], last);
        EXPECT_EQ(closed[0]["to"], now);
        EXPECT_EQ(closed[0]["recovered"], recovered);
    };
    closes(instruments(), " instrument", "snapshot");
    closes(ticker(), "BTC/USD quote", "snapshot");
    closes(book("BTC/USD", true, 10, 20), "BTC/USD book", "snapshot");
    closes(book("ETH/USD", true, 10, 20), "ETH/USD book", "snapshot");
    closes(trades(true, {99, 100, 101, 102}), "BTC/USD trade", "backfill");
}

TEST_F(Session, BackfilledTradesComeOnce)
{
    goLive();
    driver.control(ControlKind::Closed);
    driver.control(ControlKind::Opened);
    for (const Json& request : driver.sent())
        acknowledge(request);
    const auto events = driver.frame(trades(true, {102, 101, 100}));  // in any order
    const auto fills = ofType(events, "trade");
    ASSERT_EQ(fills.size(), 2u);
    EXPECT_EQ(fills[0]["trade_id"], "102");
    EXPECT_EQ(fills[0]["backfilled"], true);
    EXPECT_EQ(ofType(events, "gap")[0]["recovered"], "backfill");
    const auto more = driver.frame(trades(false, {103}));
    ASSERT_EQ(more.size(), 1u);
    EXPECT_EQ(more[0]["backfilled"], false);
}

TEST_F(Session, ASnapshotThatDoesNotReachBackRecoversNothing)
{
    goLive();
    driver.control(ControlKind::Closed);
    driver.control(ControlKind::Opened);
    for (const Json& request : driver.sent())
        acknowledge(request);
    const auto gaps = ofType(driver.frame(trades(true, {150, 151})), "gap");
    ASSERT_EQ(gaps.size(), 1u);
    EXPECT_EQ(gaps[0]["recovered"], "none");
}

TEST_F(Session, AWrongChecksumResyncsThatBookAlone)
{
    goLive();
    const Nanos whole = now - kSecond;
    const auto events = driver.frame(book("BTC/USD", false, 10, 20, false));
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0]["verified"], false);
    EXPECT_EQ(events[1]["cause"], "checksum");
    EXPECT_EQ(events[1]["from"], whole);
    EXPECT_EQ(driver.live.depths.back().state, BookState::Resyncing);
    EXPECT_EQ(driver.live.depths.back().verified, Tristate::No);
    std::vector<Json> sent = driver.sent();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0]["method"], "unsubscribe");
    EXPECT_EQ(sent[0]["params"], (Json{{"channel", "book"}, {"symbol", {"BTC/USD"}}, {"depth", 10}}));

    // What still comes goes on, and no second gap opens; the other book is not touched.
    EXPECT_EQ(driver.frame(book("BTC/USD", false, 10, 20, false)).size(), 1u);
    EXPECT_TRUE(driver.sent().empty());
    EXPECT_EQ(driver.frame(book("ETH/USD", false, 30, 40))[0]["verified"], true);

    acknowledge(sent[0]);
    ASSERT_EQ(answers.size(), 5u - 4u);
    EXPECT_EQ(answers.back()["method"], "subscribe");
    EXPECT_EQ(answers.back()["params"]["symbol"], Json{"BTC/USD"});
    acknowledge(answers.back());
    now += kSecond;
    const auto healed = driver.frame(book("BTC/USD", true, 11, 21));
    ASSERT_EQ(healed.size(), 2u);
    EXPECT_EQ(healed[0]["verified"], true);
    EXPECT_EQ(healed[1]["state"], "closed");
    EXPECT_EQ(healed[1]["recovered"], "snapshot");
    EXPECT_EQ(healed[1]["gap_id"], events[1]["gap_id"]);
}

TEST_F(Session, RepeatedFaultsAreTriedLessOften)
{
    goLive();
    std::vector<Nanos> waits;
    for (int i = 0; i < 5; ++i) {
        driver.frame(book("BTC/USD", false, 10, 20, false));
        std::vector<Json> sent = driver.sent();
        Nanos waited = 0;
        while (sent.empty()) {
            now += kSecond;
            waited += kSecond;
            driver.control(ControlKind::Tick);
            sent = driver.sent();
            ASSERT_LT(waited, 100 * kSecond);
        }
        waits.push_back(waited / kSecond);
        acknowledge(sent[0]);
        acknowledge(answers.back());
        driver.frame(book("BTC/USD", true, 10, 20));
    }
    EXPECT_EQ(waits, (std::vector<Nanos>{0, 1, 2, 4, 8}));
}

TEST_F(Session, AMissingAnswerIsAskedForAgain)
{
    connect();
    now += 9 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
    now += kSecond;
    driver.control(ControlKind::Tick);
    // Trades were acknowledged, which is all that they need; the others lack their snapshots.
    std::vector<Json> sent = driver.sent();
    ASSERT_EQ(sent.size(), 3u);
    EXPECT_EQ(sent[0]["method"], "unsubscribe");
    // "Not found" is as good as a yes.
    const auto events = driver.frame(Json{
        {"error", "Subscription Not Found"},
        {"method", "subscribe"},
        {"success", false},
        {"req_id", sent[1]["req_id"]}}.dump());
    EXPECT_EQ(ofType(events, "status").size(), 1u);
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_EQ(driver.sent()[0]["method"], "subscribe");
    EXPECT_EQ(driver.sent()[0]["params"]["channel"], "ticker");
}

// The venue answers in order: to the request, to its end, to the next request.
TEST_F(Session, AnAnswerThatComesTooLateEndsNothing)
{
    connect();
    driver.frame(instruments());
    now += 10 * kSecond;
    driver.control(ControlKind::Tick);
    Json end;
    for (const Json& request : driver.sent())
        if (request["params"]["channel"] == "book")
            end = request;
    ASSERT_EQ(end["method"], "unsubscribe");
    Json late = end;
    late["method"] = "subscribe";
    acknowledge(late);
    driver.frame(book("BTC/USD", true, 10, 20));
    EXPECT_NE(driver.live.depths.back().state, BookState::Live) << "its end is on its way";
    const Json ended{{"method", "unsubscribe"},
                     {"result", {{"channel", "book"}, {"symbol", "BTC/USD"}}},
                     {"success", true},
                     {"req_id", end["req_id"]}};
    driver.frame(ended.dump());
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_EQ(driver.sent()[0]["method"], "subscribe");
    acknowledge(driver.sent()[0]);
    driver.frame(book("BTC/USD", true, 10, 20));
    EXPECT_EQ(driver.live.depths.back().state, BookState::Live);
}

// The end was never heard, or its answer was lost: it is asked for again, not the start.
TEST_F(Session, AnEndThatIsNotAnsweredIsAskedForAgain)
{
    connect();
    driver.frame(instruments());
    driver.frame(book("BTC/USD", true, 10, 20));
    driver.frame(book("BTC/USD", false, 11, 20, false));
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_EQ(driver.sent()[0]["method"], "unsubscribe");
    now += 10 * kSecond;
    driver.control(ControlKind::Tick);
    bool again = false;
    for (const Json& request : driver.sent())
        if (request["params"]["channel"] == "book") {
            EXPECT_EQ(request["method"], "unsubscribe");
            again = again || request["params"]["symbol"] == Json{"BTC/USD"} || request["params"]["symbol"].size() == 2;
        }
    EXPECT_TRUE(again);
}

TEST_F(Session, WhatTheVenueHasAlreadyIsEndedFirst)
{
    driver.control(ControlKind::Started);
    driver.control(ControlKind::Wanted, kWanted);
    driver.control(ControlKind::Opened, R"({"name":"public","url":"ws://x"})");
    Json ticker;
    for (const Json& request : driver.sent())
        if (request["params"]["channel"] == "ticker")
            ticker = request;
    driver.frame(Json{{"error", "Already subscribed"},
                      {"method", "subscribe"},
                      {"success", false},
                      {"symbol", "BTC/USD"},
                      {"req_id", ticker["req_id"]}}
                     .dump());
    now += 2 * kSecond;
    driver.control(ControlKind::Tick);
    bool ended = false;
    for (const Json& request : driver.sent())
        ended = ended || (request["params"]["channel"] == "ticker" && request["method"] == "unsubscribe");
    EXPECT_TRUE(ended);
}

TEST_F(Session, ARefusalIsToldAndTriedLater)
{
    driver.control(ControlKind::Wanted, kWanted);
    driver.control(ControlKind::Opened);
    const std::vector<Json> sent = driver.sent();
    const auto events = driver.frame(Json{
        {"error", "Currency pair not supported ETH/USD"},
        {"method", "subscribe"},
        {"success", false},
        {"symbol", "ETH/USD"},
        {"req_id", sent[3]["req_id"]}}.dump());
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["type"], "status");
    EXPECT_EQ(events[0]["symbol"], "ETH-USD");
    EXPECT_EQ(events[0]["state"], "refused");
    EXPECT_TRUE(driver.sent().empty());
    now += kSecond;
    driver.control(ControlKind::Tick);
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_EQ(driver.sent()[0]["params"]["symbol"], Json{"ETH/USD"});
}

TEST_F(Session, FloodingBacksOff)
{
    driver.control(ControlKind::Wanted, kWanted);
    driver.control(ControlKind::Opened);
    const auto events = driver.frame(R"({"Error":"Exceeded msg rate"})");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["state"], "rate_limited");
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
    now += kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(driver.sent().size(), 4u);
}

TEST_F(Session, MissingTradesAreFetched)
{
    goLive();
    const auto events = driver.frame(trades(false, {103}));
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[1]["cause"], "sequence");
    EXPECT_EQ(events[1]["channel"], "trade");
    std::vector<Json> sent = driver.sent();
    ASSERT_EQ(sent.size(), 1u);
    acknowledge(sent[0]);
    EXPECT_EQ(answers.back()["params"]["snapshot"], true);
    acknowledge(answers.back());
    const auto filled = driver.frame(trades(true, {100, 101, 102, 103}));
    EXPECT_EQ(ofType(filled, "trade").size(), 2u);
    EXPECT_EQ(ofType(filled, "gap")[0]["recovered"], "backfill");
    // The same trade again is no new one.
    EXPECT_TRUE(driver.frame(trades(false, {103})).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"trade seen before"});
}

TEST_F(Session, ABookThatStaysCrossedIsResynced)
{
    goLive();
    EXPECT_EQ(driver.frame(book("BTC/USD", false, 21, 20, true)).size(), 2u);  // its checksum is that of a clean book
    connect();
    driver.frame(book("ETH/USD", true, 50, 40));
    now += 4 * kSecond;
    EXPECT_EQ(driver.frame(book("ETH/USD", false, 50, 40)).size(), 1u);
    now += 2 * kSecond;
    const auto events = driver.frame(book("ETH/USD", false, 50, 40));
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0]["verified"], true);
    EXPECT_EQ(events[1]["cause"], "crossed");
}

TEST_F(Session, WantedChanges)
{
    goLive();
    driver.control(
        ControlKind::Wanted,
        R"({"subscriptions":[{"channel":"instrument"},{"channel":"book","symbols":["BTC/USD","SOL/USD"],"depth":25}]})");
    std::vector<std::string> sent;
    for (const Json& request : driver.sent())
        sent.push_back(request["method"].get<std::string>() + " " + request["params"]["channel"].get<std::string>() +
                       " " + request["params"]["symbol"].dump());
    EXPECT_EQ(sent,
              (std::vector<std::string>{"unsubscribe ticker [\"BTC/USD\"]", "unsubscribe trade [\"BTC/USD\"]",
                                        "unsubscribe book [\"BTC/USD\",\"ETH/USD\"]", "subscribe book [\"SOL/USD\"]"}));
    const Json unsubscribe = driver.sent()[2];
    acknowledge(unsubscribe);
    ASSERT_EQ(answers.size(), 1u);  // the deeper book follows once the other has ended
    EXPECT_EQ(answers[0]["params"]["depth"], 25);
}

// Whether the venue says no or nothing.
TEST_F(Session, AnEndThatIsNotGrantedIsAskedForAgain)
{
    goLive();
    driver.control(ControlKind::Wanted, R"({"subscriptions":[{"channel":"instrument"}]})");
    ASSERT_EQ(driver.sent().size(), 3u);
    now += 9 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
    now += kSecond;
    driver.control(ControlKind::Tick);
    std::vector<Json> sent = driver.sent();
    ASSERT_EQ(sent.size(), 3u);
    const auto refuse = [&](const Json& request, const char* error) {
        EXPECT_EQ(request["method"], "unsubscribe");
        driver.frame(
            Json{{"error", error}, {"method", "unsubscribe"}, {"success", false}, {"req_id", request["req_id"]}}
                .dump());
        EXPECT_TRUE(driver.sent().empty());
    };
    refuse(sent[0], "EGeneral:Internal error");
    refuse(sent[1], "Subscription Not Found");
    acknowledge(sent[2]);
    now += kSecond;
    driver.control(ControlKind::Tick);
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_EQ(driver.sent()[0]["params"], sent[0]["params"]);
    acknowledge(driver.sent()[0]);
    now += 100 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
}

TEST_F(Session, WhatIsNotWantedAnyMoreIsIgnored)
{
    goLive();
    driver.control(ControlKind::Wanted, R"({"subscriptions":[{"channel":"instrument"}]})");
    const std::vector<Json> ends = driver.sent();
    for (const std::string& frame : {ticker(), trades(false, {105}), book("BTC/USD", false, 10, 20, false)}) {
        EXPECT_TRUE(driver.frame(frame).empty()) << frame;
        EXPECT_FALSE(driver.error.has_value()) << frame;
        ASSERT_EQ(driver.emit.ignoredKinds().size(), 1u);
        EXPECT_NE(driver.emit.ignoredKinds()[0].find("that is not wanted"), std::string::npos);
        EXPECT_TRUE(driver.sent().empty());
    }
    // Wanted again before the ends were granted: they begin anew behind them, and nothing was missed.
    driver.control(ControlKind::Wanted, kWanted);
    EXPECT_TRUE(driver.sent().empty());
    for (const Json& end : ends)
        acknowledge(end);
    ASSERT_EQ(answers.size(), 4u);  // each book alone
    for (const Json& request : std::vector<Json>(answers)) {
        EXPECT_EQ(request["method"], "subscribe");
        if (request["params"]["channel"] == "trade") {
            EXPECT_EQ(request["params"]["snapshot"], false);
        }
        EXPECT_TRUE(acknowledge(request).empty());
    }
    EXPECT_EQ(driver.frame(trades(false, {109})).size(), 1u);
    EXPECT_EQ(driver.frame(book("BTC/USD", true, 10, 20)).size(), 1u);
    EXPECT_EQ(driver.live.depths.back().state, BookState::Live);
}

TEST_F(Session, ARestartBeginsWithAGap)
{
    driver.control(ControlKind::Started, R"({"previous":1600000000000000000})");
    const auto gaps = ofType(driver.control(ControlKind::Wanted, kWanted), "gap");
    ASSERT_EQ(gaps.size(), 5u);
    EXPECT_EQ(gaps[0]["cause"], "restart");
    EXPECT_EQ(gaps[0]["from"], 1600000000000000000);
    driver.control(ControlKind::Opened);
    for (const Json& request : driver.sent())
        for (const Json& event : acknowledge(request))
            EXPECT_EQ(event["channel"], "trade");  // acknowledged, it is whole again; what was missed stays missed
    EXPECT_EQ(ofType(driver.frame(book("BTC/USD", true, 10, 20)), "gap")[0]["recovered"], "snapshot");
}

TEST_F(Session, OverflowIsAGap)
{
    goLive();
    const auto gaps = ofType(driver.control(ControlKind::Overflow, R"({"frames":5,"bytes":100})"), "gap");
    EXPECT_EQ(gaps.size(), 5u);
    EXPECT_EQ(gaps[0]["cause"], "overflow");
    EXPECT_TRUE(ofType(driver.control(ControlKind::Closed), "gap").empty());  // the same gap
}

TEST_F(Session, DepthIsThatOfTheAcknowledgement)
{
    connect();
    std::string bids;
    for (int i = 0; i < 12; ++i)
        bids += (i ? "," : "") + R"({"price":)"s + std::to_string(100 - i) + R"(,"qty":1})";
    driver.frame(R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[)" + bids +
                 R"(],"asks":[]}]})");
    EXPECT_EQ(driver.live.depths.back().bidCount, 10);
    // Without one, it is the snapshot's larger side rounded up.
    driver.restart();
    driver.frame(R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[)" + bids +
                 R"(],"asks":[]}]})");
    EXPECT_EQ(driver.live.depths.back().bidCount, 12);
    driver.frame(R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":101,"qty":1},)"
                 R"({"price":102,"qty":1},{"price":103,"qty":1},{"price":104,"qty":1},{"price":105,"qty":1},)"
                 R"({"price":106,"qty":1},{"price":107,"qty":1},{"price":108,"qty":1},{"price":109,"qty":1},)"
                 R"({"price":110,"qty":1},{"price":111,"qty":1},{"price":112,"qty":1},{"price":113,"qty":1},)"
                 R"({"price":114,"qty":1}],"asks":[]}]})");
    EXPECT_EQ(driver.live.depths.back().bidCount, 20);  // 25 are kept, 20 shown
}

TEST_F(Session, OnlyChangedDefinitionsAreTold)
{
    EXPECT_EQ(driver.frame(instruments()).size(), 2u);
    EXPECT_TRUE(driver.frame(instruments()).empty());
    std::string changed = instruments();
    changed.replace(changed.find("\"price_precision\":0"), 19, "\"price_precision\":1");
    const auto events = driver.frame(changed);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["price_precision"], 1);
    EXPECT_EQ(events[0]["base"], "BTC");
    EXPECT_TRUE(events[0]["tick"].is_null());
}

TEST_F(Session, AnEmptyMarketHasNullsAndNoTime)
{
    const auto events = driver.frame(
        R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"NEW/USD","bid":0.0,"bid_qty":0.00,"ask":0.0,"ask_qty":0,)"
        R"("last":0.0,"volume":0,"vwap":0,"low":0,"high":0,"change":0,"change_pct":0,"timestamp":"1970-01-01T00:00:00.000000Z"}]})");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_TRUE(events[0]["bid_price"].is_null());
    EXPECT_TRUE(events[0]["exchange_time"].is_null());
    ASSERT_EQ(driver.emit.notices().size(), 1u);
    EXPECT_NE(driver.emit.notices()[0].find("NEW-USD"), std::string::npos);
    driver.frame(
        R"({"channel":"ticker","type":"update","data":[{"symbol":"NEW/USD","bid":1,"bid_qty":1,"ask":2,"ask_qty":1}]})");
    EXPECT_TRUE(driver.emit.notices().empty());
}

// From any point on, a decoder that loads the saved state says and sends byte for byte what the first one does.
TEST_F(Session, SavedStateGoesOnAlike)
{
    const auto inputs = [] {
        std::vector<std::pair<ControlKind, std::string>> list = {
            {ControlKind::Started, "{}"}, {ControlKind::Wanted, std::string(kWanted)}, {ControlKind::Opened, "{}"}};
        for (const std::string& line : linesOf(std::string(TICKDECK_TEST_DATA) + "/kraken_session.jsonl"))
            list.emplace_back(ControlKind::None, line);
        list.emplace_back(ControlKind::None, trades(false, {999'999}));
        list.emplace_back(ControlKind::None, book("BTC/USD", false, 10, 20, false));
        list.emplace_back(ControlKind::Tick, "{}");
        list.emplace_back(ControlKind::Closed, "{}");
        list.emplace_back(ControlKind::Opened, "{}");
        list.emplace_back(ControlKind::None, book("BTC/USD", true, 10, 20));
        return list;
    }();
    const auto feed = [&](Driver& to, std::size_t i) {
        to.now += kSecond;
        const auto& [kind, payload] = inputs[i];
        auto events = kind == ControlKind::None ? to.frame(payload) : to.control(kind, payload);
        for (const Json& message : to.sent())
            events.push_back(message);
        return Json(events).dump();
    };
    std::vector<std::string> expected;
    std::vector<std::string> states;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        expected.push_back(feed(driver, i));
        states.push_back(driver.saved());
    }
    for (std::size_t from = 0; from < inputs.size(); from += 7) {
        Driver other;
        // The same numbers of events and batches came before.
        for (std::size_t i = 0; i <= from; ++i)
            feed(other, i);
        other.restart();
        ASSERT_TRUE(other.decoder->load(states[from]).has_value());
        EXPECT_EQ(other.saved(), states[from]);
        for (std::size_t i = from + 1; i < inputs.size(); ++i) {
            ASSERT_EQ(feed(other, i), expected[i]) << "loaded after " << from << ", input " << i;
            ASSERT_EQ(other.saved(), states[i]);
        }
    }
    for (std::size_t size = 0; size < states.back().size(); size += 3) {
        Driver other;
        EXPECT_FALSE(other.decoder->load(std::string_view(states.back()).substr(0, size)).has_value());
    }
}

// The fixture's every checksum was made by another program.
TEST_F(Session, FixtureVerifies)
{
    int books = 0;
    for (const std::string& line : linesOf(std::string(TICKDECK_TEST_DATA) + "/kraken_session.jsonl")) {
        for (const Json& event : driver.frame(line)) {
            EXPECT_NE(event["type"], "gap");
            if (event["type"] != "book")
                continue;
            ++books;
            EXPECT_EQ(event["verified"], true) << line;
        }
        EXPECT_FALSE(driver.error.has_value()) << line;
    }
    EXPECT_EQ(books, 33);
}

}  // namespace
}  // namespace tickdeck::kraken
