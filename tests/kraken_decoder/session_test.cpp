// SPDX-License-Identifier: GPL-3.0-or-later
// A connection's life: subscriptions and their ends, refusals, gaps.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/kraken_decoder/session.h"

namespace tickdeck::kraken {
namespace {

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

TEST_F(Session, WhatWasNeverAnsweredIsEndedWithTheDepthItWasAskedFor)
{
    driver.control(ControlKind::Wanted, kWanted);
    driver.control(ControlKind::Opened);
    const std::vector<Json> asked = driver.sent();
    now += 10 * kSecond;
    driver.control(ControlKind::Tick);
    const std::vector<Json> ends = driver.sent();
    ASSERT_EQ(ends.size(), asked.size());
    const auto isBook = [](const Json& request) { return request["params"]["channel"] == "book"; };
    const auto start = std::ranges::find_if(asked, isBook);
    const auto end = std::ranges::find_if(ends, isBook);
    ASSERT_TRUE(start != asked.end() && end != ends.end());
    EXPECT_EQ((*end)["method"], "unsubscribe");
    EXPECT_EQ((*start)["params"].value("depth", 0), 10);
    EXPECT_EQ((*end)["params"].value("depth", 0), 10);
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

}  // namespace
}  // namespace tickdeck::kraken
