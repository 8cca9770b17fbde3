// SPDX-License-Identifier: GPL-3.0-or-later
// A connection's life: subscriptions, the one number of all messages, gaps, resync, refusals, saved states.

#include <gtest/gtest.h>

#include "tests/coinbase_decoder/driver.h"

namespace tickdeck::coinbase {
namespace {

constexpr std::string_view kWanted =
    R"({"subscriptions":[{"channel":"ticker","symbols":["BTC-USD"]},{"channel":"trade","symbols":["BTC-USD"]},)"
    R"({"channel":"book","symbols":["BTC-USD","ETH-USD"],"depth":100}]})";
constexpr std::string_view kAll =
    R"({"subscriptions":{"heartbeats":["heartbeats"],"level2":["BTC-USD","ETH-USD"],"market_trades":["BTC-USD"],)"
    R"("ticker":["BTC-USD"]}})";

std::string snapshot(std::string_view product)
{
    return bookEvent(product, true, {level("bid", "100", "5"), level("offer", "101.5", "7")});
}
std::string change(std::string_view product, std::string_view price = "99.99", std::string_view quantity = "1")
{
    return bookEvent(product, false, {level("bid", price, quantity)});
}
std::string trades(bool history, std::initializer_list<int> newestFirst)
{
    std::string list;
    for (const int id : newestFirst)
        list += (list.empty() ? "" : ",") + std::string(R"({"product_id":"BTC-USD","trade_id":")") +
                std::to_string(id) + R"(","price":"100","size":"0.5","time":"2026-09-30T02:39:56.8Z","side":"SELL"})";
    return R"({"type":")" + std::string(history ? "snapshot" : "update") + R"(","trades":[)" + list + "]}";
}
std::string ticker()
{
    return R"({"type":"snapshot","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"100.5","best_bid":"100",)"
           R"("best_bid_quantity":"5","best_ask":"101.5","best_ask_quantity":"7"}]})";
}

class Session : public testing::Test {
protected:
    Driver driver;
    Nanos& now = driver.now;
    int number = 0;  // of the next message

    std::vector<Json> say(std::string_view channel, const std::string& events)
    {
        return driver.frame(message(channel, number++, events));
    }
    void connect()
    {
        number = 0;
        driver.control(ControlKind::Opened, R"({"name":"public","url":"ws://localhost"})");
    }
    void goLive()
    {
        driver.control(ControlKind::Wanted, kWanted);
        connect();
        now += kSecond;
        answerAll();
        now += kSecond;
    }
    // What the venue says to the four subscriptions.
    void answerAll()
    {
        say("ticker", ticker());
        say("market_trades", trades(true, {100, 99}));
        say("l2_data", snapshot("BTC-USD"));
        say("l2_data", snapshot("ETH-USD"));
        say("subscriptions", std::string(kAll));
        EXPECT_FALSE(driver.error.has_value());
    }
    // The requests of the last input, "unsubscribe level2 BTC-USD ETH-USD".
    std::vector<std::string> requests() const
    {
        std::vector<std::string> out;
        for (const Json& request : driver.sent()) {
            std::string text = request["type"].get<std::string>() + " " + request["channel"].get<std::string>();
            for (const Json& product : request.value("product_ids", Json::array()))
                text += " " + product.get<std::string>();
            out.push_back(text);
        }
        return out;
    }
    using Requests = std::vector<std::string>;
};

TEST_F(Session, SubscribesToWhatIsWantedOneMessageAChannel)
{
    EXPECT_TRUE(driver.control(ControlKind::Started).empty());
    driver.control(ControlKind::Wanted, kWanted);
    EXPECT_TRUE(driver.sent().empty());
    connect();
    EXPECT_EQ(requests(), (Requests{"subscribe heartbeats", "subscribe ticker BTC-USD",
                                    "subscribe market_trades BTC-USD", "subscribe level2 BTC-USD ETH-USD"}));
}

TEST_F(Session, AWrongPayloadIsAnError)
{
    for (const char* payload :
         {"", "[]", "{}", R"({"subscriptions":[1]})", R"({"subscriptions":[{"channel":"news","symbols":["A-B"]}]})",
          R"({"subscriptions":[{"channel":"book","symbols":["A-B"]}]})",
          R"({"subscriptions":[{"channel":"book","symbols":["A-B"],"depth":-1}]})",
          R"({"subscriptions":[{"channel":"ticker","symbols":[1]}]})",
          R"({"subscriptions":[],"answer_within_ms":"soon"})"}) {
        driver.control(ControlKind::Wanted, payload);
        EXPECT_TRUE(driver.error.has_value()) << payload;
    }
}

TEST_F(Session, AliveByHeartbeatsAlone)
{
    goLive();
    say("l2_data", change("BTC-USD"));
    EXPECT_TRUE(driver.emit.aliveConnections().empty());
    say("heartbeats",
        R"({"current_time":"2026-09-07 23:37:22.674409 +0000 UTC m=+139651.27","heartbeat_counter":"139651"})");
    EXPECT_EQ(driver.emit.aliveConnections().size(), 1u);
}

TEST_F(Session, HistoryIsNoTrade)
{
    driver.control(ControlKind::Wanted, kWanted);
    connect();
    EXPECT_TRUE(say("market_trades", trades(true, {101, 100})).empty());
    EXPECT_EQ(driver.emit.ignoredKinds().size(), 2u);
    const auto events = say("market_trades", trades(false, {104, 103, 102}));
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0]["trade_id"], "102");
    EXPECT_EQ(events[2]["trade_id"], "104");
    EXPECT_EQ(events[0]["side"], "buy") << "the maker sold";
}

