// SPDX-License-Identifier: GPL-3.0-or-later
// What no venue should send: an error with the byte, and nothing else disturbed.

#include <gtest/gtest.h>

#include "tests/deribit_decoder/driver.h"

namespace tickdeck::deribit {
namespace {

std::string notification(const std::string& channel, const std::string& data)
{
    return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + channel + R"(","data":)" + data + "}}";
}
std::string book(const std::string& level, const std::string& ids = R"("change_id":5)")
{
    return notification("book.BTC-PERPETUAL.100ms", R"({"timestamp":1,"instrument_name":"BTC-PERPETUAL",)" + ids +
                                                        R"(,"bids":[)" + level + R"(],"asks":[]})");
}

class BadInput : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(driver.frame(book(R"(["new",77000.0,40.0])")).size(), 1u); }

    void expectBad(const std::string& frame, ErrorCode code, const std::string& at = {})
    {
        const std::string before = driver.saved();
        const auto events = driver.frame(frame);
        ASSERT_TRUE(driver.error.has_value()) << frame;
        EXPECT_EQ(driver.error->code, code) << frame << "\n" << driver.error->text();
        ASSERT_TRUE(driver.error->offset.has_value()) << frame;
        EXPECT_LE(*driver.error->offset, frame.size());
        EXPECT_EQ(frame.substr(*driver.error->offset, at.size()), at) << frame << "\n" << driver.error->text();
        EXPECT_TRUE(events.empty());
        EXPECT_TRUE(driver.sent().empty());
        EXPECT_EQ(driver.saved(), before) << frame;
    }

    Driver driver;
};

TEST_F(BadInput, NumbersThatAreNone)
{
    for (const std::string number : {"null", "NaN", "", "-", "+1", ".5", "1.", "01", "1.2.3", "0x10", "\"1.5\"", "true",
                                     "[1]", "{}", "1e", "1e+", "e5", "1 2"}) {
        expectBad(book(R"(["new",)" + number + ",1.0]"), ErrorCode::Malformed);
        expectBad(book(R"(["new",1.0,)" + number + "]"), ErrorCode::Malformed);
    }
}

TEST_F(BadInput, NumbersThatDoNotFit)
{
    expectBad(book(R"(["new",1e30,1.0])"), ErrorCode::OutOfRange, "1e30");
    expectBad(book(R"(["new",1e-30,1.0])"), ErrorCode::OutOfRange, "1e-30");
    expectBad(book(R"(["new",1e999999999999,1.0])"), ErrorCode::OutOfRange, "1e99");
    expectBad(book(R"(["new",1234567890123456789,1.0])"), ErrorCode::OutOfRange, "1234567890123456789");
    expectBad(book(R"(["new",1,123456789012345678],["new",2,0.000001])"), ErrorCode::OutOfRange, "\"bids\"");
    expectBad(book("", R"("change_id":9223372036854775808)"), ErrorCode::OutOfRange, "92233");
}

