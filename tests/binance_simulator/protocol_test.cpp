// SPDX-License-Identifier: GPL-3.0-or-later

// How the simulated venue answers over its sockets: as its documentation and recordings say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/binance_simulator/client.h"

namespace tickdeck::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(BinanceProtocol, SubscribesListsAndUnsubscribes)
{
    BinanceVenue venue;
    BinanceClient client(venue, "/public/stream");
    client.send(R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker","ethusdt@depth@100ms"],"id":7})");
    client.send(R"({"method":"LIST_SUBSCRIPTIONS","id":"mine"})");
    client.send(R"({"method":"UNSUBSCRIBE","params":["btcusdt@bookTicker","never@here"],"id":8})");
    EXPECT_THAT(client.drain(), ElementsAre(R"({"result":null,"id":7})",
                                            R"({"result":["btcusdt@bookTicker","ethusdt@depth@100ms"],"id":"mine"})",
                                            R"({"result":null,"id":8})"));
    venue.advance(2000);
    const std::vector<std::string> frames = client.drain();
    EXPECT_GT(frames.size(), 20u);
    EXPECT_THAT(frames, Each(StartsWith(R"({"stream":"ethusdt@depth@100ms","data":{"e":"depthUpdate","E":)")));
}

TEST(BinanceProtocol, RefusesWhatItCannotReadAndStaysOpen)
{
    BinanceVenue venue;
    BinanceClient client(venue, "/public/ws");
    client.send("this is no JSON");
    client.send(R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker"]})");
    client.send(R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker"],"id":-4})");
    client.send(R"({"method":"BUY","id":1})");
    client.send(R"({"method":"SUBSCRIBE","params":[7],"id":2})");
    client.send(R"({"method":"SUBSCRIBE","params":"btcusdt@bookTicker","id":3})");
    const std::vector<std::string> answers = client.drain();
    EXPECT_THAT(answers, ElementsAre(StartsWith(R"({"code":3,"msg":"Invalid JSON: )"),
                                     HasSubstr("request ID must be an unsigned integer"),
                                     HasSubstr("request ID must be an unsigned integer"),
                                     HasSubstr("unknown variant `BUY`"), HasSubstr("`params`"), HasSubstr("`params`")));
    for (const std::string& answer : answers)
        EXPECT_TRUE(nlohmann::json::accept(answer)) << answer;
    EXPECT_TRUE(client.seen().closed.empty());
}

TEST(BinanceProtocol, EachRouteServesItsOwnStreamsAndSaysYesToAll)
{
    const std::vector<std::string> open = {"btcusdt@depth@100ms", "btcusdt@depth20", "btcusdt@bookTicker",
                                           "!bookTicker"};
    const std::vector<std::string> market = {"btcusdt@aggTrade", "btcusdt@markPrice@1s", "btcusdt@kline_1m",
                                             "!forceOrder@arr"};
    std::vector<std::string> both = open;
    both.insert(both.end(), market.begin(), market.end());
    both.insert(both.end(), {"btcusdt@weather", "NOPE@depth@100ms", "BTCUSDT@bookTicker"});
    BinanceVenue venue;
    std::map<std::string, std::set<std::string>> served;
    for (const std::string root : {"/public", "/market", ""}) {
        BinanceClient client(venue, root + "/stream");
        client.subscribe(both);
        client.drain();
        venue.advance(100 * 400);
        for (const std::string& frame : client.drain())
            served[root].insert(nlohmann::json::parse(frame)["stream"]);
    }
    EXPECT_EQ(served["/public"], std::set<std::string>(open.begin(), open.end()));
    EXPECT_EQ(served["/market"], std::set<std::string>(market.begin(), market.end()));
    EXPECT_EQ(served[""], served["/public"]);
}

