// SPDX-License-Identifier: GPL-3.0-or-later
// What the decoder asks for and tells over the life of its two connections.

#include <gtest/gtest.h>

#include "tests/binance_decoder/session.h"

namespace tickdeck::binance {
namespace {

TEST_F(Session, SubscribesOverTwoConnections)
{
    driver.control(ControlKind::Started);
    EXPECT_TRUE(driver.control(ControlKind::Wanted, kWanted).empty());
    EXPECT_TRUE(driver.sent().empty());  // not connected yet
    EXPECT_EQ(driver.requested(), (std::vector<std::string>{"/fapi/v1/exchangeInfo"}));
    const auto opened = driver.control(ControlKind::Opened, R"({"name":"public","url":"ws://x"})", kPublic);
    ASSERT_EQ(opened.size(), 1u);
    EXPECT_EQ(opened[0]["state"], "open");
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_EQ(driver.emit.sends()[0].connection, kPublic);
    EXPECT_EQ(driver.sent()[0]["method"], "SUBSCRIBE");
    EXPECT_EQ(driver.sent()[0]["params"],
              (Json{"btcusdt@bookTicker", "ethusdt@bookTicker", "btcusdt@depth@100ms", "ethusdt@depth@100ms"}));
    driver.control(ControlKind::Opened, "{}", kMarket);
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_EQ(driver.emit.sends()[0].connection, kMarket);
    EXPECT_EQ(driver.sent()[0]["params"], (Json{"btcusdt@aggTrade", "btcusdt@markPrice@1s", "btcusdt@forceOrder",
                                                "btcusdt@kline_1m", "btcusdt@kline_1h"}));
    EXPECT_TRUE(driver.requested().empty());
    EXPECT_TRUE(driver.emit.aliveConnections().empty());
}

TEST_F(Session, SnapshotsAreAskedForOnceSubscribed)
{
    connect();
    EXPECT_EQ(asked, (std::vector<std::string>{"/fapi/v1/exchangeInfo", "/fapi/v1/depth?symbol=BTCUSDT&limit=1000",
                                               "/fapi/v1/depth?symbol=ETHUSDT&limit=1000"}));
    for (const Emit::Request& request : driver.emit.requests())
        EXPECT_EQ(request.weight, request.path.find("depth") != std::string::npos ? 20 : 1);
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.requested().empty());
}

// What waited follows its snapshot in the batch of the answer.
TEST_F(Session, ChangesWaitForTheirSnapshot)
{
    connect();
    EXPECT_TRUE(driver.frame(depth("BTCUSDT", 10, 15, 5, 100, 101)).empty());
    EXPECT_TRUE(driver.frame(depth("BTCUSDT", 20, 25, 15, 99, 101)).empty());
    EXPECT_TRUE(driver.frame(depth("BTCUSDT", 30, 35, 25, 98, 101)).empty());
    const auto events = snapshot("BTCUSDT", 21, 97, 102);
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0]["kind"], "snapshot");
    EXPECT_EQ(events[0]["venue_seq"], 21);
    EXPECT_EQ(events[1]["kind"], "update");
    EXPECT_EQ(events[1]["venue_seq"], 25);
    EXPECT_EQ(events[2]["venue_seq"], 35);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(events[i]["verified"], true);
        EXPECT_EQ(events[i]["version"], i + 1);
    }
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"depth older than its snapshot"});
    EXPECT_EQ(driver.live.depths.back().state, BookState::Live);
    EXPECT_EQ(driver.live.depths.back().bids[0].price, 99);
    const auto next = driver.frame(depth("BTCUSDT", 40, 45, 35, 96, 103));
    ASSERT_EQ(next.size(), 1u);
    EXPECT_EQ(next[0]["verified"], true);
    EXPECT_TRUE(driver.frame(depth("BTCUSDT", 40, 45, 35, 96, 103)).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"depth seen before"});
}

