// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded frames: every chain of changes holds, tickers agree with the books, and the values that come out are those that
// went in.

#include <filesystem>
#include <gtest/gtest.h>
#include <map>

#include "engine/connectors/deribit/names.h"
#include "tests/deribit_decoder/driver.h"

namespace tickdeck::deribit {
namespace {

using Json = nlohmann::json;

std::string normal(const std::string& decimal) { return Decimal::parse(decimal).value().normalized().toString(); }

// A book kept from events in the plainest way.
struct PlainBook {
    std::map<Decimal, std::string, std::greater<>> bids;
    std::map<Decimal, std::string> asks;

    void apply(const Json& event)
    {
        if (event["kind"] == "snapshot") {
            bids.clear();
            asks.clear();
        }
        set(bids, event["bids"]);
        set(asks, event["asks"]);
    }
    template <class Side>
    static void set(Side& side, const Json& levels)
    {
        for (const Json& level : levels) {
            const Decimal price = Decimal::parse(level[0].get<std::string>()).value();
            const std::string amount = normal(level[1].get<std::string>());
            if (amount == "0")
                side.erase(price);
            else
                side[price] = amount;
        }
    }
    // Best price, or "null".
    template <class Side>
    static std::string best(const Side& side)
    {
        return side.empty() ? "null" : side.begin()->first.normalized().toString();
    }
};

class Recordings : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(m_folder))
            GTEST_SKIP() << m_folder << " is missing";
    }
    // Feeds a file as frames; `types` and `verified` count what came of it.
    void feed(const std::string& name)
    {
        for (const std::string& line : linesOf(m_folder + name)) {
            for (Json& event : driver.frame(line)) {
                ++types[event["type"]];
                if (event["type"] == "book")
                    ++verified[event["verified"].dump()];
                events.push_back(std::move(event));
            }
            EXPECT_FALSE(driver.error.has_value()) << line.substr(0, 300) << driver.error->text();
            for (const std::string& kind : driver.emit.ignoredKinds())
                ++ignored[kind];
            EXPECT_TRUE(driver.emit.sends().empty());
        }
    }
    [[nodiscard]] std::vector<std::string> lines(const std::string& name) const { return linesOf(m_folder + name); }

    using Counts = std::map<std::string, int>;
    Driver driver;
    std::vector<Json> events;
    Counts types;
    Counts verified;
    Counts ignored;

private:
    std::string m_folder = std::string(TICKDECK_RECORDINGS) + "/exchanges/deribit/";
};

TEST_F(Recordings, AllOfThemDecode)
{
    feed("book.raw.options_20210722.jsonl");
    feed("ticker.raw.options_20210722.jsonl");
    feed("option_stream.100ms_2026.jsonl");
    feed("ticker.100ms_prod_2026.jsonl");
    feed("rpc_replies.jsonl");
    feed("rest_ticker_summary_2022.jsonl");
    feed("public_get_instruments.BTC_20210722.jsonl");
    feed("public_get_instruments.option_2026.jsonl");
    feed("volatility_and_price_index.jsonl");
    feed("tardis_2019_2024.jsonl");
    EXPECT_EQ(verified.count("false"), 0u);
    EXPECT_EQ(types["vol_index"], 1);
    EXPECT_EQ(types["instrument"], 401);
    EXPECT_EQ(ignored["deribit_price_index"], 1);
    EXPECT_EQ(ignored["combo"], 2);
    EXPECT_EQ(types["gap"], 0);
}

// A ticker runs ahead of its book: joined by the venue's time they agree, wherever both speak of the same instant.
TEST_F(Recordings, TickersAgreeWithTheBooksTops)
{
    feed("session.raw_20210722.jsonl");
    EXPECT_EQ(types["book"], 40);
    EXPECT_EQ(types["option"], 70);
    EXPECT_EQ(verified.count("false"), 0u);
    EXPECT_EQ(verified["true"] + verified["null"], 40);
    EXPECT_GT(verified["true"], 20);
    std::map<std::string, std::map<std::int64_t, std::pair<std::string, std::string>>> tops;
    std::map<std::string, PlainBook> books;
    for (const Json& event : events) {
        if (event["type"] != "book")
            continue;
        PlainBook& book = books[event["native"]];
        book.apply(event);
        tops[event["native"]][event["exchange_time"]] = {PlainBook::best(book.bids), PlainBook::best(book.asks)};
    }
    int joined = 0;
    for (const Json& event : events) {
        if (event["type"] != "option")
            continue;
        const auto& known = tops[event["native"]];
        const auto next = known.upper_bound(event["exchange_time"].get<std::int64_t>());
        if (next == known.begin())
            continue;
        ++joined;
        const auto text = [&](const char* key) {
            return event[key].is_null() ? std::string("null") : normal(event[key].get<std::string>());
        };
        EXPECT_EQ(text("bid_price"), std::prev(next)->second.first) << event;
        EXPECT_EQ(text("ask_price"), std::prev(next)->second.second) << event;
    }
    EXPECT_GT(joined, 50);
}

// A collection: its breaks are told, and named.
TEST_F(Recordings, ABrokenChainIsTold)
{
    feed("misc_2021_2022.jsonl");
    EXPECT_EQ(verified, (Counts{{"null", 5}, {"false", 1}}));
    EXPECT_EQ(types["gap"], 1);
    for (const Json& event : events) {
        if (event["type"] == "book" && event["verified"] == false) {
            EXPECT_EQ(event["native"], "BTC-25JUN21");
        }
    }
    EXPECT_EQ(types["trade"], 3);
    EXPECT_EQ(ignored["chart"], 2);
}

