// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/scan.h"

#include <charconv>

namespace tickdeck::wire {

namespace {

constexpr bool isDigit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

constexpr int kMaxDigits = 18;

}  // namespace

const char* scanNumber(std::string_view text, book::WireNumber& out) noexcept
{
    const char* at = text.data();
    const char* const end = at + text.size();
    if (at == end || !isDigit(*at))
        return at != end && *at == '-' && isJsonNumber(text) ? "a negative number" : "not a number";
    if (*at == '0' && at + 1 != end && isDigit(at[1]))
        return "a number with leading zeros";
    std::uint64_t value = 0;
    const char* const first = at;
    for (; at != end && isDigit(*at); ++at)
        value = 10 * value + static_cast<unsigned>(*at - '0');
    std::ptrdiff_t digits = at - first;
    int scale = 0;
    if (at != end && *at == '.') {
        const char* const fraction = ++at;
        for (; at != end && isDigit(*at); ++at)
            value = 10 * value + static_cast<unsigned>(*at - '0');
        if (at == fraction)
            return "not a number";
        digits += at - fraction;
        scale = static_cast<int>(at - fraction);
    }
    if (at != end)
        return (*at == 'e' || *at == 'E') && isJsonNumber(text) ? "a number with an exponent" : "not a number";
    if (digits > kMaxDigits) {
        // Zeros in front do not count: 0.000000000000000001 has one digit.
        for (at = first; at != end && (*at == '0' || *at == '.'); ++at)
            digits -= *at == '0' ? 1 : 0;
        if (digits > kMaxDigits || scale > kMaxDigits)
            return kTooManyDigits;
    }
    out = {static_cast<std::int64_t>(value), scale};
    return nullptr;
}

bool scanInteger(std::string_view text, std::uint64_t& out) noexcept
{
    const bool leadingZero = text.size() > 1 && text.front() == '0';
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() && !leadingZero;
}

bool isJsonNumber(std::string_view text) noexcept
{
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto digits = [&] {
        const char* const first = at;
        while (at != end && isDigit(*at))
            ++at;
        return at != first;
    };
    if (at != end && *at == '-')
        ++at;
    const bool zero = at != end && *at == '0';
    const char* const whole = at;
    if (!digits() || (zero && at != whole + 1))
        return false;
    if (at != end && *at == '.') {
        ++at;
        if (!digits())
            return false;
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at != end && (*at == '+' || *at == '-'))
            ++at;
        if (!digits())
            return false;
    }
    return at == end;
}

}  // namespace tickdeck::wire