TEST_F(Session, AQuietBookJoinsItsSnapshotByThePreviousNumber)
{
    goLive();
    EXPECT_EQ(driver.frame(depth("BTCUSDT", 500, 510, 100, 99, 101)).size(), 1u);
    connect(false);
    EXPECT_TRUE(driver.frame(depth("ETHUSDT", 500, 510, 100, 99, 101)).empty());
    const auto events = snapshot("ETHUSDT", 100, 97, 102);
    ASSERT_EQ(ofType(events, "book").size(), 2u);
}

TEST_F(Session, ASnapshotOlderThanTheChangesIsFetchedAgain)
{
    connect();
    driver.frame(depth("BTCUSDT", 30, 35, 25, 98, 101));
    EXPECT_TRUE(snapshot("BTCUSDT", 20, 97, 102).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"snapshot older than the changes"});
    EXPECT_TRUE(driver.requested().empty());  // not at once
    EXPECT_EQ(tickUntilAsked(), "/fapi/v1/depth?symbol=BTCUSDT&limit=1000");
    EXPECT_EQ(snapshot("BTCUSDT", 31, 97, 102).size(), 2u);
}

TEST_F(Session, ABrokenChainIsAGapAndANewSnapshot)
{
    goLive();
    const Nanos whole = driver.now;
    driver.frame(depth("BTCUSDT", 101, 105, 100, 98, 101));
    driver.now += kSecond;
    const auto gaps = driver.frame(depth("BTCUSDT", 120, 125, 115, 97, 101));
    ASSERT_EQ(gaps.size(), 1u);
    EXPECT_EQ(gaps[0]["type"], "gap");
    EXPECT_EQ(gaps[0]["channel"], "book");
    EXPECT_EQ(gaps[0]["cause"], "sequence");
    EXPECT_EQ(gaps[0]["state"], "open");
    EXPECT_EQ(gaps[0]["from"], whole);
    EXPECT_EQ(driver.requested(), (std::vector<std::string>{"/fapi/v1/depth?symbol=BTCUSDT&limit=1000"}));
    EXPECT_EQ(driver.live.depths.back().state, BookState::Resyncing);
    EXPECT_TRUE(driver.frame(depth("BTCUSDT", 130, 135, 125, 96, 101)).empty());
    const auto events = snapshot("BTCUSDT", 122, 95, 102);
    ASSERT_EQ(events.size(), 4u);
    EXPECT_EQ(events[3]["type"], "gap");
    EXPECT_EQ(events[3]["state"], "closed");
    EXPECT_EQ(events[3]["recovered"], "snapshot");
    EXPECT_EQ(events[3]["gap_id"], gaps[0]["gap_id"]);
    EXPECT_EQ(driver.live.depths.back().state, BookState::Live);
}

TEST_F(Session, RequestsThatFailAreMadeAgainLessAndLessOften)
{
    connect();
    const auto events = driver.failed("/fapi/v1/depth?symbol=BTCUSDT&limit=1000", 503, "<html>busy</html>");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["type"], "status");
    EXPECT_EQ(events[0]["subject"], "request");
    EXPECT_EQ(events[0]["state"], "failed");
    EXPECT_EQ(events[0]["symbol"], "BTC-USDT-PERP");
    std::vector<Nanos> delays;
    for (int i = 0; i < 6; ++i) {
        const Nanos before = driver.now;
        EXPECT_EQ(tickUntilAsked(), "/fapi/v1/depth?symbol=BTCUSDT&limit=1000");
        delays.push_back((driver.now - before) / kSecond);
        driver.failed("/fapi/v1/depth?symbol=BTCUSDT&limit=1000", 0, "timed out");
    }
    EXPECT_EQ(delays, (std::vector<Nanos>{1, 2, 4, 8, 8, 8}));  // most_delay_ms
}

TEST_F(Session, BansAreTold)
{
    connect();
    EXPECT_EQ(driver.failed("/fapi/v1/depth?symbol=BTCUSDT&limit=1000", 418, "banned until 5")[0]["state"], "banned");
    EXPECT_EQ(driver.failed("/fapi/v1/exchangeInfo", 429, "slow down")[0]["state"], "rate_limited");
    // What nobody asked for, and what is no answer at all.
    EXPECT_EQ(driver.failed("/fapi/v1/time", 500, "x").size(), 1u);
    EXPECT_EQ(driver.control(ControlKind::Failed, "not JSON").size(), 1u);
    EXPECT_FALSE(driver.error.has_value());
}

