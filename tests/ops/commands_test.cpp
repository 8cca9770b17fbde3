// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/commands.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

using nlohmann::json;

class CommandsTest : public ::testing::Test {
protected:
    void SetUp() override { m_db = std::move(*StateDb::open(m_scratch.path() / "state.db", m_clock)); }
    json run(std::string_view command, std::string_view arguments = "{}")
    {
        const auto result = runCommand(command, arguments, *m_db, nullptr);
        EXPECT_TRUE(result) << result.error().text();
        return result ? json::parse(*result) : json();
    }
    ErrorCode refused(std::string_view command, std::string_view arguments = "{}")
    {
        const auto result = runCommand(command, arguments, *m_db, nullptr);
        EXPECT_FALSE(result);
        return result ? ErrorCode::Internal : result.error().code;
    }

    testing::Scratch m_scratch;
    ManualClock m_clock;
    std::unique_ptr<StateDb> m_db;
};

TEST_F(CommandsTest, ListsAndShowsDeadLetters)
{
    const DeadLetter text{.time = 5,
                          .component = "kraken",
                          .code = ErrorCode::BadChecksum,
                          .text = "bad",
                          .offset = 2,
                          .seq = 9,
                          .bytes = "{\"ü\":1}"};
    const DeadLetter binary{.component = "store", .text = "", .offset = {}, .bytes = std::string("\xFF\0\x10\x83", 4)};
    ASSERT_TRUE(m_db->addDeadLetters(std::array{text, binary}));
    const json listed = run("dlq.list");
    EXPECT_EQ(listed["totals"], (json{{"kept", 2}, {"bytes", 12}, {"dropped", 0}}));
    ASSERT_EQ(listed["letters"].size(), 2u);
    EXPECT_FALSE(listed["letters"][0].contains("bytes"));
    EXPECT_EQ(run("dlq.list", R"({"component":"kraken","most":1})")["letters"].size(), 1u);
    const json shown = run("dlq.show", R"({"id":1})");
    EXPECT_EQ(shown, (json{{"id", 1},
                           {"time", "1970-01-01T00:00:00.000000005Z"},
                           {"component", "kraken"},
                           {"code", "bad_checksum"},
                           {"text", "bad"},
                           {"offset", 2},
                           {"seq", 9},
                           {"size", 8},
                           {"bytes", "{\"ü\":1}"}}));
    EXPECT_EQ(run("dlq.show", R"({"id":2})")["bytes"], "hex:ff001083");
    EXPECT_EQ(run("dlq.show", R"({"id":2})")["offset"], json());
}

TEST_F(CommandsTest, DropsByNumberRangeAndComponent)
{
    std::vector<DeadLetter> letters(6);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        letters[i].component = i % 2 == 0 ? "kraken" : "sinks.parquet";  // 1 3 5 and 2 4 6
        letters[i].bytes = "x";
    }
    ASSERT_TRUE(m_db->addDeadLetters(letters));
    EXPECT_EQ(m_db->deadLettersKept(), 6u);
    EXPECT_EQ(refused("dlq.drop"), ErrorCode::Invalid);
    EXPECT_EQ(refused("dlq.drop", R"({"ids":[1]})"), ErrorCode::Invalid);
    EXPECT_EQ(refused("dlq.drop", R"({"ids":[[1,1],[9,9]]})"), ErrorCode::NotFound);
    EXPECT_EQ(refused("dlq.drop", R"({"ids":[[2,2]],"component":"kraken"})"), ErrorCode::NotFound);
    EXPECT_EQ(m_db->deadLettersKept(), 6u);
    EXPECT_EQ(run("dlq.drop", R"({"ids":[[1,1],[2,4]],"component":"kraken"})")["dropped"], 2);  // 1 and 3
    EXPECT_EQ(run("dlq.drop", R"({"component":"sinks.parquet"})")["dropped"], 3);
    EXPECT_EQ(refused("dlq.show", R"({"id":4})"), ErrorCode::NotFound);
    EXPECT_EQ(run("dlq.show", R"({"id":5})")["component"], "kraken");
    EXPECT_EQ(run("dlq.drop", R"({"all":true})")["dropped"], 1);
    EXPECT_EQ(m_db->deadLettersKept(), 0u);
    EXPECT_EQ(refused("dlq.drop", R"({"all":true})"), ErrorCode::NotFound);
    EXPECT_EQ(run("dlq.list")["totals"]["dropped"], 0) << "those that made room, not those dropped by hand";
}

TEST_F(CommandsTest, AThousandNumbersAtOnce)
{
    const DeadLetter letter{.component = "kraken", .text = "x", .offset = {}, .bytes = "x"};
    ASSERT_TRUE(m_db->addDeadLetters(std::vector<DeadLetter>(2000, letter)));
    json apart = json::array();
    for (int i = 1; i <= 1000; ++i)
        apart.push_back({2001 - 2 * i, 2001 - 2 * i});
    EXPECT_EQ(m_db->deadLetterIds({}, "kraken", 5)->size(), 5u);
    EXPECT_EQ(deadLettersOf(json{{"ids", apart}}.dump(), *m_db)->size(), 1000u);
    const std::vector<LetterRange> ranges{{7, 9}, {1, 2}, {5, 4}, {3, 3}, {8, 12}};
    EXPECT_EQ(m_db->deadLetterIds(ranges, "", 100)->size(), 9u);
    EXPECT_EQ(m_db->deadLetterIds(ranges, "", 4)->back(), 7);
    EXPECT_EQ(m_db->deadLetterIds(std::vector<LetterRange>{{5, 4}}, "", 4)->size(), 0u);
    EXPECT_EQ(run("dlq.drop", json{{"ids", apart}}.dump())["dropped"], 1000);
}

TEST_F(CommandsTest, RefusesWhatItDoesNotUnderstand)
{
    EXPECT_EQ(refused("dlq.show", R"({"id":7})"), ErrorCode::NotFound);
    EXPECT_EQ(refused("dlq.show", R"({"id":"7"})"), ErrorCode::Invalid);
    EXPECT_EQ(refused("dlq.list", R"({"most":0})"), ErrorCode::Invalid);
    EXPECT_EQ(refused("dlq.list", R"({"component":3})"), ErrorCode::Invalid);
    EXPECT_EQ(refused("dlq.list", "[]"), ErrorCode::Invalid);
    EXPECT_EQ(refused("dlq.list", "nonsense"), ErrorCode::Invalid);
    EXPECT_EQ(refused("format.disk"), ErrorCode::Unsupported);
}

TEST_F(CommandsTest, StatusIsTheHealth)
{
    Health health(m_clock);
    health.add("journal", ComponentKind::Journal).set(State::Ok);
    const json status = json::parse(*runCommand("status", "{}", *m_db, &health));
    EXPECT_EQ(status["status"], "ok");
    EXPECT_EQ(status["ready"], true);
    EXPECT_EQ(status["components"][0]["name"], "journal");
    EXPECT_EQ(run("status"), json::object());
}

}  // namespace
}  // namespace tickdeck::ops
