// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The steps of the short ways through frames of a known shape.

#include <cstring>
#include <string_view>

#include "engine/book/order_book.h"
#include "engine/core/time.h"
#include "engine/model/batch.h"
#include "engine/wire/time_scanner.h"

namespace tickdeck::wire {

// Walks over a frame. Every step looks less than kFramePadding bytes ahead; good() is asked often enough that all steps
// between two answers stay within the padding, too. done() tells that the walk ended where the frame does. What a refused
// step leaves behind counts for nothing. One thread.
class Walk {
public:
    explicit Walk(std::string_view frame) noexcept : m_at(frame.data()), m_end(frame.data() + frame.size()) {}

    template <std::size_t N>
    [[nodiscard]] bool take(const char (&text)[N]) noexcept
    {
        static_assert(N - 1 <= kFramePadding);
        if (std::memcmp(m_at, text, N - 1) != 0)
            return false;
        m_at += N - 1;
        return true;
    }
    [[nodiscard]] bool next(char c) noexcept
    {
        if (*m_at != c)
            return false;
        ++m_at;
        return true;
    }
    [[nodiscard]] bool good() const noexcept { return m_at < m_end; }
    [[nodiscard]] bool done() const noexcept { return m_at == m_end; }
    [[nodiscard]] std::size_t offsetIn(std::string_view frame) const noexcept
    {
        return static_cast<std::size_t>(m_at - frame.data());
    }

    // A number of at most 18 digits, as scanNumber() takes it.
    [[nodiscard]] bool number(book::WireNumber& out) noexcept
    {
        const char* at = m_at;
        std::uint64_t value = digit(at);
        if (value > 9)
            return false;
        const char* const first = at++;
        if (value != 0)
            at = digits(at, value);
        std::ptrdiff_t size = at - first;
        std::ptrdiff_t scale = 0;
        if (*at == '.') {
            const char* const fraction = ++at;
            at = digits(at, value);
            scale = at - fraction;
            size += scale;
            if (scale == 0)
                return false;
        }
        out = {static_cast<std::int64_t>(value), static_cast<std::int32_t>(scale)};
        m_at = at;
        return size <= kMostDigits;
    }
    // The same, or below zero.
    [[nodiscard]] bool signedNumber(book::WireNumber& out) noexcept
    {
        const bool negative = *m_at == '-';
        m_at += negative;
        const bool good = number(out);
        out.mantissa = negative ? -out.mantissa : out.mantissa;
        return good;
    }
    // A number and the quote behind it.
    [[nodiscard]] bool quoted(book::WireNumber& out) noexcept { return number(out) && next('"'); }
    // A whole number of at most 18 digits.
    [[nodiscard]] bool integer(std::uint64_t& out) noexcept
    {
        const char* at = m_at;
        std::uint64_t value = digit(at);
        if (value > 9)
            return false;
        const char* const first = at++;
        if (value != 0)
            at = digits(at, value);
        m_at = at;
        out = value;
        return at - first <= kMostDigits;
    }
    // Milliseconds since the epoch; 0 is none.
    [[nodiscard]] bool millis(Nanos& out) noexcept
    {
        std::uint64_t value = 0;
        if (!integer(value) || value > kMostMillis)
            return false;
        out = value ? static_cast<Nanos>(value) * kMillisecond : kNoTime;
        return true;
    }
    // "2026-08-16T23:37:04.849274Z" and the quote behind it. 1970 is none.
    [[nodiscard]] bool time(TimeScanner& times, Nanos& out)
    {
        if (m_at[TimeScanner::kUsual] != '"')
            return false;
        Nanos time = 0;
        if (!times.scanUsual(m_at, time)) {
            const Result<Nanos> scanned = times.scan({m_at, TimeScanner::kUsual});
            if (!scanned)
                return false;
            time = *scanned;
        }
        out = time > 0 ? time : kNoTime;
        m_at += TimeScanner::kUsual + 1;
        return true;
    }
    // Letters, digits and "/.-_" up to `end`, which is taken, too.
    [[nodiscard]] bool word(std::string_view& out, char end = '"') noexcept
    {
        constexpr std::size_t kMost = 32;
        std::size_t size = 0;
        while (size < kMost && isWord(m_at[size]))
            ++size;
        out = {m_at, size};
        m_at += size;
        return size > 0 && next(end);
    }

private:
    static constexpr std::ptrdiff_t kMostDigits = 18;

    [[nodiscard]] static unsigned digit(const char* at) noexcept { return static_cast<unsigned char>(*at - '0'); }
    // Behind the digits, which are appended to `value`.
    [[nodiscard]] const char* digits(const char* at, std::uint64_t& value) const noexcept
    {
        for (unsigned d; (d = digit(at)) <= 9 && at < m_end; ++at)
            value = value * 10 + d;
        return at;
    }
    [[nodiscard]] static bool isWord(char c) noexcept
    {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '-' && c <= '9') || c == '_';
    }

    const char* m_at;
    const char* m_end;
};

}  // namespace tickdeck::wire
