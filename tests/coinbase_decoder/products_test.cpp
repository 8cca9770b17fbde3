// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions over REST: asked for, read, followed; and products that go by another's name.

#include <gtest/gtest.h>

#include "tests/coinbase_decoder/driver.h"

namespace tickdeck::coinbase {
namespace {

constexpr std::string_view kPath = "/api/v3/brokerage/market/products";
constexpr std::string_view kBitcoin =
    R"({"product_id":"BTC-USD","base_increment":"0.00000001","quote_increment":"0.01","status":"online",)"
    R"("quote_currency_id":"USD","base_currency_id":"BTC","alias":"","alias_to":["BTC-USDC"],"price_increment":"0.01",)"
    R"("future_product_details":null,"new":false})";
constexpr std::string_view kCoin =
    R"({"product_id":"BTC-USDC","base_increment":"0.00000001","quote_increment":"0.01","status":"online",)"
    R"("quote_currency_id":"USDC","base_currency_id":"BTC","alias":"BTC-USD","price_increment":"0.01"})";
constexpr std::string_view kFuture =
    R"({"product_id":"BIT-27JUN25-CDE","base_increment":"1","quote_increment":"5","status":"","quote_currency_id":"USD",)"
    R"("base_currency_id":"","alias":"","price_increment":"5","future_product_details":{"contract_size":"0.01",)"
    R"("contract_expiry":"2025-06-27T15:00:00Z","contract_root_unit":"BTC"}})";

std::string list(std::initializer_list<std::string_view> products)
{
    std::string out;
    for (const std::string_view product : products)
        out += (out.empty() ? "" : ",") + std::string(product);
    return R"({"products":[)" + out + R"(],"num_products":1})";
}

class Products : public testing::Test {
protected:
    void want(std::string_view symbol)
    {
        driver.control(ControlKind::Wanted,
                       R"({"subscriptions":[{"channel":"instrument"},{"channel":"trade","symbols":[")" +
                           std::string(symbol) + R"("]}]})");
    }
    std::string trade(std::string_view product, int number)
    {
        return message("market_trades", number,
                       R"({"type":"update","trades":[{"product_id":")" + std::string(product) + R"(","trade_id":")" +
                           std::to_string(1000 + number) +
                           R"(","price":"1","size":"2","time":"2026-09-30T02:39:56Z","side":"BUY"}]})");
    }
    Driver driver;
};

TEST_F(Products, AreAskedForAndTold)
{
    want("BTC-USD");
    EXPECT_EQ(driver.requested(), std::vector<std::string>{std::string(kPath)});
    const auto events = driver.answer(kPath, list({kBitcoin, kFuture}));
    ASSERT_FALSE(driver.error.has_value()) << driver.error->text();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0]["symbol"], "BTC-USD");
    EXPECT_EQ(events[0]["kind"], "spot");
    EXPECT_EQ(events[0]["tick"], "0.01");
    EXPECT_EQ(events[0]["lot"], "0.00000001");
    EXPECT_EQ(events[0]["price_precision"], 2);
    EXPECT_EQ(events[0]["quantity_precision"], 8);
    EXPECT_EQ(events[0]["status"], "online");
    EXPECT_EQ(events[1]["symbol"], "BIT-USD-20250627");
    EXPECT_EQ(events[1]["kind"], "future");
    EXPECT_EQ(events[1]["multiplier"], "0.01");
    EXPECT_EQ(events[1]["expiry"], 1'751'036'400 * kSecond);
    EXPECT_EQ(events[1]["base"], "BIT");

    // The same again says nothing new; within the hour it is not asked for.
    EXPECT_TRUE(driver.answer(kPath, list({kBitcoin, kFuture})).empty());
    driver.now += 3599 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.requested().empty());
    driver.now += kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(driver.requested().size(), 1u);
    const auto gone = driver.answer(kPath, list({kBitcoin}));
    ASSERT_EQ(gone.size(), 2u);
    EXPECT_EQ(gone[0]["status"], "REMOVED");
    EXPECT_EQ(gone[1]["type"], "status");
}

TEST_F(Products, ARefusalIsToldAndTriedLater)
{
    want("BTC-USD");
    const auto events = driver.failed(kPath, 429, "too many");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["state"], "rate_limited");
    EXPECT_TRUE(driver.requested().empty());
    driver.now += kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(driver.requested().size(), 1u);
    // No list is no list.
    driver.answer(kPath, R"({"products":[]})");
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"empty list of products"});
    driver.answer(kPath, R"({"error":"x"})");
    EXPECT_TRUE(driver.error.has_value());
    driver.answer(kPath, R"({"products":[{"product_id":"A-B","base_increment":"x"}]})");
    EXPECT_TRUE(driver.error.has_value());
    driver.answer("/somewhere", "{}");
    EXPECT_FALSE(driver.error.has_value());
}

TEST_F(Products, OneWithoutDefinitionIsDerivedFromItsNameAndToldOnce)
{
    driver.frame(trade("BTC-USD", 1));
    ASSERT_EQ(driver.emit.notices().size(), 1u);
    EXPECT_NE(driver.emit.notices()[0].find("no definition of BTC-USD"), std::string::npos);
    driver.frame(trade("BTC-USD", 2));
    EXPECT_TRUE(driver.emit.notices().empty());
}

// The venue sends BTC-USDC under the name of BTC-USD, as its definitions say.
TEST_F(Products, AnAliasIsSubscribedUnderTheOthersName)
{
    want("BTC-USDC");
    driver.answer(kPath, list({kBitcoin, kCoin}));
    ASSERT_EQ(driver.emit.notices().size(), 1u);
    EXPECT_NE(driver.emit.notices()[0].find("BTC-USDC is the book of BTC-USD"), std::string::npos);
    driver.control(ControlKind::Opened);
    const std::vector<Json> sent = driver.sent();
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_EQ(sent[1]["product_ids"], Json{"BTC-USD"});
    const auto events = driver.frame(trade("BTC-USD", 0));
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["symbol"], "BTC-USD");
}

// Without definitions the answer says so, or the data do.
TEST_F(Products, AnAliasShowsInWhatTheVenueSends)
{
    for (const bool byAnswer : {true, false}) {
        Driver other;
        other.control(ControlKind::Wanted,
                      R"({"subscriptions":[{"channel":"trade","symbols":["BTC-USDC","ETH-USD"]}]})");
        other.control(ControlKind::Opened);
        if (byAnswer)
            other.frame(message("subscriptions", 0, R"({"subscriptions":{"market_trades":["BTC-USD","ETH-USD"]}})"));
        else
            other.frame(trade("BTC-USD", 0));
        EXPECT_EQ(other.emit.notices().size(), byAnswer ? 1u : 2u);
        const auto events = other.frame(trade("BTC-USD", 1));
        ASSERT_EQ(events.size(), 1u) << byAnswer;
        EXPECT_EQ(events[0]["native"], "BTC-USD");
        const std::string saved = other.saved();
        other.restart();
        ASSERT_TRUE(other.decoder->load(saved));
        EXPECT_EQ(other.saved(), saved);
    }
}

}  // namespace
}  // namespace tickdeck::coinbase
