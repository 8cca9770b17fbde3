// SPDX-License-Identifier: GPL-3.0-or-later

// The simulator's frames have the keys, types and number forms of the venue's recorded ones.

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/kraken_simulator/client.h"
#include "tests/support/wire_shape.h"

namespace tickdeck::test {
namespace {

// What the simulator sends of which there is no recording: coded after the venue's documentation alone.
constexpr std::array kWithoutRecording = {
    "ticker update",
    "instrument snapshot",
    "subscribe ack ticker",
    "subscribe ack trade",
    "subscribe ack instrument",
    "unsubscribe ack book",
    "unsubscribe ack ticker",
    "error with symbol",
    "pong",
    "flood",
};

// Whole messages as the venue sent them. The older recording of BTC/USD went through floats and is left out.
constexpr std::array kRecordings = {"book.minagbp_d25_20260816.jsonl",
                                    "book.ethusd_d10_snapshot_20260723.jsonl",
                                    "control.jsonl",
                                    "ticker.jsonl",
                                    "trade.jsonl",
                                    "trade_20260723.jsonl"};

// What kind of message it is: "book snapshot", "subscribe ack book", "error", "pong", "heartbeat", …
std::string kindOf(std::string_view json)
{
    const auto message = nlohmann::json::parse(json, nullptr, false);
    if (!message.is_object())
        return "no JSON";
    if (message.contains("channel"))
        return message["channel"].get<std::string>() +
               (message.contains("type") ? " " + message["type"].get<std::string>() : "");
    if (message.contains("Error"))
        return "flood";
    if (message.contains("error"))
        return message.contains("symbol") ? "error with symbol" : "error";
    const std::string method = message.value("method", "?");
    if (!message.contains("result"))
        return method;
    return method + " ack " + message["result"].value("channel", "?");
}

std::filesystem::path recordings() { return std::filesystem::path(TICKDECK_RECORDINGS) / "exchanges" / "kraken_v2"; }

std::vector<std::string> linesOf(const std::filesystem::path& file)
{
    std::vector<std::string> out;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (!line.empty())
            out.push_back(line);
    return out;
}

// By kind. A level is a level on either side: no recorded update has both.
std::map<std::string, Shape> shapesOf(const std::vector<std::string>& frames)
{
    std::map<std::string, Shape> shapes;
    for (const std::string& frame : frames) {
        Shape shape;
        EXPECT_TRUE(addShape(shape, frame)) << frame;
        for (const auto& [path, forms] : shape) {
            std::string key = path;
            if (const std::size_t at = key.find("asks[]"); at != std::string::npos)
                key.replace(at, 4, "bids");
            shapes[kindOf(frame)][key].insert(forms.begin(), forms.end());
        }
    }
    return shapes;
}

// One of everything that the simulator can say.
const std::vector<std::string>& simulatedFrames()
{
    static const std::vector<std::string> frames = [] {
        KrakenClient client;
        client.send(R"({"method":"subscribe","params":{"channel":"instrument"}})");
        client.send(R"({"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD","XRP/USD","NO/PE"]}})");
        client.send(R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD","ETH/USD"]}})");
        client.send(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","MINA/GBP"],"depth":25}})");
        client.send(R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":27}})");
        client.drain();
        client.simulator().advance(4000);
        client.send(R"({"method":"subscribe","params":{"channel":"trade","symbol":["SOL/USD"],"snapshot":true}})");
        client.send(R"({"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":25}})");
        client.send(R"({"method":"unsubscribe","params":{"channel":"ticker","symbol":["BTC/USD"]}})");
        client.send(R"({"method":"ping"})");
        client.flood(R"({"method":"ping"})", 110);  // fifty in a second are too many, whichever second they fall into
        EXPECT_TRUE(client.waitFor("Exceeded msg rate"));
        EXPECT_TRUE(client.waitFor(R"({"channel":"heartbeat"})"));
        return client.seen().frames;
    }();
    return frames;
}

TEST(KrakenConformance, EveryKindIsRecordedOrListed)
{
    if (!std::filesystem::exists(recordings()))
        GTEST_SKIP() << "no recordings: exchanges/kraken_v2";
    std::set<std::string> recorded;
    for (const char* file : kRecordings)
        for (const std::string& line : linesOf(recordings() / file))
            recorded.insert(kindOf(line));
    std::set<std::string> simulated;
    for (const std::string& frame : simulatedFrames())
        simulated.insert(kindOf(frame));
    for (const std::string& kind : simulated)
        EXPECT_NE(recorded.contains(kind), std::ranges::find(kWithoutRecording, kind) != kWithoutRecording.end())
            << kind;
    for (const char* kind : kWithoutRecording)
        EXPECT_TRUE(simulated.contains(kind)) << kind << " is listed and never sent";
    for (const std::string& kind : recorded)
        EXPECT_TRUE(simulated.contains(kind)) << kind << " is recorded and never sent";
}

TEST(KrakenConformance, KeysTypesAndNumberFormsAreThoseOfTheRecordings)
{
    if (!std::filesystem::exists(recordings()))
        GTEST_SKIP() << "no recordings: exchanges/kraken_v2";
    std::vector<std::string> lines;
    for (const char* file : kRecordings)
        for (std::string& line : linesOf(recordings() / file))
            lines.push_back(std::move(line));
    auto recorded = shapesOf(lines);
    // A ticker's numbers have no zeros at the end: any of them may turn out whole, as "low" did.
    for (auto& [path, forms] : recorded["ticker snapshot"])
        if (forms.contains("decimal"))
            forms.insert("integer");
    const auto simulated = shapesOf(simulatedFrames());
    for (const auto& [kind, shape] : recorded) {
        ASSERT_TRUE(simulated.contains(kind)) << kind;
        const Shape& ours = simulated.at(kind);
        std::set<std::string> theirPaths;
        std::set<std::string> ourPaths;
        for (const auto& [path, forms] : shape)
            theirPaths.insert(path);
        for (const auto& [path, forms] : ours) {
            ourPaths.insert(path);
            if (shape.contains(path)) {
                EXPECT_THAT(forms, testing::IsSubsetOf(shape.at(path))) << kind << ": " << path;
            }
        }
        EXPECT_EQ(ourPaths, theirPaths) << kind;
    }
}

TEST(KrakenConformance, AnInstrumentHasTheKeysTypesAndNumberFormsOfTheRecordedOne)
{
    const auto file = recordings() / "instrument_pair_entry.jsonl";
    if (!std::filesystem::exists(file))
        GTEST_SKIP() << "no recording: exchanges/kraken_v2/instrument_pair_entry.jsonl";
    Shape recorded;
    ASSERT_TRUE(addShape(recorded, linesOf(file).at(0)));
    Shape ours;
    for (const std::string& frame : simulatedFrames())
        if (kindOf(frame) == "instrument snapshot") {
            ASSERT_TRUE(addShape(ours, frame));
        }
    const std::string prefix = "data.pairs[].";
    std::set<std::string> theirPaths;
    for (const auto& [path, forms] : recorded)
        theirPaths.insert(path);
    std::set<std::string> ourPaths{""};
    for (const auto& [path, forms] : ours) {
        if (!path.starts_with(prefix))
            continue;
        const std::string key = path.substr(prefix.size());
        ourPaths.insert(key);
        // A step of another size takes the other form: 0.1 and 1e-08 are recorded.
        std::set<std::string> allowed = recorded[key];
        if (allowed.contains("decimal") || allowed.contains("exponent"))
            allowed.insert({"decimal", "exponent"});
        EXPECT_THAT(forms, testing::IsSubsetOf(allowed)) << key;
    }
    EXPECT_EQ(ourPaths, theirPaths);
}

TEST(KrakenConformance, BooksAndTradesKeepTheirZeros)
{
    const std::map<std::string, std::size_t> precisions = {
        {"BTC/USD", 1}, {"ETH/USD", 2}, {"SOL/USD", 2}, {"MINA/GBP", 4}};
    std::size_t checked = 0;
    for (const std::string& frame : simulatedFrames()) {
        const std::string kind = kindOf(frame);
        if (!kind.starts_with("book ") && !kind.starts_with("trade "))
            continue;
        const std::size_t at = frame.find(R"("symbol":")") + 10;
        const std::size_t precision = precisions.at(frame.substr(at, frame.find('"', at) - at));
        for (const char* list : {"data[].bids[]", "data[].asks[]", "data[]"}) {
            EXPECT_THAT(digitsAt(frame, std::string(list) + ".price"), testing::IsSubsetOf({precision})) << frame;
            EXPECT_THAT(digitsAt(frame, std::string(list) + ".qty"), testing::IsSubsetOf({std::size_t{8}})) << frame;
        }
        ++checked;
    }
    EXPECT_GT(checked, 500u);
}

}  // namespace
}  // namespace tickdeck::test
