// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Names of enumerators, listed once beside the enumeration, in the order of their values from 0.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/core/result.h"

namespace tickdeck {

// Specialise: `template <> inline constexpr std::array kEnumNames<Side> = {"buy"sv, "sell"sv};`
template <class E>
inline constexpr std::nullptr_t kEnumNames = nullptr;

template <class E>
concept NamedEnum = requires { kEnumNames<E>.size(); };

// The name, or "?" for a value outside the list (bytes that were read from damaged storage).
template <NamedEnum E>
[[nodiscard]] constexpr std::string_view enumName(E value) noexcept
{
    const auto index = static_cast<std::size_t>(value);
    return index < kEnumNames<E>.size() ? kEnumNames<E>[index] : std::string_view{"?"};
}

template <NamedEnum E>
[[nodiscard]] constexpr std::optional<E> enumFromName(std::string_view text) noexcept
{
    for (std::size_t i = 0; i < kEnumNames<E>.size(); ++i)
        if (kEnumNames<E>[i] == text)
            return static_cast<E>(i);
    return std::nullopt;
}

using namespace std::string_view_literals;

template <>
inline constexpr std::array kEnumNames<ErrorCode> = {
    "malformed"sv, "unsupported"sv, "out_of_range"sv, "bad_sequence"sv, "bad_checksum"sv, "not_found"sv,
    "exists"sv,    "refused"sv,     "rate_limited"sv, "no_network"sv,   "disconnected"sv, "timed_out"sv,
    "full"sv,      "io"sv,          "corrupt"sv,      "invalid"sv,      "internal"sv};

template <>
inline constexpr std::array kEnumNames<Remedy> = {"none"sv, "retry"sv, "resync"sv, "reconnect"sv, "fatal"sv};

}  // namespace tickdeck