// Few at a time, whatever their number, each asked for once.
TEST_F(Session, ManyBooksAreStaggered)
{
    constexpr int kBooks = 50;
    Json symbols = Json::array();
    for (int i = 0; i < kBooks; ++i)
        symbols.push_back("C" + std::to_string(i) + "USDT");
    driver.control(
        ControlKind::Wanted,
        Json{{"subscriptions", Json::array({Json{{"channel", "book"}, {"symbols", symbols}, {"depth", 1000}}})}}
            .dump());
    open();
    EXPECT_EQ(asked.size(), 5u);
    std::size_t next = 0;
    for (int i = 0; i < kBooks; ++i) {
        ASSERT_LT(next, asked.size());
        const std::string path = asked[next++];
        driver.answer(path, R"({"lastUpdateId":5,"T":1,"bids":[["1","1"]],"asks":[["2","1"]]})");
        ASSERT_FALSE(driver.error.has_value());
        note();
        EXPECT_LE(asked.size() - next, 5u);
    }
    EXPECT_EQ(asked.size(), static_cast<std::size_t>(kBooks));
    EXPECT_EQ(std::set<std::string>(asked.begin(), asked.end()).size(), static_cast<std::size_t>(kBooks));
}

TEST_F(Session, ManyStreamsAreSubscribedToInBatches)
{
    Json symbols = Json::array();
    for (int i = 0; i < 1100; ++i)
        symbols.push_back("C" + std::to_string(i) + "USDT");
    const auto events = driver.control(
        ControlKind::Wanted,
        Json{{"subscriptions", Json::array({Json{{"channel", "ticker"}, {"symbols", symbols}}})}}.dump());
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["state"], "refused");  // more than one connection may have
    EXPECT_EQ(driver.emit.notices().size(), 1u);
    driver.control(ControlKind::Opened, "{}", kPublic);
    std::vector<std::size_t> sizes;
    for (const Json& message : driver.sent())
        sizes.push_back(message["params"].size());
    EXPECT_EQ(sizes, (std::vector<std::size_t>{200, 200, 200, 200, 200, 24}));
}

TEST_F(Session, EachConnectionsLossIsAGapOfItsOwnStreams)
{
    goLive();
    const auto market = driver.control(ControlKind::Closed, R"({"name":"market","reason":"reset"})", kMarket);
    EXPECT_EQ(market[0]["type"], "status");
    EXPECT_EQ(market[0]["reason"], "market: reset");
    EXPECT_EQ(channels(ofType(market, "gap")), (std::multiset<std::string>{"candle", "forced_order", "mark", "trade"}));
    EXPECT_EQ(driver.frame(depth("BTCUSDT", 101, 105, 100, 98, 101)).size(), 1u);  // the other goes on
    const auto open = driver.control(ControlKind::Closed, "{}", kPublic);
    EXPECT_EQ(channels(ofType(open, "gap")), (std::multiset<std::string>{"book", "book", "quote", "quote"}));
    for (const Json& gap : ofType(open, "gap"))
        EXPECT_EQ(gap["cause"], "disconnect");
    EXPECT_EQ(driver.live.depths.back().state, BookState::Stale);
    EXPECT_TRUE(ofType(driver.control(ControlKind::Closed, "{}", kPublic), "gap").empty());
    // Back again: subscribed, so whole; the books with their snapshots.
    connect(false);
    EXPECT_EQ(channels(ofType(answers, "gap")),
              (std::multiset<std::string>{"candle", "forced_order", "mark", "quote", "quote", "trade"}));
    EXPECT_EQ(ofType(snapshot("BTCUSDT", 300, 97, 102), "gap").size(), 1u);
}

