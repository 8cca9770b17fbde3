// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded frames: all are understood, every chain holds, and the books agree with what the venue says of its best prices.

#include <filesystem>
#include <gtest/gtest.h>
#include <map>

#include "engine/core/decimal.h"
#include "tests/binance_decoder/driver.h"

namespace tickdeck::binance {
namespace {

using Json = nlohmann::json;

class Recordings : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(m_folder))
            GTEST_SKIP() << m_folder << " is missing";
    }
    // The file's frames, one a line.
    std::vector<std::string> lines(const std::string& name) const { return linesOf(m_folder + "/" + name); }
    std::vector<Json> frame(const std::string& line)
    {
        auto events = driver.frame(line);
        EXPECT_FALSE(driver.error.has_value()) << driver.error->text() << "\n" << line;
        for (const std::string& kind : driver.emit.ignoredKinds())
            ++ignored[kind];
        for (const Json& event : events) {
            ++types[event["type"]];
            if (event["type"] == "book")
                ++verified[event["verified"].is_null() ? "null" : event["verified"].get<bool>() ? "true" : "false"];
        }
        return events;
    }
    void all(const std::string& name)
    {
        for (const std::string& line : lines(name))
            frame(line);
    }

    Driver driver;
    std::map<std::string, int> types;
    std::map<std::string, int> ignored;
    std::map<std::string, int> verified;

private:
    const std::string m_folder = std::string(TICKDECK_RECORDINGS) + "/exchanges/binance_usdm";
};

TEST_F(Recordings, EveryFileIsUnderstood)
{
    int files = 0;
    const std::string folder = std::string(TICKDECK_RECORDINGS) + "/exchanges/binance_usdm";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() != ".jsonl" || name.starts_with("rest_depth"))
            continue;
        ++files;
        driver.restart();
        all(name);
        EXPECT_EQ(verified["false"], 0) << name;
    }
    EXPECT_EQ(files, 17);
    EXPECT_EQ(types["gap"], 0);
    EXPECT_EQ(ignored, (std::map<std::string, int>{{"trade outside the market", 1}}));
}

// A snapshot alone says nothing of its symbol.
TEST_F(Recordings, ABareSnapshotIsNoFrame)
{
    for (const char* name : {"rest_depth_1000.akrousdt.jsonl", "rest_depth_1000.sushiusdt.jsonl"}) {
        driver.frame(lines(name).at(0));
        ASSERT_TRUE(driver.error.has_value());
        EXPECT_EQ(driver.error->code, ErrorCode::Unsupported);
    }
}

struct Top {
    std::string bid, bidQuantity, ask, askQuantity;
    friend bool operator==(const Top&, const Top&) = default;
};

// The book as a reader of the events builds it.
class Mirror {
public:
    void apply(const Json& event)
    {
        if (event["kind"] == "snapshot")
            m_bids.clear(), m_asks.clear();
        side(m_bids, event["bids"], -1);
        side(m_asks, event["asks"], 1);
    }
    [[nodiscard]] Top top() const
    {
        const auto text = [](const Decimal& value) { return value.normalized().toString(); };
        return {text(m_bids.begin()->second.first), text(m_bids.begin()->second.second),
                text(m_asks.begin()->second.first), text(m_asks.begin()->second.second)};
    }

private:
    using Side = std::map<std::int64_t, std::pair<Decimal, Decimal>>;
    static void side(Side& side, const Json& levels, int sign)
    {
        for (const Json& level : levels) {
            const Decimal price = Decimal::parse(level[0].get<std::string>()).value();
            const Decimal quantity = Decimal::parse(level[1].get<std::string>()).value();
            const std::int64_t key = sign * price.toTicks(8).value();
            if (quantity.isZero())
                side.erase(key);
            else
                side[key] = {price, quantity};
        }
    }
    Side m_bids;
    Side m_asks;
};

