// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded frames: every checksum holds, and the values that come out are those that went in.

#include <filesystem>
#include <gtest/gtest.h>

#include "engine/core/decimal.h"
#include "tests/kraken_decoder/driver.h"

namespace tickdeck::kraken {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kBitcoin =
    R"({"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","base":"BTC",)"
    R"("quote":"USD","status":"online","qty_precision":8,"qty_increment":1e-08,"price_precision":1,)"
    R"("price_increment":0.1}]}})";

// The decimal texts of a book's side in the frame, in order: `"price":29430.2,"qty":0.18967538`.
std::vector<std::pair<Decimal, Decimal>> levelsIn(std::string_view frame, std::string_view side)
{
    std::vector<std::pair<Decimal, Decimal>> out;
    std::size_t at = frame.find("\"" + std::string(side) + "\":[");
    const std::size_t end = frame.find(']', at);
    const auto number = [&](std::string_view key) {
        at = frame.find(key, at) + key.size();
        const std::size_t stop = frame.find_first_of(",}", at);
        return Decimal::parse(frame.substr(at, stop - at)).value();
    };
    while (frame.find("\"price\":", at) < end) {
        const Decimal price = number("\"price\":");
        out.emplace_back(price, number("\"qty\":"));
    }
    return out;
}

void expectLevels(const Json& levels, const std::vector<std::pair<Decimal, Decimal>>& expected)
{
    ASSERT_EQ(levels.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(Decimal::parse(levels[i][0].get<std::string>()).value(), expected[i].first);
        EXPECT_EQ(Decimal::parse(levels[i][1].get<std::string>()).value(), expected[i].second);
    }
}

class Recordings : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(m_folder))
            GTEST_SKIP() << m_folder << " is missing";
    }
    // Feeds a file; returns how many book events were verified, false, unknown.
    struct Counts {
        int yes = 0;
        int no = 0;
        int unknown = 0;
        std::map<std::string, int> types;
    };
    Counts feed(const std::string& name)
    {
        Counts counts;
        for (const std::string& line : linesOf(m_folder + name)) {
            const auto events = driver.frame(line);
            EXPECT_FALSE(driver.error.has_value()) << line << driver.error->text();
            for (const Json& event : events) {
                ++counts.types[event["type"]];
                if (event["type"] != "book")
                    continue;
                (event["verified"].is_null() ? counts.unknown
                 : event["verified"] == true ? counts.yes
                                             : counts.no) += 1;
                expectLevels(event["bids"], levelsIn(line, "bids"));
                expectLevels(event["asks"], levelsIn(line, "asks"));
                EXPECT_EQ(event["version"], counts.types["book"]);
            }
        }
        return counts;
    }

    Driver driver;

private:
    std::string m_folder = std::string(TICKDECK_RECORDINGS) + "/exchanges/kraken_v2/";
};

TEST_F(Recordings, BitcoinWithItsDefinition)
{
    const auto definition = driver.frame(kBitcoin);
    ASSERT_EQ(definition.size(), 1u);
    EXPECT_EQ(definition[0]["lot"], "0.00000001");
    EXPECT_EQ(definition[0]["price_precision"], 1);
    const Counts counts = feed("book.btcusd_d10_20230730.jsonl");
    EXPECT_EQ(counts.yes, 510);
    EXPECT_EQ(counts.no + counts.unknown, 0);
    EXPECT_EQ(counts.types.at("book"), 510);
    EXPECT_FALSE(counts.types.contains("gap"));
}

// The recording went through floats, so that its digits as sent are not the venue's: the checksum must say so.
TEST_F(Recordings, BitcoinAsSent)
{
    const Counts counts = feed("book.btcusd_d10_20230730.jsonl");
    EXPECT_EQ(counts.yes, 0);
    EXPECT_EQ(counts.no, 510);
    EXPECT_EQ(counts.types.at("gap"), 1);
}

TEST_F(Recordings, MinaAsSent)
{
    const Counts counts = feed("book.minagbp_d25_20260816.jsonl");
    EXPECT_EQ(counts.yes, 30);
    EXPECT_EQ(counts.no + counts.unknown, 0);
    EXPECT_EQ(counts.types.at("status"), 1);
}

TEST_F(Recordings, EtherSnapshot)
{
    const Counts counts = feed("book.ethusd_d10_snapshot_20260723.jsonl");
    EXPECT_EQ(counts.yes, 1);
    EXPECT_EQ(counts.no + counts.unknown, 0);
}

TEST_F(Recordings, Trades)
{
    EXPECT_EQ(feed("trade.jsonl").types, (std::map<std::string, int>{{"trade", 2}}));
    EXPECT_EQ(feed("trade_20260723.jsonl").types, (std::map<std::string, int>{{"trade", 3}}));
}

TEST_F(Recordings, TickersAndControls)
{
    EXPECT_EQ(feed("ticker.jsonl").types, (std::map<std::string, int>{{"quote", 2}}));
    EXPECT_EQ(feed("control.jsonl").types, (std::map<std::string, int>{{"status", 2}}));
}

}  // namespace
}  // namespace tickdeck::kraken
