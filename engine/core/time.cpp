// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/time.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/core/decimal.h"

namespace tickdeck {

namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr Nanos kDay = 86'400 * kSecond;

// Reads RFC 3339 from left to right; the first thing that does not fit is the error.
class TimeReader {
public:
    explicit TimeReader(std::string_view text) : m_text(text) {}

    Result<int> number(std::size_t width, int min, int max)
    {
        int value = 0;
        const std::size_t first = m_at;
        for (; m_at < first + width; ++m_at) {
            if (m_at >= m_text.size() || m_text[m_at] < '0' || m_text[m_at] > '9')
                return bad("a digit expected");
            value = value * 10 + (m_text[m_at] - '0');
        }
        if (value < min || value > max) {
            m_at = first;
            return bad("out of range");
        }
        return value;
    }
    bool take(std::string_view any)
    {
        if (m_at >= m_text.size() || any.find(m_text[m_at]) == std::string_view::npos)
            return false;
        m_last = m_text[m_at++];
        return true;
    }
    // Up to 9 digits, as nanoseconds.
    Result<Nanos> fraction()
    {
        Nanos value = 0;
        Nanos unit = kSecond;
        const std::size_t first = m_at;
        for (; m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '9'; ++m_at) {
            if (unit == 1)
                return bad("more than 9 digits after the point");
            value = value * 10 + (m_text[m_at] - '0');
            unit /= 10;
        }
        if (m_at == first)
            return bad("a digit expected");
        return value * unit;
    }
    [[nodiscard]] char last() const { return m_last; }
    [[nodiscard]] bool atEnd() const { return m_at == m_text.size(); }
    [[nodiscard]] std::unexpected<Error> bad(const char* what) const
    {
        return fail(ErrorCode::Malformed, std::string("time: ") + what, Remedy::None, m_at);
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
    char m_last = 0;
};

char* twoDigits(char* out, unsigned value)
{
    *out++ = static_cast<char>('0' + value / 10);
    *out++ = static_cast<char>('0' + value % 10);
    return out;
}

struct Civil {
    year_month_day date;
    Nanos ofDay;
};

Civil civil(Nanos time)
{
    const Nanos dayNumber = time / kDay - (time % kDay < 0 ? 1 : 0);
    return {year_month_day(sys_days(days(dayNumber))), time - dayNumber * kDay};
}

char* writeDate(char* out, const year_month_day& date)
{
    const auto y = static_cast<unsigned>(static_cast<int>(date.year()));  // 1677 to 2262
    out = twoDigits(twoDigits(out, y / 100), y % 100);
    *out++ = '-';
    out = twoDigits(out, static_cast<unsigned>(date.month()));
    *out++ = '-';
    return twoDigits(out, static_cast<unsigned>(date.day()));
}

char* writeClock(char* out, Nanos ofDay, int places)
{
    const auto seconds = static_cast<unsigned>(ofDay / kSecond);
    out = twoDigits(out, seconds / 3600);
    *out++ = ':';
    out = twoDigits(out, seconds / 60 % 60);
    *out++ = ':';
    out = twoDigits(out, seconds % 60);
    *out++ = '.';
    Nanos rest = ofDay % kSecond;
    for (int i = 0; i < places; ++i) {
        rest *= 10;
        *out++ = static_cast<char>('0' + rest / kSecond);
        rest %= kSecond;
    }
    return out;
}

Nanos wallNow() { return toNanos(std::chrono::system_clock::now().time_since_epoch()); }

Nanos steadyNow() { return toNanos(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace

Result<Nanos> parseRfc3339(std::string_view text)
{
    TimeReader in(text);
    TRY_ASSIGN(const int y, in.number(4, 0, 9999));
    if (!in.take("-"))
        return in.bad("'-' expected");
    TRY_ASSIGN(const int m, in.number(2, 1, 12));
    if (!in.take("-"))
        return in.bad("'-' expected");
    const int lastDay = static_cast<int>(static_cast<unsigned>(
        std::chrono::year_month_day_last(year(y), std::chrono::month_day_last(month(static_cast<unsigned>(m)))).day()));
    TRY_ASSIGN(const int d, in.number(2, 1, lastDay));
    if (!in.take("Tt "))
        return in.bad("'T' expected");
    TRY_ASSIGN(const int hours, in.number(2, 0, 23));
    if (!in.take(":"))
        return in.bad("':' expected");
    TRY_ASSIGN(const int minutes, in.number(2, 0, 59));
    if (!in.take(":"))
        return in.bad("':' expected");
    TRY_ASSIGN(const int seconds, in.number(2, 0, 60));  // 60: a leap second counts as the next one
    Nanos fraction = 0;
    if (in.take(".")) {
        TRY_ASSIGN(fraction, in.fraction());
    }
    Nanos offset = 0;
    if (in.take("+-")) {
        const int sign = in.last() == '-' ? -1 : 1;
        TRY_ASSIGN(const int offsetHours, in.number(2, 0, 23));
        static_cast<void>(in.take(":"));
        TRY_ASSIGN(const int offsetMinutes, in.number(2, 0, 59));
        offset = sign * (offsetHours * 60 + offsetMinutes) * Nanos{60};
    } else if (!in.take("Zz")) {
        return in.bad("'Z' or an offset expected");
    }
    if (!in.atEnd())
        return in.bad("nothing more expected");

    const sys_days date(year_month_day(year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))));
    const Nanos wholeSeconds =
        date.time_since_epoch().count() * Nanos{86'400} + hours * 3600 + minutes * 60 + seconds - offset;
    Nanos out = 0;
    if (__builtin_mul_overflow(wholeSeconds, kSecond, &out) || __builtin_add_overflow(out, fraction, &out))
        return fail(ErrorCode::OutOfRange, "time: outside the years 1678 to 2261", Remedy::None, 0);
    return out;
}

Result<Nanos> parseTime(std::string_view text)
{
    Nanos value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || text.empty())
        return parseRfc3339(text);
    if (error != std::errc{})
        return fail(ErrorCode::OutOfRange, "time: more than 64 bits of nanoseconds", Remedy::None, 0);
    return value;
}

std::string formatRfc3339(Nanos time)
{
    std::array<char, 32> text;
    const auto [date, ofDay] = civil(time);
    char* out = writeDate(text.data(), date);
    *out++ = 'T';
    out = writeClock(out, ofDay, 9);
    *out++ = 'Z';
    return {text.data(), out};
}

std::string formatDate(Nanos time)
{
    std::array<char, 16> text;
    return {text.data(), writeDate(text.data(), civil(time).date)};
}

std::string formatClock(Nanos time)
{
    std::array<char, 16> text;
    return {text.data(), writeClock(text.data(), civil(time).ofDay, 3)};
}

Nanos ClockAnchor::at(Nanos steadyNow) const noexcept
{
    const Nanos passed = steadyNow - steady;
    // slew <= kInterval, so that the sum never falls; the quotient in whole nanoseconds errs by less than one.
    const Nanos taken =
        static_cast<Nanos>(static_cast<Int128>(slew) * std::clamp<Nanos>(passed, 0, kInterval) / kInterval);
    return wall + passed - taken;
}

ClockAnchor ClockAnchor::renewed(Nanos wallNow, Nanos steadyNow) const noexcept
{
    const Nanos ahead = at(steadyNow) - wallNow;
    if (ahead <= 0)
        return {steadyNow, wallNow, 0};
    return {steadyNow, wallNow + ahead, ahead <= kInterval ? ahead : kInterval / 2};
}

SystemClock::SystemClock() { m_anchor.publish({steadyNow(), wallNow(), 0}); }

Nanos SystemClock::now()
{
    const Nanos steadyTime = steadyNow();
    ClockAnchor anchor;
    while (!m_anchor.tryRead(anchor)) {}
    if (steadyTime - anchor.steady >= ClockAnchor::kInterval && !m_anchoring.test_and_set(std::memory_order_acquire)) {
        // Another thread may have done it between the reading and the flag.
        while (!m_anchor.tryRead(anchor)) {}
        if (steadyTime - anchor.steady >= ClockAnchor::kInterval) {
            const Nanos wall = wallNow();
            m_skew.store(wall - anchor.at(steadyTime), std::memory_order_relaxed);
            anchor = anchor.renewed(wall, steadyTime);
            m_anchor.publish(anchor);
        }
        m_anchoring.clear(std::memory_order_release);
    }
    return anchor.at(steadyTime);
}

Nanos SystemClock::steady() { return steadyNow(); }

}  // namespace tickdeck
