// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions: what they say, what changes, and what is asked for when.

#include <gtest/gtest.h>

#include "tests/binance_decoder/session.h"

namespace tickdeck::binance {
namespace {

class Definitions : public Session {
protected:
    std::vector<Json> define(const std::vector<std::string>& items)
    {
        return driver.answer("/fapi/v1/exchangeInfo", listOf(items));
    }
};

TEST_F(Definitions, TheirFields)
{
    const auto events =
        define({instrument("BTCUSDT", "BTC", "TRADING"), instrument("1000PEPEUSDT", "1000PEPE", "TRADING"),
                instrument("BTCUSDT_210924", "BTC", "TRADING")});
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0]["symbol"], "BTC-USDT-PERP");
    EXPECT_EQ(events[0]["base"], "BTC");
    EXPECT_EQ(events[0]["quote"], "USDT");
    EXPECT_EQ(events[0]["settlement"], "USDT");
    EXPECT_EQ(events[0]["kind"], "perpetual");
    EXPECT_EQ(events[0]["inverse"], false);
    EXPECT_EQ(events[0]["multiplier"], "1");
    EXPECT_EQ(events[0]["tick"], "0.10");
    EXPECT_EQ(events[0]["lot"], "0.001");
    EXPECT_EQ(events[0]["price_precision"], 2);
    EXPECT_EQ(events[0]["quantity_precision"], 3);
    EXPECT_TRUE(events[0]["expiry"].is_null());
    EXPECT_TRUE(events[0]["strike"].is_null());
    EXPECT_EQ(events[0]["status"], "TRADING");
    EXPECT_EQ(events[1]["symbol"], "1000PEPE-USDT-PERP");
    EXPECT_EQ(events[1]["base"], "1000PEPE");
    EXPECT_EQ(events[1]["multiplier"], "1000");
    EXPECT_EQ(events[2]["symbol"], "BTC-USDT-20210924");
    EXPECT_EQ(events[2]["kind"], "future");
    EXPECT_EQ(events[2]["expiry"], 1632470400000 * kMillisecond);
}

TEST_F(Definitions, OnlyChangesAreTold)
{
    goLive();
    EXPECT_TRUE(define({instrument("BTCUSDT", "BTC", "TRADING"), instrument("ETHUSDT", "ETH", "TRADING")}).empty());
    const auto settling = define({instrument("BTCUSDT", "BTC", "SETTLING"), instrument("ETHUSDT", "ETH", "TRADING")});
    ASSERT_EQ(settling.size(), 2u);
    EXPECT_EQ(settling[0]["type"], "instrument");
    EXPECT_EQ(settling[0]["status"], "SETTLING");
    EXPECT_EQ(settling[1]["type"], "status");
    EXPECT_EQ(settling[1]["subject"], "instrument");
    EXPECT_EQ(settling[1]["state"], "SETTLING");
    EXPECT_EQ(settling[1]["reason"], "was TRADING");
    const auto gone = define({instrument("ETHUSDT", "ETH", "BREAK")});
    ASSERT_EQ(gone.size(), 4u);
    EXPECT_EQ(gone[0]["status"], "BREAK");
    EXPECT_EQ(gone[2]["symbol"], "BTC-USDT-PERP");
    EXPECT_EQ(gone[2]["status"], "REMOVED");
    EXPECT_EQ(gone[3]["reason"], "was SETTLING");
    EXPECT_TRUE(define({instrument("ETHUSDT", "ETH", "BREAK")}).empty());  // told once
    EXPECT_EQ(define({instrument("BTCUSDT", "BTC", "TRADING"), instrument("ETHUSDT", "ETH", "BREAK")}).size(), 2u);
    // No list at all is no end of everything.
    EXPECT_TRUE(define({}).empty());
    EXPECT_EQ(driver.emit.ignoredKinds(), std::vector<std::string>{"empty list of instruments"});
}