TEST_F(Session, AMissingMessageIsAGapOfAllThatTheConnectionCarries)
{
    goLive();
    const Nanos last = now;
    say("heartbeats", R"({"current_time":"x","heartbeat_counter":1})");
    now += kSecond;
    ++number;  // lost
    const auto events = say("l2_data", change("ETH-USD"));
    const auto gaps = ofType(events, "gap");
    ASSERT_EQ(gaps.size(), 4u);
    for (const Json& gap : gaps) {
        EXPECT_EQ(gap["cause"], "sequence");
        EXPECT_EQ(gap["state"], "open");
        EXPECT_EQ(gap["from"], last);
    }
    ASSERT_EQ(ofType(events, "book").size(), 1u);
    EXPECT_EQ(ofType(events, "book")[0]["verified"], false);
    EXPECT_EQ(requests(), (Requests{"unsubscribe ticker BTC-USD", "unsubscribe market_trades BTC-USD",
                                    "unsubscribe level2 BTC-USD ETH-USD"}));
    for (const Depth& depth : driver.live.depths)
        if (depth.receiveTime == now) {
            EXPECT_EQ(depth.state, BookState::Resyncing);
        }

    // What still comes goes on without a check, and no second gap opens.
    const auto more = say("l2_data", change("ETH-USD"));
    ASSERT_EQ(more.size(), 1u);
    EXPECT_TRUE(more[0]["verified"].is_null());

    say("subscriptions", R"({"subscriptions":{"heartbeats":["heartbeats"],"level2":["BTC-USD","ETH-USD"]}})");
    EXPECT_EQ(requests(), (Requests{"subscribe ticker BTC-USD", "subscribe market_trades BTC-USD"}));
    say("subscriptions", R"({"subscriptions":{"heartbeats":["heartbeats"]}})");
    EXPECT_EQ(requests(), Requests{"subscribe level2 BTC-USD ETH-USD"});
    now += kSecond;
    const auto filled = say("market_trades", trades(true, {103, 102, 101, 100}));
    ASSERT_EQ(ofType(filled, "trade").size(), 3u);
    EXPECT_EQ(filled[0]["trade_id"], "101");
    EXPECT_EQ(filled[0]["backfilled"], true);
    EXPECT_EQ(ofType(filled, "gap")[0]["recovered"], "backfill");
    const auto whole = say("l2_data", snapshot("BTC-USD") + "," + snapshot("ETH-USD"));
    ASSERT_EQ(ofType(whole, "gap").size(), 2u);
    EXPECT_EQ(ofType(whole, "gap")[0]["state"], "closed");
    EXPECT_EQ(ofType(whole, "gap")[0]["recovered"], "snapshot");
    EXPECT_EQ(ofType(whole, "book")[1]["verified"], true);
    EXPECT_EQ(ofType(say("ticker", ticker()), "gap")[0]["recovered"], "snapshot");
    say("subscriptions", std::string(kAll));
    EXPECT_TRUE(driver.sent().empty());
    EXPECT_EQ(say("l2_data", change("ETH-USD"))[0]["verified"], true);
}

