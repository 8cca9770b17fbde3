// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/state_db.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <sqlite3.h>

#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

using ::testing::HasSubstr;

class StateDbTest : public ::testing::Test {
protected:
    StateDbTest() : m_file(m_scratch.path() / "state.db") {}
    std::unique_ptr<StateDb> opened(StateDbOptions options = {})
    {
        auto db = StateDb::open(m_file, m_clock, options);
        EXPECT_TRUE(db) << db.error().text();
        return db ? std::move(*db) : nullptr;
    }
    static DeadLetter letter(std::string bytes)
    {
        DeadLetter out;
        out.time = 17;
        out.component = "kraken";
        out.code = ErrorCode::Malformed;
        out.text = "not JSON (byte 3)";
        out.offset = 3;
        out.seq = 99;
        out.bytes = std::move(bytes);
        return out;
    }
    std::size_t damagedFiles()
    {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(m_scratch.path()))
            count += entry.path().filename().string().starts_with("state.db.damaged-") ? 1u : 0u;
        return count;
    }

    testing::Scratch m_scratch;
    std::filesystem::path m_file;
    ManualClock m_clock;
};

TEST_F(StateDbTest, TheEngineIdIsMadeOnce)
{
    const std::string id = opened()->engineId();
    EXPECT_THAT(id, ::testing::MatchesRegex("[0-9a-f]{12}"));
    EXPECT_EQ(opened()->engineId(), id);
    EXPECT_FALSE(opened()->alert());
    std::filesystem::remove(m_file);
    EXPECT_NE(opened()->engineId(), id);
}

TEST_F(StateDbTest, DeadLettersComeBackAsTheyWere)
{
    const std::string bytes("{\"a\":\0\xFF'); DROP TABLE gap;--", 28);
    DeadLetter without = letter("");
    without.offset.reset();
    without.component = "x'y\"z";
    ASSERT_TRUE(opened()->addDeadLetters(std::array{letter(bytes), without}));
    const auto db = opened();
    const auto listed = db->deadLetters(10);
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 2u);
    EXPECT_EQ((*listed)[0].component, "x'y\"z");
    EXPECT_FALSE((*listed)[0].offset);
    EXPECT_EQ((*listed)[1].bytes, "");
    EXPECT_EQ((*listed)[1].size, bytes.size());
    const auto whole = db->deadLetter((*listed)[1].id);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->time, 17);
    EXPECT_EQ(whole->component, "kraken");
    EXPECT_EQ(whole->code, ErrorCode::Malformed);
    EXPECT_EQ(whole->text, "not JSON (byte 3)");
    EXPECT_EQ(whole->offset, 3u);
    EXPECT_EQ(whole->seq, 99u);
    EXPECT_EQ(whole->bytes, bytes);
    EXPECT_EQ(db->deadLetter(12345).error().code, ErrorCode::NotFound);
    EXPECT_EQ(db->deadLetters(10, 0, "kraken")->size(), 1u);
    EXPECT_EQ(db->deadLetters(1)->size(), 1u);
    EXPECT_EQ(db->deadLetters(10, (*listed)[0].id)->at(0).id, (*listed)[1].id);
}

