// SPDX-License-Identifier: GPL-3.0-or-later
// The mode `decode` on files, as a user runs it.

#include "engine/runtime/decode.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/connectors/kraken/decoder.h"

namespace tickdeck {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kSession = std::string(TICKDECK_TEST_DATA) + "/kraken_session.jsonl";
const std::string kBitcoin =
    R"({"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","base":"BTC",)"
    R"("quote":"USD","status":"online","qty_precision":8,"price_precision":1}]}})";

std::string slurp(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
std::vector<Json> jsonLines(const std::string& text)
{
    std::vector<Json> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        out.push_back(Json::parse(line));
    return out;
}

class Decode : public testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path() / ("tickdeck_decode_" + std::to_string(::getpid()));
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
    }
    void TearDown() override { fs::remove_all(m_folder); }

    int run(DecodeOptions options, const std::string& input = {})
    {
        ConnectorSpec spec;
        spec.name = "kraken";
        spec.makeDecoder = [](const config::Section&, SymbolTable& symbols) { return kraken::makeDecoder(symbols); };
        std::istringstream in(input);
        std::ostringstream outStream;
        std::ostringstream logStream;
        const int code = decodeFiles(spec, options, in, outStream, logStream);
        out = outStream.str();
        log = logStream.str();
        return code;
    }
    fs::path file(const std::string& name, const std::string& content)
    {
        const fs::path path = m_folder / name;
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }
    // A recording, or a skip.
    std::string recording(const std::string& name)
    {
        const std::string path = std::string(TICKDECK_RECORDINGS) + "/exchanges/kraken_v2/" + name;
        return fs::exists(path) ? path : std::string();
    }

    fs::path m_folder;
    std::string out;
    std::string log;
};

// The whole output of the fixture, byte for byte. To make it anew: tickdeck decode kraken tests/data/kraken_session.jsonl
TEST_F(Decode, FixtureGivesItsGoldenOutput)
{
    EXPECT_EQ(run({.files = {kSession}}), 0);
    EXPECT_EQ(out, slurp(std::string(TICKDECK_TEST_DATA) + "/kraken_session.events.jsonl"));
    EXPECT_EQ(log, "77 frames, 66 events\nignored: heartbeat 4, ohlc 1, pong 1, subscribe 10\n");
    EXPECT_EQ(run({}, slurp(kSession)), 0);
    const std::vector<Json> lines = jsonLines(out);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i]["seq"], i + 1);
        EXPECT_TRUE(lines[i]["receive_time"].is_null());  // a stream has no FILE.recv
    }
}

TEST_F(Decode, ReceiveTimesStandBeside)
{
    const fs::path frames = file("a.jsonl", kBitcoin + "\n\n" + kBitcoin + "\r\nx\n");
    file("a.jsonl.recv", "1790000000.000001500\n1790000001\r\nsoon\n");
    EXPECT_EQ(run({.files = {frames.string()}}), 1);
    const std::vector<Json> lines = jsonLines(out);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0]["receive_time"], 1790000000000001500);
    EXPECT_NE(log.find("a.jsonl:3: "), std::string::npos) << log;
    EXPECT_NE(log.find("a.jsonl:4: "), std::string::npos) << log;
    EXPECT_NE(log.find("2 bad lines"), std::string::npos) << log;
}

TEST_F(Decode, BadFramesAreToldByLineAndTheRestGoesOn)
{
    const std::string text = slurp(kSession);
    const std::size_t third = text.find('\n', text.find('\n') + 1) + 1;
    EXPECT_EQ(run({}, text.substr(0, third) + "{\"channel\":\"book\",\"typ\n" + text.substr(third)), 1);
    EXPECT_NE(log.find("standard input:3: "), std::string::npos) << log;
    EXPECT_EQ(jsonLines(out).size(), 66u);
}

TEST_F(Decode, FromMidStreamNothingCanBeChecked)
{
    const std::string update =
        R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":1.5,"qty":2.50}],"asks":[],)"
        R"("checksum":1,"timestamp":"2026-08-16T23:37:05.849274Z"}]})";
    EXPECT_EQ(run({}, update + "\n" + update), 0);
    const std::vector<Json> lines = jsonLines(out);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_TRUE(lines[1]["verified"].is_null());
    EXPECT_EQ(lines[1]["version"], 2);
    EXPECT_EQ(lines[1]["bids"], Json::array({Json::array({"1.5", "2.50"})}));
    EXPECT_EQ(lines[1]["exchange_time"], 1786923425849274000);
    // Derived from its name, told once.
    EXPECT_EQ(log.find("BTC-USD"), log.rfind("BTC-USD"));
    EXPECT_NE(log.find("BTC-USD"), std::string::npos);
}

TEST_F(Decode, ABrokenChecksumGoesOnAndIsAFault)
{
    std::string text = slurp(kSession);
    const std::size_t update = text.find("\"channel\":\"book\",\"type\":\"update\"");
    const std::size_t checksum = text.find("\"checksum\":", update) + 11;
    text[checksum] = text[checksum] == '1' ? '2' : '1';
    EXPECT_EQ(run({}, text), 1);
    int wrong = 0;
    int right = 0;
    for (const Json& line : jsonLines(out)) {
        wrong += line["type"] == "book" && line["verified"] == false;
        right += line["type"] == "book" && line["verified"] == true;
    }
    EXPECT_EQ(wrong, 1);
    EXPECT_EQ(right, 32);
    EXPECT_NE(log.find("1 book events failed their check"), std::string::npos) << log;
}