TEST(BinanceProtocol, StreamsInTheAddressAreWrappedOrBare)
{
    BinanceVenue venue;
    BinanceClient wrapped(venue, "/public/stream?streams=btcusdt@bookTicker/ethusdt@bookTicker");
    BinanceClient bare(venue, "/public/ws/btcusdt@bookTicker/ethusdt@bookTicker");
    venue.advance(400);
    const std::vector<std::string> data = bare.drain();
    const std::vector<std::string> frames = wrapped.drain();
    EXPECT_GT(data.size(), 20u);
    ASSERT_EQ(data.size(), frames.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        const bool btc = data[i].find(R"("s":"BTCUSDT")") != std::string::npos;
        EXPECT_EQ(frames[i], std::string(R"({"stream":")") + (btc ? "btcusdt" : "ethusdt") + R"(@bookTicker","data":)" +
                                 data[i] + "}");
    }
}

TEST(BinanceProtocol, AnUnknownPathAndTooManyMessagesEndTheConnection)
{
    BinanceVenue venue;
    BinanceClient lost(venue, "/private/ws");
    EXPECT_TRUE(lost.waitForClose());
    EXPECT_THAT(lost.seen().closed[0], HasSubstr("no such path"));
    BinanceClient flood(venue, "/public/ws");
    flood.flood(R"({"method":"LIST_SUBSCRIPTIONS","id":1})", 25);
    EXPECT_TRUE(flood.waitForClose());
    EXPECT_THAT(flood.seen().closed[0], HasSubstr("Too many requests"));
}

TEST(BinanceProtocol, TheSameSeedSaysTheSame)
{
    std::vector<std::vector<std::string>> runs;
    for (int run = 0; run < 2; ++run) {
        BinanceVenue venue;
        BinanceClient client(venue, "/market/ws/btcusdt@aggTrade/!markPrice@arr@1s/!forceOrder@arr/solusdt@kline_5m");
        venue.advance(20'000);
        runs.push_back(client.drain());
    }
    EXPECT_GT(runs[0].size(), 300u);
    EXPECT_EQ(runs[0], runs[1]);
}

TEST(BinanceProtocol, AContractThatVanishesOrRestsIsSilentAndToldOfAsAChange)
{
    BinanceVenue venue;
    BinanceClient books(venue, "/public/ws/btcusdt@bookTicker/ethusdt@bookTicker/solusdt@bookTicker");
    BinanceClient news(venue, "/market/ws/!contractInfo/ethusdt@aggTrade");
    venue.advance(4000);
    books.drain();
    venue.simulator().inject({.kind = sim::FaultKind::Delist, .target = "BTCUSDT"});
    venue.simulator().inject({.kind = sim::FaultKind::Maintenance, .target = "ETHUSDT", .seconds = 1});
    venue.advance(2000);
    EXPECT_TRUE(payloads(books.drain(), "bookTicker", "BTCUSDT").empty());
    EXPECT_EQ(venue.rest("/fapi/v1/depth?symbol=BTCUSDT")->status, 400);
    EXPECT_EQ(venue.rest("/fapi/v1/depth?symbol=ETHUSDT")->status, 200);
    std::map<std::string, std::string> statuses;
    const nlohmann::json info = venue.json("/fapi/v1/exchangeInfo");
    for (const nlohmann::json& symbol : info["symbols"])
        statuses[symbol["symbol"]] = symbol["status"];
    EXPECT_FALSE(statuses.contains("BTCUSDT"));
    EXPECT_EQ(statuses["SOLUSDT"], "TRADING");
    ASSERT_TRUE(news.waitFor(R"("cs":"TRADING")")) << "it is over after a second";
    std::vector<std::string> told;
    const std::vector<std::string> first = news.drain();
    for (const nlohmann::json& change : payloads(first, "contractInfo"))
        told.push_back(change["s"].get<std::string>() + " " + change["cs"].get<std::string>());
    EXPECT_THAT(told, ElementsAre("BTCUSDT CLOSE", "ETHUSDT PENDING_TRADING", "ETHUSDT TRADING"));
    venue.advance(4000);
    EXPECT_FALSE(payloads(books.drain(), "bookTicker", "ETHUSDT").empty());
    // No trade is made while it rests, so that none is missing.
    const auto before = payloads(first, "aggTrade");
    const auto after = payloads(news.drain(), "aggTrade");
    ASSERT_FALSE(before.empty() || after.empty());
    EXPECT_EQ(after.front()["a"].get<std::int64_t>(), before.back()["a"].get<std::int64_t>() + 1);
    EXPECT_EQ(after.front()["f"].get<std::int64_t>(), before.back()["l"].get<std::int64_t>() + 1);
}

}  // namespace
}  // namespace tickdeck::test
