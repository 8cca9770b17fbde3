// SPDX-License-Identifier: GPL-3.0-or-later
// What no venue should send: an error with the byte, and nothing else disturbed.

#include <gtest/gtest.h>

#include "tests/binance_decoder/session.h"

namespace tickdeck::binance {
namespace {

using namespace std::string_literals;

std::string change(const std::string& levels, const std::string& ids = R"("U":101,"u":105,"pu":100)")
{
    return R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1001,"T":1000,"s":"BTCUSDT",)" + ids +
           R"(,"b":[)" + levels + R"(],"a":[]}})";
}

struct Bad {
    std::string frame;
    ErrorCode code = ErrorCode::Malformed;
    std::string at = {};  // text at which the offset points; empty: any place in the frame
};

class BadInput : public Session {
protected:
    void SetUp() override { goLive(); }
    void expectBad(const Bad& bad)
    {
        const std::string before = driver.saved();
        const auto events = driver.frame(bad.frame);
        ASSERT_TRUE(driver.error.has_value()) << bad.frame;
        EXPECT_EQ(driver.error->code, bad.code) << bad.frame << "\n" << driver.error->text();
        ASSERT_TRUE(driver.error->offset.has_value()) << bad.frame;
        EXPECT_LE(*driver.error->offset, bad.frame.size()) << bad.frame;
        const std::size_t place = std::min(*driver.error->offset, bad.frame.size());
        EXPECT_EQ(bad.frame.substr(place, bad.at.size()), bad.at) << bad.frame << "\n" << driver.error->text();
        EXPECT_TRUE(events.empty());
        EXPECT_TRUE(driver.sent().empty());
        EXPECT_TRUE(driver.requested().empty());
        EXPECT_EQ(driver.saved(), before) << bad.frame;
    }
};

TEST_F(BadInput, NumbersThatAreNone)
{
    for (const std::string number :
         {"null",   "NaN",    "1.5",     "\"NaN\"",     "\"Infinity\"", "\"\"",     "\"-\"",
          "\"+1\"", "\".5\"", "\"1.\"",  "\"01\"",      "\"1.2.3\"",    "\"0x10\"", "true",
          "[1]",    "{}",     "\"1e3\"", "\"5.1e-05\"", "\"-1\"",       "\"1 2\"",  "\" 1\""}) {
        expectBad({change("[" + number + ",\"1\"]")});
        expectBad({change("[\"1\"," + number + "]")});
    }
    expectBad({change(R"(["12e3","1"])"), ErrorCode::Malformed, "12e3"});
    expectBad({change(R"(["1"])"), ErrorCode::Malformed, R"(["1"])"});
    expectBad({change("[]")});
    expectBad({change("1")});
}

TEST_F(BadInput, HugeNumbers)
{
    expectBad({change(R"(["1","1234567890123456789"])"), ErrorCode::OutOfRange, "1234567890123456789"});
    expectBad({change(R"(["0.0000000000000000001","1"])"), ErrorCode::OutOfRange, "0.0000000000000000001"});
    // Each fits alone, but not together at one scale.
    expectBad({change(R"(["1","123456789012345678"],["2","0.000001"])"), ErrorCode::OutOfRange, "\"b\""});
    expectBad({change("", R"("U":1,"u":9223372036854775808,"pu":1)"), ErrorCode::OutOfRange, "9223372036854775808"});
    expectBad({change("", R"("U":1,"u":99999999999999999999999,"pu":1)"), ErrorCode::Malformed, "99999"});
    expectBad({change("", R"("U":1,"u":-1,"pu":1)"), ErrorCode::Malformed, "-1"});
    expectBad({change("", R"("U":1,"u":1.0,"pu":1)"), ErrorCode::Malformed, "1.0"});
    expectBad({change("", R"("U":9,"u":8,"pu":1)")});
    expectBad({R"({"e":"markPriceUpdate","E":9223372036855,"s":"X","p":"1"})", ErrorCode::OutOfRange, "9223372036855"});
    expectBad({R"({"e":"kline","s":"X","k":{"t":1,"T":9223372036854,"i":"1m","o":"1","h":"1","l":"1","c":"1","v":"1",)"
               R"("n":1,"x":true}})",
               ErrorCode::OutOfRange, "9223372036854"});
    expectBad({R"({"e":"kline","s":"X","k":{"t":1,"T":60000,"i":"1m","o":"1","h":"1","l":"1","c":"1","v":")" +
                   std::string(50, '9') + R"(","n":1,"x":true}})",
               ErrorCode::OutOfRange});
}

