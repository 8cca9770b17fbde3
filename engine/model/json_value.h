// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An event's members as JSON, by their types: what format.h writes, and what stores keep lists and parts as.

#include <array>
#include <charconv>
#include <string>

#include "engine/model/events.h"
#include "engine/model/format.h"

namespace tickdeck::json {

template <std::integral T>
void appendInteger(std::string& out, T value)
{
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

inline void append(std::string& out, const Decimal& value)
{
    std::array<char, Decimal::kMaxText + 2> text;
    text[0] = '"';
    char* end = value.write(text.data() + 1);
    *end++ = '"';
    out.append(text.data(), end);
}
inline void append(std::string& out, const Text& value) { appendJsonString(out, value.view()); }
inline void append(std::string& out, const Levels& value) { appendJsonLevels(out, value); }
inline void append(std::string& out, bool value) { out += value ? "true" : "false"; }
inline void append(std::string& out, std::int64_t value)
{
    if (value == kNoTime)
        out += "null";
    else
        appendInteger(out, value);
}
inline void append(std::string& out, std::uint64_t value) { appendInteger(out, value); }
inline void append(std::string& out, Tristate value)
{
    out += value == Tristate::Unknown ? "null" : value == Tristate::Yes ? "true" : "false";
}
template <NamedEnum E>
void append(std::string& out, E value)
{
    out.append("\"").append(enumName(value)).append("\"");
}
template <class T>
void append(std::string& out, const Nullable<T>& value)
{
    if (value)
        append(out, *value);
    else
        out += "null";
}

// A part of an event: an object.
template <Described T>
void append(std::string& out, const T& value)
{
    char before = '{';
    forEachField<T>([&](const auto& f) {
        out.append(1, std::exchange(before, ',')).append("\"").append(f.name).append("\":");
        append(out, f.of(value));
    });
    out += '}';
}

// A list: of names, or of parts, each an array of its values.
template <class T>
void append(std::string& out, const RelativeList<T>& list)
{
    out += '[';
    bool first = true;
    for (const T& item : list.view()) {
        if (!std::exchange(first, false))
            out += ',';
        if constexpr (Described<T>) {
            char before = '[';
            forEachField<T>([&](const auto& f) {
                out += std::exchange(before, ',');
                append(out, f.of(item));
            });
            out += ']';
        } else {
            append(out, item);
        }
    }
    out += ']';
}

}  // namespace tickdeck::json
