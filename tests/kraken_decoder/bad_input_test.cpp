// SPDX-License-Identifier: GPL-3.0-or-later
// What no venue should send: an error with the byte, and nothing else disturbed.

#include <gtest/gtest.h>

#include "engine/connectors/kraken/message.h"
#include "tests/kraken_decoder/driver.h"

namespace tickdeck::kraken {
namespace {

using namespace std::string_literals;

const std::string kSnapshot =
    R"({"channel":"book","type":"snapshot","data":[{"symbol":"MINA/GBP","bids":[{"price":0.0286,"qty":74198.19125726}],)"
    R"("asks":[{"price":0.0287,"qty":10.00000000}],"timestamp":"2026-08-16T23:37:04.849274Z"}]})";

std::string book(const std::string& level, const std::string& rest = R"(,"checksum":1)")
{
    return R"({"channel":"book","type":"update","data":[{"symbol":"MINA/GBP","bids":[)" + level + R"(],"asks":[])" +
           rest + R"(,"timestamp":"2026-08-16T23:37:05.849274Z"}]})";
}

struct Bad {
    std::string frame;
    ErrorCode code;
    std::string at;  // text at which the offset points; empty: any place in the frame
};

class BadInput : public testing::Test {
protected:
    Driver driver;

    void SetUp() override
    {
        ASSERT_EQ(driver.control(ControlKind::Opened).size(), 1u);
        ASSERT_EQ(driver.frame(kSnapshot).size(), 1u);
    }
    void expectBad(const Bad& bad)
    {
        const std::string before = driver.saved();
        const auto events = driver.frame(bad.frame);
        ASSERT_TRUE(driver.error.has_value()) << bad.frame;
        EXPECT_EQ(driver.error->code, bad.code) << bad.frame << "\n" << driver.error->text();
        ASSERT_TRUE(driver.error->offset.has_value()) << bad.frame;
        EXPECT_LE(*driver.error->offset, bad.frame.size()) << bad.frame;
        EXPECT_EQ(bad.frame.substr(*driver.error->offset, bad.at.size()), bad.at) << bad.frame << "\n"
                                                                                  << driver.error->text();
        EXPECT_TRUE(events.empty());
        EXPECT_TRUE(driver.sent().empty());
        EXPECT_EQ(driver.saved(), before) << bad.frame;
    }
};

TEST_F(BadInput, NumbersThatAreNone)
{
    for (const std::string number :
         {"null", "NaN",     "Infinity", "",    "-",  "+1",  ".5",      "1.",  "01", "1.2.3",
          "0x10", "\"1.5\"", "true",     "[1]", "{}", "1e3", "5.1e-05", "1E2", "-1", "1 2"}) {
        expectBad({book(R"({"price":)" + number + R"(,"qty":1})"), ErrorCode::Malformed, ""});
        expectBad({book(R"({"price":0.1,"qty":)" + number + "}"), ErrorCode::Malformed, ""});
    }
    expectBad({book(R"({"price":12e3,"qty":1})"), ErrorCode::Malformed, "12e3"});
    expectBad({book(R"({"price":-7,"qty":1})"), ErrorCode::Malformed, "-7"});
}

TEST_F(BadInput, HugeNumbers)
{
    expectBad({book(R"({"price":1,"qty":1234567890123456789})"), ErrorCode::OutOfRange, "1234567890123456789"});
    expectBad({book(R"({"price":0.0000000000000000001,"qty":1})"), ErrorCode::OutOfRange, "0.0000000000000000001"});
    // Each fits alone, but not together at one scale.
    expectBad({book(R"({"price":1,"qty":123456789012345678},{"price":2,"qty":0.000001})"), ErrorCode::OutOfRange,
               "\"bids\""});
    expectBad({book("", R"(,"checksum":4294967296)"), ErrorCode::OutOfRange, "4294967296"});
    expectBad({book("", R"(,"checksum":99999999999999999999999)"), ErrorCode::Malformed, "99999"});
    expectBad({book("", R"(,"checksum":-1)"), ErrorCode::Malformed, "-1"});
    expectBad({book("", R"(,"checksum":1.0)"), ErrorCode::Malformed, "1.0"});
}

TEST_F(BadInput, KeysTwiceOrMissing)
{
    expectBad({book(R"({"price":1,"price":2,"qty":1})"), ErrorCode::Malformed, R"("price":2)"});
    expectBad({book(R"({"price":1,"qty":1,"qty":1})"), ErrorCode::Malformed, R"("qty":1})"});
    expectBad({book(R"({"price":1})"), ErrorCode::Malformed, ""});
    expectBad({book(R"({"qty":1})"), ErrorCode::Malformed, ""});
    expectBad({book("{}"), ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"book","channel":"book","type":"update","data":[]})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"book","type":"update"})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"book","data":[]})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"book","type":"update","data":[{"bids":[],"asks":[]}]})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"trade","type":"update","data":[{"symbol":"BTC/USD"}]})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":1,"bid_qty":1,"ask":2}]})",
               ErrorCode::Malformed, ""});
}