TEST_F(Recordings, SnapshotsAndFramesMakeOneBook)
{
    driver.answer("/fapi/v1/depth?symbol=SUSHIUSDT&limit=1000", lines("rest_depth_1000.sushiusdt.jsonl").at(0));
    ASSERT_FALSE(driver.error.has_value());
    driver.answer("/fapi/v1/depth?symbol=AKROUSDT&limit=1000", lines("rest_depth_1000.akrousdt.jsonl").at(0));
    ASSERT_FALSE(driver.error.has_value());
    driver.restart();

    std::map<std::string, Mirror> mirrors;
    std::map<std::string, int> dropped;
    std::map<std::pair<std::string, std::int64_t>, Top> books;
    std::map<std::pair<std::string, std::int64_t>, Top> quotes;
    for (const char* symbol : {"sushi", "akro"}) {
        std::string capital(symbol);
        for (char& c : capital)
            c = static_cast<char>(c - 'a' + 'A');
        const auto events = driver.answer("/fapi/v1/depth?symbol=" + capital + "USDT&limit=1000",
                                          lines("rest_depth_1000." + std::string(symbol) + "usdt.jsonl").at(0));
        ASSERT_EQ(events.size(), 1u);
        EXPECT_EQ(events[0]["kind"], "snapshot");
        EXPECT_EQ(events[0]["verified"], true);
        mirrors[capital + "USDT"].apply(events[0]);
    }
    int depths = 0;
    for (const std::string& line : lines("combined_20210722.sushi_akro.jsonl")) {
        const auto events = frame(line);
        const Json data = Json::parse(line)["data"];
        const std::string symbol = data["s"];
        if (data["e"] == "depthUpdate") {
            ++depths;
            dropped[symbol] += events.empty() ? 1 : 0;
            for (const Json& event : events) {
                mirrors[symbol].apply(event);
                EXPECT_EQ(event["venue_seq"], data["u"]);
                EXPECT_EQ(event["exchange_time"], data["T"].get<std::int64_t>() * kMillisecond);
                books[{symbol, data["u"].get<std::int64_t>()}] = mirrors[symbol].top();
                // What is published is the same book.
                const Depth& depth = driver.live.depths.back();
                EXPECT_EQ(Decimal(depth.bids[0].price, depth.priceScale).normalized().toString(),
                          mirrors[symbol].top().bid);
                EXPECT_EQ(Decimal(depth.asks[0].price, depth.priceScale).normalized().toString(),
                          mirrors[symbol].top().ask);
            }
        } else if (data["e"] == "bookTicker") {
            const auto text = [&](const char* key) {
                return Decimal::parse(data[key].get<std::string>()).value().normalized().toString();
            };
            quotes[{symbol, data["u"].get<std::int64_t>()}] = {text("b"), text("B"), text("a"), text("A")};
        }
    }
    EXPECT_EQ(depths, 444);
    EXPECT_EQ(dropped, (std::map<std::string, int>{{"SUSHIUSDT", 3}, {"AKROUSDT", 1}}));
    EXPECT_EQ(ignored["depth seen before"], 4);
    EXPECT_EQ(verified["true"], 440);
    EXPECT_EQ(verified.size(), 1u);
    EXPECT_EQ(types["gap"], 0);
    int joint = 0;
    for (const auto& [key, top] : books) {
        if (const auto found = quotes.find(key); found != quotes.end()) {
            ++joint;
            EXPECT_EQ(top, found->second) << key.first << " " << key.second;
        }
    }
    EXPECT_EQ(joint, 19);
}

// Without a snapshot every change is told, none is verified; the same with it in the middle of the stream: what it holds
// not yet comes again behind it.
TEST_F(Recordings, ASnapshotMayComeLate)
{
    all("combined_20210722.sushi_akro.jsonl");
    EXPECT_EQ(verified, (std::map<std::string, int>{{"null", 444}}));
    const auto events =
        driver.answer("/fapi/v1/depth?symbol=AKROUSDT&limit=1000", lines("rest_depth_1000.akrousdt.jsonl").at(0));
    ASSERT_FALSE(driver.error.has_value());
    ASSERT_EQ(events.size(), 189u);  // the snapshot and all but the first change, which it holds
    for (const Json& event : events)
        EXPECT_EQ(event["verified"], true);
    EXPECT_TRUE(driver.requested().empty());
}

