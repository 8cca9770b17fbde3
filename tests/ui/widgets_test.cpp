// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>

#include "ui/shell/command_palette.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/plot.h"
#include "ui/widgets/strip.h"
#include "ui/widgets/theme.h"

namespace tickdeck::ui {
namespace {

double luminance(const QColor& color)
{
    const auto part = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

TEST(Theme, EveryTextRoleIsReadableOnEveryGround)
{
    for (const auto name : {ThemeName::Dark, ThemeName::Light}) {
        const Theme theme(name);
        for (const Role ground : {Role::Bg, Role::Panel, Role::Raised})
            for (int role = static_cast<int>(Role::Text); role < kRoleCount; ++role)
                EXPECT_GE(contrast(theme.color(static_cast<Role>(role)), theme.color(ground)), 4.5)
                    << "role " << role << " on ground " << static_cast<int>(ground) << " theme "
                    << static_cast<int>(name);
    }
}

TEST(Theme, TheStyleSheetNamesNoUnknownRole)
{
    const Theme theme;
    EXPECT_FALSE(theme.styleSheet().contains(QLatin1Char('@')));
}

QString shown(const char* text, int precision) { return numberText(Decimal::parse(text).value(), precision); }

TEST(NumberText, PadsToThePrecision)
{
    EXPECT_EQ(shown("118345", 1), QStringLiteral("118345.0"));
    EXPECT_EQ(shown("0.5", 8), QStringLiteral("0.50000000"));
    EXPECT_EQ(shown("-1.25", 4), QStringLiteral("-1.2500"));
}

TEST(NumberText, NeverHidesDigitsThatCount)
{
    EXPECT_EQ(shown("1.2345", 2), QStringLiteral("1.2345"));
    EXPECT_EQ(shown("1.2300", 1), QStringLiteral("1.23"));
    EXPECT_EQ(shown("100.000", 0), QStringLiteral("100"));
    EXPECT_EQ(shown("100", 0), QStringLiteral("100"));
}

TEST(NumberText, KeepsTheWrittenScaleWithoutAPrecision) { EXPECT_EQ(shown("1.500", -1), QStringLiteral("1.500")); }

TEST(NumberText, Ages)
{
    EXPECT_EQ(ageText(400 * kMillisecond), QStringLiteral("0.4 s"));
    EXPECT_EQ(ageText(185 * kSecond), QStringLiteral("3m 05s"));
    EXPECT_EQ(ageText(26 * 3600 * kSecond), QStringLiteral("1d 02h"));
    EXPECT_EQ(ageText(-5), QStringLiteral("0.0 s"));
    EXPECT_EQ(ageText(kNoTime), QStringLiteral("–"));
}

TEST(NumberText, Bytes)
{
    EXPECT_EQ(bytesText(999), QStringLiteral("999 B"));
    EXPECT_EQ(bytesText(999'999), QStringLiteral("1.0 MB"));
    EXPECT_EQ(bytesText(1'240'000'000), QStringLiteral("1.2 GB"));
}

TEST(NumberText, TellsWhereTheNewDigitsBegin)
{
    EXPECT_EQ(changedFrom(QStringLiteral("118345.1"), QStringLiteral("118345.2")), 7);
    EXPECT_EQ(changedFrom(QStringLiteral("99.9"), QStringLiteral("100.0")), 0);
    EXPECT_EQ(changedFrom(QStringLiteral("1.0"), QStringLiteral("1.0")), 3);
}

TEST(Plot, AxisMapsBothWays)
{
    const Axis axis{100, 200, 400, 0};
    EXPECT_DOUBLE_EQ(axis.pixel(100), 400);
    EXPECT_DOUBLE_EQ(axis.pixel(200), 0);
    EXPECT_DOUBLE_EQ(axis.value(axis.pixel(137.5)), 137.5);
}

TEST(Plot, NumberTicksAreRoundAndFew)
{
    const auto ticks = numberTicks(118'340.2, 118'352.9, 5, 1);
    ASSERT_GE(ticks.size(), 2u);
    EXPECT_LE(ticks.size(), 6u);
    EXPECT_EQ(ticks.front().text, QStringLiteral("118345.0"));
    EXPECT_TRUE(numberTicks(5, 5, 4, 0).empty());
}

TEST(Plot, TimeTicksMarkTheDay)
{
    constexpr Nanos kDay = 86'400 * kSecond;
    const Nanos midnight = 20'000 * kDay;
    const auto ticks = timeTicks(midnight - 3600 * kSecond, midnight + 3600 * kSecond, 5);
    const auto majors = std::ranges::count(ticks, true, &Tick::major);
    EXPECT_EQ(majors, 1);
    EXPECT_LE(ticks.size(), 6u);
}

TEST(Palette, FuzzyPrefersStartsOfWords)
{
    EXPECT_LT(fuzzyScore(QStringLiteral("Ladder"), QStringLiteral("xyz")), 0);
    EXPECT_GT(fuzzyScore(QStringLiteral("Reset layout"), QStringLiteral("rl")),
              fuzzyScore(QStringLiteral("Ladder rail"), QStringLiteral("dl")));
    EXPECT_GT(fuzzyScore(QStringLiteral("BTC-USD · kraken"), QStringLiteral("btc")),
              fuzzyScore(QStringLiteral("Subtract"), QStringLiteral("btc")));
}

TEST(Strip, SaysAfterTheAnswerWhatCameWhileItAsked)
{
    const Theme theme;
    Strip strip(theme);
    int runs = 0;
    strip.ask(QStringLiteral("Really?"), QStringLiteral("Yes"), [&] { ++runs; });
    strip.say(Mark::Ok, QStringLiteral("first"));
    strip.say(Mark::Ok, QStringLiteral("second"));
    EXPECT_EQ(strip.text(), QStringLiteral("Really?"));
    strip.answer(false);
    EXPECT_EQ(strip.text(), QStringLiteral("second"));
    strip.answer(false);
    EXPECT_EQ(strip.text(), QString()) << "once";
    strip.ask(QStringLiteral("Really?"), QStringLiteral("Yes"), [&] {
        ++runs;
        strip.say(Mark::Starting, QStringLiteral("it begins"));
    });
    strip.say(Mark::Ok, QStringLiteral("third"));
    strip.answer(true);
    EXPECT_EQ(strip.text(), QStringLiteral("it begins"));
    EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace tickdeck::ui
