// SPDX-License-Identifier: GPL-3.0-or-later
// A session as the venue leads it: what is asked for, what is granted, what breaks and how it is mended.

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "tests/deribit_decoder/driver.h"

namespace tickdeck::deribit {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kWanted =
    R"({"subscriptions":[{"channel":"instrument","currencies":["BTC"]},{"channel":"ticker","symbols":["BTC-PERPETUAL"]},)"
    R"({"channel":"trade","symbols":["BTC-PERPETUAL"]},{"channel":"book","symbols":["BTC-PERPETUAL"]},)"
    R"({"channel":"vol_index","symbols":["btc_usd"]}],)"
    R"("options":{"underlyings":["BTC"],"channels":["ticker"],"within_days":400,"most":3},"interval":"100ms",)"
    R"("answer_within_ms":5000,"most_delay_ms":8000})";

// 2026-11-21 12:00 UTC, and expiries behind it.
constexpr Nanos kNoon = 1'795'262'400 * kSecond;
constexpr Nanos kDay = 86'400 * kSecond;
constexpr Nanos kNextExpiry = kNoon + 20 * 3600 * kSecond;

class Session : public testing::Test {
protected:
    Session() { driver.now = kNoon; }

    static std::string perpetual()
    {
        return R"({"kind":"future","instrument_name":"BTC-PERPETUAL","instrument_type":"reversed","is_active":true,)"
               R"("expiration_timestamp":32503708800000,"tick_size":0.5,"contract_size":10.0,"min_trade_amount":10.0,)"
               R"("settlement_currency":"BTC","settlement_period":"perpetual","base_currency":"BTC",)"
               R"("counter_currency":"USD","quote_currency":"USD","tick_size_steps":[]})";
    }
    static std::string option(const std::string& name, Nanos expiry, int strike, const std::string& state = "open")
    {
        return R"({"kind":"option","state":")" + state + R"(","instrument_name":")" + name +
               R"(","instrument_type":"reversed","expiration_timestamp":)" + std::to_string(expiry / kMillisecond) +
               R"(,"strike":)" + std::to_string(strike) +
               R"(.0,"option_type":"call","base_currency":"BTC","quote_currency":"BTC","counter_currency":"USD",)"
               R"("settlement_currency":"BTC","settlement_period":"day","tick_size":0.0001,"contract_size":1.0,)"
               R"("min_trade_amount":0.1})";
    }
    static std::vector<std::string> chain()
    {
        return {perpetual(),
                option("BTC-29JAN27-90000-C", kNextExpiry + 68 * kDay, 90'000),
                option("BTC-22NOV26-80000-C", kNextExpiry, 80'000),
                option("BTC-22NOV26-81000-C", kNextExpiry, 81'000),
                option("BTC-23NOV26-80000-C", kNextExpiry + kDay, 80'000),
                option("BTC-31DEC99-80000-C", kNextExpiry + 900 * kDay, 80'000)};
    }

    void note()
    {
        for (Json& message : driver.sent())
            asked.push_back(std::move(message));
    }
    // The messages since the last time.
    std::vector<Json> take() { return std::exchange(asked, {}); }
    std::vector<Json> control(ControlKind kind, std::string_view payload = "{}")
    {
        auto events = driver.control(kind, payload);
        note();
        return events;
    }
    std::vector<Json> frame(const std::string& bytes)
    {
        auto events = driver.frame(bytes);
        EXPECT_FALSE(driver.error.has_value()) << bytes.substr(0, 300) << driver.error->text();
        note();
        return events;
    }
    std::vector<Json> answer(const Json& request, const Json& result)
    {
        return frame(Json{{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}}.dump());
    }
    std::vector<Json> refuse(const Json& request, int code)
    {
        return frame(
            Json{{"jsonrpc", "2.0"}, {"id", request["id"]}, {"error", {{"code", code}, {"message", "no"}}}}.dump());
    }
    std::vector<Json> list(const Json& request, const std::vector<std::string>& entries)
    {
        std::string result;
        for (const std::string& entry : entries)
            result += (result.empty() ? "" : ",") + entry;
        return frame(R"({"jsonrpc":"2.0","id":)" + request["id"].dump() + R"(,"result":[)" + result + "]}");
    }
    // Grants all that is asked for.
    void grant()
    {
        while (!asked.empty()) {
            for (const Json& request : take()) {
                const std::string method = request["method"];
                if (method == "public/set_heartbeat")
                    answer(request, "ok");
                else if (method == "public/get_instruments")
                    list(request, chain());
                else if (method != "public/test")
                    answer(request, request["params"]["channels"]);
            }
        }
    }
    static std::string notification(const std::string& channel, const std::string& data)
    {
        return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + channel + R"(","data":)" + data +
               "}}";
    }
    static std::string book(const std::string& type, int id, int previous,
                            const std::string& level = R"(["new",77000.0,40.0])")
    {
        return notification("book.BTC-PERPETUAL.100ms",
                            R"({"timestamp":1,"type":")" + type +
                                R"(","instrument_name":"BTC-PERPETUAL","change_id":)" + std::to_string(id) +
                                (type == "change" ? R"(,"prev_change_id":)" + std::to_string(previous) : "") +
                                R"(,"bids":[)" + level + R"(],"asks":[]})");
    }
    static std::string trade(int sequence)
    {
        return notification(
            "trades.BTC-PERPETUAL.100ms",
            R"([{"trade_seq":)" + std::to_string(sequence) + R"(,"trade_id":"t)" + std::to_string(sequence) +
                R"(","timestamp":1,"price":7.7e4,"instrument_name":"BTC-PERPETUAL","direction":"sell","amount":10.0}])");
    }
    static std::string ticker(const std::string& name)
    {
        return notification("ticker." + name + ".100ms",
                            R"({"timestamp":1,"state":"open","instrument_name":")" + name +
                                R"(","best_bid_price":0.0,"best_bid_amount":0.0,"best_ask_price":0.0065,)"
                                R"("best_ask_amount":1.5,"mark_price":0.0064})");
    }
    static std::set<std::string> channels(const std::vector<Json>& requests, const std::string& method)
    {
        std::set<std::string> out;
        for (const Json& request : requests)
            if (request["method"] == method)
                for (const Json& channel : request["params"]["channels"])
                    out.insert(channel.get<std::string>());
        return out;
    }
    static std::vector<Json> ofType(const std::vector<Json>& events, std::string_view type)
    {
        std::vector<Json> out;
        std::ranges::copy_if(events, std::back_inserter(out), [&](const Json& event) { return event["type"] == type; });
        return out;
    }
    void goLive()
    {
        control(ControlKind::Wanted, kWanted);
        control(ControlKind::Opened);
        grant();
        frame(book("snapshot", 100, 0));
        for (const char* name : {"BTC-PERPETUAL", "BTC-22NOV26-80000-C", "BTC-22NOV26-81000-C", "BTC-23NOV26-80000-C"})
            frame(ticker(name));
        EXPECT_TRUE(take().empty());
    }

    Driver driver;
    std::vector<Json> asked;
};

