// SPDX-License-Identifier: GPL-3.0-or-later

// How the simulated venue answers over REST.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/binance_simulator/client.h"

namespace tickdeck::test {
namespace {

using testing::HasSubstr;

TEST(BinanceRest, ToldContractsAreThoseOfTheMarket)
{
    BinanceVenue venue;
    const nlohmann::json info = venue.json("/fapi/v1/exchangeInfo");
    std::map<std::string, nlohmann::json> contracts;
    for (const nlohmann::json& symbol : info["symbols"])
        contracts[symbol["symbol"]] = symbol;
    EXPECT_EQ(contracts.size(), venue.market().listings.size());
    const auto filter = [&](const std::string& symbol, std::string_view type, const char* key) {
        for (const nlohmann::json& f : contracts[symbol]["filters"])
            if (f["filterType"] == type)
                return f[key].get<std::string>();
        return std::string("none");
    };
    EXPECT_EQ(filter("BTCUSDT", "PRICE_FILTER", "tickSize"), "0.10") << "a tick of ten last digits";
    EXPECT_EQ(contracts["BTCUSDT"]["pricePrecision"], 2);
    EXPECT_EQ(filter("BTCUSDT", "LOT_SIZE", "stepSize"), "0.001");
    EXPECT_EQ(filter("DOGEUSDT", "LOT_SIZE", "stepSize"), "1");
    EXPECT_EQ(filter("1000PEPEUSDT", "PRICE_FILTER", "tickSize"), "0.0000001");
    EXPECT_EQ(contracts["1000PEPEUSDT"]["baseAsset"], "1000PEPE");
    EXPECT_EQ(contracts["BTCUSDT"]["contractType"], "PERPETUAL");
    EXPECT_EQ(contracts["BTCUSDT"]["deliveryDate"], 4'133'404'800'000);
    // The market begins on 2026-09-21: the quarter that ends in December is the first that has a month to live.
    const nlohmann::json& dated = contracts["BTCUSDT_261225"];
    EXPECT_EQ(dated["contractType"], "CURRENT_QUARTER");
    EXPECT_EQ(dated["pair"], "BTCUSDT");
    EXPECT_EQ(dated["quoteAsset"], "USDT");
    EXPECT_EQ(dated["deliveryDate"], 1'798'185'600'000) << "2026-12-25 08:00 UTC";
    EXPECT_EQ(contracts["ETHUSDT"]["status"], "TRADING");
}

TEST(BinanceRest, ADatedContractAlwaysHasAMonthToLive)
{
    const auto dated = [](const char* time) {
        return binance::venueName(binance::simulatedListings(parseRfc3339(time).value()).back());
    };
    EXPECT_EQ(dated("2026-11-21T12:00:00Z"), "BTCUSDT_261225");
    EXPECT_EQ(dated("2026-11-27T00:00:00Z"), "BTCUSDT_270326");
    EXPECT_EQ(dated("2027-01-01T00:00:00Z"), "BTCUSDT_270326");
}

TEST(BinanceRest, WrongQuestionsAreToldWithTheirCode)
{
    BinanceVenue venue;
    const auto code = [&](const std::string& target, int status) {
        const httplib::Result result = venue.rest(target);
        EXPECT_EQ(result->status, status) << target;
        return nlohmann::json::parse(result->body)["code"].get<int>();
    };
    EXPECT_EQ(code("/fapi/v1/depth", 400), -1102);
    EXPECT_EQ(code("/fapi/v1/depth?symbol=NOPE", 400), -1121);
    EXPECT_EQ(code("/fapi/v1/depth?symbol=BTCUSDT&limit=7", 400), -1130);
    EXPECT_EQ(code("/fapi/v1/depth?symbol=BTCUSDT&limit=-5", 400), -1130);
    EXPECT_EQ(code("/fapi/v2/nothing", 404), -5000);
    EXPECT_GT(venue.json("/fapi/v1/time")["serverTime"], 1'700'000'000'000);
}

TEST(BinanceRest, ASnapshotHasItsLevelsBestFirstAndNoSymbol)
{
    BinanceVenue venue;
    venue.advance(1000);
    for (const std::size_t limit : {std::size_t{5}, std::size_t{100}, std::size_t{1000}}) {
        const nlohmann::json snapshot = venue.snapshot("BTCUSDT", static_cast<int>(limit));
        EXPECT_EQ(snapshot["bids"].size(), limit);
        EXPECT_EQ(snapshot["asks"].size(), limit);
        EXPECT_FALSE(snapshot.contains("symbol"));
        EXPECT_FALSE(snapshot.contains("s"));
        const auto price = [&](const char* side, std::size_t i) {
            return Decimal::parse(snapshot[side][i][0].get<std::string>()).value();
        };
        for (std::size_t i = 1; i < limit; ++i) {
            ASSERT_LT(price("bids", i), price("bids", i - 1));
            ASSERT_GT(price("asks", i), price("asks", i - 1));
        }
        EXPECT_LT(price("bids", 0), price("asks", 0));
    }
}

TEST(BinanceRest, WeightsAreCountedThenRefusedThenBanned)
{
    BinanceVenue venue;
    const auto used = [](const httplib::Result& result) {
        return std::stoi(result->get_header_value("X-MBX-USED-WEIGHT-1M"));
    };
    const auto ask = [&] { return venue.rest("/fapi/v1/depth?symbol=BTCUSDT&limit=1000"); };
    httplib::Result last = ask();
    // A minute of the wall may end in between: the count begins anew, and the way to the limit with it.
    for (int i = 0; i < 400 && last->status == 200; ++i) {
        const int before = used(last);
        last = ask();
        EXPECT_TRUE(used(last) == before + 20 || used(last) == 20) << used(last);
    }
    ASSERT_EQ(last->status, 429);
    EXPECT_GT(used(last), 2400);
    EXPECT_GE(std::stoi(last->get_header_value("Retry-After")), 1);
    EXPECT_LE(std::stoi(last->get_header_value("Retry-After")), 60);
    EXPECT_THAT(last->body, HasSubstr(R"("code":-1003)"));
    for (int i = 0; i < 400 && last->status != 418; ++i)
        last = ask();
    ASSERT_EQ(last->status, 418) << "who does not listen is banned";
    EXPECT_THAT(last->body, HasSubstr("banned until 1"));
    EXPECT_GT(std::stoi(last->get_header_value("Retry-After")), 60);
    EXPECT_EQ(venue.rest("/fapi/v1/time")->status, 418) << "whatever is asked";
}

TEST(BinanceRest, AStaleSnapshotIsOlderAndTrue)
{
    BinanceVenue venue;
    venue.advance(20 * 400);
    const nlohmann::json fresh = venue.snapshot("BTCUSDT", 5);
    venue.simulator().inject({.kind = sim::FaultKind::StaleAnswer, .target = "depth"});
    const nlohmann::json stale = venue.snapshot("BTCUSDT", 5);
    EXPECT_LT(stale["lastUpdateId"], fresh["lastUpdateId"]);
    EXPECT_NEAR(fresh["T"].get<double>() - stale["T"].get<double>(), 5000, 500);
    const auto version = binance::versionOf(venue.market(), "BTCUSDT", stale["lastUpdateId"].get<std::uint64_t>());
    ASSERT_TRUE(version);
    const sim::MarketBook truth = sim::Market::bookAt(venue.market(), venue.find("BTCUSDT"), *version);
    EXPECT_EQ(Decimal::parse(stale["bids"][0][0].get<std::string>()).value(), Decimal(truth.bids()[0].price, 1));
    EXPECT_EQ(venue.snapshot("BTCUSDT", 5), fresh) << "the next one is fresh again";
}

}  // namespace
}  // namespace tickdeck::test
