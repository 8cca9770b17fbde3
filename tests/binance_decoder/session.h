// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A venue's side of a session, for tests of the decoder's.

#include <gtest/gtest.h>
#include <set>

#include "tests/binance_decoder/driver.h"

namespace tickdeck::binance {

inline constexpr std::string_view kWanted =
    R"({"subscriptions":[{"channel":"instrument"},{"channel":"ticker","symbols":["BTCUSDT","ETHUSDT"]},)"
    R"({"channel":"trade","symbols":["BTCUSDT"]},{"channel":"book","symbols":["BTCUSDT","ETHUSDT"],"depth":1000},)"
    R"({"channel":"mark","symbols":["BTCUSDT"]},{"channel":"forced_order","symbols":["BTCUSDT"]},)"
    R"({"channel":"candle","symbols":["BTCUSDT"],"intervals":["1m","1h"]}],)"
    R"("answer_within_ms":5000,"most_delay_ms":8000})";

class Session : public testing::Test {
protected:
    using Json = nlohmann::json;

    static std::string text(int number) { return "\"" + std::to_string(number) + "\""; }
    // One bid and one ask, of quantity 1.
    static std::string depth(const std::string& symbol, int first, int last, int previous, int bid, int ask)
    {
        return R"({"stream":"x@depth@100ms","data":{"e":"depthUpdate","E":1001,"T":1000,"s":")" + symbol + R"(","U":)" +
               std::to_string(first) + R"(,"u":)" + std::to_string(last) + R"(,"pu":)" + std::to_string(previous) +
               R"(,"b":[[)" + text(bid) + R"(,"1"]],"a":[[)" + text(ask) + R"(,"1"]]}})";
    }
    static std::string body(int last, int bid, int ask)
    {
        return R"({"lastUpdateId":)" + std::to_string(last) + R"(,"E":1001,"T":1000,"bids":[[)" + text(bid) +
               R"(,"1"]],"asks":[[)" + text(ask) + R"(,"1"]]})";
    }
    static std::string path(const std::string& symbol) { return "/fapi/v1/depth?symbol=" + symbol + "&limit=1000"; }
    static std::string answered(const std::string& symbol, int last, int bid, int ask)
    {
        return R"({"request":")" + path(symbol) + R"(","status":200,"body":)" + body(last, bid, ask) + "}";
    }
    static std::string trade(int number)
    {
        return R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1001,"a":)" + std::to_string(number) +
               R"(,"s":"BTCUSDT","p":"5.0","q":"1","f":1,"l":1,"T":1000,"m":true}})";
    }
    static std::string quote(int number, int time)
    {
        return R"({"e":"bookTicker","u":)" + std::to_string(number) +
               R"(,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1","T":)" + std::to_string(time) + R"(,"E":5})";
    }
    static std::string instrument(const std::string& symbol, const std::string& base, const std::string& status,
                                  int precision = 2)
    {
        const bool dated = symbol.find('_') != std::string::npos;
        return R"({"symbol":")" + symbol + R"(","pair":"X","contractType":")" +
               (dated ? "CURRENT_QUARTER" : "PERPETUAL") + R"(","deliveryDate":)" +
               (dated ? "1632470400000" : "4133404800000") + R"(,"onboardDate":1569398400000,"status":")" + status +
               R"(","maintMarginPercent":"2.5000","baseAsset":")" + base +
               R"(","quoteAsset":"USDT","marginAsset":"USDT","pricePrecision":)" + std::to_string(precision) +
               R"(,"quantityPrecision":3,"underlyingSubType":["PoW"],"filters":[{"filterType":"PRICE_FILTER",)"
               R"("maxPrice":"4529764","tickSize":"0.10"},{"stepSize":"0.001","filterType":"LOT_SIZE"},)"
               R"({"filterType":"MARKET_LOT_SIZE","stepSize":"0.1"}],"orderTypes":["LIMIT"]})";
    }
    static std::string listOf(const std::vector<std::string>& items)
    {
        std::string out = R"({"timezone":"UTC","serverTime":1,"rateLimits":[],"assets":[{"asset":"USDT"}],"symbols":[)";
        for (const std::string& item : items)
            out.append(out.back() == '[' ? "" : ",").append(item);
        return out + "]}";
    }
    static std::string instruments()
    {
        return listOf({instrument("BTCUSDT", "BTC", "TRADING"), instrument("ETHUSDT", "ETH", "TRADING")});
    }

    // Notes what the last input asked for.
    void note()
    {
        for (const std::string& request : driver.requested())
            asked.push_back(request);
    }
    void acknowledge(const Json& request, ConnectionId connection = kPublic)
    {
        for (const Json& event : driver.frame(R"({"result":null,"id":)" + request["id"].dump() + "}", connection))
            answers.push_back(event);
        note();
    }
    // Both connections open; all that is asked for over them is granted.
    void open()
    {
        for (const ConnectionId connection : {kPublic, kMarket}) {
            driver.control(ControlKind::Opened, "{}", connection);
            note();
            for (const Json& request : driver.sent())
                acknowledge(request, connection);
        }
    }
    void connect(bool first = true)
    {
        if (first)
            driver.control(ControlKind::Wanted, kWanted);
        note();
        if (!first)
            for (const ConnectionId connection : {kPublic, kMarket})
                driver.control(ControlKind::Closed, "{}", connection);
        answers.clear();
        open();
    }
    std::vector<Json> snapshot(const std::string& symbol, int last, int bid, int ask)
    {
        return driver.answer(path(symbol), body(last, bid, ask));
    }
    void goLive()
    {
        connect();
        EXPECT_EQ(ofType(driver.answer("/fapi/v1/exchangeInfo", instruments()), "instrument").size(), 2u);
        EXPECT_EQ(snapshot("BTCUSDT", 100, 97, 102).size(), 1u);
        EXPECT_EQ(snapshot("ETHUSDT", 100, 97, 102).size(), 1u);
    }
    // Lets time go on, second by second, until something is requested; its path.
    std::string tickUntilAsked()
    {
        for (int i = 0; i < 100; ++i) {
            driver.now += kSecond;
            driver.control(ControlKind::Tick);
            if (!driver.requested().empty())
                return driver.requested().front();
        }
        return "nothing";
    }
    static std::vector<Json> ofType(const std::vector<Json>& events, std::string_view type)
    {
        std::vector<Json> out;
        for (const Json& event : events)
            if (event["type"] == type)
                out.push_back(event);
        return out;
    }
    static std::multiset<std::string> channels(const std::vector<Json>& gaps)
    {
        std::multiset<std::string> out;
        for (const Json& gap : gaps)
            out.insert(gap["channel"].get<std::string>());
        return out;
    }

    Driver driver;
    std::vector<std::string> asked;
    std::vector<Json> answers;
};

}  // namespace tickdeck::binance
