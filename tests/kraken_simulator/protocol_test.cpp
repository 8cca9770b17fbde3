// SPDX-License-Identifier: GPL-3.0-or-later

// How the simulated venue answers: as the venue's documentation and recordings say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/kraken_simulator/client.h"

namespace tickdeck::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(KrakenProtocol, AcknowledgesEachSymbolAndSendsItsSnapshot)
{
    KrakenClient client;
    client.send(
        R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","MINA/GBP"],"depth":25},"req_id":7})");
    EXPECT_THAT(
        client.drain(),
        ElementsAre(
            testing::AllOf(
                StartsWith(
                    R"({"method":"subscribe","result":{"channel":"book","depth":25,"snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":")"),
                HasSubstr(R"("req_id":7)")),
            StartsWith(R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":7711)"),
            HasSubstr(R"("symbol":"MINA/GBP"},"success":true)"),
            StartsWith(R"({"channel":"book","type":"snapshot","data":[{"symbol":"MINA/GBP")")));
}

TEST(KrakenProtocol, RefusesWhatItDoesNotHaveAndStaysOpen)
{
    KrakenClient client;
    client.send(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":27}})");
    client.send(R"({"method":"subscribe","params":{"channel":"ticker","symbol":["NO/PE"]}})");
    client.send(R"({"method":"subscribe","params":{"channel":"weather","symbol":["BTC/USD"]}})");
    client.send(R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}})");
    client.send("this is no JSON");
    client.send(R"({"method":"subscribe","params":{"channel":"ticker","symbol":["a\"b\\c"]}})");
    const std::vector<std::string> answers = client.drain();
    EXPECT_THAT(
        answers,
        ElementsAre(StartsWith(R"({"error":"Subscription depth not supported","method":"subscribe","success":false)"),
                    HasSubstr(R"("error":"Currency pair not supported NO/PE")"), HasSubstr(R"("success":false)"),
                    StartsWith(R"({"error":"Subscription Not Found","method":"subscribe","success":false)"),
                    HasSubstr(R"("success":false)"), HasSubstr(R"("success":false)")));
    for (const std::string& answer : answers)
        EXPECT_TRUE(nlohmann::json::accept(answer)) << answer;
    EXPECT_TRUE(client.seen().closed.empty());
}

TEST(KrakenProtocol, OnePairHasOneBookAtATimeOnAConnection)
{
    KrakenClient client;
    client.send(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}})");
    client.drain();
    client.send(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":25}})");
    EXPECT_THAT(client.drain(), ElementsAre(HasSubstr(R"("error":"Already subscribed")")));
    client.send(R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":25}})");
    EXPECT_THAT(client.drain(), ElementsAre(HasSubstr("Subscription Not Found")));
    client.send(R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}})");
    EXPECT_THAT(
        client.drain(),
        ElementsAre(StartsWith(
            R"({"method":"unsubscribe","result":{"channel":"book","depth":10,"symbol":"BTC/USD"},"success":true)")));
    client.simulator().advance(200);
    EXPECT_TRUE(client.drain().empty()) << "nothing is told of what was unsubscribed";
    client.send(
        R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":25,"snapshot":false}})");
    EXPECT_THAT(client.drain(), ElementsAre(HasSubstr(R"("depth":25,"snapshot":false)")));
}

TEST(KrakenProtocol, TickerFollowsTradesUnlessAskedForTheTouch)
{
    std::map<std::string, std::size_t> tickers;
    std::map<std::string, std::size_t> trades;
    for (const std::string trigger : {"trades", "bbo"}) {
        KrakenClient client;
        client.send(
            R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"],"snapshot":false,"event_trigger":")" +
            trigger + R"("}})");
        client.send(R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}})");
        EXPECT_EQ(client.drain().size(), 2u);
        client.simulator().advance(2000);
        for (const std::string& frame : client.drain()) {
            tickers[trigger] += frame.starts_with(R"({"channel":"ticker","type":"update")") ? 1u : 0u;
            trades[trigger] += frame.starts_with(R"({"channel":"trade","type":"update")") ? 1u : 0u;
        }
    }
    EXPECT_GT(trades["trades"], 20u);
    EXPECT_EQ(trades["bbo"], trades["trades"]) << "the same seed is the same market";
    EXPECT_EQ(tickers["trades"], trades["trades"]);
    EXPECT_GT(tickers["bbo"], 2 * tickers["trades"]);
}

TEST(KrakenProtocol, TheSameSeedSaysTheSame)
{
    std::vector<std::vector<std::string>> runs;
    for (int run = 0; run < 2; ++run) {
        KrakenClient client;
        client.send(
            R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH/BTC"],"depth":1000}})");
        client.drain();
        client.simulator().advance(3000);
        runs.push_back(client.drain());
    }
    EXPECT_GT(runs[0].size(), 300u);
    EXPECT_EQ(runs[0], runs[1]);
}

TEST(KrakenProtocol, HeartbeatsBeginWithTheFirstSubscription)
{
    KrakenClient client;
    client.send(R"({"method":"subscribe","params":{"channel":"instrument"}})");
    ASSERT_TRUE(client.waitFor(R"({"channel":"heartbeat"})"));
    const std::vector<std::string> frames = client.seen().frames;
    EXPECT_LT(
        std::ranges::find_if(frames, [](const std::string& f) { return f.starts_with(R"({"method":"subscribe")"); }),
        std::ranges::find(frames, R"({"channel":"heartbeat"})"));
}

}  // namespace
}  // namespace tickdeck::test