TEST_F(Session, HeartbeatAndListComeFirstAndOptionsAreChosenFromIt)
{
    control(ControlKind::Wanted, kWanted);
    EXPECT_TRUE(take().empty());
    control(ControlKind::Opened);
    const std::vector<Json> first = take();
    ASSERT_EQ(first.size(), 3u);
    EXPECT_EQ(first[0]["method"], "public/set_heartbeat");
    EXPECT_EQ(first[0]["params"]["interval"], 10);
    EXPECT_EQ(first[1]["method"], "public/get_instruments");
    EXPECT_EQ(first[1]["params"]["currency"], "BTC");
    EXPECT_EQ(channels(first, "public/subscribe"),
              (std::set<std::string>{"ticker.BTC-PERPETUAL.100ms", "trades.BTC-PERPETUAL.100ms",
                                     "book.BTC-PERPETUAL.100ms", "deribit_volatility_index.btc_usd"}));
    const auto events = list(first[1], chain());
    EXPECT_EQ(ofType(events, "instrument").size(), 6u);
    // The three that expire next, of those within 400 days.
    EXPECT_EQ(channels(take(), "public/subscribe"),
              (std::set<std::string>{"ticker.BTC-22NOV26-80000-C.100ms", "ticker.BTC-22NOV26-81000-C.100ms",
                                     "ticker.BTC-23NOV26-80000-C.100ms"}));
    EXPECT_EQ(driver.emit.notices().size(), 1u) << "options were left out";
}

TEST_F(Session, ManyChannelsGoIntoOneRequest)
{
    std::vector<std::string> entries{perpetual()};
    for (int i = 0; i < 1100; ++i)
        entries.push_back(option("BTC-22NOV26-" + std::to_string(10'000 + i) + "-C", kNextExpiry, 10'000 + i));
    std::string wanted(kWanted);
    wanted.replace(wanted.find(R"("most":3)"), 8, R"("most":1500)");
    control(ControlKind::Wanted, wanted);
    control(ControlKind::Opened);
    const std::vector<Json> first = take();
    list(first[1], entries);
    const std::vector<Json> second = take();
    ASSERT_EQ(second.size(), 3u);
    for (const Json& request : second)
        EXPECT_LE(request["params"]["channels"].size(), 500u);
    EXPECT_EQ(channels(second, "public/subscribe").size(), 1100u);
}

TEST_F(Session, TestRequestsAreAnsweredUrgently)
{
    goLive();
    frame(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})");
    EXPECT_TRUE(take().empty());
    EXPECT_EQ(driver.emit.aliveConnections().size(), 1u);
    frame(R"({"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"})");
    ASSERT_EQ(driver.emit.sends().size(), 1u);
    EXPECT_TRUE(driver.emit.sends()[0].urgent);
    EXPECT_EQ(take().at(0)["method"], "public/test");
}

