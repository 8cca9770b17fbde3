// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace tickdeck {

namespace {

__extension__ typedef unsigned __int128 UInt128;

constexpr int kMaxDigits = 38;

constexpr auto kPowers = [] {
    std::array<Int128, kMaxDigits + 1> powers{};
    Int128 power = 1;
    for (Int128& p : powers) {
        p = power;
        if (&p != &powers.back())
            power *= 10;
    }
    return powers;
}();

constexpr Int128 power(int exponent) { return kPowers[static_cast<std::size_t>(exponent)]; }

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

// The magnitude, also of the most negative mantissa.
constexpr UInt128 magnitude(Int128 value)
{
    return value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

std::unexpected<Error> outOfRange(const char* what, std::optional<std::size_t> offset = {})
{
    return fail(ErrorCode::OutOfRange, what, Remedy::None, offset);
}

std::unexpected<Error> malformed(std::string_view text, std::size_t offset)
{
    std::string detail = offset < text.size() ? "not a decimal number" : "decimal number cut short";
    return fail(ErrorCode::Malformed, std::move(detail), Remedy::None, offset);
}

// Mantissas at the larger of both scales.
struct Aligned {
    Int128 a;
    Int128 b;
    int scale;
};

std::optional<Aligned> align(const Decimal& a, const Decimal& b)
{
    const int scale = std::max(a.scale(), b.scale());
    Aligned out{0, 0, scale};
    if (__builtin_mul_overflow(a.mantissa(), power(scale - a.scale()), &out.a) ||
        __builtin_mul_overflow(b.mantissa(), power(scale - b.scale()), &out.b))
        return std::nullopt;
    return out;
}

// Any length, exponents, and digits that only trailing zeros keep from fitting. Syntax is checked here, too.
Result<Decimal> parseSlow(std::string_view text)
{
    std::size_t at = 0;
    const bool negative = text.starts_with('-');
    at += negative ? 1 : 0;

    // The digits without leading and trailing zeros make up `mantissa`; `zeros` of them follow.
    Int128 mantissa = 0;
    int digits = 0;
    std::int64_t zeros = 0;
    std::int64_t fraction = 0;
    bool tooLong = false;
    const auto takeDigits = [&](bool afterPoint) {
        const std::size_t first = at;
        for (; at < text.size() && isDigit(text[at]); ++at) {
            fraction += afterPoint ? 1 : 0;
            if (text[at] == '0') {
                zeros += digits > 0 ? 1 : 0;
                continue;
            }
            if (digits + zeros + 1 > kMaxDigits) {
                tooLong = true;
                continue;
            }
            mantissa = mantissa * power(static_cast<int>(zeros) + 1) + (text[at] - '0');
            digits += static_cast<int>(zeros) + 1;
            zeros = 0;
        }
        return at > first;
    };
    if (!takeDigits(false))
        return malformed(text, at);
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!takeDigits(true))
            return malformed(text, at);
    }
    std::int64_t exponent = 0;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool down = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+'))
            ++at;
        const std::size_t first = at;
        constexpr std::int64_t kFarOut = 1'000'000'000;
        for (; at < text.size() && isDigit(text[at]); ++at)
            exponent = std::min(exponent * 10 + (text[at] - '0'), kFarOut);
        if (at == first)
            return malformed(text, at);
        exponent = down ? -exponent : exponent;
    }
    if (at != text.size())
        return malformed(text, at);
    if (tooLong)
        return outOfRange("more than 38 digits", 0);

    const std::int64_t written = fraction - exponent;
    if (mantissa == 0)
        return Decimal(0, static_cast<int>(std::clamp<std::int64_t>(written, 0, Decimal::kMaxScale)));
    // value = mantissa * 10^shift; the scale is the written one, or the nearest below at which the digits fit.
    const std::int64_t shift = zeros - written;
    const std::int64_t scale =
        std::min({std::max<std::int64_t>(written, 0), std::int64_t{Decimal::kMaxScale}, kMaxDigits - digits - shift});
    if (scale < 0)
        return outOfRange("more than 38 digits", 0);
    if (shift + scale < 0)
        return outOfRange("more than 38 digits after the point", 0);
    mantissa *= power(static_cast<int>(shift + scale));
    return Decimal(negative ? -mantissa : mantissa, static_cast<int>(scale));
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text)
{
    // Up to 18 digits and a point: all that venues usually send.
    constexpr std::size_t kFastText = 19;
    const bool negative = text.starts_with('-');
    const char* at = text.data() + (negative ? 1 : 0);
    const char* const end = text.data() + text.size();
    if (end - at > static_cast<std::ptrdiff_t>(kFastText) || at == end || !isDigit(*at) || !isDigit(end[-1]))
        return parseSlow(text);
    std::int64_t mantissa = 0;
    const char* point = nullptr;
    for (; at != end; ++at) {
        if (isDigit(*at))
            mantissa = mantissa * 10 + (*at - '0');
        else if (*at == '.' && !point)
            point = at;
        else
            return parseSlow(text);
    }
    if (!point && end - text.data() - (negative ? 1 : 0) == static_cast<std::ptrdiff_t>(kFastText))
        return parseSlow(text);  // 19 digits may not fit
    return Decimal(negative ? -mantissa : mantissa, point ? static_cast<int>(end - point - 1) : 0);
}

