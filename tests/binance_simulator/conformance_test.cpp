// SPDX-License-Identifier: GPL-3.0-or-later

// The simulator's messages have the keys, types and text forms of the venue's recorded ones.

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/binance_simulator/client.h"
#include "tests/binance_simulator/wire_form.h"

namespace tickdeck::test {
namespace {

std::filesystem::path recordings() { return std::filesystem::path(TICKDECK_RECORDINGS) / "exchanges" / "binance_usdm"; }

bool areThere() { return std::filesystem::exists(recordings()); }

std::vector<std::string> linesOf(const std::string& file)
{
    std::vector<std::string> out;
    std::ifstream in(recordings() / file);
    for (std::string line; std::getline(in, line);)
        if (!line.empty())
            out.push_back(line);
    EXPECT_FALSE(out.empty()) << file;
    return out;
}

// Recorded in 2026: what the simulator sends must be just that.
constexpr std::array kOfToday = {"depth@100ms.btcusdt_2026.jsonl", "bookTicker.btcusdt_2026.jsonl",
                                 "markPrice@1s.btcusdt_2026.jsonl", "market_streams_20260808.jsonl"};
// Recorded in 2021 and 2022, or without the keys that are new: these alone may be missing there.
constexpr std::array kOlder = {"combined_20210722.sushi_akro.jsonl",
                               "forceOrder.jsonl",
                               "markPrice_2021.jsonl",
                               "misc_2021_2022.jsonl",
                               "rest_depth_1000.sushiusdt.jsonl",
                               "rest_depth_1000.akrousdt.jsonl"};
const std::set<std::string> kNewKeys = {"ps", "st", "nq", "ap", "o.ps", "o.st"};
// What the simulator says of which there is no recording.
const std::set<std::string> kWithoutRecording = {"ack", "error", "contractInfo"};

std::map<std::string, WireForm> formsOf(const std::vector<std::string>& messages)
{
    std::map<std::string, WireForm> forms;
    for (const std::string& message : messages) {
        const std::string kind = wireKind(message);
        if (kind.ends_with(" list"))
            continue;  // its members are messages of their own
        EXPECT_TRUE(addForm(forms[kind], message)) << message;
    }
    return forms;
}

template <class Files>
std::map<std::string, WireForm> recordedForms(const Files& files)
{
    std::vector<std::string> lines;
    for (const char* file : files)
        for (std::string& line : linesOf(file))
            lines.push_back(std::move(line));
    return formsOf(lines);
}

// One of everything that the simulator can say, over three minutes of its market.
const std::vector<std::string>& simulated()
{
    static const std::vector<std::string> messages = [] {
        BinanceVenue venue;
        BinanceClient open(venue, "/public/stream?streams=btcusdt@depth@100ms/sushiusdt@depth@100ms/btcusdt@depth20/"
                                  "ethusdt@depth5@500ms/btcusdt@bookTicker/1000pepeusdt@bookTicker");
        BinanceClient market(venue, "/market/stream?streams=btcusdt@aggTrade/xrpusdt@aggTrade/btcusdt@markPrice@1s/"
                                    "ethusdt@markPrice/!markPrice@arr@1s/btcusdt@kline_1m/sushiusdt@kline_1m/"
                                    "!contractInfo");
        BinanceClient raw(venue, "/market/ws/!forceOrder@arr");
        open.send("nonsense");
        EXPECT_TRUE(open.waitFor("Invalid JSON"));
        venue.advance(180 * 400);
        venue.simulator().inject({.kind = sim::FaultKind::Maintenance, .target = "BTCUSDT"});
        std::vector<std::string> out;
        for (BinanceClient* client : {&open, &market, &raw}) {
            client->drain();
            const Seen seen = client->seen();
            out.insert(out.end(), seen.frames.begin(), seen.frames.end());
        }
        for (const char* symbol : {"SUSHIUSDT", "BTCUSDT"})
            out.push_back(venue.rest(std::string("/fapi/v1/depth?limit=1000&symbol=") + symbol)->body);
        return out;
    }();
    return messages;
}

std::set<std::string> pathsOf(const WireForm& form)
{
    std::set<std::string> out;
    for (const auto& [path, forms] : form)
        out.insert(path);
    return out;
}

void expectForms(const std::string& kind, const WireForm& ours, const WireForm& recorded)
{
    for (const auto& [path, forms] : ours) {
        if (!recorded.contains(path))
            continue;
        std::set<std::string> allowed = recorded.at(path);
        // A candle without a trade has -1 in place of ids, and nothing in its lists.
        EXPECT_THAT(forms, testing::IsSubsetOf(allowed)) << kind << ": " << path;
    }
}

TEST(BinanceConformance, EveryKindIsRecordedOrListed)
{
    if (!areThere())
        GTEST_SKIP() << "no recordings: exchanges/binance_usdm";
    std::set<std::string> recorded = kWithoutRecording;
    for (const auto& [kind, form] : recordedForms(kOfToday))
        recorded.insert(kind);
    for (const auto& [kind, form] : recordedForms(kOlder))
        recorded.insert(kind);
    std::set<std::string> ours;
    for (const auto& [kind, form] : formsOf(simulated()))
        ours.insert(kind);
    EXPECT_EQ(ours, recorded);
}

TEST(BinanceConformance, WhatIsRecordedTodayHasTheSameKeysTypesAndForms)
{
    if (!areThere())
        GTEST_SKIP() << "no recordings: exchanges/binance_usdm";
    const auto ours = formsOf(simulated());
    const auto recorded = recordedForms(kOfToday);
    EXPECT_EQ(recorded.size(), 5u);
    for (const auto& [kind, form] : recorded) {
        ASSERT_TRUE(ours.contains(kind)) << kind;
        EXPECT_EQ(pathsOf(ours.at(kind)), pathsOf(form)) << kind;
        expectForms(kind, ours.at(kind), form);
    }
}

TEST(BinanceConformance, WhatIsOlderLacksNewKeysAlone)
{
    if (!areThere())
        GTEST_SKIP() << "no recordings: exchanges/binance_usdm";
    const auto ours = formsOf(simulated());
    for (const auto& [kind, form] : recordedForms(kOlder)) {
        ASSERT_TRUE(ours.contains(kind)) << kind;
        const std::set<std::string> here = pathsOf(ours.at(kind));
        const std::set<std::string> there = pathsOf(form);
        std::set<std::string> added;
        std::ranges::set_difference(here, there, std::inserter(added, added.end()));
        EXPECT_THAT(there, testing::IsSubsetOf(here)) << kind;
        EXPECT_THAT(added, testing::IsSubsetOf(kNewKeys)) << kind;
        expectForms(kind, ours.at(kind), form);
    }
    const WireForm& order = ours.at("forceOrder");
    EXPECT_TRUE(order.contains("o.ps") && order.contains("o.st") && !order.contains("ps")) << "new keys are inside o";
}

TEST(BinanceConformance, ACandleHasABlankAfterEachCommaOfK)
{
    if (!areThere())
        GTEST_SKIP() << "no recordings: exchanges/binance_usdm";
    const auto candleOf = [](const std::vector<std::string>& lines) {
        std::set<std::string> out;
        for (const std::string& line : lines)
            if (line.find(R"("e":"kline")") != std::string::npos)
                out.insert(skeleton(line));
        return out;
    };
    const auto recorded = candleOf(linesOf("market_streams_20260808.jsonl"));
    ASSERT_EQ(recorded.size(), 1u);
    EXPECT_THAT(*recorded.begin(), testing::HasSubstr(R"("t":#, "T":#, "s":~)"));
    EXPECT_EQ(candleOf(simulated()), recorded);
}

TEST(BinanceConformance, NumbersKeepTheDigitsOfTheirContract)
{
    struct Digits {
        std::size_t price, quantity;
    };
    const std::map<std::string, Digits> contracts = {
        {"BTCUSDT", {2, 3}}, {"SUSHIUSDT", {4, 0}}, {"ETHUSDT", {2, 3}}, {"1000PEPEUSDT", {7, 0}}};
    const auto digits = [](const nlohmann::json& text) {
        const auto number = text.get<std::string>();
        const std::size_t point = number.find('.');
        return point == std::string::npos ? 0 : number.size() - point - 1;
    };
    std::set<std::string> zeros;
    std::size_t checked = 0;
    for (const nlohmann::json& depth : payloads(simulated(), "depthUpdate")) {
        const Digits& wanted = contracts.at(depth["s"]);
        for (const char* side : {"b", "a"})
            for (const nlohmann::json& level : depth[side]) {
                ASSERT_EQ(digits(level[0]), wanted.price) << depth;
                ++checked;
                if (level[1].get<std::string>().find_first_not_of("0.") == std::string::npos)
                    zeros.insert(level[1]);
                else
                    ASSERT_EQ(digits(level[1]), wanted.quantity) << depth;
            }
    }
    for (const nlohmann::json& quote : payloads(simulated(), "bookTicker")) {
        const Digits& wanted = contracts.at(quote["s"]);
        ASSERT_EQ(digits(quote["b"]), wanted.price);
        ASSERT_EQ(digits(quote["A"]), wanted.quantity);
    }
    for (const nlohmann::json& mark : payloads(simulated(), "markPriceUpdate"))
        for (const char* key : {"p", "ap", "P", "i", "r"})
            ASSERT_EQ(digits(mark[key]), 8u) << mark;
    EXPECT_GT(checked, 5000u);
    EXPECT_EQ(zeros, (std::set<std::string>{"0", "0.000", "0.00000000"}));
}

}  // namespace
}  // namespace tickdeck::test