TEST_F(Session, WhatIsNotGrantedIsTold)
{
    control(ControlKind::Wanted, kWanted);
    control(ControlKind::Opened);
    const std::vector<Json> first = take();
    const Json& request =
        *std::ranges::find_if(first, [](const Json& one) { return one["method"] == "public/subscribe"; });
    Json partly = request["params"]["channels"];
    partly.erase(std::ranges::find(partly, "book.BTC-PERPETUAL.100ms"));
    const auto events = ofType(answer(request, partly), "status");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["state"], "refused");
    EXPECT_NE(events[0]["reason"].get<std::string>().find("book.BTC-PERPETUAL.100ms"), std::string::npos);
    for (int i = 0; i < 100; ++i) {
        driver.now += kSecond;
        control(ControlKind::Tick);
    }
    EXPECT_FALSE(channels(take(), "public/subscribe").contains("book.BTC-PERPETUAL.100ms"))
        << "it is not asked for again";
}

TEST_F(Session, ABrokenChainIsAGapAndASnapshotMendsIt)
{
    goLive();
    EXPECT_EQ(frame(book("change", 101, 100)).at(0)["verified"], true);
    driver.now += kSecond;
    const auto gap = ofType(frame(book("change", 105, 104)), "gap");
    ASSERT_EQ(gap.size(), 1u);
    EXPECT_EQ(gap[0]["cause"], "sequence");
    EXPECT_EQ(gap[0]["channel"], "book");
    EXPECT_EQ(gap[0]["from"], kNoon);
    EXPECT_EQ(driver.live.depths.back().state, BookState::Resyncing);
    const std::vector<Json> end = take();
    EXPECT_EQ(channels(end, "public/unsubscribe"), (std::set<std::string>{"book.BTC-PERPETUAL.100ms"}));
    EXPECT_TRUE(ofType(frame(book("change", 106, 105)), "book").empty()) << "nothing is known that it would change";
    answer(end.at(0), end.at(0)["params"]["channels"]);
    const std::vector<Json> start = take();
    EXPECT_EQ(channels(start, "public/subscribe"), (std::set<std::string>{"book.BTC-PERPETUAL.100ms"}));
    answer(start.at(0), start.at(0)["params"]["channels"]);
    const auto mended = frame(book("snapshot", 200, 0));
    EXPECT_EQ(ofType(mended, "book").at(0)["kind"], "snapshot");
    EXPECT_EQ(ofType(mended, "gap").at(0)["state"], "closed");
    EXPECT_EQ(ofType(mended, "gap").at(0)["recovered"], "snapshot");
    EXPECT_EQ(frame(book("change", 201, 200)).at(0)["verified"], true);
    EXPECT_EQ(driver.live.depths.back().state, BookState::Live);
}

TEST_F(Session, AFirstChangeMayBeTheWholeBook)
{
    const auto events = frame(book("change", 7, 0));
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["kind"], "snapshot");
    EXPECT_EQ(frame(book("change", 9, 7)).at(0)["verified"], true);
}

TEST_F(Session, LostTradesAreToldOnce)
{
    goLive();
    EXPECT_EQ(frame(trade(10)).at(0)["price"], "77000");
    EXPECT_TRUE(frame(trade(10)).empty()) << "seen before";
    const auto events = frame(trade(13));
    const auto gaps = ofType(events, "gap");
    ASSERT_EQ(gaps.size(), 2u);
    EXPECT_EQ(gaps[0]["state"], "open");
    EXPECT_EQ(gaps[1]["state"], "closed");
    EXPECT_EQ(gaps[1]["recovered"], "none");
    EXPECT_EQ(ofType(events, "trade").at(0)["side"], "sell");
    // What a lost connection has told of already is not told again.
    control(ControlKind::Closed);
    control(ControlKind::Opened);
    grant();
    EXPECT_EQ(ofType(frame(trade(20)), "gap").size(), 0u);
    EXPECT_TRUE(frame(trade(20)).empty());
}

TEST_F(Session, ALostConnectionIsAGapInEachStream)
{
    goLive();
    driver.now += kSecond;
    const auto lost = ofType(control(ControlKind::Closed, R"({"reason":"gone"})"), "gap");
    EXPECT_EQ(lost.size(), 7u);  // perpetual: quote, trade, book; the index; three options
    std::multiset<std::string> kinds;
    for (const Json& gap : lost)
        kinds.insert(gap["channel"]);
    EXPECT_EQ(kinds, (std::multiset<std::string>{"quote", "trade", "book", "vol_index", "option", "option", "option"}));
    control(ControlKind::Opened);
    grant();
    const auto closed = ofType(frame(ticker("BTC-22NOV26-80000-C")), "gap");
    ASSERT_EQ(closed.size(), 1u);
    EXPECT_EQ(closed[0]["state"], "closed");
}