TEST_F(Session, ARepeatedOrLateMessageIsCountedAndNothingElse)
{
    goLive();
    const std::string frame = message("l2_data", number++, change("BTC-USD"));
    EXPECT_EQ(driver.frame(frame).size(), 1u);
    EXPECT_TRUE(driver.frame(frame).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"message seen before"});
    EXPECT_EQ(say("l2_data", change("BTC-USD"))[0]["verified"], true);
}

// The venue's numbers began anew without a new connection.
TEST_F(Session, ManyOldNumbersAreNewOnes)
{
    goLive();
    number = 1000;
    say("l2_data", change("BTC-USD"));
    number = 0;
    int books = 0;
    for (int i = 0; i < 70; ++i)
        books += static_cast<int>(ofType(say("l2_data", change("BTC-USD")), "book").size());
    EXPECT_EQ(books, 7);
}

TEST_F(Session, AFrameThatCannotBeReadIsAMissingOne)
{
    goLive();
    driver.frame(message("l2_data", number++, change("BTC-USD", "1e5")));
    EXPECT_TRUE(driver.error.has_value());
    EXPECT_EQ(ofType(say("l2_data", change("BTC-USD")), "gap").size(), 4u);
}

TEST_F(Session, ALostConnectionIsAGapOfEveryLiveStream)
{
    goLive();
    const Nanos last = now - kSecond;
    const auto gaps = ofType(driver.control(ControlKind::Closed, R"({"reason":"reset","state":"backing_off"})"), "gap");
    ASSERT_EQ(gaps.size(), 4u);
    EXPECT_EQ(gaps[0]["cause"], "disconnect");
    EXPECT_EQ(gaps[0]["from"], last);
    EXPECT_EQ(driver.live.depths.back().state, BookState::Stale);
    now += 5 * kSecond;
    connect();
    EXPECT_EQ(requests().size(), 4u);
    // A change ahead of the new snapshot belongs to no book.
    EXPECT_TRUE(say("l2_data", change("BTC-USD"))[0]["verified"].is_null());
    answerAll();
    // One that reaches back only to what was seen brings nothing, and all is whole.
    EXPECT_EQ(say("l2_data", change("BTC-USD"))[0]["verified"], true);
}

TEST_F(Session, AStopOnPurposeOpensNoGap)
{
    goLive();
    EXPECT_TRUE(
        ofType(driver.control(ControlKind::Closed, R"({"reason":"stopped","state":"stopped"})"), "gap").empty());
}

TEST_F(Session, AHistoryThatDoesNotReachBackRecoversNothing)
{
    goLive();
    driver.control(ControlKind::Closed);
    connect();
    const auto events = say("market_trades", trades(true, {300, 299}));
    EXPECT_EQ(ofType(events, "trade").size(), 2u);
    EXPECT_EQ(ofType(events, "gap")[0]["recovered"], "none");
}

// Without a trade for a while the gap ends with the answer to the subscription.
TEST_F(Session, QuietTradesCloseTheirGap)
{
    goLive();
    driver.control(ControlKind::Closed);
    connect();
    EXPECT_TRUE(say("subscriptions", std::string(kAll)).empty());
    const Nanos answered = now;
    now += 9 * kSecond;
    EXPECT_TRUE(ofType(driver.control(ControlKind::Tick), "gap").empty());
    now += kSecond;
    const auto gaps = ofType(driver.control(ControlKind::Tick), "gap");
    ASSERT_EQ(gaps.size(), 1u);
    EXPECT_EQ(gaps[0]["channel"], "trade");
    EXPECT_EQ(gaps[0]["to"], answered);
}