TEST_F(Decode, RestAnswersAreNoFrames)
{
    EXPECT_EQ(run({}, R"({"rest":"/0/public/Depth?pair=XBTUSD","body":{"error":[]}})"), 0);
    EXPECT_TRUE(out.empty());
    EXPECT_NE(log.find("rest answer 1"), std::string::npos) << log;
}

TEST_F(Decode, WrongUse)
{
    EXPECT_EQ(run({.files = {"/nowhere/at/all"}}), 2);
    EXPECT_NE(log.find("/nowhere/at/all"), std::string::npos);
    EXPECT_EQ(run({.files = {m_folder.string()}}), 2);
    EXPECT_EQ(run({.files = {kSession}, .format = DecodeFormat::Parquet}), 2);
    EXPECT_NE(log.find("--out"), std::string::npos);
    EXPECT_EQ(run({.files = {kSession}, .output = "/nowhere/at/all.jsonl"}), 2);
    EXPECT_EQ(run({.files = {kSession}, .format = DecodeFormat::Csv, .output = "/nowhere/at/all.csv"}), 2);
}

TEST_F(Decode, JsonIntoAFile)
{
    const fs::path path = m_folder / "events.jsonl";
    EXPECT_EQ(run({.files = {kSession}, .output = path.string()}), 0);
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(slurp(path), slurp(std::string(TICKDECK_TEST_DATA) + "/kraken_session.events.jsonl"));
}

TEST_F(Decode, TablesByType)
{
    EXPECT_EQ(run({.files = {kSession}, .format = DecodeFormat::Csv, .output = (m_folder / "csv").string()}), 0);
    const std::string trades = slurp(m_folder / "csv" / "trade.csv");
    EXPECT_TRUE(trades.starts_with("seq,origin,type,venue,symbol,native,exchange_time,receive_time,"))
        << trades.substr(0, 80);
    EXPECT_TRUE(fs::exists(m_folder / "csv" / "book.csv"));

    EXPECT_EQ(run({.files = {kSession}, .format = DecodeFormat::Csv, .output = (m_folder / "e.csv").string()}), 0);
    EXPECT_EQ(slurp(m_folder / "e.trade.csv"), trades);
    EXPECT_FALSE(fs::exists(m_folder / "e.csv"));

    // One type only: that very file.
    EXPECT_EQ(run({.format = DecodeFormat::Csv, .output = (m_folder / "one.csv").string()}, kBitcoin), 0);
    EXPECT_NE(slurp(m_folder / "one.csv").find(",instrument,kraken,BTC-USD,BTC/USD,"), std::string::npos);
    EXPECT_FALSE(fs::exists(m_folder / "one.instrument.csv"));

    EXPECT_EQ(run({.files = {kSession}, .format = DecodeFormat::Csv}), 0);
    EXPECT_NE(out.find("\n\nseq,origin,type"), std::string::npos);

    EXPECT_EQ(run({.files = {kSession}, .format = DecodeFormat::Parquet, .output = (m_folder / "lake").string()}), 0);
    EXPECT_TRUE(slurp(m_folder / "lake" / "trade.parquet").starts_with("PAR1"));
    EXPECT_TRUE(slurp(m_folder / "lake" / "book.parquet").ends_with("PAR1"));
}

// What the recordings' own notes say of them.
TEST_F(Decode, Recordings)
{
    struct Expected {
        const char* name;
        int verified;
        std::size_t events;
    };
    for (const Expected& expected :
         {Expected{"book.minagbp_d25_20260816.jsonl", 30, 31},
          Expected{"book.ethusd_d10_snapshot_20260723.jsonl", 1, 1}, Expected{"ticker.jsonl", 0, 2},
          Expected{"trade.jsonl", 0, 2}, Expected{"trade_20260723.jsonl", 0, 3}, Expected{"control.jsonl", 0, 2}}) {
        const std::string path = recording(expected.name);
        if (path.empty())
            GTEST_SKIP() << expected.name << " is missing";
        EXPECT_EQ(run({.files = {path}}), 0) << expected.name << log;
        int verified = 0;
        const std::vector<Json> lines = jsonLines(out);
        for (const Json& line : lines)
            verified += line["type"] == "book" && line["verified"] == true;
        EXPECT_EQ(verified, expected.verified) << expected.name;
        EXPECT_EQ(lines.size(), expected.events) << expected.name;
    }
    EXPECT_EQ(run({.files = {recording("instrument_pair_entry.jsonl")}}), 1);  // one element, not a message
    EXPECT_TRUE(out.empty());
}

TEST_F(Decode, BitcoinWithItsDefinitionInFront)
{
    const std::string path = recording("book.btcusd_d10_20230730.jsonl");
    if (path.empty())
        GTEST_SKIP() << "book.btcusd_d10_20230730.jsonl is missing";
    const fs::path definition = file("definition.jsonl", kBitcoin + "\n");
    EXPECT_EQ(run({.files = {definition.string(), path}}), 0) << log;
    int verified = 0;
    for (const Json& line : jsonLines(out))
        verified += line["type"] == "book" && line["verified"] == true;
    EXPECT_EQ(verified, 510);
}

}  // namespace
}  // namespace tickdeck
