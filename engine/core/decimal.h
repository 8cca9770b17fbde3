// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Exact decimal numbers, as venues write them.

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace tickdeck {

__extension__ typedef __int128 Int128;
__extension__ typedef __int128 PackedInt128 __attribute__((aligned(8)));

// A 128-bit mantissa and a power-of-ten scale: value = mantissa / 10^scale, scale 0…38. It keeps the scale it was written
// with ("1.50" stays "1.50"), compares by value, never prints an exponent. Trivially copyable, 24 bytes without hidden
// padding, so that records can be compared with memcmp. Overflow and lost digits are errors, never silent.
class Decimal {
public:
    static constexpr int kMaxScale = 38;
    static constexpr std::size_t kMaxText = 48;  // sign, 39 digits, point, leading zero, rounded up

    constexpr Decimal() noexcept = default;
    constexpr Decimal(Int128 mantissa, int scale) noexcept : m_mantissa(mantissa), m_scale(scale) {}

    // "-12.50", "8.7e3", "1e-08", "0.00". No blanks, no "+", no NaN. Errors: Malformed (with offset), OutOfRange (more
    // than 38 digits, or a scale above kMaxScale that trailing zeros cannot spare).
    [[nodiscard]] static Result<Decimal> parse(std::string_view text);

    [[nodiscard]] constexpr Int128 mantissa() const noexcept { return m_mantissa; }
    [[nodiscard]] constexpr int scale() const noexcept { return static_cast<int>(m_scale); }
    [[nodiscard]] constexpr bool isZero() const noexcept { return m_mantissa == 0; }
    [[nodiscard]] constexpr bool isNegative() const noexcept { return m_mantissa < 0; }

    // The same value at another scale. OutOfRange where digits would be lost or the mantissa overflows.
    [[nodiscard]] Result<Decimal> rescaled(int scale) const;
    // The mantissa at `scale` as a 64-bit integer (a book's ticks and lots). OutOfRange as above.
    [[nodiscard]] Result<std::int64_t> toTicks(int scale) const;
    // The value without trailing zeros after the point.
    [[nodiscard]] Decimal normalized() const noexcept;

    [[nodiscard]] Result<Decimal> plus(const Decimal& other) const;
    [[nodiscard]] Result<Decimal> minus(const Decimal& other) const;
    [[nodiscard]] Result<Decimal> times(const Decimal& other) const;

    [[nodiscard]] std::string toString() const;
    // Writes at most kMaxText bytes; returns one past the last. No terminator.
    char* write(char* out) const noexcept;
    // For maths and pixels only; never on the way to a store.
    [[nodiscard]] double toDouble() const noexcept;

    [[nodiscard]] friend bool operator==(const Decimal& a, const Decimal& b) noexcept { return (a <=> b) == 0; }
    friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept;

private:
    PackedInt128 m_mantissa = 0;
    std::int64_t m_scale = 0;
};

static_assert(sizeof(Decimal) == 24 && alignof(Decimal) == 8);

}  // namespace tickdeck