TEST_F(BadInput, KeysTwiceOrMissing)
{
    expectBad({R"({"stream":"x@depth","stream":"x@depth","data":{}})"});
    expectBad({R"({"stream":"x@depth"})"});
    expectBad({R"({"data":{"e":"depthUpdate"}})"});
    expectBad({change("", R"("U":1,"U":1,"u":2,"pu":1)"), ErrorCode::Malformed, R"("U":1,"u")"});
    expectBad({change("", R"("U":1,"u":2)")});
    for (const std::string& frame :
         {R"({"e":"depthUpdate","s":"X","U":1,"u":2,"pu":0,"b":[]})"s, R"({"e":"bookTicker","s":"X","b":"1","B":"1"})"s,
          R"({"e":"aggTrade","s":"X","p":"1","q":"1","T":1,"m":true})"s, R"({"e":"markPriceUpdate","s":"X","E":1})"s,
          R"({"e":"forceOrder","E":1})"s, R"({"e":"forceOrder","o":{"s":"X"}})"s, R"({"e":"kline","s":"X"})"s,
          R"({"e":"kline","s":"X","k":{"t":1}})"s, R"({"e":"trade","s":"X","p":"1","q":"1","T":1})"s})
        expectBad({frame});
}

TEST_F(BadInput, WrongTypes)
{
    for (const std::string data : {"null", "1", "\"x\"", "[1]", "[null]", "[[]]", "true"})
        expectBad({R"({"stream":"x@depth","data":)" + data + "}"});
    expectBad({R"({"stream":1,"data":{}})"});
    expectBad({R"({"stream":"","data":{}})"});
    expectBad({R"({"e":1})"});
    expectBad({R"({"e":""})"});
    expectBad({R"({"e":"bookTicker","s":"","b":"1","B":"1","a":"1","A":"1"})"});
    expectBad({R"({"e":"aggTrade","s":"X","a":1,"p":"1","q":"1","T":1,"m":"yes"})"});
    expectBad({R"({"e":"forceOrder","o":{"s":"X","S":"HOLD","p":"1","q":"1","X":"NEW","T":1}})", ErrorCode::Malformed,
               "\"S\""});
    expectBad({R"({"e":"forceOrder","o":{"s":"X","S":"BUY","p":"-1","q":"1","X":"NEW","T":1}})"});
    expectBad({R"({"e":"kline","s":"X","k":{"t":1,"T":60000,"i":"7m","o":"1","h":"1","l":"1","c":"1","v":"1","n":1,)"
               R"("x":true}})",
               ErrorCode::Malformed, "\"i\""});
    expectBad({R"({"e":"kline","s":"X","k":{"t":9,"T":1,"i":"1m","o":"1","h":"1","l":"1","c":"1","v":"1","n":1,)"
               R"("x":true}})"});
    expectBad({R"([{"e":"markPriceUpdate","E":1,"s":"X","p":"1"},{"e":"24hrTicker"}])"});
    expectBad({R"([{"e":"depthUpdate","s":"X","U":1,"u":2,"pu":0,"b":[],"a":[]}])", ErrorCode::Unsupported});
}