// A snapshot that was on its way while the connection went is of no use, and costs no time.
TEST_F(Session, AnAnswerFromBeforeTheLoss)
{
    connect();
    driver.control(ControlKind::Closed, "{}", kPublic);
    asked.clear();
    open();
    EXPECT_EQ(std::count(asked.begin(), asked.end(), "/fapi/v1/depth?symbol=BTCUSDT&limit=1000"), 0);
    driver.frame(depth("BTCUSDT", 300, 305, 290, 98, 101));
    EXPECT_TRUE(ofType(snapshot("BTCUSDT", 100, 97, 102), "book").empty());
    EXPECT_EQ(driver.requested(), (std::vector<std::string>{"/fapi/v1/depth?symbol=BTCUSDT&limit=1000"}));
    EXPECT_EQ(ofType(snapshot("BTCUSDT", 304, 97, 102), "book").size(), 2u);
}

// Nor is one that failed with it: the next one joins.
TEST_F(Session, AFailureFromBeforeTheLoss)
{
    connect();
    driver.control(ControlKind::Closed, "{}", kPublic);
    driver.failed("/fapi/v1/depth?symbol=BTCUSDT&limit=1000", 0, "reset");
    asked.clear();
    open();
    EXPECT_EQ(std::count(asked.begin(), asked.end(), "/fapi/v1/depth?symbol=BTCUSDT&limit=1000"), 1);
    driver.frame(depth("BTCUSDT", 300, 305, 290, 98, 101));
    EXPECT_EQ(ofType(snapshot("BTCUSDT", 304, 97, 102), "book").size(), 2u);
}

// Nothing would follow a book that became whole while its connection is gone.
TEST_F(Session, ASnapshotWithoutItsSubscriptionJoinsNothing)
{
    connect();
    driver.control(ControlKind::Closed, R"({"name":"public","reason":"cut","state":"backing_off"})", kPublic);
    EXPECT_TRUE(ofType(snapshot("BTCUSDT", 21, 97, 102), "book").empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"snapshot of an earlier subscription"});
    driver.control(ControlKind::Opened, R"({"name":"public","url":"ws://x"})", kPublic);
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_NE(driver.sent()[0]["params"].dump().find("btcusdt@depth@100ms"), std::string::npos);
}

TEST_F(Session, AStopOnPurposeIsNoGap)
{
    goLive();
    EXPECT_TRUE(ofType(driver.control(ControlKind::Closed, R"({"state":"stopped"})", kPublic), "gap").empty());
}

TEST_F(Session, ARestartBeginsWithAGap)
{
    driver.control(ControlKind::Started, R"({"previous":1600000000000000000})");
    const auto gaps = ofType(driver.control(ControlKind::Wanted, kWanted), "gap");
    EXPECT_EQ(channels(gaps), (std::multiset<std::string>{"book", "book", "candle", "forced_order", "instrument",
                                                          "mark", "quote", "quote", "trade"}));
    EXPECT_EQ(gaps[0]["cause"], "restart");
    EXPECT_EQ(gaps[0]["from"], 1600000000000000000);
    open();
    EXPECT_EQ(ofType(answers, "gap").size(), 6u);
    EXPECT_EQ(ofType(snapshot("ETHUSDT", 5, 1, 2), "gap")[0]["recovered"], "snapshot");
    EXPECT_EQ(ofType(driver.answer("/fapi/v1/exchangeInfo", instruments()), "gap")[0]["recovered"], "snapshot");
}

TEST_F(Session, MissingTradesAreAGapForGood)
{
    goLive();
    EXPECT_EQ(driver.frame(trade(100), kMarket).size(), 1u);
    EXPECT_EQ(driver.frame(trade(101), kMarket).size(), 1u);
    const Nanos whole = driver.now;
    driver.now += kSecond;
    const auto events = driver.frame(trade(104), kMarket);
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0]["type"], "gap");
    EXPECT_EQ(events[0]["state"], "open");
    EXPECT_EQ(events[0]["from"], whole);
    EXPECT_EQ(events[1]["state"], "closed");
    EXPECT_EQ(events[1]["to"], driver.now);
    EXPECT_EQ(events[1]["recovered"], "none");
    EXPECT_EQ(events[2]["trade_id"], "104");
    EXPECT_TRUE(driver.frame(trade(104), kMarket).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"trade seen before"});
    EXPECT_EQ(driver.frame(trade(103), kMarket).size(), 1u);  // late, not lost
    // What was missed without a connection is in the gap of its loss.
    connect(false);
    EXPECT_EQ(driver.frame(trade(200), kMarket).size(), 1u);
    EXPECT_EQ(driver.frame(trade(202), kMarket).size(), 3u);
}

