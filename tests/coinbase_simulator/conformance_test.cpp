// SPDX-License-Identifier: GPL-3.0-or-later

// The simulator's messages have the keys, their order, types and text forms of the venue's recorded ones.

#include <filesystem>
#include <fstream>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/coinbase_simulator/client.h"
#include "tests/support/wire_form.h"

namespace tickdeck::test {
namespace {

using nlohmann::json;

// What the simulator sends of which there is no recording: coded after the venue's documentation alone.
const std::set<std::string> kWithoutRecording = {"market_trades snapshot", "ticker update"};

std::filesystem::path recordings() { return std::filesystem::path(TICKDECK_RECORDINGS) / "exchanges" / "coinbase"; }

std::vector<std::string> recordedFrames()
{
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(recordings())) {
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);)
            if (!line.empty())
                out.push_back(line);
    }
    return out;
}

// One of everything that the simulator can say.
const std::vector<std::string>& simulatedFrames()
{
    static const std::vector<std::string> frames = [] {
        CoinbaseClient client;
        client.send(R"({"type":"subscribe","channel":"heartbeats"})");
        client.subscribe("ticker", R"("BTC-USD","XRP-USD")");
        client.subscribe("market_trades", R"("BTC-USD")");
        client.subscribe("level2", R"("BTC-USD","BTC-PERP-INTX")");
        client.send("this is no JSON");
        client.simulator().advance(4000);
        client.subscribe("market_trades", R"("ETH-USD")");
        EXPECT_TRUE(client.waitFor(R"("heartbeat_counter")"));
        return client.seen().frames;
    }();
    return frames;
}

// "l2_data update", "heartbeats", "error".
std::string kindOf(const json& message)
{
    if (!message.contains("channel"))
        return message.value("type", "?");
    const json& event = message["events"][0];
    return message["channel"].get<std::string>() +
           (event.contains("type") ? " " + event["type"].get<std::string>() : "");
}

std::map<std::string, WireForm> formsOf(const std::vector<std::string>& frames)
{
    std::map<std::string, WireForm> forms;
    for (const std::string& frame : frames) {
        json message = json::parse(frame);
        message.erase("client_id");  // gone since 2025
        if (message.value("channel", "") == "subscriptions") {
            // The channels are keys of their own.
            json& all = message["events"][0]["subscriptions"];
            json one = json::array();
            for (const json& products : all)
                one.insert(one.end(), products.begin(), products.end());
            all = json{{"channel", std::move(one)}};
        }
        addForm(forms[kindOf(message)], "", message);
    }
    return forms;
}

// Keys in their order, with each list cut down to its first element.
std::set<std::string> skeletonsOf(const std::vector<std::string>& frames)
{
    using Ordered = nlohmann::ordered_json;
    const auto cut = [](const auto& self, Ordered& value) -> void {
        while (value.is_array() && value.size() > 1)
            value.erase(value.size() - 1);
        if (value.is_structured())
            for (Ordered& member : value)
                self(self, member);
    };
    std::set<std::string> out;
    for (const std::string& frame : frames) {
        Ordered message = Ordered::parse(frame);
        if (message.value("channel", "") == "subscriptions")
            continue;  // its keys are what was subscribed to
        message.erase("client_id");
        cut(cut, message);
        const std::string shape = skeleton(message.dump());
        if (shape.find("[]") == std::string::npos)  // there were no trades yet
            out.insert(shape);
    }
    return out;
}

class CoinbaseConformance : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(recordings()))
            GTEST_SKIP() << "no recordings: exchanges/coinbase";
    }
};

TEST_F(CoinbaseConformance, KindsKeysTypesAndFormsAreThoseOfTheRecordings)
{
    const auto recorded = formsOf(recordedFrames());
    const auto ours = formsOf(simulatedFrames());
    for (const auto& [kind, form] : ours)
        EXPECT_NE(recorded.contains(kind), kWithoutRecording.contains(kind)) << kind;
    for (const auto& [kind, form] : recorded) {
        ASSERT_TRUE(ours.contains(kind)) << kind << " is recorded and never sent";
        std::set<std::string> theirPaths;
        std::set<std::string> ourPaths;
        for (const auto& [path, forms] : form)
            theirPaths.insert(path);
        for (const auto& [path, forms] : ours.at(kind)) {
            ourPaths.insert(path);
            if (form.contains(path)) {
                EXPECT_THAT(forms, testing::IsSubsetOf(form.at(path))) << kind << ": " << path;
            }
        }
        EXPECT_EQ(ourPaths, theirPaths) << kind;
    }
}

TEST_F(CoinbaseConformance, KeysStandInTheVenuesOrder)
{
    const std::set<std::string> ours = skeletonsOf(simulatedFrames());
    EXPECT_THAT(ours, testing::IsSupersetOf(skeletonsOf(recordedFrames())));
    // What is not recorded has the order of what is, as their types are texts alike.
    EXPECT_EQ(ours.size(), skeletonsOf(recordedFrames()).size());
}

TEST_F(CoinbaseConformance, NumbersAndTimesHaveNoZerosAtTheirEnd)
{
    static const std::regex kNumber(
        R"re("(?:price|price_level|size|new_quantity|best_bid|best_ask_quantity)":"([^"]*)")re");
    static const std::regex kTrimmed(R"((0|[1-9]\d*)(\.\d*[1-9])?)");
    static const std::regex kTime(R"re("(?:timestamp|event_time|time)":"([^"]*)")re");
    static const std::regex kUtc(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z)");
    static const std::regex kGo(
        R"re("current_time":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC m=\+\d+\.\d{9}")re");
    std::size_t checked = 0;
    std::vector<std::string> frames = simulatedFrames();
    const std::vector<std::string> recorded = recordedFrames();
    frames.insert(frames.end(), recorded.begin(), recorded.end());
    for (const std::string& frame : frames) {
        for (const auto& [form, key] : {std::pair{&kTrimmed, &kNumber}, std::pair{&kUtc, &kTime}})
            for (std::sregex_iterator at(frame.begin(), frame.end(), *key); at != std::sregex_iterator(); ++at) {
                EXPECT_TRUE(std::regex_match((*at)[1].str(), *form)) << (*at)[0];
                ++checked;
            }
        if (frame.find("current_time") != std::string::npos) {
            EXPECT_TRUE(std::regex_search(frame, kGo)) << frame;
        }
    }
    EXPECT_GT(checked, 5'000u);
}

}  // namespace
}  // namespace tickdeck::test