TEST_F(Definitions, AnotherPrecisionRescalesTheBookOnce)
{
    goLive();
    EXPECT_EQ(driver.frame(depth("BTCUSDT", 101, 105, 100, 98, 101)).size(), 1u);
    EXPECT_EQ(driver.live.depths.back().priceScale, 2);
    define({instrument("BTCUSDT", "BTC", "TRADING", 4), instrument("ETHUSDT", "ETH", "TRADING")});
    const auto events = driver.frame(depth("BTCUSDT", 106, 110, 105, 99, 101));
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["verified"], true);
    EXPECT_EQ(driver.live.depths.back().priceScale, 4);
    EXPECT_EQ(driver.live.depths.back().bids[0].price, 990'000);
    EXPECT_EQ(driver.live.depths.back().bids[1].price, 980'000);
    // Digits finer than the definition's are exact, too.
    std::string finer = depth("BTCUSDT", 111, 115, 110, 99, 101);
    finer.replace(finer.find("\"99\""), 4, "\"99.123456\"");
    EXPECT_EQ(driver.frame(finer).size(), 1u);
    EXPECT_EQ(driver.live.depths.back().priceScale, 6);
    EXPECT_EQ(driver.live.depths.back().bids[0].price, 99'123'456);
    // Nor does a definition that does not fit the book end it.
    define({instrument("BTCUSDT", "BTC", "TRADING", 18), instrument("ETHUSDT", "ETH", "TRADING")});
    EXPECT_EQ(driver.frame(depth("BTCUSDT", 116, 120, 115, 100, 101)).size(), 1u);
    EXPECT_EQ(driver.live.depths.back().bids[0].price, 100'000'000);
}

TEST_F(Definitions, AreFetchedEveryHour)
{
    goLive();
    const Nanos start = driver.now;
    std::vector<Nanos> times;
    for (int i = 0; i < 3 * 3600 + 10; i += 10) {
        driver.now = start + i * kSecond;
        driver.control(ControlKind::Tick);
        for (const std::string& request : driver.requested())
            if (request == "/fapi/v1/exchangeInfo")
                times.push_back(driver.now - start);
    }
    EXPECT_EQ(times, (std::vector<Nanos>{3600 * kSecond, 7200 * kSecond, 10'800 * kSecond}));
    // A clock that was set back does not put it off.
    driver.now = start - 7200 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(driver.requested(), std::vector<std::string>{"/fapi/v1/exchangeInfo"});
}

TEST_F(Definitions, AnUnknownContractFetchesThemSooner)
{
    goLive();
    std::string wanted(kWanted);
    constexpr std::string_view kMark = R"("mark","symbols":[)";
    wanted.insert(wanted.find(kMark) + kMark.size(), R"("NEWUSDT",)");
    driver.control(ControlKind::Wanted, wanted);
    driver.now += 120 * kSecond;
    EXPECT_EQ(driver.frame(R"({"e":"markPriceUpdate","E":1,"s":"NEWUSDT","p":"5"})", kMarket).size(), 1u);
    ASSERT_EQ(driver.emit.notices().size(), 1u);
    EXPECT_NE(driver.emit.notices()[0].find("NEW-USDT-PERP"), std::string::npos);
    driver.control(ControlKind::Tick);
    EXPECT_EQ(driver.requested(), std::vector<std::string>{"/fapi/v1/exchangeInfo"});
    EXPECT_TRUE(driver.frame(R"({"e":"markPriceUpdate","E":1,"s":"NEWERUSDT","p":"5"})", kMarket).empty());
    driver.now += kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_TRUE(driver.requested().empty());  // once a minute
    driver.now += 60 * kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(driver.requested().size(), 1u);
}

TEST_F(Definitions, AreAskedForAgainAfterAFailure)
{
    connect();
    driver.failed("/fapi/v1/exchangeInfo", 0, "no route");
    driver.now += kSecond;
    driver.control(ControlKind::Tick);
    EXPECT_EQ(driver.requested(), std::vector<std::string>{"/fapi/v1/exchangeInfo"});
    // Before they are in nobody is told of a symbol without one.
    driver.frame(R"({"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"5"})", kMarket);
    EXPECT_TRUE(driver.emit.notices().empty());
}

}  // namespace
}  // namespace tickdeck::binance
