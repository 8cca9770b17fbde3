// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded frames: the numbers hold, and the values that come out are those that went in.

#include <filesystem>
#include <gtest/gtest.h>
#include <map>

#include "engine/core/decimal.h"
#include "tests/coinbase_decoder/driver.h"

namespace tickdeck::coinbase {
namespace {

Decimal decimal(const Json& text) { return Decimal::parse(text.get<std::string>()).value(); }

class Recordings : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(m_folder))
            GTEST_SKIP() << m_folder << " is missing";
    }

    struct Counts {
        std::map<std::string, int> types;
        int yes = 0;
        int no = 0;
        int unknown = 0;
    };
    // Feeds a file and holds each event against its message.
    Counts feed(const std::string& name)
    {
        Counts counts;
        for (const std::string& line : linesOf(m_folder + name)) {
            const auto events = driver.frame(line);
            EXPECT_FALSE(driver.error.has_value()) << line << driver.error->text();
            const Json sent = Json::parse(line);
            for (const Json& event : events) {
                ++counts.types[event["type"]];
                if (event["type"] != "book")
                    continue;
                (event["verified"].is_null() ? counts.unknown
                 : event["verified"] == true ? counts.yes
                                             : counts.no) += 1;
                EXPECT_EQ(event["venue_seq"], sent["sequence_num"]);
                expectLevels(event, sent["events"][0]);
            }
            if (sent.value("channel", "") == "market_trades")
                expectTrades(ofType(events, "trade"), sent["events"][0]["trades"]);
        }
        return counts;
    }

    Driver driver;

private:
    static void expectLevels(const Json& book, const Json& event)
    {
        std::map<std::string, std::vector<std::pair<Decimal, Decimal>>> sent;
        for (const Json& level : event["updates"])
            sent[level["side"] == "bid" ? "bids" : "asks"].emplace_back(decimal(level["price_level"]),
                                                                        decimal(level["new_quantity"]));
        // A snapshot comes best first.
        if (event["type"] == "snapshot") {
            std::ranges::sort(sent["bids"], std::greater<>(), [](const auto& level) { return level.first; });
            std::ranges::sort(sent["asks"], std::less<>(), [](const auto& level) { return level.first; });
        }
        for (const char* side : {"bids", "asks"}) {
            ASSERT_EQ(book[side].size(), sent[side].size());
            for (std::size_t i = 0; i < sent[side].size(); ++i) {
                EXPECT_EQ(decimal(book[side][i][0]), sent[side][i].first);
                EXPECT_EQ(decimal(book[side][i][1]), sent[side][i].second);
            }
        }
    }
    // The newest is sent first, the oldest comes out first; the side is turned.
    static void expectTrades(const std::vector<Json>& trades, const Json& sent)
    {
        ASSERT_EQ(trades.size(), sent.size());
        for (std::size_t i = 0; i < trades.size(); ++i) {
            const Json& theirs = sent[sent.size() - 1 - i];
            EXPECT_EQ(trades[i]["trade_id"], theirs["trade_id"]);
            EXPECT_EQ(trades[i]["price"], theirs["price"]);
            EXPECT_EQ(trades[i]["quantity"], theirs["size"]);
            EXPECT_EQ(trades[i]["side"], theirs["side"] == "BUY" ? "sell" : "buy");
            EXPECT_EQ(trades[i]["exchange_time"], parseRfc3339(theirs["time"].get<std::string>()).value());
            EXPECT_EQ(trades[i]["backfilled"], false);
        }
    }

    std::string m_folder = std::string(TICKDECK_RECORDINGS) + "/exchanges/coinbase/";
};

TEST_F(Recordings, TheNumbersOfAMixedStreamHaveNoGap)
{
    const Counts counts = feed("mixed_seq127_144_20260930.jsonl");
    EXPECT_EQ(counts.types, (std::map<std::string, int>{{"book", 16}, {"trade", 2}}));
    EXPECT_EQ(counts.unknown, 16) << "the stream begins without a snapshot";
}

// Each is taken out in turn: the first change of each book after it fails.
TEST_F(Recordings, AMissingMessageIsNoticed)
{
    const std::vector<std::string> lines =
        linesOf(std::string(TICKDECK_RECORDINGS) + "/exchanges/coinbase/mixed_seq127_144_20260930.jsonl");
    for (std::size_t missing = 4; missing + 4 < lines.size(); ++missing) {
        driver.restart();
        int no = 0;
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (i != missing)
                for (const Json& event : ofType(driver.frame(lines[i]), "book"))
                    no += event["verified"] == false;
        EXPECT_EQ(no, 2) << "without line " << missing;
    }
}

TEST_F(Recordings, ABookIsVerifiedFromItsSnapshotOn)
{
    const Counts counts = feed("sol_20260926.jsonl");
    EXPECT_EQ(counts.types, (std::map<std::string, int>{{"book", 2}, {"trade", 1}}));
    EXPECT_EQ(counts.yes, 2);
    const Depth& depth = driver.live.depths.back();
    ASSERT_EQ(depth.bidCount, 2);
    EXPECT_EQ(depth.askCount, 0);
    EXPECT_EQ(depth.bids[0], (Level{12073, 4255393162}));
}

TEST_F(Recordings, ASessionsBegin)
{
    const Counts counts = feed("session_start_20260907.jsonl");
    EXPECT_EQ(counts.types, (std::map<std::string, int>{{"book", 1}}));
    EXPECT_EQ(counts.yes, 1);
    EXPECT_EQ(driver.emit.aliveConnections().size(), 1u);
    EXPECT_EQ(driver.symbols.name(driver.live.depths.back().symbol).symbol, "BTC-USDC-PERP");
}

TEST_F(Recordings, TradesTickersAndControls)
{
    EXPECT_EQ(feed("market_trades_2024_2025.jsonl").types, (std::map<std::string, int>{{"trade", 2}}));
    driver.restart();
    EXPECT_TRUE(feed("heartbeats_subscriptions_2024.jsonl").types.empty());
    driver.restart();
    EXPECT_EQ(feed("ticker_docs.jsonl").types, (std::map<std::string, int>{{"quote", 1}}));
    driver.restart();
    EXPECT_EQ(feed("error.jsonl").types, (std::map<std::string, int>{{"status", 1}}));
}

// One after the other they are several connections.
TEST_F(Recordings, OneDecoderTakesThemAll)
{
    int no = 0;
    for (const char* file : {"mixed_seq127_144_20260930.jsonl", "session_start_20260907.jsonl", "sol_20260926.jsonl",
                             "ticker_docs.jsonl", "heartbeats_subscriptions_2024.jsonl"})
        no += feed(file).no;
    EXPECT_EQ(no, 0);
}

}  // namespace
}  // namespace tickdeck::coinbase
