// SPDX-License-Identifier: GPL-3.0-or-later
// Decimals against a reference that keeps digits as text and aligns them by appending zeros.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "engine/core/decimal.h"

namespace tickdeck {
namespace {

Decimal parsed(std::string_view text)
{
    auto value = Decimal::parse(text);
    EXPECT_TRUE(value) << text << ": " << value.error().text();
    return value.value_or(Decimal());
}

std::string randomDigits(std::mt19937_64& random, std::size_t count)
{
    std::string out(count, '0');
    for (char& c : out)
        c = static_cast<char>('0' + random() % 10);
    return out;
}

// A number as it is written: at most 38 digits, no superfluous zeros in front.
std::string randomText(std::mt19937_64& random, std::size_t mostDigits)
{
    const std::size_t digits = 1 + random() % mostDigits;
    const std::size_t places = random() % (digits + 1);
    std::string whole = randomDigits(random, digits - places);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    std::string out = whole.empty() ? "0" : whole;
    if (places > 0)
        out += "." + randomDigits(random, places);
    const bool zero = out.find_first_of("123456789") == out.npos;
    return (!zero && random() % 2 != 0 ? "-" : "") + out;
}

// Compares two texts by value, digit by digit.
int compareTexts(const std::string& a, const std::string& b)
{
    const auto aligned = [](const std::string& text) {
        const bool negative = text.starts_with('-');
        const std::size_t first = negative ? 1 : 0;
        const std::size_t point = std::min(text.find('.'), text.size());
        std::string whole = text.substr(first, point - first);
        std::string places = point < text.size() ? text.substr(point + 1) : "";
        whole.insert(0, 40 - whole.size(), '0');
        places.append(40 - places.size(), '0');
        return std::pair(negative, whole + places);
    };
    const auto [negativeA, digitsA] = aligned(a);
    const auto [negativeB, digitsB] = aligned(b);
    if (negativeA != negativeB)
        return negativeA ? -1 : 1;
    const int order = digitsA.compare(digitsB);
    const int sign = order < 0 ? -1 : order > 0 ? 1 : 0;
    return negativeA ? -sign : sign;
}

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

TEST(Decimal, WhatIsWrittenComesBack)
{
    std::mt19937_64 random(1);
    for (int i = 0; i < 200'000; ++i) {
        const std::string text = randomText(random, i % 2 == 0 ? 18 : 38);
        const Decimal value = parsed(text);
        ASSERT_EQ(value.toString(), text);
        const std::size_t point = text.find('.');
        ASSERT_EQ(value.scale(), point == text.npos ? 0 : static_cast<int>(text.size() - point - 1));
    }
}

TEST(Decimal, ComparesByValue)
{
    std::mt19937_64 random(2);
    for (int i = 0; i < 200'000; ++i) {
        const std::string a = randomText(random, 1 + random() % 38);
        std::string b = randomText(random, 1 + random() % 38);
        if (i % 4 == 0) {  // the same, written longer
            b = a + (a.find('.') == a.npos ? "." : "") + "00";
            if (b.size() > 38)
                continue;
        }
        ASSERT_EQ(sign(parsed(a) <=> parsed(b)), compareTexts(a, b)) << a << " " << b;
        ASSERT_EQ(parsed(a) == parsed(b), compareTexts(a, b) == 0) << a << " " << b;
    }
    const Decimal most(std::numeric_limits<Int128>::max(), 0);
    const Decimal least(std::numeric_limits<Int128>::min(), 0);
    const Decimal tiny(1, 38);
    EXPECT_LT(tiny, most);
    EXPECT_LT(least, tiny);
    EXPECT_LT(Decimal(-1, 38), most);
    EXPECT_LT(least, Decimal(std::numeric_limits<Int128>::min(), 1));
}

TEST(Decimal, ArithmeticIsExactOrAnError)
{
    // Mantissas up to 2^60 at scales up to 3: the reference fits 128 bits at scale 6.
    std::mt19937_64 random(3);
    const auto at6 = [](const Decimal& value) {
        Int128 mantissa = value.mantissa();
        for (int scale = value.scale(); scale < 6; ++scale)
            mantissa *= 10;
        return mantissa;
    };
    for (int i = 0; i < 100'000; ++i) {
        const Decimal a(static_cast<std::int64_t>(random()) / 16, static_cast<int>(random() % 4));
        const Decimal b(static_cast<std::int64_t>(random()) / 16, static_cast<int>(random() % 4));
        ASSERT_TRUE(at6(*a.plus(b)) == at6(a) + at6(b));
        ASSERT_TRUE(at6(*a.minus(b)) == at6(a) - at6(b));
        ASSERT_TRUE(a.times(b)->mantissa() == a.mantissa() * b.mantissa());
        ASSERT_EQ(a.times(b)->scale(), a.scale() + b.scale());
        ASSERT_EQ(*a.plus(b)->minus(b), a);
    }
    const Decimal most(std::numeric_limits<Int128>::max(), 0);
    EXPECT_EQ(most.plus(Decimal(1, 0)).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(most.plus(Decimal(1, 1)).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(Decimal(std::numeric_limits<Int128>::min(), 0).minus(Decimal(1, 0)).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(most.times(Decimal(2, 0)).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(Decimal(1, 20).times(Decimal(1, 20)).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(*Decimal(10, 20).times(Decimal(10, 20)), Decimal(1, 38));
}

TEST(Decimal, ExponentsShiftTheDigits)
{
    std::mt19937_64 random(4);
    for (int i = 0; i < 100'000; ++i) {
        const std::string text = randomText(random, 12);
        const int exponent = static_cast<int>(random() % 41) - 20;
        const Decimal plain = parsed(text);
        const Decimal shifted = parsed(text + (random() % 2 != 0 ? "e" : "E") +
                                       (exponent >= 0 && random() % 2 != 0 ? "+" : "") + std::to_string(exponent));
        Int128 ten = 1;
        for (int k = 0; k < std::abs(exponent); ++k)
            ten *= 10;
        const Decimal power(exponent < 0 ? 1 : ten, exponent < 0 ? -exponent : 0);
        ASSERT_EQ(shifted, *plain.times(power)) << text << " " << exponent;
    }
    EXPECT_EQ(parsed("1e-08").toString(), "0.00000001");
    EXPECT_EQ(parsed("8.7e3").toString(), "8700");
    EXPECT_EQ(parsed("1.50e1").toString(), "15.0");
    EXPECT_EQ(parsed("0e0").toString(), "0");
    EXPECT_EQ(parsed("0.00e-1").toString(), "0.000");
    EXPECT_EQ(parsed("0e999999999999999999").toString(), "0");
    EXPECT_EQ(parsed("-1E37").toString(), "-1" + std::string(37, '0'));
}

TEST(Decimal, LimitsOfTheDigits)
{
    const std::string nines(38, '9');
    EXPECT_EQ(parsed(nines).toString(), nines);
    EXPECT_EQ(parsed("0." + nines).toString(), "0." + nines);
    EXPECT_EQ(parsed("000000" + nines).toString(), nines) << "zeros in front don't count";
    EXPECT_EQ(parsed("1." + std::string(60, '0')), Decimal(1, 0)) << "trailing zeros may go";
    EXPECT_EQ(parsed(std::string(37, '9') + ".5000000"), parsed(std::string(37, '9') + ".5"));
    EXPECT_EQ(parsed("0.999999999999999999").toString(), "0.999999999999999999");
    EXPECT_EQ(parsed("9223372036854775808").toString(), "9223372036854775808");
    EXPECT_EQ(parsed("-9999999999999999999").toString(), "-9999999999999999999");
    for (const std::string& text :
         {nines + "9", "0.0" + nines, nines + ".1", std::string("1e39"), "1" + std::string(39, '0'),
          std::string("1e-39"), std::string("1e-999999999999999999999"), std::string("1e999999999999999999999"),
          std::string(5000, '7')}) {
        const auto value = Decimal::parse(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, ErrorCode::OutOfRange) << text;
    }
}

TEST(Decimal, WhatIsNoNumberIsToldWithItsByte)
{
    struct Case {
        std::string_view text;
        std::size_t offset;
    };
    for (const Case& c : {Case{"", 0}, {"-", 1},    {"+1", 0},   {" 1", 0},   {"1 ", 1},    {".5", 0},  {"5.", 2},
                          {"1.e5", 2}, {"1e", 2},   {"1e+", 3},  {"1e-x", 3}, {"NaN", 0},   {"inf", 0}, {"1.2.3", 3},
                          {"--1", 1},  {"12a4", 2}, {"0x10", 1}, {"1,5", 1},  {"1e5.5", 3}, {"-.5", 1}}) {
        const auto value = Decimal::parse(c.text);
        ASSERT_FALSE(value) << c.text;
        EXPECT_EQ(value.error().code, ErrorCode::Malformed) << c.text;
        EXPECT_EQ(value.error().offset, c.offset) << c.text;
    }
}

TEST(Decimal, RandomBytesNeverCrashAndNeverRound)
{
    std::mt19937_64 random(5);
    constexpr std::string_view kLetters = "0123456789012345678900000.eE+-";
    std::size_t numbers = 0;
    for (int i = 0; i < 300'000; ++i) {
        std::string text(random() % 24, ' ');
        for (char& c : text)
            c = kLetters[random() % kLetters.size()];
        if (const auto value = Decimal::parse(text)) {
            ++numbers;
            ASSERT_EQ(parsed(value->toString()), *value) << text;
        }
    }
    EXPECT_GT(numbers, 1000u);
}

TEST(Decimal, RescalesOnlyWithoutLoss)
{
    EXPECT_EQ(Decimal(150, 2).rescaled(1)->toString(), "1.5");
    EXPECT_EQ(Decimal(150, 2).rescaled(4)->toString(), "1.5000");
    EXPECT_EQ(Decimal(150, 2).rescaled(0).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(Decimal(150, 2).rescaled(39).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(Decimal(150, 2).rescaled(-1).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(Decimal(1000, 0).rescaled(38).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(*Decimal(150, 2).toTicks(1), 15);
    EXPECT_EQ(*Decimal(-3, 0).toTicks(8), -300'000'000);
    EXPECT_EQ(*parsed("-9223372036854775808").toTicks(0), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(parsed("9223372036854775808").toTicks(0).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(Decimal(100, 2).normalized().toString(), "1");
    EXPECT_EQ(Decimal(0, 5).normalized().toString(), "0");
    EXPECT_EQ(Decimal(-120, 1).normalized().toString(), "-12");
}

TEST(Decimal, WritesWithinItsRoom)
{
    for (const int scale : {0, 1, 20, 38}) {
        for (const Int128 mantissa :
             {std::numeric_limits<Int128>::min(), std::numeric_limits<Int128>::max(), Int128{0}, Int128{-1}})
            EXPECT_LE(Decimal(mantissa, scale).toString().size(), Decimal::kMaxText);
    }
    EXPECT_EQ(Decimal(std::numeric_limits<Int128>::min(), 0).toString(), "-170141183460469231731687303715884105728");
    EXPECT_EQ(Decimal(-5, 3).toString(), "-0.005");
    EXPECT_EQ(parsed("-0.00").toString(), "0.00");
}

TEST(Decimal, DoublesAreTheNearest)
{
    std::mt19937_64 random(6);
    for (int i = 0; i < 100'000; ++i) {
        const std::string text = randomText(random, 38);
        ASSERT_EQ(parsed(text).toDouble(), std::stod(text)) << text;
    }
}

}  // namespace
}  // namespace tickdeck
