// SPDX-License-Identifier: GPL-3.0-or-later
// What frames say of books, definitions and quotes.

#include <gtest/gtest.h>

#include "tests/kraken_decoder/session.h"

namespace tickdeck::kraken {
namespace {

using namespace std::string_literals;

TEST_F(Session, DepthIsThatOfTheAcknowledgement)
{
    connect();
    std::string bids;
    for (int i = 0; i < 12; ++i)
        bids += (i ? "," : "") + R"({"price":)"s + std::to_string(100 - i) + R"(,"qty":1})";
    driver.frame(R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[)" + bids +
                 R"(],"asks":[]}]})");
    EXPECT_EQ(driver.live.depths.back().bidCount, 10);
    // Without one, it is the snapshot's larger side rounded up.
    driver.restart();
    driver.frame(R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[)" + bids +
                 R"(],"asks":[]}]})");
    EXPECT_EQ(driver.live.depths.back().bidCount, 12);
    driver.frame(R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":101,"qty":1},)"
                 R"({"price":102,"qty":1},{"price":103,"qty":1},{"price":104,"qty":1},{"price":105,"qty":1},)"
                 R"({"price":106,"qty":1},{"price":107,"qty":1},{"price":108,"qty":1},{"price":109,"qty":1},)"
                 R"({"price":110,"qty":1},{"price":111,"qty":1},{"price":112,"qty":1},{"price":113,"qty":1},)"
                 R"({"price":114,"qty":1}],"asks":[]}]})");
    EXPECT_EQ(driver.live.depths.back().bidCount, 20);  // 25 are kept, 20 shown
}

TEST_F(Session, OnlyChangedDefinitionsAreTold)
{
    EXPECT_EQ(driver.frame(instruments()).size(), 2u);
    EXPECT_TRUE(driver.frame(instruments()).empty());
    std::string changed = instruments();
    changed.replace(changed.find("\"price_precision\":0"), 19, "\"price_precision\":1");
    const auto events = driver.frame(changed);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["price_precision"], 1);
    EXPECT_EQ(events[0]["base"], "BTC");
    EXPECT_TRUE(events[0]["tick"].is_null());
}

TEST_F(Session, AnEmptyMarketHasNullsAndNoTime)
{
    const auto events = driver.frame(
        R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"NEW/USD","bid":0.0,"bid_qty":0.00,"ask":0.0,"ask_qty":0,)"
        R"("last":0.0,"volume":0,"vwap":0,"low":0,"high":0,"change":0,"change_pct":0,"timestamp":"1970-01-01T00:00:00.000000Z"}]})");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_TRUE(events[0]["bid_price"].is_null());
    EXPECT_TRUE(events[0]["exchange_time"].is_null());
    ASSERT_EQ(driver.emit.notices().size(), 1u);
    EXPECT_NE(driver.emit.notices()[0].find("NEW-USD"), std::string::npos);
    driver.frame(
        R"({"channel":"ticker","type":"update","data":[{"symbol":"NEW/USD","bid":1,"bid_qty":1,"ask":2,"ask_qty":1}]})");
    EXPECT_TRUE(driver.emit.notices().empty());
}

// The fixture's every checksum was made by another program.
TEST_F(Session, FixtureVerifies)
{
    int books = 0;
    for (const std::string& line : linesOf(std::string(TICKDECK_TEST_DATA) + "/kraken_session.jsonl")) {
        for (const Json& event : driver.frame(line)) {
            EXPECT_NE(event["type"], "gap");
            if (event["type"] != "book")
                continue;
            ++books;
            EXPECT_EQ(event["verified"], true) << line;
        }
        EXPECT_FALSE(driver.error.has_value()) << line;
    }
    EXPECT_EQ(books, 33);
}

}  // namespace
}  // namespace tickdeck::kraken
