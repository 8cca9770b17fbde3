// SPDX-License-Identifier: GPL-3.0-or-later

// The simulator's frames have the keys, types and number forms of the venue's recorded ones.

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/deribit_simulator/client.h"
#include "tests/support/wire_shape.h"

namespace tickdeck::test {
namespace {

using Json = nlohmann::json;

std::filesystem::path recordings() { return std::filesystem::path(TICKDECK_RECORDINGS) / "exchanges" / "deribit"; }

// What the simulator sends of which there is no whole recording of its own years: coded after the venue's documentation.
constexpr std::array kWithoutRecording = {
    "answer", "answer text", "answer instruments future", "deribit_volatility_index", "heartbeat", "trades"};

std::vector<std::string> linesOf(const std::string& name)
{
    std::vector<std::string> out;
    std::ifstream in(recordings() / name);
    for (std::string line; std::getline(in, line);)
        if (!line.empty())
            out.push_back(line);
    return out;
}

// "ticker option", "book change", "answer list", "test_request", …; lists of instruments are taken apart.
std::string kindOf(const Json& message)
{
    if (message.contains("error"))
        return "error";
    if (message.contains("result")) {
        const Json& result = message["result"];
        return result.is_array() ? "answer list" : result.is_string() ? "answer text" : "answer";
    }
    const Json& params = message["params"];
    if (!params.contains("channel"))
        return params["type"].get<std::string>();
    const std::string channel = params["channel"];
    std::string kind = channel.substr(0, channel.find('.'));
    if (kind == "book")
        kind += " " + params["data"]["type"].get<std::string>();
    if (kind == "ticker")
        kind += params["data"].contains("greeks")       ? " option"
                : params["data"].contains("funding_8h") ? " perpetual"
                                                        : " future";
    return kind;
}

// A level is a level on either side: few recorded changes have both.
void add(std::map<std::string, Shape>& shapes, const std::string& kind, const std::string& json)
{
    Shape shape;
    EXPECT_TRUE(addShape(shape, json)) << json;
    for (const auto& [path, forms] : shape) {
        std::string key = path;
        if (const std::size_t at = key.find("asks[]"); at != std::string::npos)
            key.replace(at, 4, "bids");
        shapes[kind][key].insert(forms.begin(), forms.end());
    }
}

std::map<std::string, Shape> shapesOf(const std::vector<std::string>& frames)
{
    std::map<std::string, Shape> shapes;
    for (const std::string& frame : frames) {
        const Json message = Json::parse(frame);
        const std::string kind = kindOf(message);
        const bool instruments =
            kind == "answer list" && !message["result"].empty() && message["result"][0].is_object();
        if (!instruments) {
            add(shapes, kind, frame);
            continue;
        }
        for (const Json& entry : message["result"])
            add(shapes, "answer instruments " + entry["kind"].get<std::string>(), entry.dump());
    }
    return shapes;
}

// One of everything that the simulator can say.
const std::vector<std::string>& simulatedFrames()
{
    static const std::vector<std::string> frames = [] {
        DeribitClient client;
        const Json listed = Json::parse(client.ask("public/get_instruments", {{"currency", "BTC"}}))["result"];
        std::vector<std::string> channels = {"ticker.BTC-PERPETUAL.100ms", "book.BTC-PERPETUAL.100ms",
                                             "trades.BTC-PERPETUAL.100ms", "deribit_volatility_index.btc_usd"};
        for (const Json& entry : listed)
            if (entry["kind"] == "option" && channels.size() < 400)
                channels.push_back("ticker." + entry["instrument_name"].get<std::string>() + ".100ms");
        client.subscribe(channels);
        client.ask("public/set_heartbeat", {{"interval", 2}});
        client.ask("public/set_heartbeat", {{"interval", 10}});
        client.simulator().advance(2500);
        client.drain();
        for (int i = 0; i < 6 && !client.waitFor("test_request"); ++i) {}
        return client.seen().frames;
    }();
    return frames;
}

class DeribitConformance : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(recordings()))
            GTEST_SKIP() << "no recordings: exchanges/deribit";
        std::vector<std::string> frames;
        for (const char* file : {"option_stream.100ms_2026.jsonl", "ticker.100ms_prod_2026.jsonl",
                                 "public_get_instruments.option_2026.jsonl"})
            for (std::string& line : linesOf(file))
                frames.push_back(std::move(line));
        const std::vector<std::string> replies = linesOf("rpc_replies.jsonl");
        frames.insert(frames.end(), replies.begin() + 1, replies.end());  // the first is of 2021
        recorded = shapesOf(frames);
        recorded.erase("ticker future");  // the simulator lists none
    }
    std::map<std::string, Shape> recorded;
};

TEST_F(DeribitConformance, EveryKindIsRecordedOrListed)
{
    const auto simulated = shapesOf(simulatedFrames());
    for (const auto& [kind, shape] : simulated)
        EXPECT_NE(recorded.contains(kind), std::ranges::find(kWithoutRecording, kind) != kWithoutRecording.end())
            << kind;
    for (const char* kind : kWithoutRecording)
        EXPECT_TRUE(simulated.contains(kind)) << kind << " is listed and never sent";
    for (const auto& [kind, shape] : recorded)
        EXPECT_TRUE(simulated.contains(kind)) << kind << " is recorded and never sent";
}

TEST_F(DeribitConformance, KeysTypesAndNumberFormsAreThoseOfTheRecordings)
{
    const auto simulated = shapesOf(simulatedFrames());
    for (const auto& [kind, shape] : recorded) {
        ASSERT_TRUE(simulated.contains(kind)) << kind;
        std::set<std::string> theirPaths;
        std::set<std::string> ourPaths;
        for (const auto& [path, forms] : shape)
            theirPaths.insert(path);
        for (const auto& [path, forms] : simulated.at(kind)) {
            ourPaths.insert(path);
            if (!shape.contains(path))
                continue;
            std::set<std::string> allowed = shape.at(path);
            // Any number that is no integer takes whichever form is shorter; statistics without trades are null.
            if (allowed.contains("decimal") || allowed.contains("exponent"))
                allowed.insert({"decimal", "exponent"});
            if (path.find("stats.") != std::string::npos)
                allowed.insert("null");
            EXPECT_THAT(forms, testing::IsSubsetOf(allowed)) << kind << ": " << path;
        }
        EXPECT_EQ(ourPaths, theirPaths) << kind;
    }
}

}  // namespace
}  // namespace tickdeck::test
