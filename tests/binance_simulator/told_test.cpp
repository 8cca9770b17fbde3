// SPDX-License-Identifier: GPL-3.0-or-later

// What the simulated venue tells is the market's known truth, by the venue's own rules.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/sim/perpetual.h"
#include "tests/binance_simulator/client.h"

namespace tickdeck::test {
namespace {

using Sides = std::array<std::map<Decimal, Decimal>, 2>;  // bids, asks

Decimal decimal(const nlohmann::json& text) { return Decimal::parse(text.get<std::string>()).value(); }

std::uint64_t id(const nlohmann::json& number) { return number.get<std::uint64_t>(); }

void set(Sides& book, std::size_t side, const nlohmann::json& levels)
{
    for (const nlohmann::json& level : levels)
        if (decimal(level[1]).isZero())
            book[side].erase(decimal(level[0]));
        else
            book[side][decimal(level[0])] = decimal(level[1]);
}

// The best levels of one side.
std::vector<std::pair<Decimal, Decimal>> best(const Sides& book, std::size_t side, std::size_t count)
{
    std::vector<std::pair<Decimal, Decimal>> out(book[side].begin(), book[side].end());
    if (side == 0)
        std::ranges::reverse(out);
    out.resize(std::min(count, out.size()));
    return out;
}

std::vector<std::pair<Decimal, Decimal>> truth(const sim::MarketBook& book, Side side, std::size_t count, bool fine)
{
    std::vector<std::pair<Decimal, Decimal>> out;
    const sim::Listing& listing = book.listing();
    for (const Level& level : book.levels(side).first(std::min(count, book.levels(side).size())))
        out.emplace_back(Decimal(level.price * 10 + (fine ? level.price % 10 : 0), listing.pricePrecision + 1),
                         Decimal(level.quantity, listing.quantityPrecision));
    return out;
}

// Builds the book of `symbol` from a snapshot and the events of its stream, and compares each state with the market.
// Returns how many were compared.
std::size_t follow(const BinanceVenue& venue, const std::string& symbol, const nlohmann::json& snapshot,
                   const std::vector<nlohmann::json>& events, std::uint64_t fineFrom = ~0ULL)
{
    Sides book;
    set(book, 0, snapshot["bids"]);
    set(book, 1, snapshot["asks"]);
    const std::size_t instrument = venue.find(symbol);
    sim::MarketBook market = sim::Market::bookAt(venue.market(), instrument, 0);
    std::uint64_t last = 0;
    std::size_t compared = 0;
    for (const nlohmann::json& event : events) {
        if (id(event["u"]) < id(snapshot["lastUpdateId"]))
            continue;
        if (last == 0) {
            EXPECT_TRUE(id(event["U"]) <= id(snapshot["lastUpdateId"]) || event["pu"] == snapshot["lastUpdateId"])
                << event;
        } else {
            EXPECT_EQ(id(event["pu"]), last);
        }
        last = id(event["u"]);
        set(book, 0, event["b"]);
        set(book, 1, event["a"]);
        const auto version = binance::versionOf(venue.market(), symbol, last);
        EXPECT_TRUE(version);
        while (market.version() < version.value_or(0))
            market.step();
        const bool fine = market.version() >= fineFrom;
        EXPECT_EQ(best(book, 0, 500), truth(market, Side::Buy, 500, fine)) << event;
        EXPECT_EQ(best(book, 1, 500), truth(market, Side::Sell, 500, fine)) << event;
        if (testing::Test::HasFailure())
            break;
        ++compared;
    }
    return compared;
}

TEST(BinanceTruth, EachStateOfABookIsTheMarketsAtItsVersion)
{
    BinanceVenue venue;
    BinanceClient client(venue, "/public/ws/btcusdt@depth@100ms/akrousdt@depth@100ms/1000pepeusdt@depth@100ms");
    std::map<std::string, nlohmann::json> snapshots;
    std::vector<std::string> frames;
    venue.advance(700);
    for (const char* symbol : {"BTCUSDT", "AKROUSDT", "1000PEPEUSDT"})
        snapshots[symbol] = venue.snapshot(symbol);
    venue.advance(8000);
    frames = client.drain();
    for (const auto& [symbol, snapshot] : snapshots)
        EXPECT_GT(follow(venue, symbol, snapshot, payloads(frames, "depthUpdate", symbol)), 120u) << symbol;
}

TEST(BinanceTruth, IdsAreOneCountOfTheWholeExchange)
{
    BinanceVenue venue;
    BinanceClient client(venue, "/public/ws/btcusdt@depth@100ms/ethusdt@depth@100ms/!bookTicker");
    venue.advance(6000);
    const std::vector<std::string> frames = client.drain();
    std::uint64_t newest = 0;
    std::size_t sameTop = 0;
    std::map<std::string, std::map<std::uint64_t, nlohmann::json>> quotes;
    for (const nlohmann::json& quote : payloads(frames, "bookTicker")) {
        EXPECT_GT(id(quote["u"]), newest) << "bookTickers come at once, so in the order of ids";
        newest = id(quote["u"]);
        quotes[quote["s"]][newest] = quote;
    }
    for (const std::string symbol : {"BTCUSDT", "ETHUSDT"}) {
        std::uint64_t previous = 0;
        for (const nlohmann::json& event : payloads(frames, "depthUpdate", symbol)) {
            EXPECT_LE(id(event["U"]), id(event["u"]));
            EXPECT_GT(id(event["U"]), id(event["pu"]) + 1) << "ids of others lie between";
            EXPECT_TRUE(previous == 0 || previous == id(event["pu"]));
            previous = id(event["u"]);
            sameTop += quotes[symbol].contains(previous);
        }
        for (const auto& [u, quote] : quotes[symbol]) {
            const auto version = binance::versionOf(venue.market(), symbol, u);
            ASSERT_TRUE(version) << quote;
            EXPECT_EQ(binance::updateIdOf(venue.market(), venue.find(symbol), *version), u);
            EXPECT_FALSE(binance::versionOf(venue.market(), symbol == "BTCUSDT" ? "ETHUSDT" : "BTCUSDT", u));
        }
    }
    EXPECT_GT(sameTop, 20u) << "a book and a bookTicker of one id";
    const auto truthful = [&](const std::string& symbol) {
        sim::MarketBook market = sim::Market::bookAt(venue.market(), venue.find(symbol), 0);
        for (const auto& [u, quote] : quotes[symbol]) {
            while (market.version() < *binance::versionOf(venue.market(), symbol, u))
                market.step();
            const auto bid = truth(market, Side::Buy, 1, false)[0];
            const auto ask = truth(market, Side::Sell, 1, false)[0];
            ASSERT_EQ(decimal(quote["b"]), bid.first);
            ASSERT_EQ(decimal(quote["B"]), bid.second);
            ASSERT_EQ(decimal(quote["a"]), ask.first);
            ASSERT_EQ(decimal(quote["A"]), ask.second);
        }
    };
    truthful("BTCUSDT");
    truthful("DOGEUSDT");
}

TEST(BinanceTruth, ASnapshotLiesWithinAnEventOrAtItsEnd)
{
    std::map<std::string, int> met;
    BinanceVenue venue;
    BinanceClient client(venue, "/public/stream");
    std::vector<std::string> streams;
    std::vector<std::string> symbols;
    for (const sim::Listing& listing : venue.market().listings) {
        symbols.push_back(binance::venueName(listing));
        std::string stream = symbols.back() + "@depth@100ms";
        std::ranges::transform(stream, stream.begin(), [](unsigned char c) { return std::tolower(c); });
        streams.push_back(stream);
    }
    client.subscribe(streams);
    std::vector<std::pair<std::string, std::uint64_t>> snapshots;
    for (int round = 0; round < 8; ++round) {
        venue.advance(211);
        for (const std::string& symbol : symbols)
            snapshots.emplace_back(symbol, id(venue.snapshot(symbol, 5)["lastUpdateId"]));
    }
    venue.advance(800);
    const std::vector<std::string> frames = client.drain();
    for (const auto& [symbol, last] : snapshots)
        for (const nlohmann::json& event : payloads(frames, "depthUpdate", symbol)) {
            if (id(event["u"]) < last)
                continue;
            EXPECT_TRUE(id(event["U"]) <= last || id(event["pu"]) == last) << event << last;
            ++met[id(event["pu"]) == last ? "before" : id(event["u"]) == last ? "end" : "within"];
            break;
        }
    EXPECT_GT(met["within"], 0);
    EXPECT_GT(met["end"], 0);
}

TEST(BinanceTruth, TheFirstEventOfAQuietContractMayFollowOnItsSnapshot)
{
    BinanceVenue venue({.seed = 42, .rate = 4});
    // Steps are seconds apart: each event has been told long before the next change.
    venue.advance(50);
    BinanceClient client(venue, "/public/ws/btcusdt@depth@100ms");
    client.drain();
    const nlohmann::json snapshot = venue.snapshot("BTCUSDT");
    venue.advance(60);
    const auto events = payloads(client.drain(), "depthUpdate");
    const auto first = std::ranges::find_if(
        events, [&](const nlohmann::json& event) { return id(event["u"]) > id(snapshot["lastUpdateId"]); });
    ASSERT_NE(first, events.end());
    EXPECT_EQ((*first)["pu"], snapshot["lastUpdateId"]);
    EXPECT_GT(id((*first)["U"]), id(snapshot["lastUpdateId"]));
    EXPECT_GT(follow(venue, "BTCUSDT", snapshot, events), 5u);
}

TEST(BinanceTruth, PartialBooksAreTheBestLevels)
{
    BinanceVenue venue;
    BinanceClient client(venue, "/public/ws/ethusdt@depth20@100ms");
    venue.advance(3000);
    sim::MarketBook market = sim::Market::bookAt(venue.market(), venue.find("ETHUSDT"), 0);
    std::size_t compared = 0;
    for (const nlohmann::json& event : payloads(client.drain(), "depthUpdate")) {
        Sides book;
        set(book, 0, event["b"]);
        set(book, 1, event["a"]);
        while (market.version() < *binance::versionOf(venue.market(), "ETHUSDT", id(event["u"])))
            market.step();
        ASSERT_EQ(best(book, 0, 100), truth(market, Side::Buy, 20, false));
        ASSERT_EQ(best(book, 1, 100), truth(market, Side::Sell, 20, false));
        ++compared;
    }
    EXPECT_GT(compared, 40u);
}

TEST(BinanceTruth, AContractThatBecomesFinerKeepsItsChain)
{
    BinanceVenue venue;
    BinanceClient client(venue, "/public/ws/btcusdt@depth@100ms");
    venue.advance(1000);
    const nlohmann::json snapshot = venue.snapshot("BTCUSDT");
    const std::uint64_t before = *binance::versionOf(venue.market(), "BTCUSDT", id(snapshot["lastUpdateId"]));
    venue.simulator().inject({.kind = sim::FaultKind::Precision, .target = "BTCUSDT"});
    venue.advance(4000);
    const auto events = payloads(client.drain(), "depthUpdate");
    EXPECT_GT(follow(venue, "BTCUSDT", snapshot, events, before + 1), 60u);
    EXPECT_EQ(decimal(venue.snapshot("BTCUSDT")["bids"][0][0]).scale(), 3);
    const nlohmann::json info = venue.json("/fapi/v1/exchangeInfo");
    for (const nlohmann::json& symbol : info["symbols"])
        if (symbol["symbol"] == "BTCUSDT") {
            EXPECT_EQ(symbol["filters"][0]["tickSize"], "0.010");
        }
}

TEST(BinanceTruth, TradesAreContiguousAndCandlesAreMadeOfThem)
{
    BinanceVenue venue;
    BinanceClient client(venue, "/market/ws/solusdt@aggTrade/solusdt@kline_1m");
    venue.advance(200 * 400);
    const std::vector<std::string> frames = client.drain();
    sim::MarketBook market = sim::Market::bookAt(venue.market(), venue.find("SOLUSDT"), 0);
    std::vector<sim::MarketTrade> trades;
    const auto told = payloads(frames, "aggTrade");
    while (trades.size() < told.size()) {
        market.step();
        trades.insert(trades.end(), market.trades().begin(), market.trades().end());
    }
    std::int64_t lastId = 0;
    std::int64_t lastTrade = 0;
    bool gathered = false;
    for (std::size_t i = 0; i < told.size(); ++i) {
        const nlohmann::json& trade = told[i];
        EXPECT_EQ(decimal(trade["p"]), Decimal(trades[i].price, 3));
        EXPECT_EQ(decimal(trade["q"]), Decimal(trades[i].quantity, 2));
        EXPECT_EQ(trade["m"].get<bool>(), trades[i].side == Side::Sell);
        EXPECT_TRUE(i == 0 || trade["a"] == lastId + 1);
        EXPECT_TRUE(i == 0 || trade["f"] == lastTrade + 1);
        lastId = trade["a"];
        lastTrade = trade["l"];
        gathered = gathered || trade["l"] > trade["f"];
    }
    EXPECT_TRUE(gathered) << "some are made of several trades";
    EXPECT_GT(told.size(), 500u);
    std::size_t closed = 0;
    for (const nlohmann::json& kline : payloads(frames, "kline")) {
        const nlohmann::json& k = kline["k"];
        EXPECT_EQ(k["T"].get<std::int64_t>(), k["t"].get<std::int64_t>() + 59'999);
        if (!k["x"].get<bool>())
            continue;
        Decimal volume;
        std::int64_t count = 0;
        std::string first, last;
        for (const nlohmann::json& trade : told)
            if (trade["T"] >= k["t"] && trade["T"] <= k["T"]) {
                volume = volume.plus(decimal(trade["q"])).value();
                count += trade["l"].get<std::int64_t>() - trade["f"].get<std::int64_t>() + 1;
                first = first.empty() ? trade["p"].get<std::string>() : first;
                last = trade["p"];
            }
        EXPECT_EQ(decimal(k["v"]), volume);
        EXPECT_EQ(k["n"], count);
        EXPECT_EQ(k["o"], first);
        EXPECT_EQ(k["c"], last);
        ++closed;
    }
    EXPECT_EQ(closed, 3u);
}

TEST(BinanceTruth, MarksAndLiquidationsAreThoseOfTheirInstant)
{
    BinanceVenue venue;
    BinanceClient client(venue, "/market/ws/btcusdt@markPrice@1s/ethusdt@markPrice/!forceOrder@arr");
    BinanceClient all(venue, "/market/ws/!markPrice@arr@1s");
    venue.advance(300 * 400);
    const std::vector<std::string> frames = client.drain();
    const sim::MarketOptions market = venue.market();
    const std::size_t btc = venue.find("BTCUSDT");
    const sim::Perpetual perpetual(market.seed, market.listings[btc]);
    sim::MarketBook book = sim::Market::bookAt(market, btc, 0);
    const auto marks = payloads(frames, "markPriceUpdate", "BTCUSDT");
    EXPECT_GE(marks.size(), 298u);
    EXPECT_NEAR(static_cast<double>(payloads(frames, "markPriceUpdate", "ETHUSDT").size()), 100, 2);
    for (const nlohmann::json& mark : marks) {
        const Nanos second = mark["E"].get<std::int64_t>() / 1000 * kSecond;
        while (book.version() < sim::Market::versionAt(market, btc, second - 1))
            book.step();
        const auto prices = perpetual.at(second, book.bids()[0].price, book.asks()[0].price);
        ASSERT_EQ(decimal(mark["p"]), Decimal(prices.mark, 8)) << mark;
        ASSERT_EQ(decimal(mark["i"]), Decimal(prices.index, 8));
        ASSERT_EQ(decimal(mark["r"]), Decimal(prices.fundingRate, 8));
        ASSERT_EQ(mark["T"].get<std::int64_t>() * kMillisecond, prices.nextFunding);
    }
    std::set<std::pair<std::string, std::int64_t>> seconds;
    const auto orders = payloads(frames, "forceOrder");
    for (const nlohmann::json& order : orders)
        EXPECT_TRUE(seconds.emplace(order["o"]["s"], order["o"]["T"].get<std::int64_t>() / 1000).second)
            << "one a second and contract at most";
    EXPECT_GT(orders.size(), 20u);
    bool dated = false;
    for (const std::string& frame : all.drain())
        for (const nlohmann::json& marked = nlohmann::json::parse(frame); const nlohmann::json& mark : marked)
            if (mark["s"] == "BTCUSDT_261225") {
                EXPECT_EQ(mark["r"], "");
                EXPECT_EQ(mark["T"], 0);
                dated = true;
            }
    EXPECT_TRUE(dated);
}

}  // namespace
}  // namespace tickdeck::test
