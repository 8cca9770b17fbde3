// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class LogTest : public ::testing::Test {
protected:
    LogTest() { m_settings.file = (m_scratch.path() / "log").string(); }
    std::unique_ptr<Log> opened()
    {
        auto log = Log::open(m_settings, m_clock);
        EXPECT_TRUE(log) << log.error().text();
        return log ? std::move(*log) : nullptr;
    }
    std::vector<json> written()
    {
        std::vector<json> out;
        std::istringstream lines(testing::readFile(m_settings.file));
        for (std::string line; std::getline(lines, line);)
            out.push_back(json::parse(line));
        return out;
    }

    testing::Scratch m_scratch;
    ManualClock m_clock{1'768'921'600 * kSecond};
    LogSettings m_settings;
};

TEST_F(LogTest, WritesOneJsonObjectALine)
{
    const auto log = opened();
    log->warning("kraken", "connector.closed", "the venue closed: \"bye\"\nnow",
                 {{"code", 1006}, {"clean", false}, {"seconds", 1.5}, {"why", "a\tb \xFF"}});
    log->flush();
    ASSERT_EQ(written().size(), 1u);
    EXPECT_EQ(written()[0], (json{{"ts", "2026-01-20T15:06:40.000000000Z"},
                                  {"level", "warning"},
                                  {"component", "kraken"},
                                  {"event", "connector.closed"},
                                  {"message", "the venue closed: \"bye\"\nnow"},
                                  {"code", 1006},
                                  {"clean", false},
                                  {"seconds", 1.5},
                                  {"why", "a\tb \uFFFD"}}));
}

TEST_F(LogTest, LeavesOutWhatIsBelowTheLevel)
{
    m_settings.level = LogLevel::Warning;
    const auto log = opened();
    log->info("a", "b", "c");
    log->error("a", "b", "d");
    log->flush();
    ASSERT_EQ(written().size(), 1u);
    EXPECT_EQ(written()[0]["message"], "d");
}

TEST_F(LogTest, LimitsEachEventByItselfAndCountsTheRest)
{
    m_settings.burst = 3;
    m_settings.perSecond = 1;
    const auto log = opened();
    for (int i = 0; i < 10; ++i)
        log->info("kraken", "frame.bad", std::to_string(i));
    log->info("kraken", "frame.good", "another event");
    log->info("coinbase", "frame.bad", "another component");
    log->flush();
    EXPECT_EQ(written().size(), 5u);
    m_clock.advance(kSecond);
    log->info("kraken", "frame.bad", "again");
    log->info("kraken", "frame.bad", "too soon");
    log->flush();
    ASSERT_EQ(written().size(), 6u);
    EXPECT_EQ(written()[5]["message"], "again");
    EXPECT_EQ(written()[5]["suppressed"], 7);
}

TEST_F(LogTest, WhatWasLeftOutIsToldAtTheEnd)
{
    m_settings.burst = 1;
    auto log = opened();
    for (int i = 0; i < 5; ++i)
        log->info("kraken", "frame.bad", "x");
    log.reset();
    ASSERT_EQ(written().size(), 2u);
    EXPECT_EQ(written()[1]["event"], "frame.bad");
    EXPECT_EQ(written()[1]["suppressed"], 4);
}

TEST_F(LogTest, EventsWithoutNumberShareOneLimit)
{
    m_settings.burst = 1;
    const auto log = opened();
    for (int i = 0; i < 5'000; ++i)
        log->info("kraken", "event." + std::to_string(i), "x");
    log->flush();
    EXPECT_EQ(written().size(), 1'025u);
}

TEST_F(LogTest, SecretsNeverAppear)
{
    const std::string canary = "canary-9f3b71";
    const auto log = opened();
    log->redact({canary, canary + "-long", "ab"});
    log->info("x" + canary, "a.b", "say " + canary + "-long and " + canary,
              {{"url", "wss://x?key=" + canary}, {"k", 1}});
    log->flush();
    EXPECT_THAT(testing::readFile(m_settings.file), Not(HasSubstr("canary")));
    EXPECT_EQ(written()[0]["message"], "say *** and ***");
    EXPECT_EQ(written()[0]["url"], "wss://x?key=***");
    const LogPage page = log->recent(1, 10);
    EXPECT_THAT(page.lines[0].message + page.lines[0].fields + page.lines[0].component, Not(HasSubstr("canary")));
}

TEST_F(LogTest, RecentLinesAreReadByCursor)
{
    m_settings.burst = 100'000;
    const auto log = opened();
    EXPECT_EQ(log->recent(1, 10).lines.size(), 0u);
    for (int i = 1; i <= 10; ++i)
        log->info("a", "b", std::to_string(i), {{"n", i}, {"text", "two words"}});
    LogPage page = log->recent(1, 4);
    ASSERT_EQ(page.lines.size(), 4u);
    EXPECT_EQ(page.lines[0].message, "1");
    EXPECT_EQ(page.lines[0].number, 1u);
    EXPECT_EQ(page.lines[0].fields, "n=1 text=\"two words\"");
    EXPECT_EQ(page.lost, 0u);
    page = log->recent(page.next, 100);
    ASSERT_EQ(page.lines.size(), 6u);
    EXPECT_EQ(page.lines[5].message, "10");
    EXPECT_EQ(log->recent(page.next, 100).lines.size(), 0u);
    EXPECT_EQ(log->recent(1'000'000, 100).lines.size(), 0u);

    for (std::size_t i = 0; i < Log::kRecentLines; ++i)
        log->info("a", "b", "more");
    page = log->recent(5, 1);
    EXPECT_EQ(page.lost, 6u);
    ASSERT_EQ(page.lines.size(), 1u);
    EXPECT_EQ(page.lines[0].number, 11u);
}

TEST_F(LogTest, TheFileRotates)
{
    m_settings.fileMegabytes = 1;
    m_settings.files = 2;
    m_settings.burst = 100'000;
    const auto log = opened();
    const std::string text(10'000, 'x');
    for (int i = 0; i < 400; ++i)
        log->info("a", "b", text);
    log->flush();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(m_scratch.path())) {
        ++files;
        EXPECT_LE(entry.file_size(), 1u << 20);
    }
    EXPECT_EQ(files, 3u);
}

TEST_F(LogTest, AFileThatCannotBeOpenedIsAnError)
{
    m_settings.file = (m_scratch.path() / "log" / "deeper").string();
    testing::writeFile(m_scratch.path() / "log", "a file, not a folder");
    const auto log = Log::open(m_settings, m_clock);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, ErrorCode::Io);
    EXPECT_THAT(log.error().detail, HasSubstr("log.file"));
}

TEST_F(LogTest, ManyThreadsAtOnce)
{
    m_settings.burst = 10'000;
    auto log = opened();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&log, t] {
            for (int i = 0; i < 500; ++i)
                log->info("thread" + std::to_string(t), "a.b", "line", {{"i", i}});
        });
    threads.clear();
    log.reset();
    EXPECT_EQ(written().size(), 2'000u);
}

}  // namespace
}  // namespace tickdeck::ops