TEST_F(StateDbTest, TextsAreBoundedUtf8)
{
    DeadLetter bad = letter("x");
    bad.component = "kr\xFF"
                    "ken";
    bad.text.assign(10'000, 'y');
    DeadLetter good = letter("x");
    good.text = "ünïcode \xF0\x9F\x92\xB0";
    const auto db = opened();
    ASSERT_TRUE(db->addDeadLetters(std::array{bad, good}));
    const auto listed = *db->deadLetters(2);
    EXPECT_EQ(listed[0].text, good.text);
    EXPECT_EQ(listed[1].component, "kr?ken");
    EXPECT_EQ(listed[1].text, std::string(4'096, 'y'));
}

TEST_F(StateDbTest, TheOldestLettersMakeRoom)
{
    StateDbOptions options;
    options.mostLetters = 3;
    auto db = opened(options);
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(db->addDeadLetters(std::array{letter(std::to_string(i))}));
    const auto listed = *db->deadLetters(100);
    ASSERT_EQ(listed.size(), 3u);
    EXPECT_EQ(db->deadLetter(listed[0].id)->bytes, "9");
    EXPECT_EQ(db->deadLetter(listed[2].id)->bytes, "7");
    EXPECT_EQ(db->deadLetterTotals()->kept, 3u);
    EXPECT_EQ(db->deadLetterTotals()->dropped, 7u);
    db.reset();
    db = opened(options);
    EXPECT_EQ(db->deadLetterTotals()->dropped, 7u);
    const std::vector<DeadLetter> many(20, letter("many"));
    ASSERT_TRUE(db->addDeadLetters(many));
    EXPECT_EQ(db->deadLetterTotals()->kept, 3u);
    EXPECT_EQ(db->deadLetterTotals()->dropped, 27u);
}

TEST_F(StateDbTest, LettersAreBoundedInBytes)
{
    StateDbOptions options;
    options.mostLetterBytes = 1000;
    options.largestLetter = 400;
    const auto db = opened(options);
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(db->addDeadLetters(std::array{letter(std::string(5'000, static_cast<char>('a' + i)))}));
    const auto totals = *db->deadLetterTotals();
    EXPECT_EQ(totals.kept, 2u);
    EXPECT_EQ(totals.bytes, 800u);
    EXPECT_EQ(totals.dropped, 3u);
    const auto newest = *db->deadLetter(db->deadLetters(1)->at(0).id);
    EXPECT_EQ(newest.bytes, std::string(400, 'e'));
    EXPECT_EQ(newest.size, 5'000u);
}

std::vector<std::string> idsOf(StateDb& db, const GapFilter& filter)
{
    std::vector<std::string> out;
    const auto found = db.gaps(filter);
    for (const GapRecord& gap : found->gaps)
        out.push_back(gap.id);
    return out;
}

TEST_F(StateDbTest, GapsAreReplacedAndFoundByTime)
{
    const auto db = opened();
    ASSERT_TRUE(db->putGap({"g1", "kraken", "book", "BTC-USD", 100, {}, "disconnect", "none"}));
    ASSERT_TRUE(db->putGap({"g2", "kraken", "trade", "", 300, 400, "sequence", "snapshot"}));
    ASSERT_TRUE(db->putGap({"g3", "coinbase", "trade", "", 50, 60, "stale", "none"}));
    ASSERT_TRUE(db->putGap({"g1", "kraken", "book", "BTC-USD", 100, 200, "disconnect", "snapshot"}));
    const auto ids = [&](Nanos from, Nanos to, std::string_view venue = {}) {
        return idsOf(*db, {.from = from, .to = to, .venue = venue});
    };
    EXPECT_EQ(ids(0, 1000), (std::vector<std::string>{"g3", "g1", "g2"}));
    EXPECT_EQ(ids(0, 1000, "kraken"), (std::vector<std::string>{"g1", "g2"}));
    EXPECT_EQ(ids(150, 160), (std::vector<std::string>{"g1"}));
    EXPECT_EQ(ids(200, 300), (std::vector<std::string>{}));
    const GapRecord g1 = db->gaps({.from = 150, .to = 160})->gaps.at(0);
    EXPECT_EQ(g1.to, 200);
    EXPECT_EQ(g1.recovered, "snapshot");
    EXPECT_EQ(g1.symbol, "BTC-USD");
    ASSERT_TRUE(db->putGap({"g4", "kraken", "trade", "", 900, {}, "overflow", "none"}));
    EXPECT_EQ(ids(5000, 6000), (std::vector<std::string>{"g4"}));  // still open
}

TEST_F(StateDbTest, GapsAreFoundByWhatTheyTouch)
{
    const auto db = opened();
    ASSERT_TRUE(db->putGap({"one", "kraken", "book", "BTC-USD", 100, 110, "", ""}));
    ASSERT_TRUE(db->putGap({"other", "kraken", "book", "ETH-USD", 101, 110, "", ""}));
    ASSERT_TRUE(db->putGap({"channel", "kraken", "book", "", 102, 110, "", ""}));
    ASSERT_TRUE(db->putGap({"trades", "kraken", "trade", "", 103, 110, "", ""}));
    ASSERT_TRUE(db->putGap({"venue", "kraken", "", "", 104, 110, "", ""}));
    ASSERT_TRUE(db->putGap({"engine", "tickdeck", "journal", "", 105, 110, "", ""}));
    ASSERT_TRUE(db->putGap({"derived", "tickdeck", "candle", "BTC-USD", 106, 110, "", ""}));
    ASSERT_TRUE(db->putGap({"binance", "binance", "book", "BTC-USD", 107, 110, "", ""}));
    using Ids = std::vector<std::string>;
    EXPECT_EQ(idsOf(*db, {.to = 1000}).size(), 8u);
    EXPECT_EQ(idsOf(*db, {.to = 1000, .venue = "kraken"}),
              (Ids{"one", "other", "channel", "trades", "venue", "engine"}));
    EXPECT_EQ(idsOf(*db, {.to = 1000, .venue = "kraken", .symbol = "BTC-USD"}),
              (Ids{"one", "channel", "trades", "venue", "engine"}));
    EXPECT_EQ(idsOf(*db, {.to = 1000, .venue = "kraken", .symbol = "BTC-USD", .channel = "book"}),
              (Ids{"one", "channel", "venue"}));
}

TEST_F(StateDbTest, OfTooManyGapsTheOpenAndTheNewestAreGiven)
{
    const auto db = opened();
    ASSERT_TRUE(db->putGap({"open", "kraken", "book", "", 1, {}, "", ""}));
    for (int i = 100; i < 120; ++i)
        ASSERT_TRUE(db->putGap({std::to_string(i), "kraken", "trade", "", i, i + 50, "", ""}));
    const auto found = db->gaps({.to = 1000, .most = 4});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->total, 21u);
    EXPECT_EQ(idsOf(*db, {.to = 1000, .most = 4}), (std::vector<std::string>{"open", "117", "118", "119"}));
    EXPECT_EQ(db->gaps({.to = 1000, .most = 21})->total, 21u);
    EXPECT_EQ(db->gaps({.to = 1000, .most = 30})->total, 21u);
}

TEST_F(StateDbTest, OldGapsMakeRoomAndOpenOnesStay)
{
    const auto db = opened({.mostGaps = 20});
    ASSERT_TRUE(db->putGap({"open", "kraken", "book", "", 1, {}, "", ""}));
    for (int i = 100; i < 200; ++i)
        ASSERT_TRUE(db->putGap({std::to_string(i), "kraken", "trade", "", i, i + 1, "", ""}));
    const std::vector<std::string> left = idsOf(*db, {.to = 1000});
    EXPECT_GE(left.size(), 21u);
    EXPECT_LE(left.size(), 24u);
    EXPECT_EQ(left.front(), "open");
    EXPECT_EQ(left.back(), "199");
}

TEST_F(StateDbTest, WhatWasLeftOpenEndsWhereTheSameBeginsAgain)
{
    const auto db = opened();
    ASSERT_TRUE(db->putGap({"before", "kraken", "book", "BTC-USD", 100, {}, "", ""}));
    ASSERT_TRUE(db->putGap({"other", "kraken", "book", "ETH-USD", 100, {}, "", ""}));
    const GapRecord begun{"begun", "kraken", "book", "BTC-USD", 300, {}, "", ""};
    ASSERT_TRUE(db->putGap(begun));
    ASSERT_TRUE(db->endGapsBefore(begun));
    const auto found = db->gaps({.to = 1000});
    ASSERT_EQ(found->gaps.size(), 3u);
    EXPECT_EQ(found->gaps[0].to, 300);
    EXPECT_EQ(found->gaps[1].id, "other");
    EXPECT_EQ(found->gaps[1].to, std::nullopt);
    EXPECT_EQ(found->gaps[2].to, std::nullopt);
}

TEST_F(StateDbTest, ARevisionIsAddedWhenTheSettingsDiffer)
{
    const auto db = opened();
    const auto first = db->addRevision("start", "first start", "{}");
    ASSERT_TRUE(first);
    EXPECT_EQ(*db->addRevision("start", "the same", "{}"), *first);
    m_clock.advance(5);
    EXPECT_GT(*db->addRevision("start", "changed", R"({"a":1})"), *first);
    const auto revisions = *db->revisions(10);
    ASSERT_EQ(revisions.size(), 2u);
    EXPECT_EQ(revisions[0].what, "changed");
    EXPECT_EQ(revisions[0].settings, R"({"a":1})");
    EXPECT_EQ(revisions[0].time, m_clock.now());
    EXPECT_EQ(revisions[1].who, "start");
}

TEST_F(StateDbTest, OldRevisionsMakeRoom)
{
    const auto db = opened();
    constexpr int kMany = 1'010;
    std::int64_t last = 0;
    for (int i = 0; i < kMany; ++i)
        last = *db->addRevision("somebody", "change", std::to_string(i));
    const auto revisions = *db->revisions(2'000);
    ASSERT_EQ(revisions.size(), 1'000u);
    EXPECT_EQ(revisions.front().id, last);
    EXPECT_EQ(revisions.front().settings, std::to_string(kMany - 1));
    EXPECT_EQ(revisions.back().settings, "10");
}

TEST_F(StateDbTest, ValuesAreKept)
{
    EXPECT_EQ(*opened()->value("k"), std::nullopt);
    ASSERT_TRUE(opened()->setValue("k", std::string("a\0b", 3)));
    ASSERT_TRUE(opened()->setValue("empty", ""));
    EXPECT_EQ(*opened()->value("k"), std::string("a\0b", 3));
    EXPECT_EQ(*opened()->value("empty"), "");
}

TEST_F(StateDbTest, ADamagedFileIsSetAsideWithAnAlert)
{
    const std::string id = opened()->engineId();
    testing::writeFile(m_file, "this is no database, it is a text that someone put here by mistake");
    const auto db = opened();
    ASSERT_TRUE(db);
    ASSERT_TRUE(db->alert());
    EXPECT_THAT(*db->alert(), HasSubstr("state.db was damaged"));
    EXPECT_NE(db->engineId(), id);
    EXPECT_EQ(damagedFiles(), 1u);
    EXPECT_TRUE(db->setValue("k", "v"));
}

// Whatever bytes change: it opens, perhaps anew, and works.
TEST_F(StateDbTest, FlippedAndCutBytesNeverStopAnOpen)
{
    {
        const auto db = opened();
        for (int i = 0; i < 50; ++i)
            ASSERT_TRUE(db->addDeadLetters(std::array{letter(std::string(300, 'x'))}));
    }
    const std::string sound = testing::readFile(m_file);
    ASSERT_GT(sound.size(), 8'192u);
    std::mt19937_64 random(1);
    std::size_t renewed = 0;
    for (int round = 0; round < 60; ++round) {
        std::string bytes = sound;
        if (round % 3 == 0)
            bytes.resize(random() % bytes.size());
        for (auto flips = random() % 20 + 1; flips > 0 && !bytes.empty(); --flips)
            bytes[random() % (round % 2 ? std::min<std::size_t>(bytes.size(), 120) : bytes.size())] ^=
                static_cast<char>(1 << random() % 8);
        for (const auto& entry : std::filesystem::directory_iterator(m_scratch.path()))
            std::filesystem::remove(entry);
        testing::writeFile(m_file, bytes);
        auto db = StateDb::open(m_file, m_clock);
        if (!db) {  // a flipped schema number says that a later version wrote it
            EXPECT_EQ(db.error().code, ErrorCode::Unsupported) << db.error().text();
            continue;
        }
        renewed += (*db)->alert() ? 1u : 0u;
        static_cast<void>((*db)->deadLetters(100));
        EXPECT_THAT((*db)->engineId(), ::testing::MatchesRegex("[0-9a-f]{12}"));
        EXPECT_TRUE((*db)->setValue("k", "v")) << round;
    }
    EXPECT_GT(renewed, 5u);
}

TEST_F(StateDbTest, ALaterVersionsFileIsLeftAlone)
{
    opened();
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(m_file.c_str(), &raw), SQLITE_OK);
    sqlite3_exec(raw, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
    sqlite3_close(raw);
    const auto db = StateDb::open(m_file, m_clock);
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(damagedFiles(), 0u);
}

TEST_F(StateDbTest, OneThatAnotherProgramHoldsIsNotTakenForDamaged)
{
    ASSERT_TRUE(opened()->setValue("k", "v"));
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(m_file.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const auto held = StateDb::open(m_file, m_clock);
    sqlite3_close(other);
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, ErrorCode::TimedOut) << held.error().text();
    EXPECT_EQ(damagedFiles(), 0u);
    EXPECT_EQ(*opened()->value("k"), "v");
}

TEST_F(StateDbTest, AFolderInItsPlaceIsAnError)
{
    std::filesystem::create_directories(m_file);
    const auto db = StateDb::open(m_file, m_clock);
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace tickdeck::ops
