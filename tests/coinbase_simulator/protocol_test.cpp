// SPDX-License-Identifier: GPL-3.0-or-later

// How the simulated venue answers: as the venue's documentation and recordings say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "tests/coinbase_simulator/client.h"

namespace tickdeck::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CoinbaseProtocol, TheSnapshotComesAheadOfTheAnswer)
{
    CoinbaseClient client;
    client.subscribe("level2", R"("BTC-USD","NO-PE","ETH-USD")");
    const std::vector<std::string> frames = client.drain();
    ASSERT_EQ(frames.size(), 3u);
    EXPECT_THAT(
        frames[0],
        HasSubstr(R"("sequence_num":0,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid")"));
    EXPECT_THAT(frames[1], HasSubstr(R"("sequence_num":1,"events":[{"type":"snapshot","product_id":"ETH-USD")"));
    EXPECT_THAT(frames[2],
                testing::EndsWith(R"("sequence_num":2,"events":[{"subscriptions":{"level2":["BTC-USD","ETH-USD"]}}]})"))
        << "what it does not know is left out without a word";
}

TEST(CoinbaseProtocol, EveryMessageOfAConnectionHasTheNextNumber)
{
    CoinbaseClient client;
    client.send(R"({"type":"subscribe","channel":"heartbeats"})");
    client.subscribe("level2", R"("BTC-USD","SOL-USD")");
    client.subscribe("market_trades", R"("BTC-USD")");
    client.subscribe("ticker", R"("BTC-USD")");
    client.simulator().advance(3000);
    EXPECT_TRUE(client.waitFor("heartbeat_counter"));
    client.drain();
    std::uint64_t next = 0;
    std::set<std::string> channels;
    for (const std::string& frame : client.seen().frames) {
        const json message = json::parse(frame);
        EXPECT_EQ(message["sequence_num"], next++);
        channels.insert(message["channel"]);
    }
    EXPECT_EQ(channels, (std::set<std::string>{"heartbeats", "l2_data", "market_trades", "subscriptions", "ticker"}));
    EXPECT_GT(next, 200u);
}

TEST(CoinbaseProtocol, ErrorsHaveNeitherChannelNorNumber)
{
    CoinbaseClient client;
    client.subscribe("weather", R"("BTC-USD")");
    client.send("this is no JSON");
    client.send(R"({"type":"dance","channel":"ticker"})");
    EXPECT_THAT(client.drain(), ElementsAre(R"({"type":"error","message":"authentication failure"})",
                                            R"({"type":"error","message":"failure to subscribe"})",
                                            R"({"type":"error","message":"failure to subscribe"})"));
    EXPECT_TRUE(client.seen().closed.empty());
}

TEST(CoinbaseProtocol, NothingIsToldOfWhatWasUnsubscribed)
{
    CoinbaseClient client;
    client.subscribe("level2", R"("BTC-USD")");
    client.subscribe("level2", R"("BTC-USD")", false);
    const std::vector<std::string> frames = client.drain();
    EXPECT_THAT(frames.back(), HasSubstr(R"("events":[{"subscriptions":{}}]})"));
    client.simulator().advance(500);
    EXPECT_TRUE(client.drain().empty());
    client.subscribe("level2", R"("BTC-USD")");
    EXPECT_THAT(client.drain().front(), HasSubstr(R"("type":"snapshot")"));
}

TEST(CoinbaseProtocol, AnAliasComesUnderTheOthersName)
{
    CoinbaseClient client;
    client.subscribe("level2", R"("BTC-USDC")");
    const std::vector<std::string> frames = client.drain();
    EXPECT_THAT(frames[0], HasSubstr(R"("product_id":"BTC-USD","updates")"));
    EXPECT_THAT(frames[1], HasSubstr(R"({"level2":["BTC-USDC"]})"));
}

// The side is the maker's: a trade at the best offer says SELL. The newest of a message stands first.
TEST(CoinbaseProtocol, TradesSayTheMakersSide)
{
    CoinbaseClient client;
    client.subscribe("market_trades", R"("BTC-USD")");
    client.simulator().advance(4000);
    sim::Market market(client.simulator().market());
    std::map<std::string, Side> aggressors;
    for (int i = 0; i < 4000; ++i) {
        const sim::Step& step = market.step();
        for (const sim::MarketTrade& trade : step.trades)
            if (step.instrument == 0)
                aggressors[std::to_string(trade.id)] = trade.side;
    }
    std::size_t seen = 0;
    for (const std::string& frame : client.drain()) {
        const json message = json::parse(frame);
        if (message["channel"] != "market_trades")
            continue;
        std::int64_t before = std::numeric_limits<std::int64_t>::max();
        for (const json& trade : message["events"][0]["trades"]) {
            const std::int64_t id = std::stoll(trade["trade_id"].get<std::string>());
            EXPECT_LT(id, before);
            before = id;
            EXPECT_EQ(trade["side"], aggressors.at(trade["trade_id"]) == Side::Buy ? "SELL" : "BUY");
            ++seen;
        }
    }
    EXPECT_EQ(seen, aggressors.size());
    EXPECT_GT(seen, 50u);
}

TEST(CoinbaseProtocol, EightRequestsInASecondAreEnough)
{
    CoinbaseClient client;
    client.flood(R"({"type":"subscribe","channel":"heartbeats"})", 40);
    EXPECT_TRUE(client.waitFor("rate limit exceeded"));
}

TEST(CoinbaseProtocol, AConnectionThatAsksForNothingIsClosed)
{
    CoinbaseClient client;
    EXPECT_TRUE(client.waitClosed());
}

TEST(CoinbaseProtocol, ProductsOverRest)
{
    CoinbaseClient client;
    httplib::Client http(client.simulator().restUrl());
    const auto answer = http.Get("/api/v3/brokerage/market/products");
    ASSERT_TRUE(answer);
    const json body = json::parse(answer->body);
    EXPECT_EQ(body["num_products"], body["products"].size());
    std::map<std::string, json> products;
    for (const json& product : body["products"])
        products[product["product_id"]] = product;
    EXPECT_EQ(products.at("BTC-USD")["price_increment"], "0.01");
    EXPECT_EQ(products.at("BTC-USD")["alias_to"], json{"BTC-USDC"});
    EXPECT_EQ(products.at("BTC-USDC")["alias"], "BTC-USD");
    EXPECT_EQ(products.at("BTC-PERP-INTX")["product_type"], "FUTURE");
    EXPECT_EQ(http.Get("/api/v3/brokerage/orders")->status, 404);
}

}  // namespace
}  // namespace tickdeck::test
