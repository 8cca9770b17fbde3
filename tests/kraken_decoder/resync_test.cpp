// SPDX-License-Identifier: GPL-3.0-or-later
// One stream that is wrong or not answered is begun anew, alone.

#include <gtest/gtest.h>

#include "tests/kraken_decoder/session.h"

namespace tickdeck::kraken {
namespace {

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

}  // namespace
}  // namespace tickdeck::kraken
