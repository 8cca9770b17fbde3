// SPDX-License-Identifier: GPL-3.0-or-later

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "engine/core/time.h"

namespace tickdeck {
namespace {

constexpr Nanos kExample = 1'786'923'424'849'274'000;  // 2026-08-16T23:37:04.849274Z

TEST(Time, ReadsEveryVenuesForm)
{
    for (const std::string_view text :
         {"2026-08-16T23:37:04.849274Z", "2026-08-16T23:37:04.849274000Z", "2026-08-16t23:37:04.849274z",
          "2026-08-16 23:37:04.849274Z", "2026-08-17T01:37:04.849274+02:00", "2026-08-17T01:37:04.849274+0200",
          "2026-08-16T18:07:04.849274-05:30", "2026-08-16T23:37:04.849274-00:00"})
        EXPECT_EQ(parseRfc3339(text), kExample) << text;
    EXPECT_EQ(parseRfc3339("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(parseRfc3339("1969-12-31T23:59:59.999999999Z"), -1);
    EXPECT_EQ(parseRfc3339("2024-02-29T00:00:00Z"), 1'709'164'800 * kSecond);
    EXPECT_EQ(parseRfc3339("2016-12-31T23:59:60Z"), *parseRfc3339("2017-01-01T00:00:00Z")) << "a leap second";
}

TEST(Time, TellsTheByteThatIsWrong)
{
    struct Case {
        std::string_view text;
        std::size_t offset;
    };
    for (const Case& c : {Case{"", 0},
                          {"2026", 4},
                          {"2026-13-01T00:00:00Z", 5},
                          {"2026-02-29T00:00:00Z", 8},
                          {"2026-00-01T00:00:00Z", 5},
                          {"2026-01-01X00:00:00Z", 10},
                          {"2026-01-01T24:00:00Z", 11},
                          {"2026-01-01T00:60:00Z", 14},
                          {"2026-01-01T00:00:61Z", 17},
                          {"2026-01-01T00:00:00", 19},
                          {"2026-01-01T00:00:00.Z", 20},
                          {"2026-01-01T00:00:00.1234567891Z", 29},
                          {"2026-01-01T00:00:00Zx", 20},
                          {"2026-01-01T00:00:00+2", 21},
                          {"2a26-01-01T00:00:00Z", 1},
                          {"-026-01-01T00:00:00Z", 0}}) {
        const auto time = parseRfc3339(c.text);
        ASSERT_FALSE(time) << c.text;
        EXPECT_EQ(time.error().code, ErrorCode::Malformed) << c.text;
        EXPECT_EQ(time.error().offset, c.offset) << c.text;
    }
    EXPECT_EQ(parseRfc3339("0001-01-01T00:00:00Z").error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(parseRfc3339("9999-12-31T23:59:59Z").error().code, ErrorCode::OutOfRange);
}

TEST(Time, WhatIsWrittenIsReadAgain)
{
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        const Nanos time = static_cast<Nanos>(random());
        const std::string text = formatRfc3339(time);
        ASSERT_EQ(text.size(), 30u);
        if (time > std::numeric_limits<Nanos>::min() + kSecond) {
            ASSERT_EQ(parseRfc3339(text), time) << text;
        }
        ASSERT_EQ(text.substr(0, 10), formatDate(time));
        ASSERT_EQ(text.substr(11, 12), formatClock(time));
    }
    EXPECT_EQ(formatRfc3339(kExample), "2026-08-16T23:37:04.849274000Z");
    EXPECT_EQ(formatRfc3339(-1), "1969-12-31T23:59:59.999999999Z");
    EXPECT_EQ(formatDate(kExample), "2026-08-16");
    EXPECT_EQ(formatClock(kExample), "23:37:04.849");
}

TEST(Time, TheCommandLineTakesNanosecondsToo)
{
    EXPECT_EQ(parseTime("1786923424849274000"), kExample);
    EXPECT_EQ(parseTime("-5"), -5);
    EXPECT_EQ(parseTime("2026-08-16T23:37:04.849274Z"), kExample);
    EXPECT_EQ(parseTime("99999999999999999999").error().code, ErrorCode::OutOfRange);
    EXPECT_FALSE(parseTime(""));
    EXPECT_FALSE(parseTime("12x"));
}

TEST(ClockAnchor, NeverGoesBackWhenTheWallDoes)
{
    std::mt19937_64 random(2);
    for (int i = 0; i < 1000; ++i) {
        ClockAnchor anchor{0, 1000 * kSecond, 0};
        Nanos steady = 0;
        Nanos last = anchor.at(steady);
        for (int step = 0; step < 20; ++step) {
            steady += static_cast<Nanos>(random() % (90 * kSecond));
            const Nanos now = anchor.at(steady);
            ASSERT_GE(now, last);
            // Steps of up to a minute in either direction.
            const Nanos wall = now + static_cast<Nanos>(random() % (120 * kSecond)) - 60 * kSecond;
            anchor = anchor.renewed(wall, steady);
            last = anchor.at(steady);
            ASSERT_GE(last, now);
            ASSERT_GE(last, wall);
            // A minute later it is at the wall's time.
            ASSERT_EQ(anchor.at(steady + ClockAnchor::kInterval), wall + ClockAnchor::kInterval);
        }
    }
}

// Forward at once; back by going at half the speed, for as long as it takes.
TEST(ClockAnchor, AnHourInEitherDirectionKeepsTheOrder)
{
    constexpr Nanos kHour = 3600 * kSecond;
    constexpr Nanos kStart = 100 * kHour;
    ClockAnchor anchor{0, kStart, 0};
    anchor = anchor.renewed(kStart + kHour, 0);
    EXPECT_EQ(anchor.at(0), kStart + kHour);
    Nanos steady = 0;
    Nanos last = anchor.at(steady);
    int minutes = 0;
    for (Nanos wall = kStart; anchor.at(steady) > wall && minutes < 200; ++minutes) {
        anchor = anchor.renewed(wall, steady);
        for (int i = 0; i < 60; ++i) {
            steady += kSecond;
            ASSERT_GE(anchor.at(steady), last) << "time never goes back";
            last = anchor.at(steady);
        }
        wall += 60 * kSecond;
    }
    EXPECT_LE(minutes, 120);
    EXPECT_EQ(anchor.at(steady), kStart + steady);
}

TEST(SystemClock, IsTheWallsTimeOnEveryThread)
{
    SystemClock clock;
    const auto wall = [] { return toNanos(std::chrono::system_clock::now().time_since_epoch()); };
    const auto check = [&] {
        Nanos last = 0;
        for (int i = 0; i < 10'000; ++i) {
            const Nanos now = clock.now();
            EXPECT_GE(now, last);
            last = now;
        }
        EXPECT_LT(std::abs(last - wall()), 30 * kSecond);
    };
    std::thread other(check);
    check();
    other.join();
    const Nanos before = clock.steady();
    EXPECT_LE(before, clock.steady());
}

}  // namespace
}  // namespace tickdeck
