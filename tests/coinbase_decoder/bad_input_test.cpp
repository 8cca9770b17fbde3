// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes that no venue should send: told with their place, and nothing is changed by them.

#include <gtest/gtest.h>

#include "tests/coinbase_decoder/driver.h"
#include "tests/support/damage.h"

namespace tickdeck::coinbase {
namespace {

using namespace std::string_literals;

class BadInput : public testing::Test {
protected:
    Driver driver;

    void SetUp() override
    {
        driver.control(ControlKind::Opened);
        ASSERT_EQ(
            driver
                .frame(message("l2_data", 0,
                               bookEvent("BTC-USD", true, {level("bid", "100", "5"), level("offer", "101", "7")})))
                .size(),
            1u);
    }
    void expectBad(const std::string& frame, ErrorCode code, std::string_view at = {})
    {
        const std::string before = driver.saved();
        const auto events = driver.frame(frame);
        ASSERT_TRUE(driver.error.has_value()) << frame;
        EXPECT_EQ(driver.error->code, code) << frame << "\n" << driver.error->text();
        ASSERT_TRUE(driver.error->offset.has_value()) << frame;
        ASSERT_LE(*driver.error->offset, frame.size()) << frame;
        EXPECT_EQ(std::string_view(frame).substr(*driver.error->offset, at.size()), at) << frame << "\n"
                                                                                        << driver.error->text();
        EXPECT_TRUE(events.empty());
        EXPECT_TRUE(driver.sent().empty());
        EXPECT_EQ(driver.saved(), before) << frame;
    }
    static std::string book(const std::string& levels)
    {
        return message("l2_data", 1, R"({"type":"update","product_id":"BTC-USD","updates":[)" + levels + "]}");
    }
};

TEST_F(BadInput, NumbersThatAreNone)
{
    for (const std::string number : {"", "x", "-", "+1", ".5", "1.", "01", "1.2.3", "0x10", "NaN", "Infinity", "1e3",
                                     "5.1E-05", "-1", "1 2", " 1", "1,5"}) {
        expectBad(book(level("bid", number, "1")), ErrorCode::Malformed);
        expectBad(book(level("offer", "1", number)), ErrorCode::Malformed);
    }
    expectBad(book(level("bid", "12e3", "1")), ErrorCode::Malformed, "12e3");
    expectBad(book(R"({"side":"bid","price_level":1,"new_quantity":"1"})"), ErrorCode::Malformed);
    expectBad(book(R"({"side":"bid","price_level":null,"new_quantity":"1"})"), ErrorCode::Malformed);
    expectBad(book(level("bid", "1", "1234567890123456789")), ErrorCode::OutOfRange, "1234567890123456789");
    // Each fits alone, but not together at one scale.
    expectBad(book(level("bid", "1", "123456789012345678") + "," + level("bid", "2", "0.000001")),
              ErrorCode::OutOfRange, "\"updates\"");
}

TEST_F(BadInput, KeysTwiceOrMissing)
{
    expectBad(book(R"({"side":"bid","side":"bid","price_level":"1","new_quantity":"1"})"), ErrorCode::Malformed);
    expectBad(book(R"({"price_level":"1","new_quantity":"1"})"), ErrorCode::Malformed);
    expectBad(book(R"({"side":"ask","price_level":"1","new_quantity":"1"})"), ErrorCode::Malformed, "\"side\"");
    expectBad(message("l2_data", 1, R"({"product_id":"BTC-USD","updates":[]})"), ErrorCode::Malformed);
    expectBad(message("l2_data", 1, R"({"type":"rumour","product_id":"BTC-USD","updates":[]})"), ErrorCode::Unsupported,
              "\"type\"");
    expectBad(R"({"channel":"l2_data","events":[]})", ErrorCode::Malformed);
    expectBad(R"({"channel":"l2_data","sequence_num":1})", ErrorCode::Malformed);
    expectBad(R"({"channel":"l2_data","sequence_num":-1,"events":[]})", ErrorCode::Malformed, "-1");
    expectBad(R"({"channel":"l2_data","sequence_num":1,"timestamp":"soon","events":[]})", ErrorCode::Malformed);
    expectBad(R"({"channel":"weather","sequence_num":1,"events":[]})", ErrorCode::Unsupported, "\"channel\"");
    expectBad(R"({"type":"snapshot","product_id":"BTC-USD","bids":[],"asks":[]})", ErrorCode::Unsupported);
    expectBad(message("market_trades", 1,
                      R"({"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"7a",)"
                      R"("price":"1","size":"1","time":"2026-09-30T02:39:56Z","side":"BUY"}]})"),
              ErrorCode::Malformed, "\"trade_id\"");
    expectBad(message("market_trades", 1,
                      R"({"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"7",)"
                      R"("price":"1","size":"1","time":"2026-09-30T02:39:56Z","side":"buy"}]})"),
              ErrorCode::Malformed, "\"side\"");
    expectBad(message("subscriptions", 1, R"({"subscriptions":{"level2":"BTC-USD"}})"), ErrorCode::Malformed);
}