Result<Decimal> Decimal::rescaled(int scale) const
{
    if (scale < 0 || scale > kMaxScale)
        return outOfRange("scale outside 0 to 38");
    if (scale >= this->scale()) {
        Int128 mantissa = 0;
        if (__builtin_mul_overflow(m_mantissa, power(scale - this->scale()), &mantissa))
            return outOfRange("decimal too large for its new scale");
        return Decimal(mantissa, scale);
    }
    const Int128 divisor = power(this->scale() - scale);
    if (m_mantissa % divisor != 0)
        return outOfRange("digits would be lost");
    return Decimal(m_mantissa / divisor, scale);
}

Result<std::int64_t> Decimal::toTicks(int scale) const
{
    TRY_ASSIGN(const Decimal at, rescaled(scale));
    if (at.mantissa() > std::numeric_limits<std::int64_t>::max() ||
        at.mantissa() < std::numeric_limits<std::int64_t>::min())
        return outOfRange("more than 64 bits of ticks");
    return static_cast<std::int64_t>(at.mantissa());
}

Decimal Decimal::normalized() const noexcept
{
    Int128 mantissa = m_mantissa;
    int scale = mantissa == 0 ? 0 : this->scale();
    while (scale > 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        --scale;
    }
    return {mantissa, scale};
}

Result<Decimal> Decimal::plus(const Decimal& other) const
{
    Int128 sum = 0;
    const auto aligned = align(*this, other);
    if (!aligned || __builtin_add_overflow(aligned->a, aligned->b, &sum))
        return outOfRange("decimal sum overflows");
    return Decimal(sum, aligned->scale);
}

Result<Decimal> Decimal::minus(const Decimal& other) const
{
    Int128 difference = 0;
    const auto aligned = align(*this, other);
    if (!aligned || __builtin_sub_overflow(aligned->a, aligned->b, &difference))
        return outOfRange("decimal difference overflows");
    return Decimal(difference, aligned->scale);
}

Result<Decimal> Decimal::times(const Decimal& other) const
{
    Int128 product = 0;
    int productScale = scale() + other.scale();
    if (productScale > kMaxScale || __builtin_mul_overflow(mantissa(), other.mantissa(), &product)) {
        const Decimal a = normalized();
        const Decimal b = other.normalized();
        productScale = a.scale() + b.scale();
        if (__builtin_mul_overflow(a.mantissa(), b.mantissa(), &product))
            return outOfRange("decimal product overflows");
        while (productScale > kMaxScale && product % 10 == 0) {
            product /= 10;
            --productScale;
        }
        if (productScale > kMaxScale)
            return outOfRange("decimal product has more than 38 digits after the point");
    }
    return Decimal(product, productScale);
}

char* Decimal::write(char* out) const noexcept
{
    std::array<char, 40> digits;
    char* const end = digits.data() + digits.size();
    char* first = end;
    UInt128 rest = magnitude(m_mantissa);
    while (rest > std::numeric_limits<std::uint64_t>::max()) {
        *--first = static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    }
    for (auto low = static_cast<std::uint64_t>(rest); low > 0; low /= 10)
        *--first = static_cast<char>('0' + low % 10);
    const int places = std::clamp(scale(), 0, kMaxScale);
    while (end - first < places + 1)
        *--first = '0';

    if (isNegative())
        *out++ = '-';
    out = std::copy(first, end - places, out);
    if (places > 0) {
        *out++ = '.';
        out = std::copy(end - places, end, out);
    }
    return out;
}

std::string Decimal::toString() const
{
    std::array<char, kMaxText> text;
    return {text.data(), write(text.data())};
}

double Decimal::toDouble() const noexcept
{
    // Correctly rounded in both branches: exact operands, else from the digits.
    constexpr Int128 kExact = Int128{1} << 53;
    constexpr std::array kTens = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (m_mantissa <= kExact && m_mantissa >= -kExact && scale() >= 0 && scale() < static_cast<int>(kTens.size()))
        return static_cast<double>(static_cast<std::int64_t>(m_mantissa)) / kTens[static_cast<std::size_t>(scale())];
    std::array<char, kMaxText> text;
    double out = 0;
    std::from_chars(text.data(), write(text.data()), out);
    return out;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept
{
    const auto compare = [](Int128 x, Int128 y) {
        return x < y ? std::strong_ordering::less : x > y ? std::strong_ordering::greater : std::strong_ordering::equal;
    };
    if (a.scale() == b.scale())
        return compare(a.mantissa(), b.mantissa());
    if (a.scale() > b.scale())
        return 0 <=> (b <=> a);
    // Too large to be scaled: then its magnitude exceeds any mantissa, and the sign decides.
    Int128 scaled = 0;
    if (__builtin_mul_overflow(a.mantissa(), power(b.scale() - a.scale()), &scaled))
        return a.isNegative() ? std::strong_ordering::less : std::strong_ordering::greater;
    return compare(scaled, b.mantissa());
}

}  // namespace tickdeck
