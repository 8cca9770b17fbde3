// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Text and lists inside a batch's arena: self-relative, so that a batch can be copied, stored and compared as bytes.

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/core/decimal.h"

namespace tickdeck {

// A list of trivially copyable T that lies in the same record as this object, `m_offset` bytes after it. Not copyable:
// the offset holds only in place. Read it where it lies, or copy what view() gives.
template <class T>
class RelativeList {
public:
    RelativeList() noexcept = default;
    RelativeList(const RelativeList&) = delete;
    RelativeList& operator=(const RelativeList&) = delete;

    [[nodiscard]] std::span<const T> view() const noexcept
    {
        return {reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(this) + m_offset), m_count};
    }
    [[nodiscard]] std::size_t size() const noexcept { return m_count; }
    [[nodiscard]] bool empty() const noexcept { return m_count == 0; }

private:
    friend class BatchBuilder;
    friend struct RecordCheck;
    std::uint32_t m_offset = 0;  // bytes from this object to the first element
    std::uint32_t m_count = 0;
};

// Text in UTF-8 as the venue sent it.
class Text : public RelativeList<char> {
public:
    [[nodiscard]] std::string_view view() const noexcept
    {
        const auto chars = RelativeList<char>::view();
        return {chars.data(), chars.size()};
    }
};

// One price level: ticks of 10^-priceScale and lots of 10^-quantityScale of the list that holds it.
struct Level {
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    friend bool operator==(const Level&, const Level&) = default;
};

// The levels of one side with the scales that turn them into decimals. Quantity 0 removes.
struct Levels {
    RelativeList<Level> list;
    std::int32_t priceScale = 0;
    std::int32_t quantityScale = 0;

    [[nodiscard]] std::span<const Level> view() const noexcept { return list.view(); }
    [[nodiscard]] Decimal price(const Level& level) const noexcept { return {level.price, priceScale}; }
    [[nodiscard]] Decimal quantity(const Level& level) const noexcept { return {level.quantity, quantityScale}; }
};

// A value or null, without hidden padding: T must be 8 bytes wide or a Decimal.
template <class T>
class Nullable {
public:
    static_assert(sizeof(T) % 8 == 0);
    Nullable() noexcept = default;
    Nullable(const T& value) noexcept : m_value(value), m_has(1) {}  // NOLINT(google-explicit-constructor)
    [[nodiscard]] bool has() const noexcept { return m_has != 0; }
    [[nodiscard]] explicit operator bool() const noexcept { return has(); }
    [[nodiscard]] const T& operator*() const noexcept { return m_value; }

private:
    T m_value{};
    std::uint64_t m_has = 0;
};

// A yes or no that may be unknown (null).
enum class Tristate : std::uint8_t { Unknown, No, Yes };

}  // namespace tickdeck