TEST_F(BadInput, NotJson)
{
    for (const std::string& frame :
         {""s, " "s, "x"s, "{"s, "[]"s, "1"s, "null"s, "<html>busy</html>"s, "\0\0"s, "\xff"s,
          message("heartbeats", 1, "") + "}", message("heartbeats", 1, "{}") + " x", message("heartbeats", 1, "[1,,2]"),
          message("heartbeats", 1, "nul"), message("heartbeats", 1, std::string(100'000, '['))})
        expectBad(frame, ErrorCode::Malformed);
}

TEST_F(BadInput, NoBookIsHalfChanged)
{
    const std::string good = book(level("bid", "100", "9") + "," + level("bid", "98", "6"));
    for (std::size_t size = 0; size < good.size(); ++size)
        expectBad(good.substr(0, size), ErrorCode::Malformed);
    const std::string event = bookEvent("BTC-USD", false, {level("bid", "100", "9")});
    const std::string huge = bookEvent("BTC-USD", false, {level("bid", "0.0001", "999999999999999999")});
    expectBad(message("l2_data", 1, event + "," + event.substr(0, 40)), ErrorCode::Malformed);
    const auto events = driver.frame(good);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["verified"], true);
    EXPECT_FALSE(driver.error.has_value());
}

// Keys in any order, blanks and unknown keys are JSON all the same.
TEST_F(BadInput, AnyOrderIsGood)
{
    const auto events = driver.frame(
        R"( { "events" : [ {"updates":[ {"new_quantity":"5.0","x":[1,{"y":null}],"price_level" : "99.5","side":"bid"} ],)"
        R"("product_id":"BTC\u002dUSD","type":"update"} ], "new":{"a":-1e5}, "sequence_num":1, "channel":"l2_data" } )");
    ASSERT_EQ(events.size(), 1u) << driver.error->text();
    EXPECT_EQ(events[0]["bids"][0], (Json{"99.5", "5.0"}));
    EXPECT_EQ(events[0]["verified"], true);
    EXPECT_TRUE(events[0]["exchange_time"].is_null());
}

TEST_F(BadInput, TimesOfAnyLengthAnd1970)
{
    const auto timeOf = [&](int number, const std::string& written) {
        const auto events =
            driver.frame(message("l2_data", number,
                                 R"({"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":")" +
                                     written + R"(","price_level":"1","new_quantity":"1"}]})"));
        return events.at(0)["exchange_time"];
    };
    EXPECT_EQ(timeOf(1, "2026-09-30T02:39:59.4104Z"), 1'790'735'999'410'400'000);
    EXPECT_EQ(timeOf(2, "2026-09-30T02:39:00Z"), 1'790'735'940'000'000'000);
    EXPECT_EQ(timeOf(3, "2026-09-30T02:39:56.81292921Z"), 1'790'735'996'812'929'210);
    EXPECT_EQ(timeOf(4, "1970-01-01T00:00:00Z"), 1'790'735'996'664'483'596) << "that of the message";
}

TEST_F(BadInput, DocumentedKindsAreIgnoredAndCount)
{
    int number = 1;
    for (const char* channel : {"candles", "status", "ticker_batch", "user", "futures_balance_summary", "heartbeats"}) {
        EXPECT_TRUE(driver.frame(message(channel, number++, R"({"type":"snapshot","x":[]})")).empty());
        EXPECT_FALSE(driver.error.has_value()) << channel;
        EXPECT_EQ(driver.emit.ignoredKinds().size(), 1u) << channel;
    }
    EXPECT_TRUE(
        driver.frame(message("ticker", number++, R"({"tickers":[{"product_id":"BTC-USD","price":"1"}]})")).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"ticker without best prices"});
    EXPECT_EQ(
        driver.frame(message("l2_data", number, bookEvent("BTC-USD", false, {level("bid", "1", "1")})))[0]["verified"],
        true);
}

// A venue that makes up names has no hold on what is kept.
TEST_F(BadInput, NamesThatNobodyWantsLeaveNothingBehind)
{
    driver.control(ControlKind::Wanted, R"({"subscriptions":[{"channel":"book","symbols":["BTC-USD"],"depth":100}]})");
    const std::size_t before = driver.saved().size();
    const std::uint32_t names = driver.symbols.size();
    for (int i = 0; i < 1000; ++i)
        EXPECT_TRUE(driver
                        .frame(message("l2_data", i + 1,
                                       bookEvent("X" + std::to_string(i) + "-USD", true, {level("bid", "1", "1")})))
                        .empty());
    EXPECT_EQ(driver.saved().size(), before);
    EXPECT_EQ(driver.symbols.size(), names);
}

TEST_F(BadInput, AnyDamageIsBorne)
{
    std::mt19937_64 random(3);
    const std::vector<std::string> frames = {
        book(level("bid", "100", "9") + "," + level("offer", "102.25", "0")),
        message("ticker", 1,
                R"({"type":"update","tickers":[{"product_id":"BTC-USD","best_bid":"1","best_bid_quantity":"1",)"
                R"("best_ask":"2","best_ask_quantity":"1"}]})"),
        message("market_trades", 1,
                R"({"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"7","price":"1","size":"1",)"
                R"("time":"2026-09-30T02:39:56Z","side":"BUY"}]})"),
        message("subscriptions", 1, R"({"subscriptions":{"level2":["BTC-USD"]}})")};
    int refused = 0;
    for (int i = 0; i < 4'000; ++i) {
        Driver one;
        one.frame(damaged(frames[random() % frames.size()], random));
        refused += one.error.has_value();
        const std::string saved = one.saved();
        Driver two;
        ASSERT_TRUE(two.decoder->load(saved));
        ASSERT_EQ(two.saved(), saved);
    }
    EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace tickdeck::coinbase
