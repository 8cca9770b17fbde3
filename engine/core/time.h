// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Time as int64 nanoseconds since the Unix epoch, UTC; its text forms; the clock that stamps receive times.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/core/seqlock.h"

namespace tickdeck {

// Nanoseconds since 1970-01-01T00:00:00Z. kNoTime where a venue said none; it prints as null.
using Nanos = std::int64_t;
inline constexpr Nanos kNoTime = std::numeric_limits<Nanos>::min();
inline constexpr Nanos kSecond = 1'000'000'000;
inline constexpr Nanos kMillisecond = 1'000'000;

[[nodiscard]] constexpr Nanos toNanos(std::chrono::nanoseconds d) noexcept { return d.count(); }

// RFC 3339 with 0 to 9 fraction digits, "Z" or a numeric offset; any venue's form of it. Offset in the error is the byte.
[[nodiscard]] Result<Nanos> parseRfc3339(std::string_view text);
// The command line's form: RFC 3339 or a whole number of nanoseconds.
[[nodiscard]] Result<Nanos> parseTime(std::string_view text);
// "2026-08-16T23:37:04.849274000Z": always 9 digits, always UTC.
[[nodiscard]] std::string formatRfc3339(Nanos time);
// "2026-08-16", the UTC day.
[[nodiscard]] std::string formatDate(Nanos time);
// "12:34:56.789", UTC, as the window shows it.
[[nodiscard]] std::string formatClock(Nanos time);

// Gives receive times. Any thread may call now(); a test gives a clock of its own.
class Clock {
public:
    virtual ~Clock() = default;
    // Wall time in UTC that never goes back between two calls on one thread: derived from the steady clock, re-anchored
    // to the wall once a minute.
    [[nodiscard]] virtual Nanos now() = 0;
    // Steady time of arbitrary origin, for durations and timers.
    [[nodiscard]] virtual Nanos steady() = 0;
};

// Wall time as a function of steady time: the two met at `steady`, and `slew` of it is taken back over the next minute.
struct ClockAnchor {
    static constexpr Nanos kInterval = 60 * kSecond;
    Nanos steady = 0;
    Nanos wall = 0;
    Nanos slew = 0;  // 0…kInterval: how far this clock was ahead of the wall

    [[nodiscard]] Nanos at(Nanos steadyNow) const noexcept;
    // Anchored anew. A wall that is ahead is taken at once; one that is behind is approached without going back: within
    // the next minute, or at half the speed of time where it is behind by more than a minute.
    [[nodiscard]] ClockAnchor renewed(Nanos wallNow, Nanos steadyNow) const noexcept;
};

// The process's clock: anchored at construction, re-anchored by now(). Any thread; no locks.
class SystemClock final : public Clock {
public:
    SystemClock();
    [[nodiscard]] Nanos now() override;
    [[nodiscard]] Nanos steady() override;
    // Wall minus anchored time at the last re-anchoring: the step or drift that was seen. Nanoseconds.
    [[nodiscard]] Nanos skew() const noexcept { return m_skew.load(std::memory_order_relaxed); }

private:
    Seqlock<ClockAnchor> m_anchor;
    std::atomic_flag m_anchoring;  // held by the thread that re-anchors
    std::atomic<Nanos> m_skew{0};
};

// A clock that stands still until it is told.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Nanos start = kSecond) : m_now(start) {}
    [[nodiscard]] Nanos now() override { return m_now; }
    [[nodiscard]] Nanos steady() override { return m_now; }
    void advance(Nanos by) { m_now += by; }

private:
    Nanos m_now;
};

}  // namespace tickdeck
