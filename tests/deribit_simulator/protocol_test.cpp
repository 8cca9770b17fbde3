// SPDX-License-Identifier: GPL-3.0-or-later

// How the simulated venue answers: as the venue's documentation and recordings say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/deribit_simulator/client.h"

namespace tickdeck::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

TEST(DeribitProtocol, GrantsWhatItHasAndDropsTheRest)
{
    DeribitClient client;
    const std::string answer =
        client.subscribe({"book.BTC-PERPETUAL.100ms", "book.NO-PE.100ms", "ticker.BTC-PERPETUAL.hourly",
                          "deribit_volatility_index.btc_usd", "weather.BTC.100ms"});
    EXPECT_EQ(Json::parse(answer)["result"], Json({"book.BTC-PERPETUAL.100ms", "deribit_volatility_index.btc_usd"}));
    EXPECT_TRUE(client.waitFor(R"("type":"snapshot")"));
    EXPECT_TRUE(client.waitFor(R"("volatility":)"));
    const std::string end =
        client.ask("public/unsubscribe", {{"channels", {"book.BTC-PERPETUAL.100ms", "book.X.100ms"}}});
    EXPECT_EQ(Json::parse(end)["result"], Json({"book.BTC-PERPETUAL.100ms"}));
    client.drain();
    client.simulator().advance(100);
    for (const std::string& frame : client.drain())
        EXPECT_THAT(frame, testing::Not(HasSubstr("book."))) << "nothing is told of what was unsubscribed";
}

TEST(DeribitProtocol, RefusesAsTheVenueDoes)
{
    DeribitClient client;
    EXPECT_THAT(client.ask("public/set_heartbeat", {{"interval", 5}}),
                HasSubstr(R"("error":{"code":-32602,"data":{"reason":"value must be >= 10","param":"interval"},)"
                          R"("message":"Invalid params"})"));
    EXPECT_THAT(client.subscribe({"book.BTC-PERPETUAL.raw"}), HasSubstr(R"("code":13778)"));
    EXPECT_THAT(client.ask("public/dance"), HasSubstr(R"("code":-32601)"));
    EXPECT_TRUE(client.seen().closed.empty());
}

TEST(DeribitProtocol, SubscriptionsCostCredits)
{
    DeribitClient client;
    int granted = 0;
    std::string answer;
    for (int i = 0; i < 200 && answer.find("10028") == std::string::npos; ++i, ++granted)
        answer = client.subscribe({"ticker.BTC-PERPETUAL.100ms"});
    EXPECT_THAT(answer, HasSubstr("too_many_requests"));
    EXPECT_GE(granted, 10);
    EXPECT_LT(granted, 200);
}

TEST(DeribitProtocol, ChangesFormAChainToTheSnapshot)
{
    DeribitClient client;
    std::string option;
    const Json list = Json::parse(client.ask("public/get_instruments", {{"currency", "BTC"}}));
    for (const Json& entry : list["result"])
        if (entry["kind"] == "option" && option.empty() && entry["settlement_period"] == "month")
            option = entry["instrument_name"];
    ASSERT_FALSE(option.empty());
    client.subscribe({"book.BTC-PERPETUAL.100ms", "book.ETH-PERPETUAL.agg2", "book." + option + ".100ms"});
    client.simulator().advance(3000);
    std::map<std::string, std::uint64_t> last;
    std::map<std::string, int> changes;
    for (const std::string& frame : client.drain()) {
        const Json message = Json::parse(frame);
        if (!message.contains("params") || !message["params"].contains("channel"))
            continue;
        const std::string channel = message["params"]["channel"];
        const Json& data = message["params"]["data"];
        if (data["type"] == "change") {
            EXPECT_EQ(data["prev_change_id"], last[channel]) << frame;
            ++changes[channel];
        }
        last[channel] = data["change_id"];
    }
    EXPECT_GT(changes["book.BTC-PERPETUAL.100ms"], 1000);
    EXPECT_GT(changes["book.ETH-PERPETUAL.agg2"], 300);
    EXPECT_GT(changes["book." + option + ".100ms"], 2);
}

TEST(DeribitProtocol, ADelistedInstrumentIsGoneFromLists)
{
    DeribitClient client;
    const auto listed = [&] {
        std::set<std::string> names;
        const Json list = Json::parse(client.ask("public/get_instruments", {{"currency", "BTC"}}));
        for (const Json& entry : list["result"])
            names.insert(entry["instrument_name"]);
        return names;
    };
    const std::set<std::string> before = listed();
    const std::string name = *before.begin();
    client.simulator().inject({.kind = sim::FaultKind::Delist, .target = name});
    const std::set<std::string> after = listed();
    EXPECT_FALSE(after.contains(name));
    EXPECT_EQ(after.size() + 1, before.size());
    EXPECT_EQ(Json::parse(client.subscribe({"ticker." + name + ".100ms"}))["result"], Json::array());
}

// The least interval is ten seconds: what is not answered in time is the end.
TEST(DeribitProtocol, AsksWhetherAnybodyIsThere)
{
    DeribitClient client;
    EXPECT_THAT(client.ask("public/set_heartbeat", {{"interval", 10}}), HasSubstr(R"("result":"ok")"));
    const auto frames = [&](auto&& done) {
        for (int i = 0; i < 6; ++i)  // each waits as long as a wait does
            if (done())
                return true;
        return done();
    };
    EXPECT_TRUE(frames([&] { return client.waitFor(R"("params":{"type":"test_request"})"); }));
    EXPECT_TRUE(client.waitFor(R"("params":{"type":"heartbeat"})"));
}

TEST(DeribitProtocol, TheSameSeedSaysTheSame)
{
    std::vector<std::vector<std::string>> runs;
    for (int run = 0; run < 2; ++run) {
        DeribitClient client;
        client.subscribe({"book.BTC-PERPETUAL.100ms", "trades.BTC-PERPETUAL.100ms", "ticker.BTC-PERPETUAL.100ms"});
        client.drain();
        client.simulator().advance(2000);
        runs.push_back(client.drain());
        runs.back().pop_back();  // the answer, with its time
    }
    EXPECT_GT(runs[0].size(), 1000u);
    EXPECT_EQ(runs[0], runs[1]);
}

}  // namespace
}  // namespace tickdeck::test