TEST_F(Recordings, ValuesAreThoseOfTheFrames)
{
    const auto trade = frame(lines("market_streams_20260808.jsonl").at(0)).at(0);
    EXPECT_EQ(trade["symbol"], "BTC-USDT-PERP");
    EXPECT_EQ(trade["native"], "BTCUSDT");
    EXPECT_EQ(trade["price"], "64990.90");
    EXPECT_EQ(trade["quantity"], "0.002");
    EXPECT_EQ(trade["side"], "sell");
    EXPECT_EQ(trade["trade_id"], "3404749954");
    EXPECT_EQ(trade["exchange_time"], 1786171884471 * kMillisecond);

    const auto marks = frame(lines("market_streams_20260808.jsonl").at(1));
    ASSERT_EQ(marks.size(), 2u);
    EXPECT_EQ(marks[0]["type"], "mark");
    EXPECT_EQ(marks[0]["mark_price"], "64991.37858696");
    EXPECT_EQ(marks[0]["index_price"], "65016.05673913");
    EXPECT_EQ(marks[0]["exchange_time"], 1786171884000 * kMillisecond);
    EXPECT_EQ(marks[1]["type"], "funding");
    EXPECT_EQ(marks[1]["rate"], "0.00003936");
    EXPECT_EQ(marks[1]["next_funding_time"], 1786176000000 * kMillisecond);

    const auto candle = frame(lines("market_streams_20260808.jsonl").at(2)).at(0);
    EXPECT_EQ(candle["open"], "64970.80");
    EXPECT_EQ(candle["close"], "64969.40");
    EXPECT_EQ(candle["volume"], "9.090");
    EXPECT_EQ(candle["interval"], 60 * kSecond);
    EXPECT_EQ(candle["open_time"], 1786173300000 * kMillisecond);
    EXPECT_EQ(candle["close_time"], 1786173360000 * kMillisecond);
    EXPECT_EQ(candle["trades"], 194);
    EXPECT_EQ(candle["closed"], true);
    EXPECT_EQ(candle["built"], "venue");

    const auto order = frame(lines("forceOrder.jsonl").at(1)).at(0);
    EXPECT_EQ(order["type"], "forced_order");
    EXPECT_EQ(order["side"], "sell");
    EXPECT_EQ(order["price"], "2694.06");
    EXPECT_EQ(order["average_price"], "2704.51");
    EXPECT_EQ(order["filled"], "0.036");
    EXPECT_EQ(order["status"], "FILLED");
    EXPECT_EQ(order["exchange_time"], 1738661434384 * kMillisecond);

    const auto all = frame(lines("markPrice_2021.jsonl").at(1));
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[2]["symbol"], "ETH-USDT-PERP");

    const auto quote = frame(lines("bookTicker.btcusdt_2026.jsonl").at(0)).at(0);
    EXPECT_EQ(quote["bid_price"], "76947.30");
    EXPECT_EQ(quote["bid_quantity"], "0.0374");
    EXPECT_EQ(quote["ask_quantity"], "2237.2173");
    EXPECT_EQ(quote["exchange_time"], 1789469121938 * kMillisecond);
}

// Only the stream's name tells a part of the book from its changes.
TEST_F(Recordings, APartOfTheBookIsASnapshot)
{
    const std::string partial = lines("misc_2021_2022.jsonl").at(2);
    const auto events = frame(partial);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["kind"], "snapshot");
    EXPECT_EQ(events[0]["symbol"], "ETH-USDT-20220624");
    EXPECT_TRUE(events[0]["verified"].is_null());
    std::string change = partial;
    change.replace(change.find("@depth20"), 8, "@depth");
    driver.restart();
    const auto changes = frame(change);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0]["kind"], "update");
    EXPECT_TRUE(driver.emit.sends().empty());
}

}  // namespace
}  // namespace tickdeck::binance
