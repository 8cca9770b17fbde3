// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Saved states as bytes: what decoders and pipelines write and read back. Little-endian, no padding, no versions of its own.

#include <bit>
#include <concepts>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/core/decimal.h"

namespace tickdeck {

static_assert(std::endian::native == std::endian::little);

template <class T>
concept StateScalar = std::integral<T> || std::is_enum_v<T>;

class StateWriter {
public:
    explicit StateWriter(std::string& out) noexcept : m_out(&out) {}

    template <StateScalar T>
    void put(T value)
    {
        char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        m_out->append(bytes, sizeof(T));
    }
    void put(const Decimal& value)
    {
        put(static_cast<std::uint64_t>(value.mantissa()));
        put(static_cast<std::int64_t>(value.mantissa() >> 64));
        put(static_cast<std::uint8_t>(value.scale()));
    }
    void count(std::size_t items) { put(static_cast<std::uint32_t>(items)); }
    void text(std::string_view value)
    {
        count(value.size());
        m_out->append(value);
    }

private:
    std::string* m_out;
};

// Failure is remembered: after it every value is zero or empty, and finish() tells. Nothing read is trusted with a size.
class StateReader {
public:
    explicit StateReader(std::string_view bytes) noexcept : m_rest(bytes) {}

    template <StateScalar T>
    [[nodiscard]] T get() noexcept
    {
        T value{};
        if (m_rest.size() < sizeof(T)) {
            damaged();
            return value;
        }
        std::memcpy(&value, m_rest.data(), sizeof(T));
        m_rest.remove_prefix(sizeof(T));
        return value;
    }
    [[nodiscard]] Decimal getDecimal() noexcept
    {
        const auto low = get<std::uint64_t>();
        const auto high = get<std::int64_t>();
        const auto scale = get<std::uint8_t>();
        if (scale > Decimal::kMaxScale)
            damaged();
        return {(static_cast<Int128>(high) << 64) | static_cast<Int128>(low), failed() ? 0 : scale};
    }
    // A count of items of at least `itemBytes` each; 0 when the rest is too short for so many.
    [[nodiscard]] std::size_t count(std::size_t itemBytes) noexcept
    {
        const std::size_t items = get<std::uint32_t>();
        if (items <= m_rest.size() / itemBytes)
            return items;
        damaged();
        return 0;
    }
    // A view into the bytes given.
    [[nodiscard]] std::string_view text() noexcept
    {
        const std::size_t size = count(1);
        const std::string_view value = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return value;
    }
    // For values that the caller finds impossible.
    void damaged() noexcept
    {
        m_failed = true;
        m_rest = {};
    }
    [[nodiscard]] bool failed() const noexcept { return m_failed; }
    // Corrupt unless all was read and nothing was missing.
    [[nodiscard]] Result<> finish() const
    {
        if (m_failed || !m_rest.empty())
            return fail(ErrorCode::Corrupt, "saved state is damaged");
        return {};
    }

private:
    std::string_view m_rest;
    bool m_failed = false;
};

}  // namespace tickdeck