TEST_F(Session, ListsAreAskedForAgainAndExpiriesFollowed)
{
    goLive();
    driver.now = kNextExpiry + 11 * kSecond;
    control(ControlKind::Tick);
    const std::vector<Json> again = take();
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0]["method"], "public/get_instruments");
    const auto events = list(again[0], {perpetual(), option("BTC-23NOV26-80000-C", kNextExpiry + kDay, 80'000),
                                        option("BTC-24NOV26-80000-C", kNextExpiry + 2 * kDay, 80'000)});
    int expired = 0;
    for (const Json& event : ofType(events, "instrument"))
        expired += event["status"] == "expired" ? 1 : 0;
    EXPECT_EQ(expired, 2);
    const std::vector<Json> changes = take();
    EXPECT_EQ(channels(changes, "public/unsubscribe"),
              (std::set<std::string>{"ticker.BTC-22NOV26-80000-C.100ms", "ticker.BTC-22NOV26-81000-C.100ms"}));
    EXPECT_EQ(channels(changes, "public/subscribe"), (std::set<std::string>{"ticker.BTC-24NOV26-80000-C.100ms"}));
    // A quarter of an hour later once more, and not before.
    driver.now += 60 * kSecond;
    control(ControlKind::Tick);
    for (const Json& request : take())
        EXPECT_NE(request["method"], "public/get_instruments");
}

TEST_F(Session, ErrorsAreTriedAgainOrNotAsTheVenueSays)
{
    control(ControlKind::Wanted, kWanted);
    control(ControlKind::Opened);
    const std::vector<Json> first = take();
    const Json& subscribe =
        *std::ranges::find_if(first, [](const Json& one) { return one["method"] == "public/subscribe"; });
    const auto flooded = ofType(refuse(subscribe, 10028), "status");
    ASSERT_EQ(flooded.size(), 1u);
    EXPECT_EQ(flooded[0]["state"], "rate_limited");
    control(ControlKind::Tick);
    EXPECT_TRUE(channels(take(), "public/subscribe").empty()) << "not at once";
    std::vector<Json> again;
    for (int i = 0; i < 20 && channels(again, "public/subscribe").empty(); ++i) {
        driver.now += kSecond;
        control(ControlKind::Tick);
        again = take();
    }
    const auto found = std::ranges::find_if(again, [](const Json& one) { return one["method"] == "public/subscribe"; });
    ASSERT_NE(found, again.end());
    refuse(*found, -32602);
    for (int i = 0; i < 100; ++i) {
        driver.now += kSecond;
        control(ControlKind::Tick);
    }
    EXPECT_TRUE(channels(take(), "public/subscribe").empty()) << "never again on this connection";
}

TEST_F(Session, ARestartBeginsWithAGap)
{
    control(ControlKind::Started, R"({"previous":)" + std::to_string(kNoon - kDay) + "}");
    const auto gaps = ofType(control(ControlKind::Wanted, kWanted), "gap");
    EXPECT_EQ(gaps.size(), 5u);  // the list, and four streams; the options are not known yet
    for (const Json& gap : gaps) {
        EXPECT_EQ(gap["cause"], "restart");
        EXPECT_EQ(gap["from"], kNoon - kDay);
    }
    control(ControlKind::Opened);
    const auto later = ofType(list(take().at(1), chain()), "gap");
    EXPECT_EQ(std::ranges::count_if(later, [](const Json& gap) { return gap["channel"] == "option"; }), 3);
}

TEST_F(Session, SavedStatesGoOnAlike)
{
    goLive();
    frame(trade(10));
    frame(book("change", 101, 100));
    const std::string saved = driver.saved();
    Driver other;
    ASSERT_TRUE(other.decoder->load(saved).has_value());
    EXPECT_EQ(other.saved(), saved);
    other.now = driver.now += kSecond;
    for (const std::string& line : {book("change", 105, 104), trade(14), ticker("BTC-22NOV26-80000-C")}) {
        EXPECT_EQ(driver.frame(line).size(), other.frame(line).size()) << line;
        EXPECT_EQ(driver.sent(), other.sent());
    }
    EXPECT_EQ(other.saved(), driver.saved());
    for (std::size_t size = 0; size < saved.size(); size += 97) {
        Driver cut;
        EXPECT_FALSE(cut.decoder->load(std::string_view(saved).substr(0, size)).has_value());
    }
}

}  // namespace
}  // namespace tickdeck::deribit