TEST_F(Session, AnOlderQuoteDoesNotReplaceANewerOne)
{
    goLive();
    EXPECT_EQ(driver.frame(quote(50, 1000)).size(), 1u);
    EXPECT_TRUE(driver.frame(quote(49, 999)).empty());
    EXPECT_TRUE(driver.frame(quote(50, 1000)).empty());
    EXPECT_EQ(driver.frame(quote(51, 1001)).size(), 1u);
    EXPECT_EQ(driver.frame(quote(3, 1002)).size(), 1u);  // the venue's numbers began anew
}

TEST_F(Session, RefusalsAreTriedInSmallerCompany)
{
    driver.control(ControlKind::Wanted, kWanted);
    driver.control(ControlKind::Opened, "{}", kPublic);
    const Json first = driver.sent().at(0);
    const auto events =
        driver.frame(R"({"code":2,"msg":"Invalid request: invalid stream","id":)" + first["id"].dump() + "}");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["subject"], "subscription");
    EXPECT_EQ(events[0]["state"], "refused");
    EXPECT_TRUE(driver.sent().empty());
    driver.now += kSecond;
    driver.control(ControlKind::Tick);
    ASSERT_EQ(driver.sent().size(), 2u);
    EXPECT_EQ(driver.sent()[0]["params"].size(), 2u);
    acknowledge(driver.sent()[1]);
    driver.frame(R"({"error":{"code":3,"msg":"Invalid JSON"}})");  // about what waits, whatever it is
    driver.now += 2 * kSecond;
    driver.control(ControlKind::Tick);
    ASSERT_EQ(driver.sent().size(), 2u);
    EXPECT_EQ(driver.sent()[0]["params"].size(), 1u);
}

TEST_F(Session, WithoutAnAcknowledgementItAsksAgain)
{
    driver.control(ControlKind::Wanted, kWanted);
    driver.control(ControlKind::Opened, "{}", kPublic);
    driver.now += 4 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
    driver.now += kSecond;
    driver.control(ControlKind::Tick);
    ASSERT_EQ(driver.sent().size(), 1u);
    EXPECT_EQ(driver.sent()[0]["params"].size(), 4u);
}

TEST_F(Session, SilenceIsToldOnceAndIsNoGap)
{
    goLive();
    driver.now += 16 * kSecond;
    EXPECT_TRUE(driver.control(ControlKind::Tick).empty());
    ASSERT_EQ(driver.emit.notices().size(), 1u);
    EXPECT_NE(driver.emit.notices()[0].find("mark of BTCUSDT"), std::string::npos);
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.emit.notices().empty());
    driver.frame(R"({"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"5"})", kMarket);
    driver.now += 16 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(driver.emit.notices().size(), 1u);
}