TEST_F(Session, WhatTheVenueLeavesOutIsToldAndTriedLater)
{
    driver.control(ControlKind::Wanted, kWanted);
    connect();
    // An answer to another request says nothing of this one.
    EXPECT_TRUE(say("subscriptions", R"({"subscriptions":{"heartbeats":["heartbeats"]}})").empty());
    const auto events = say("subscriptions", R"({"subscriptions":{"heartbeats":["heartbeats"],"level2":["BTC-USD"]}})");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["symbol"], "ETH-USD");
    EXPECT_EQ(events[0]["state"], "refused");
    EXPECT_EQ(events[0]["reason"], "level2: left out by the venue");
    EXPECT_TRUE(driver.sent().empty());
    now += kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(requests(), Requests{"subscribe level2 ETH-USD"});
}

TEST_F(Session, ARefusalIsToldAndItsProductsAreAskedForOneByOne)
{
    driver.control(ControlKind::Wanted,
                   R"({"subscriptions":[{"channel":"book","symbols":["A-B","C-D"],"depth":100}]})");
    connect();
    const auto events = driver.frame(R"({"type":"error","message":"failure to subscribe"})");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["state"], "refused");
    EXPECT_EQ(events[0]["reason"], "failure to subscribe, level2 of A-B and 1 more");
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
    now += kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(requests(), (Requests{"subscribe level2 A-B", "subscribe level2 C-D"}));
}

TEST_F(Session, AMissingAnswerIsAskedForAgain)
{
    driver.control(ControlKind::Wanted, kWanted);
    connect();
    now += 10 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(requests().size(), 3u);
    EXPECT_EQ(requests()[0], "unsubscribe ticker BTC-USD");
}

TEST_F(Session, WhatIsNotWantedAnyMoreIsEndedAndIgnored)
{
    goLive();
    driver.control(ControlKind::Wanted, R"({"subscriptions":[{"channel":"book","symbols":["BTC-USD"],"depth":100}]})");
    EXPECT_EQ(requests(), (Requests{"unsubscribe ticker BTC-USD", "unsubscribe market_trades BTC-USD",
                                    "unsubscribe level2 ETH-USD"}));
    EXPECT_TRUE(say("l2_data", change("ETH-USD")).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"book that is not wanted"});
    EXPECT_EQ(say("l2_data", change("BTC-USD"))[0]["verified"], true);
    say("subscriptions", R"({"subscriptions":{"heartbeats":["heartbeats"],"level2":["BTC-USD"]}})");
    now += 100 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.sent().empty());
}

TEST_F(Session, ABookThatStaysCrossedIsResynced)
{
    goLive();
    EXPECT_EQ(say("l2_data", change("BTC-USD", "102")).size(), 1u);
    now += 6 * kSecond;
    const auto gaps = ofType(say("l2_data", change("BTC-USD", "102", "2")), "gap");
    ASSERT_EQ(gaps.size(), 1u);
    EXPECT_EQ(gaps[0]["cause"], "crossed");
    EXPECT_EQ(requests(), Requests{"unsubscribe level2 BTC-USD"});
}

// The whole book comes over the wire; a hundred levels of a side are kept, and none of those that were cut is missed when
// the market gets there.
TEST_F(Session, ABookIsCutAndAskedForAnewBeforeTheCutShows)
{
    goLive();
    std::vector<std::string> levels;
    for (int i = 0; i < 150; ++i)
        levels.push_back(level(i % 2 ? "bid" : "offer", std::to_string(i % 2 ? 1000 - i : 1000 + i), "1"));
    for (int i = 150; i < 300; ++i)
        levels.push_back(level("bid", std::to_string(1000 - i), "1"));
    const auto events = say("l2_data", bookEvent("BTC-USD", true, levels));
    ASSERT_EQ(events.size(), 1u);
    ASSERT_EQ(events[0]["bids"].size(), 100u);
    EXPECT_EQ(events[0]["bids"][0][0], "999.0");
    EXPECT_EQ(events[0]["asks"].size(), 75u);
    // Beyond the cut nothing is known, whatever is told of there.
    say("l2_data", change("BTC-USD", "1.5", "9"));
    int removed = 0;
    for (const auto& bid : events[0]["bids"]) {
        const bool asked = !ofType(say("l2_data", change("BTC-USD", bid[0].get<std::string>(), "0")), "gap").empty();
        ++removed;
        if (asked)
            break;
    }
    EXPECT_EQ(removed, 50);
    EXPECT_EQ(requests(), Requests{"unsubscribe level2 BTC-USD"});
    EXPECT_EQ(driver.live.depths.back().bids[0].price, std::stoll(events[0]["bids"][50][0].get<std::string>()) * 10);
}