TEST_F(BadInput, WrongTypes)
{
    for (const std::string data : {"null", "{}", "1", "\"x\"", "[1]", "[null]", "[[]]", "true"})
        expectBad({R"({"channel":"book","type":"update","data":)" + data + "}", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":1})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":null})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":""})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"instrument","type":"snapshot","data":[]})", ErrorCode::Malformed, ""});
    expectBad({R"({"method":"subscribe","success":"yes"})", ErrorCode::Malformed, ""});
    expectBad(
        {R"({"channel":"book","type":"update","data":[{"symbol":"","bids":[],"asks":[]}]})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"hold","price":1,"qty":1,)"
               R"("trade_id":1,"timestamp":"2026-08-16T23:37:05Z"}]})",
               ErrorCode::Malformed, "\"side\""});
    expectBad({R"({"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":1,"qty":1,)"
               R"("trade_id":1,"timestamp":"yesterday"}]})",
               ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":1,"qty":1,)"
               R"("trade_id":1,"timestamp":null}]})",
               ErrorCode::Malformed, ""});
}

TEST_F(BadInput, NotJson)
{
    for (const std::string& frame : {""s,
                                     " "s,
                                     "x"s,
                                     "{"s,
                                     "}"s,
                                     "[]"s,
                                     "1"s,
                                     "null"s,
                                     "\"heartbeat\""s,
                                     "{\"channel\"}"s,
                                     "{\"channel\":\"heartbeat\""s,
                                     "{\"channel\":\"heartbeat\"}}"s,
                                     "{\"channel\":\"heartbeat\"}{\"channel\":\"heartbeat\"}"s,
                                     "{\"channel\":\"heartbeat\"} x"s,
                                     "{\"channel\":\"heartbeat\",}"s,
                                     "{\"channel\":\"heartbeat\",\"x\":nul}"s,
                                     "{\"channel\":\"heartbeat\",\"x\":[1,,2]}"s,
                                     "{\"channel\":\"heartbeat\",\"x\":01}"s,
                                     "{'channel':'heartbeat'}"s,
                                     "<html>busy</html>"s,
                                     "\0\0\0"s,
                                     "\xff\xfe"s})
        expectBad({frame, ErrorCode::Malformed, ""});
    expectBad({"{\"channel\":\"heart\xff"
               "beat\"}",
               ErrorCode::Malformed, "\xff"});
    expectBad({R"({"channel":"\ud800"})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"\udc00"})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"heartbeat","x":"\ud800\u0041"})", ErrorCode::Malformed, ""});
    expectBad({R"({"channel":"heartbeat","x":"\q"})", ErrorCode::Malformed, ""});
    std::string deep = R"({"channel":"heartbeat","x":)";
    expectBad({deep + std::string(100'000, '['), ErrorCode::Malformed, ""});
    expectBad({deep + std::string(5'000, '[') + std::string(5'000, ']') + "}", ErrorCode::Malformed, ""});
}

TEST_F(BadInput, UnknownKinds)
{
    expectBad({R"({"channel":"weather","type":"update","data":[]})", ErrorCode::Unsupported, "\"channel\""});
    expectBad({R"({"method":"dance","success":true})", ErrorCode::Unsupported, ""});
    expectBad({R"({"channel":"book","type":"rumour","data":[]})", ErrorCode::Unsupported, "\"type\""});
    expectBad({R"({"symbol":"BTC/USD","base":"BTC"})", ErrorCode::Unsupported, ""});
    expectBad({"{}", ErrorCode::Unsupported, ""});
}

// A frame cut anywhere, and a bad element behind a good one, leave the book as it was.
TEST_F(BadInput, NoBookIsHalfChanged)
{
    const std::string good = book(R"({"price":0.0285,"qty":5},{"price":0.0284,"qty":6})");
    for (std::size_t size = 0; size < good.size(); ++size)
        expectBad({good.substr(0, size), ErrorCode::Malformed, ""});
    const std::string element = R"({"symbol":"MINA/GBP","bids":[{"price":0.0285,"qty":5}],"asks":[]})";
    const std::string huge = R"({"symbol":"MINA/GBP","bids":[{"price":0.0001,"qty":999999999999999999}],"asks":[]})";
    expectBad({R"({"channel":"book","type":"update","data":[)" + element + "," + element.substr(0, 40) + "]}",
               ErrorCode::Malformed, ""});
    expectBad(
        {R"({"channel":"book","type":"update","data":[)" + element + "," + huge + "]}", ErrorCode::OutOfRange, ""});
    EXPECT_EQ(driver.frame(good).size(), 2u);  // the update, and the gap that its wrong checksum opens
    EXPECT_FALSE(driver.error.has_value());
}

TEST_F(BadInput, DocumentedKindsAreIgnored)
{
    for (const std::string& frame : {R"({"channel":"ohlc","type":"update","data":[{"open":1}]})"s,
                                     R"({"channel":"level3","type":"snapshot","data":[]})"s,
                                     R"({"method":"add_order","success":true,"result":{}})"s,
                                     R"({"method":"pong","req_id":1})"s, R"({"channel":"heartbeat"})"s}) {
        EXPECT_TRUE(driver.frame(frame).empty());
        EXPECT_FALSE(driver.error.has_value()) << frame;
        EXPECT_EQ(driver.emit.ignoredKinds().size(), 1u) << frame;
    }
}

// Keys in any order, blanks and unknown keys are JSON all the same.
TEST_F(BadInput, AnyOrderIsGood)
{
    const auto usual = driver.frame(
        R"({"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":1.50,"bid_qty":2,"ask":1.6,"ask_qty":3}]})");
    const auto other = driver.frame(
        R"( { "data" : [ { "ask_qty":3 , "ask":1.6, "new":{"a":[1,2e5,null,"\u00e4"]},"bid_qty" : 2,"bid":1.50,)"
        R"("symbol":"BTC\/USD" } ] , "type":"update", "channel":"ticker" } )");
    ASSERT_EQ(usual.size(), 1u);
    ASSERT_EQ(other.size(), 1u) << driver.error->text();
    EXPECT_EQ(usual[0]["bid_price"], "1.50");
    for (const char* key :
         {"type", "symbol", "native", "exchange_time", "bid_price", "bid_quantity", "ask_price", "ask_quantity"})
        EXPECT_EQ(other[0][key], usual[0][key]) << key;
}

TEST_F(BadInput, ConnectionNumbersBeyond63Bits)
{
    const auto events = driver.frame(
        R"({"channel":"status","type":"update","data":[{"system":"online","connection_id":15113583034416118705}]})");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["reason"], "connection 15113583034416118705");
}

// Whatever names come in, a session knows those that are wanted or defined.
TEST_F(BadInput, UnknownPairsAreCountedAndNotKept)
{
    driver.control(ControlKind::Wanted, R"({"subscriptions":[{"channel":"ticker","symbols":["BTC/USD"]}]})");
    driver.frame(R"({"channel":"heartbeat"})");
    const std::string before = driver.saved();
    for (
        const std::string& frame :
        {R"({"channel":"book","type":"snapshot","data":[{"symbol":"NO/BODY","bids":[],"asks":[]}]})"s,
         R"({"channel":"trade","type":"snapshot","data":[{"symbol":"NO/BODY","side":"buy","price":1,"qty":1,)"
         R"("trade_id":1,"timestamp":"2026-08-16T23:37:04.849274Z"}]})"s,
         R"({"channel":"ticker","type":"update","data":[{"symbol":"NO/BODY","bid":1,"bid_qty":2,"ask":2,"ask_qty":3}]})"s}) {
        EXPECT_TRUE(driver.frame(frame).empty()) << frame;
        EXPECT_FALSE(driver.error.has_value()) << frame;
        EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"market data of an unknown pair"}) << frame;
        EXPECT_EQ(driver.saved(), before) << frame;
    }
    driver.frame(R"({"method":"subscribe","success":true,"result":{"channel":"book","symbol":"NO/BODY","depth":10}})");
    EXPECT_EQ(driver.saved(), before);
}

}  // namespace
}  // namespace tickdeck::kraken