TEST_F(Session, WantedChanges)
{
    goLive();
    const auto events = driver.control(
        ControlKind::Wanted, R"({"subscriptions":[{"channel":"book","symbols":["BTCUSDT","SOLUSDT"],"depth":1000},)"
                             R"({"channel":"candle","symbols":["BTCUSDT"],"intervals":["1m"]}]})");
    EXPECT_EQ(channels(ofType(events, "gap")), (std::multiset<std::string>{"candle"}));
    std::vector<std::string> sent;
    for (const Json& message : driver.sent())
        sent.push_back(message["method"].get<std::string>() + " " + message["params"].dump());
    EXPECT_EQ(sent, (std::vector<std::string>{
                        R"(UNSUBSCRIBE ["btcusdt@kline_1m","btcusdt@kline_1h"])",
                        R"(UNSUBSCRIBE ["btcusdt@bookTicker","ethusdt@bookTicker","ethusdt@depth@100ms"])",
                        R"(SUBSCRIBE ["solusdt@depth@100ms"])",
                        R"(UNSUBSCRIBE ["btcusdt@aggTrade","btcusdt@markPrice@1s","btcusdt@forceOrder"])",
                        R"(SUBSCRIBE ["btcusdt@kline_1m"])"}));
    for (const Json& message : driver.sent())
        acknowledge(message);
    EXPECT_EQ(driver.frame(depth("BTCUSDT", 101, 105, 100, 98, 101)).size(), 1u);  // undisturbed
    EXPECT_TRUE(driver.frame(depth("ETHUSDT", 101, 105, 100, 98, 101)).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"depth of a book that is not wanted"});
    // Another depth is another snapshot.
    const auto deeper = driver.control(
        ControlKind::Wanted, R"({"subscriptions":[{"channel":"book","symbols":["BTCUSDT","SOLUSDT"],"depth":500},)"
                             R"({"channel":"candle","symbols":["BTCUSDT"],"intervals":["1m"]}]})");
    EXPECT_EQ(channels(ofType(deeper, "gap")), (std::multiset<std::string>{"book"}));
    EXPECT_EQ(driver.emit.requests().at(0).path, "/fapi/v1/depth?symbol=BTCUSDT&limit=500");
    EXPECT_EQ(driver.emit.requests().at(0).weight, 10);
}

// Whether the venue says no or nothing.
TEST_F(Session, AnEndThatIsNotGrantedIsAskedForAgain)
{
    goLive();
    const auto events = driver.control(ControlKind::Wanted,
                                       R"({"subscriptions":[{"channel":"book","symbols":["BTCUSDT"],"depth":1000}],)"
                                       R"("answer_within_ms":5000,"most_delay_ms":8000})");
    const Json all{"btcusdt@bookTicker", "ethusdt@bookTicker", "ethusdt@depth@100ms"};
    ASSERT_EQ(driver.sent().size(), 2u);
    EXPECT_EQ(driver.sent()[0]["params"], all);
    const Json market = driver.sent()[1]["params"];
    EXPECT_NE(std::ranges::find(market, Json("btcusdt@kline_1h")), market.end());
    EXPECT_EQ(ofType(events, "gap").size(), 0u) << "a switch by hand misses nothing";
    driver.now += 4 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
    driver.now += kSecond;
    driver.control(ControlKind::Tick);
    const std::vector<Json> again = driver.sent();
    ASSERT_EQ(again.size(), 2u);
    EXPECT_EQ(again[0]["method"], "UNSUBSCRIBE");
    EXPECT_EQ(again[0]["params"], all);
    EXPECT_EQ(again[1]["params"], market);
    acknowledge(again[1], kMarket);
    const auto refused = driver.frame(R"({"code":2,"msg":"Invalid request","id":)" + again[0]["id"].dump() + "}");
    ASSERT_EQ(refused.size(), 1u);
    EXPECT_EQ(refused[0]["state"], "refused");
    EXPECT_TRUE(driver.sent().empty());
    driver.now += kSecond;
    driver.control(ControlKind::Tick);
    const std::vector<Json> alone = driver.sent();  // one bad name spoils all of its message
    ASSERT_EQ(alone.size(), 3u);
    for (const Json& request : alone) {
        EXPECT_EQ(request["method"], "UNSUBSCRIBE");
        EXPECT_EQ(request["params"].size(), 1u);
        acknowledge(request);
    }
    driver.now += 100 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
}

// One that was asked for before the symbol was left joins nothing when it is wanted again.
TEST_F(Session, AnAnswerFromBeforeTheSymbolWasLeft)
{
    connect();
    driver.control(ControlKind::Wanted, R"({"subscriptions":[{"channel":"ticker","symbols":["BTCUSDT"]}]})");
    for (const Json& request : driver.sent())
        acknowledge(request, request["params"].dump().find("depth") != std::string::npos ? kPublic : kMarket);
    asked.clear();
    driver.control(ControlKind::Wanted, kWanted);
    for (int i = 0; i < 3; ++i)
        for (const Json& request : driver.sent())
            acknowledge(request, request["params"].dump().find("depth") != std::string::npos ? kPublic : kMarket);
    EXPECT_TRUE(ofType(snapshot("BTCUSDT", 100, 97, 102), "book").empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"snapshot of an earlier subscription"});
}