TEST_F(BadInput, ExponentsAreNumbers)
{
    const auto events = driver.frame(book(R"(["new",8.55e4,1.0e1],["new",2.8e-4,8.7E3])"));
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(Decimal::parse(events[0]["bids"][0][0].get<std::string>()).value(), Decimal(85'500, 0));
    EXPECT_EQ(Decimal::parse(events[0]["bids"][0][1].get<std::string>()).value(), Decimal(10, 0));
    EXPECT_EQ(Decimal::parse(events[0]["bids"][1][0].get<std::string>()).value(), Decimal(28, 5));
    EXPECT_EQ(Decimal::parse(events[0]["bids"][1][1].get<std::string>()).value(), Decimal(8'700, 0));
}

TEST_F(BadInput, KeysMayStandInAnyOrder)
{
    const auto events = driver.frame(
        R"({"params":{"data":{"asks":[],"bids":[["change",1.0,2.0]],"prev_change_id":5,"change_id":6,)"
        R"("instrument_name":"BTC-PERPETUAL","timestamp":2,"type":"change"},"channel":"book.BTC-PERPETUAL.100ms"},)"
        R"("method":"subscription","jsonrpc":"2.0"})");
    ASSERT_EQ(events.size(), 1u) << driver.error->text();
    EXPECT_EQ(events[0]["verified"], true);
}

TEST_F(BadInput, KeysTwiceOrMissing)
{
    expectBad(book(R"(["new",1.0])"), ErrorCode::Malformed, R"(["new",1.0])");
    expectBad(book("[]"), ErrorCode::Malformed);
    expectBad(book(R"(["turn",1.0,1.0])"), ErrorCode::Malformed);
    expectBad(book("", R"("change_id":5,"change_id":6)"), ErrorCode::Malformed);
    expectBad(book("", R"("other":5)"), ErrorCode::Malformed);
    expectBad(notification("ticker.BTC-PERPETUAL.100ms", "{}"), ErrorCode::Malformed);
    expectBad(notification("trades.BTC-PERPETUAL.100ms", "[{}]"), ErrorCode::Malformed);
    expectBad(
        notification("deribit_volatility_index.btc_usd", R"({"timestamp":1,"index_name":"btc_usd","volatility":null})"),
        ErrorCode::Malformed);
    expectBad(R"({"jsonrpc":"2.0","method":"subscription"})", ErrorCode::Malformed);
    expectBad(R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.100ms"}})", ErrorCode::Malformed);
    expectBad(R"({"jsonrpc":"2.0","method":"subscription","params":{}})", ErrorCode::Malformed);
    expectBad(R"({"jsonrpc":"2.0","id":1,"error":{}})", ErrorCode::Malformed);
    expectBad(R"({"jsonrpc":"2.0","id":1,"error":{"code":1.5}})", ErrorCode::Malformed);
}

TEST_F(BadInput, WhatNobodyKnows)
{
    expectBad(notification("weather.BTC", "{}"), ErrorCode::Unsupported, "\"channel\"");
    expectBad(R"({"jsonrpc":"2.0","method":"dance","params":{}})", ErrorCode::Unsupported, "\"method\"");
    expectBad("{}", ErrorCode::Unsupported);
    expectBad(book("", R"("type":"riddle","change_id":6)"), ErrorCode::Unsupported);
    expectBad("", ErrorCode::Malformed);
    expectBad("[]", ErrorCode::Malformed);
    expectBad(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}} x)", ErrorCode::Malformed);
    expectBad(std::string(R"({"jsonrpc":"2.0","method":"sub)") + '\xff' + "\"}", ErrorCode::Malformed, "\xff");
    expectBad(R"({"jsonrpc":"2.0","id":1,"result":)" + std::string(2000, '[') + std::string(2000, ']') + "}",
              ErrorCode::Malformed);
}

// Differences between contracts: counted, and no part of any book.
TEST_F(BadInput, CombosAreLeftOut)
{
    EXPECT_TRUE(driver
                    .frame(notification("book.BTC-FS-30SEP22_PERP.100ms",
                                        R"({"timestamp":1,"instrument_name":"BTC-FS-30SEP22_PERP","change_id":1,)"
                                        R"("bids":[["new",-7.0,40.0]],"asks":[]})"))
                    .empty());
    EXPECT_FALSE(driver.error.has_value());
    EXPECT_EQ(driver.emit.ignoredKinds().size(), 1u);
}

TEST_F(BadInput, EveryCutOfAFrameIsRefused)
{
    const std::string whole =
        book(R"(["new",77000.5,40.0],["delete",76999.0,0.0])", R"("prev_change_id":5,"change_id":6)");
    for (std::size_t size = 0; size < whole.size(); ++size)
        expectBad(whole.substr(0, size), ErrorCode::Malformed);
    EXPECT_EQ(driver.frame(whole).size(), 1u);
}

}  // namespace
}  // namespace tickdeck::deribit