TEST_F(Recordings, ValuesOfAnOption)
{
    const auto told = driver.frame(lines("option_stream.100ms_2026.jsonl").at(0));
    ASSERT_EQ(told.size(), 1u);
    const Json& option = told[0];
    EXPECT_EQ(option["type"], "option");
    EXPECT_EQ(option["symbol"], "BTC-USD-20260915-77000-C");
    EXPECT_EQ(option["native"], "BTC-15SEP26-77000-C");
    EXPECT_EQ(option["exchange_time"], 1789344931096 * kMillisecond);
    EXPECT_EQ(option["expiry"], 1789459200000 * kMillisecond);
    EXPECT_EQ(option["strike"], "77000");
    EXPECT_EQ(option["right"], "call");
    EXPECT_EQ(option["bid_price"], "0.0065");
    EXPECT_EQ(option["ask_price"], "0.0075");
    EXPECT_EQ(option["mark_price"], "0.0069");
    EXPECT_EQ(option["mark_iv"], "0.312");
    EXPECT_EQ(option["bid_iv"], "0.2957");
    EXPECT_EQ(option["ask_iv"], "0.3374");
    EXPECT_EQ(option["underlying_price"], "76904.4");
    EXPECT_EQ(option["underlying"], "BTC-15SEP26");
    EXPECT_EQ(option["open_interest"], "534.4");
    EXPECT_EQ(option["gamma"], "0.00028");  // 2.8e-4
    EXPECT_EQ(option["theta"], "-217.49347");
}

TEST_F(Recordings, WithoutAQuoteThereIsNone)
{
    for (const std::string& line : lines("tardis_2019_2024.jsonl")) {
        if (line.find("BTC-8JUN20-8750-P") == std::string::npos)
            continue;
        const auto told = driver.frame(line);  // expired: "estimated_delivery_price":"expired", ask_iv 500
        ASSERT_EQ(told.size(), 1u) << line;
        for (const char* key : {"bid_price", "ask_price", "bid_iv", "ask_iv"})
            EXPECT_TRUE(told[0][key].is_null()) << key;
        EXPECT_EQ(told[0]["mark_iv"], "0.70");
    }
}

TEST_F(Recordings, ValuesOfPerpetualAndFuture)
{
    const auto all = lines("ticker.100ms_prod_2026.jsonl");
    const auto perpetual = driver.frame(all.at(2).find("PERPETUAL") != std::string::npos ? all.at(2) : all.at(3));
    ASSERT_EQ(perpetual.size(), 3u);
    EXPECT_EQ(perpetual[0]["type"], "quote");
    EXPECT_EQ(perpetual[0]["symbol"], "BTC-USD-PERP");
    EXPECT_EQ(perpetual[1]["type"], "mark");
    EXPECT_EQ(perpetual[1]["index_price"], "83251.03");
    EXPECT_EQ(perpetual[2]["type"], "funding");
    EXPECT_EQ(perpetual[2]["rate"], "-0.00021714");  // -2.1714e-4
    EXPECT_TRUE(perpetual[2]["next_funding_time"].is_null());
    for (const std::string& line : all) {
        if (line.find("BTC-25DEC26") == std::string::npos)
            continue;
        const auto future = driver.frame(line);
        ASSERT_EQ(future.size(), 2u);
        EXPECT_EQ(future[0]["symbol"], "BTC-USD-20261225");
        EXPECT_EQ(future[1]["type"], "mark");
    }
}

TEST_F(Recordings, InstrumentsAsAnAnswerOverRest)
{
    const auto told = driver.answer("/api/v2/public/get_instruments?currency=BTC&kind=option",
                                    lines("public_get_instruments.option_2026.jsonl").at(0));
    ASSERT_FALSE(driver.error.has_value());
    ASSERT_EQ(told.size(), 3u);
    const Json& call = told[0];
    EXPECT_EQ(call["type"], "instrument");
    EXPECT_EQ(call["symbol"], "BTC-USD-20260915-77000-C");
    EXPECT_EQ(call["base"], "BTC");
    EXPECT_EQ(call["quote"], "BTC");  // what its prices are in
    EXPECT_EQ(call["settlement"], "BTC");
    EXPECT_EQ(call["kind"], "option");
    EXPECT_EQ(call["inverse"], true);
    EXPECT_EQ(call["tick"], "0.0001");
    EXPECT_EQ(call["lot"], "0.1");
    EXPECT_EQ(call["price_precision"], 4);
    EXPECT_EQ(call["quantity_precision"], 1);
    EXPECT_EQ(call["multiplier"], "1.0");
    EXPECT_EQ(call["expiry"], 1789459200000 * kMillisecond);
    EXPECT_EQ(call["strike"], "77000.0");
    EXPECT_EQ(call["status"], "open");
}

// Names and fields agree on every instrument of the older list.
TEST_F(Recordings, AListOfEarlierYears)
{
    feed("public_get_instruments.BTC_20210722.jsonl");
    EXPECT_EQ(types, (Counts{{"instrument", 398}}));
    for (const Json& event : events) {
        const std::string native = event["native"];
        EXPECT_EQ(canonicalSymbol(partsOf(native), native), event["symbol"]);
    }
}

}  // namespace
}  // namespace tickdeck::deribit