TEST_F(Session, WhatIsNotWantedAnyMoreIsIgnored)
{
    goLive();
    const auto say = [&](int number) {
        std::vector<std::size_t> events;
        for (const std::string& frame :
             {trade(number), quote(number, number),
              std::string(R"({"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"5"})"),
              std::string(
                  R"({"e":"forceOrder","E":1,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"1","p":"2",)"
                  R"("ap":"2","X":"FILLED","l":"1","z":"1","T":5}})"),
              std::string(
                  R"({"e":"kline","E":1,"s":"BTCUSDT","k":{"t":60000,"T":119999,"s":"BTCUSDT","i":"1m","f":1,"L":2,)"
                  R"("o":"1","c":"2","h":"3","l":"1","v":"5","n":2,"x":false,"q":"1","V":"1","Q":"1","B":"0"}})")}) {
            events.push_back(driver.frame(frame, kMarket).size());
            EXPECT_FALSE(driver.error.has_value()) << frame;
        }
        return events;
    };
    EXPECT_EQ(say(100), (std::vector<std::size_t>{1, 1, 1, 1, 1}));
    driver.control(ControlKind::Wanted, R"({"subscriptions":[{"channel":"instrument"}]})");
    EXPECT_EQ(say(200), (std::vector<std::size_t>{0, 0, 0, 0, 0}));
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"candle that is not wanted"});
    // What came between is not missed, should they be wanted again.
    driver.control(ControlKind::Wanted, kWanted);
    EXPECT_EQ(say(300), (std::vector<std::size_t>{1, 1, 1, 1, 1}));
}

TEST_F(Session, BadWantedChangesNothing)
{
    goLive();
    const std::string before = driver.saved();
    for (const char* payload :
         {"", "[]", "{}", R"({"subscriptions":1})", R"({"subscriptions":[1]})", R"({"subscriptions":[{}]})",
          R"({"subscriptions":[{"channel":"weather","symbols":[]}]})", R"({"subscriptions":[{"channel":"book"}]})",
          R"({"subscriptions":[{"channel":"book","symbols":["X"]}]})",
          R"({"subscriptions":[{"channel":"book","symbols":[1],"depth":5}]})",
          R"({"subscriptions":[{"channel":"candle","symbols":["X"]}]})",
          R"({"subscriptions":[],"most_delay_ms":"x"})"}) {
        driver.control(ControlKind::Wanted, payload);
        EXPECT_TRUE(driver.error.has_value()) << payload;
        EXPECT_EQ(driver.saved(), before) << payload;
    }
}

TEST_F(Session, OverflowIsAGap)
{
    goLive();
    const auto gaps = ofType(driver.control(ControlKind::Overflow, R"({"frames":5,"bytes":100})", kPublic), "gap");
    EXPECT_EQ(channels(gaps), (std::multiset<std::string>{"book", "book", "quote", "quote"}));
    EXPECT_EQ(gaps[0]["cause"], "overflow");
    EXPECT_TRUE(ofType(driver.control(ControlKind::Closed, "{}", kPublic), "gap").empty());  // the same gap
}

TEST_F(Session, ABookThatStaysCrossedIsResynced)
{
    goLive();
    EXPECT_EQ(driver.frame(depth("BTCUSDT", 101, 105, 100, 103, 104)).size(), 1u);  // above the best ask
    driver.now += 4 * kSecond;
    EXPECT_EQ(driver.frame(depth("BTCUSDT", 106, 110, 105, 96, 104)).size(), 1u);
    driver.now += 2 * kSecond;
    const auto events = driver.frame(depth("BTCUSDT", 111, 115, 110, 96, 104));
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[1]["cause"], "crossed");
    EXPECT_EQ(driver.requested().size(), 1u);
    EXPECT_EQ(ofType(snapshot("BTCUSDT", 120, 97, 102), "gap").size(), 1u);
}

}  // namespace
}  // namespace tickdeck::binance