TEST_F(Session, ALargeSnapshotInAnyOrder)
{
    driver.control(ControlKind::Wanted,
                   R"({"subscriptions":[{"channel":"book","symbols":["BTC-USD"],"depth":50000}]})");
    connect();
    std::vector<std::string> levels;
    constexpr int kLevels = 40'000;
    for (int i = 0; i < kLevels; ++i) {
        const int place = static_cast<int>(i * 7919ll % kLevels);
        levels.push_back(level("bid", std::to_string(50'000 - place) + ".25", "1"));
        levels.push_back(level("offer", std::to_string(50'001 + place), place == 5 ? "0" : "0.00000001"));
    }
    levels.push_back(level("bid", "50000.250", "3"));  // the last word on a price counts
    const auto events = say("l2_data", bookEvent("BTC-USD", true, levels));
    ASSERT_FALSE(driver.error.has_value()) << driver.error->text();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["bids"].size(), 40'000u);
    EXPECT_EQ(events[0]["asks"].size(), 39'999u);
    EXPECT_EQ(events[0]["bids"][0], (Json{"50000.250", "3.00000000"}));
    EXPECT_EQ(events[0]["asks"][5][0], "50007.000");
}

TEST_F(Session, OverflowIsAGapAndAResync)
{
    goLive();
    const auto events = driver.control(ControlKind::Overflow, R"({"frames":3,"bytes":300})");
    ASSERT_EQ(ofType(events, "gap").size(), 4u);
    EXPECT_EQ(ofType(events, "gap")[0]["cause"], "overflow");
    EXPECT_EQ(requests().size(), 3u);
    number += 3;
    EXPECT_TRUE(ofType(say("l2_data", change("BTC-USD")), "gap").empty()) << "they are open already";
}

TEST_F(Session, ARestartIsAGapFromTheLastFrameOn)
{
    driver.control(ControlKind::Started, R"({"previous":123})");
    const auto gaps = ofType(driver.control(ControlKind::Wanted, kWanted), "gap");
    ASSERT_EQ(gaps.size(), 4u);
    EXPECT_EQ(gaps[0]["cause"], "restart");
    EXPECT_EQ(gaps[0]["from"], 123);
    connect();
    EXPECT_EQ(ofType(say("l2_data", snapshot("BTC-USD")), "gap").size(), 1u);
}

// From any point on, a decoder that loads the state says what the first one says.
TEST_F(Session, SavedStatesGoOn)
{
    goLive();
    std::vector<std::pair<std::string, std::string>> steps = {{"l2_data", change("BTC-USD")},
                                                              {"ticker", ticker()},
                                                              {"market_trades", trades(false, {102, 101})},
                                                              {"l2_data", change("ETH-USD", "100.1", "3")}};
    for (std::size_t from = 0; from <= steps.size(); ++from) {
        const std::string saved = driver.saved();
        Driver other;
        for (std::uint32_t id = 1; id < driver.symbols.size(); ++id) {
            const SymbolName& name = driver.symbols.name(id);
            static_cast<void>(other.symbols.intern(name.venue, name.symbol, name.native));
        }
        other.now = now;
        ASSERT_TRUE(other.decoder->load(saved));
        EXPECT_EQ(other.saved(), saved);
        EXPECT_FALSE(other.decoder->load("x"));
        other.restart();
        ASSERT_TRUE(other.decoder->load(saved));
        if (from == 2)
            ++number;  // one is lost
        const std::string frame =
            from < steps.size() ? message(steps[from].first, number++, steps[from].second) : std::string("x");
        const auto ours = driver.frame(frame);
        const auto theirs = other.frame(frame);
        ASSERT_EQ(ours.size(), theirs.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            Json a = ours[i];
            Json b = theirs[i];
            for (const char* key : {"seq", "origin"}) {
                a.erase(key);
                b.erase(key);
            }
            EXPECT_EQ(a, b);
        }
        EXPECT_EQ(driver.sent(), other.sent());
        EXPECT_EQ(driver.saved(), other.saved());
    }
}

}  // namespace
}  // namespace tickdeck::coinbase