TEST_F(BadInput, NotJson)
{
    for (const std::string& frame : {""s,
                                     " "s,
                                     "x"s,
                                     "{"s,
                                     "}"s,
                                     "1"s,
                                     "null"s,
                                     "\"x\""s,
                                     "{\"stream\"}"s,
                                     "{\"result\":null,\"id\":1"s,
                                     "{\"result\":null,\"id\":1}}"s,
                                     "{\"result\":null}{\"result\":null}"s,
                                     "{\"result\":null} x"s,
                                     "{\"result\":null,}"s,
                                     "{\"result\":nul}"s,
                                     "{\"result\":[1,,2]}"s,
                                     "{\"result\":01}"s,
                                     "{'result':null}"s,
                                     "[] x"s,
                                     "[1"s,
                                     "<html>busy</html>"s,
                                     "\0\0\0"s,
                                     "\xff\xfe"s})
        expectBad({frame});
    expectBad({"{\"result\":\"heart\xff"
               "beat\"}",
               ErrorCode::Malformed, "\xff"});
    expectBad({R"({"result":"\ud800"})"});
    expectBad({R"({"result":"\q"})"});
    const std::string deep = R"({"e":"24hrTicker","x":)";
    expectBad({deep + std::string(100'000, '[')});
    expectBad({deep + std::string(5'000, '[') + std::string(5'000, ']') + "}"});
    expectBad({std::string(5'000, '[') + std::string(5'000, ']')});
}

TEST_F(BadInput, UnknownKinds)
{
    expectBad({R"({"e":"weather"})", ErrorCode::Unsupported, "\"weather\""});
    expectBad({R"({"stream":"x@weather","data":{}})", ErrorCode::Unsupported});
    expectBad({R"({"lastUpdateId":1,"bids":[],"asks":[]})", ErrorCode::Unsupported});
    expectBad({"{}", ErrorCode::Unsupported});
}

// A frame cut anywhere leaves the book as it was.
TEST_F(BadInput, NoBookIsHalfChanged)
{
    const std::string good = change(R"(["96","5"],["95","6"])");
    for (std::size_t size = 0; size < good.size(); ++size)
        expectBad({good.substr(0, size)});
    EXPECT_EQ(driver.frame(good).size(), 1u);
    EXPECT_FALSE(driver.error.has_value());
}

TEST_F(BadInput, DocumentedKindsAreIgnored)
{
    for (
        const std::string& frame :
        {R"({"stream":"btcusdt@ticker","data":{"e":"24hrTicker","E":1}})"s,
         R"({"stream":"!miniTicker@arr","data":[{"e":"24hrMiniTicker"},{"e":"24hrMiniTicker"}]})"s,
         R"({"stream":"btcusdt@rpiDepth@500ms","data":{"e":"depthUpdate","s":"BTCUSDT","U":1,"u":2,"pu":0,"b":[],"a":[]}})"s,
         R"({"e":"contractInfo","s":"X"})"s, R"({"result":null,"id":99})"s, R"({"result":["x@depth"],"id":"7"})"s,
         "[]"s, R"({"e":"trade","s":"X","t":1,"p":"1","q":"1","T":1,"m":true,"X":"ADL"})"s}) {
        EXPECT_TRUE(driver.frame(frame).empty()) << frame;
        EXPECT_FALSE(driver.error.has_value()) << frame << driver.error->text();
        EXPECT_EQ(driver.emit.ignoredKinds().size(), 1u) << frame;
    }
}

// Keys in any order, blanks and unknown keys are JSON all the same.
TEST_F(BadInput, AnyOrderIsGood)
{
    driver.restart();
    const auto usual = driver.frame(change(R"(["1.50","2"])"));
    driver.restart();
    const auto other = driver.frame(
        R"( { "data" : { "a":[ ], "b" : [ [ "1.50" , "2", "more" ] ],"pu":100,"u":105,"U":101,"s":"BTC\u0055SDT",)"
        R"("T":1000,"new":{"a":[1,2e5,null,"\u00e4"]},"e":"depthUpdate" } , "stream":"btcusdt@depth@100ms" } )");
    ASSERT_EQ(usual.size(), 1u);
    ASSERT_EQ(other.size(), 1u) << driver.error->text();
    for (const char* key : {"type", "symbol", "native", "exchange_time", "kind", "bids", "asks", "venue_seq"})
        EXPECT_EQ(other[0][key], usual[0][key]) << key;
    // The spot form of a quote has neither kind nor time.
    const auto quote = driver.frame(
        R"({"stream":"bnbusdt@bookTicker","data":{"u":400900217,"s":"BNBUSDT","b":"25.3","B":"0.00","a":"25.4","A":"4"}})");
    ASSERT_EQ(quote.size(), 1u);
    EXPECT_TRUE(quote[0]["bid_price"].is_null());
    EXPECT_EQ(quote[0]["ask_price"], "25.4");
    EXPECT_TRUE(quote[0]["exchange_time"].is_null());
    // So have marks of dated contracts no funding, and old ones no index.
    const auto marks = driver.frame(R"([{"e":"markPriceUpdate","E":5,"s":"BTCUSDT_210924","p":"1.5","r":"","T":0}])");
    ASSERT_EQ(marks.size(), 1u);
    EXPECT_TRUE(marks[0]["index_price"].is_null());
}

TEST_F(BadInput, AnswersThatAreNone)
{
    driver.frame(depth("BTCUSDT", 120, 125, 110, 96, 101));  // the chain is broken; a snapshot is asked for
    ASSERT_EQ(driver.requested().size(), 1u);
    const std::string path = driver.requested()[0];
    for (const std::string& bad :
         {"[]"s, "null"s, "\"<html>busy</html>\""s, "{}"s, R"({"code":-1003,"msg":"Too many requests"})"s,
          R"({"lastUpdateId":1,"bids":[]})"s, R"({"lastUpdateId":-1,"bids":[],"asks":[]})"s,
          R"({"lastUpdateId":122,"bids":[["NaN","1"]],"asks":[]})"s,
          R"({"lastUpdateId":122,"bids":[["1","123456789012345678"],["2","0.00001"]],"asks":[]})"s}) {
        const auto events = driver.answer(path, bad);
        EXPECT_TRUE(driver.error.has_value()) << bad;
        EXPECT_TRUE(events.empty()) << bad;
        // It goes on asking, less and less often.
        EXPECT_EQ(tickUntilAsked(), path) << bad;
    }
    EXPECT_EQ(snapshot("BTCUSDT", 122, 97, 102).size(), 3u);
    for (const std::string& bad : {"[]"s, "{}"s, R"({"symbols":{}})"s, R"({"symbols":[{}]})"s,
                                   R"({"symbols":[{"symbol":"X","status":"TRADING","pricePrecision":19}]})"s,
                                   R"({"symbols":[{"symbol":"X","status":"TRADING","filters":[{"tickSize":1}]}]})"s}) {
        EXPECT_TRUE(driver.answer("/fapi/v1/exchangeInfo", bad).empty());
        EXPECT_TRUE(driver.error.has_value()) << bad;
    }
    for (const char* payload : {"", "{}", "[]", "x", R"({"request":""})", R"({"request":1})"}) {
        driver.control(ControlKind::Answered, payload);
        EXPECT_TRUE(driver.error.has_value()) << payload;
    }
    // Snapshots of no symbol, and answers to what nobody asked.
    driver.answer("/fapi/v1/depth?limit=5", R"({"lastUpdateId":1,"bids":[],"asks":[]})");
    EXPECT_TRUE(driver.error.has_value());
    EXPECT_TRUE(driver.answer("/fapi/v1/time", R"({"serverTime":1})").empty());
    EXPECT_FALSE(driver.error.has_value());
}

TEST_F(BadInput, AnswersCutAnywhere)
{
    const std::string good = answered("ETHUSDT", 300, 97, 102);
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_TRUE(driver.control(ControlKind::Answered, good.substr(0, size)).empty());
        EXPECT_TRUE(driver.error.has_value()) << good.substr(0, size);
    }
}

std::vector<std::string> framesOf(const std::string& symbol)
{
    return {R"({"e":"depthUpdate","s":")" + symbol + R"(","U":1,"u":2,"pu":0,"b":[["1","1"]],"a":[]})",
            R"({"e":"bookTicker","s":")" + symbol + R"(","b":"1","B":"1","a":"2","A":"1"})",
            R"({"e":"aggTrade","a":1,"s":")" + symbol + R"(","p":"1","q":"1","T":1,"m":true})",
            R"({"e":"markPriceUpdate","E":1,"s":")" + symbol + R"(","p":"1"})",
            R"({"e":"forceOrder","o":{"s":")" + symbol + R"(","S":"BUY","p":"1","q":"1","X":"NEW","T":1}})",
            R"({"e":"kline","s":")" + symbol + R"(","k":{"t":1,"T":60000,"i":"1m","o":"1","h":"1","l":"1","c":"1",)" +
                R"("v":"1","n":1,"x":true}})"};
}

// Whatever names come in, a session knows those that are wanted or defined.
TEST_F(BadInput, UnknownContractsAreCountedAndNotKept)
{
    driver.frame(framesOf("NOBODY0USDT")[0]);  // definitions will be fetched sooner
    const std::string before = driver.saved();
    for (const std::string& frame : framesOf("NOBODYUSDT")) {
        EXPECT_TRUE(driver.frame(frame).empty()) << frame;
        EXPECT_FALSE(driver.error.has_value()) << frame;
        EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"market data of an unknown contract"}) << frame;
        EXPECT_EQ(driver.saved(), before) << frame;
    }
    EXPECT_TRUE(snapshot("NOBODYUSDT", 100, 97, 102).empty());
    EXPECT_EQ(driver.saved(), before);
}

// A recording's names are taken as they come, as far as they are names.
TEST_F(BadInput, ARecordingsNamesAreBounded)
{
    driver.restart();
    for (const std::string& frame : framesOf(std::string(64, 'A')))
        EXPECT_EQ(driver.frame(frame).size(), 1u) << frame;
    const std::string before = driver.saved();
    for (const std::string& frame : framesOf(std::string(65, 'A'))) {
        EXPECT_TRUE(driver.frame(frame).empty()) << frame;
        EXPECT_FALSE(driver.error.has_value()) << frame;
        EXPECT_EQ(driver.saved(), before) << frame;
    }
}

}  // namespace
}  // namespace tickdeck::binance
