// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A venue's side of a session, for tests of the decoder's.

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/kraken_decoder/driver.h"

namespace tickdeck::kraken {

using Json = nlohmann::json;

inline constexpr std::string_view kWanted =
    R"({"subscriptions":[{"channel":"instrument"},{"channel":"ticker","symbols":["BTC/USD"]},)"
    R"({"channel":"trade","symbols":["BTC/USD"]},{"channel":"book","symbols":["BTC/USD","ETH/USD"],"depth":10}]})";

inline std::uint32_t crcOf(std::string_view digits)
{
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(digits.data()), static_cast<uInt>(digits.size())));
}

// A book of one level on each side.
inline std::string book(const std::string& symbol, bool snapshot, int bid, int ask, bool right = true)
{
    const std::uint32_t checksum = crcOf(std::to_string(ask) + "7" + std::to_string(bid) + "5") + (right ? 0 : 1);
    return R"({"channel":"book","type":")" + std::string(snapshot ? "snapshot" : "update") +
           R"(","data":[{"symbol":")" + symbol + R"(","bids":[{"price":)" + std::to_string(bid) +
           R"(,"qty":5}],"asks":[{"price":)" + std::to_string(ask) + R"(,"qty":7}],"checksum":)" +
           std::to_string(checksum) + "}]}";
}
inline std::string trades(bool snapshot, std::initializer_list<int> ids)
{
    std::string data;
    for (const int id : ids)
        data +=
            (data.empty() ? "" : ",") +
            std::string(R"({"symbol":"BTC/USD","side":"buy","price":1.0,"qty":2.0,"ord_type":"limit","trade_id":)") +
            std::to_string(id) + R"(,"timestamp":"2026-08-16T23:37:05.849274Z"})";
    return R"({"channel":"trade","type":")" + std::string(snapshot ? "snapshot" : "update") + R"(","data":[)" + data +
           "]}";
}
inline std::string ticker()
{
    return R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":1,"bid_qty":1,"ask":2,"ask_qty":3}]})";
}
inline std::string instruments()
{
    return R"({"channel":"instrument","type":"snapshot","data":{"pairs":[{"symbol":"BTC/USD","price_precision":0,)"
           R"("qty_precision":0},{"symbol":"ETH/USD","price_precision":0,"qty_precision":0}]}})";
}

inline std::vector<Json> ofType(const std::vector<Json>& events, std::string_view type)
{
    std::vector<Json> out;
    for (const Json& event : events)
        if (event["type"] == type)
            out.push_back(event);
    return out;
}

class Session : public testing::Test {
protected:
    Driver driver;
    Nanos& now = driver.now;

    // Acknowledges a request for each of its symbols.
    std::vector<Json> acknowledge(const Json& request)
    {
        std::vector<Json> events;
        const Json& params = request["params"];
        for (const Json& symbol : params.contains("symbol") ? params["symbol"] : Json{nullptr}) {
            Json result = {{"channel", params["channel"]}};
            if (!symbol.is_null())
                result["symbol"] = symbol;
            for (const char* key : {"depth", "snapshot"})
                if (params.contains(key))
                    result[key] = params[key];
            const Json reply = {
                {"method", request["method"]}, {"result", result}, {"success", true}, {"req_id", request["req_id"]}};
            for (const Json& event : driver.frame(reply.dump()))
                events.push_back(event);
            for (const Json& next : driver.sent())
                answers.push_back(next);
        }
        return events;
    }
    // Requests that acknowledgements led to.
    std::vector<Json> answers;

    void connect()
    {
        driver.control(ControlKind::Wanted, kWanted);
        EXPECT_TRUE(driver.sent().empty());
        driver.control(ControlKind::Opened, R"({"name":"public","url":"ws://localhost"})");
        for (const Json& request : driver.sent())
            acknowledge(request);
    }
    void goLive()
    {
        connect();
        now += kSecond;
        EXPECT_EQ(driver.frame(instruments()).size(), 2u);
        driver.frame(ticker());
        driver.frame(book("BTC/USD", true, 10, 20));
        driver.frame(book("ETH/USD", true, 30, 40));
        driver.frame(trades(false, {100}));
        EXPECT_FALSE(driver.error.has_value());
        now += kSecond;
    }
};

}  // namespace tickdeck::kraken
