// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A settings section described once, by the struct that holds it: its names, types, defaults, ranges and help, and the
// checked values that a component is built from.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "engine/core/enum_names.h"
#include "engine/core/schema.h"

namespace tickdeck::config {

// A value that must never be printed. In files it is a reference, env:NAME or file:PATH; here it is resolved.
struct Secret {
    std::string value;
    friend bool operator==(const Secret&, const Secret&) = default;
};

// Durations are held in the unit of their name's suffix (_ms, _s).
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>, Secret>;

enum class ValueType : std::uint8_t { Bool, Integer, Number, Text, List, Secret };

struct FieldSpec {
    std::string name;
    FieldInfo info;
    ValueType type = ValueType::Text;
    std::vector<std::string> choices;  // for enumerations and `allowed`; empty: any
    Value initial;                     // from the member's initialiser
};

struct SectionSpec {
    std::string name;  // "connectors.kraken"
    std::string help;  // one line
    std::vector<FieldSpec> fields;
};

namespace detail {

template <class T>
inline constexpr bool kIsDuration = false;
template <class Rep, class Period>
inline constexpr bool kIsDuration<std::chrono::duration<Rep, Period>> = true;

template <class T>
[[nodiscard]] Value toValue(const T& member)
{
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                  std::is_same_v<T, std::vector<std::string>> || std::is_same_v<T, Secret>)
        return member;
    else if constexpr (kIsDuration<T>)
        return static_cast<std::int64_t>(member.count());
    else if constexpr (NamedEnum<T>)
        return std::string(enumName(member));
    else if constexpr (std::is_integral_v<T>)
        return static_cast<std::int64_t>(member);
    else
        return static_cast<double>(member);
}

template <class T>
void fromValue(const Value& value, T& member)
{
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                  std::is_same_v<T, std::vector<std::string>> || std::is_same_v<T, Secret>)
        member = std::get<T>(value);
    else if constexpr (kIsDuration<T>)
        member = T(static_cast<typename T::rep>(std::get<std::int64_t>(value)));
    else if constexpr (NamedEnum<T>)
        member = enumFromName<T>(std::get<std::string>(value)).value_or(member);
    else if constexpr (std::is_integral_v<T>)
        member = static_cast<T>(std::get<std::int64_t>(value));
    else
        member = static_cast<T>(std::get<double>(value));
}

[[nodiscard]] std::vector<std::string> splitChoices(std::string_view allowed);

}  // namespace detail

// Describes the section from its struct.
template <Described T>
[[nodiscard]] SectionSpec describe(std::string name, std::string help)
{
    SectionSpec spec{std::move(name), std::move(help), {}};
    const T defaults{};
    forEachField<T>([&](const auto& f) {
        using Member = typename std::remove_cvref_t<decltype(f)>::Value;
        FieldSpec out{std::string(f.name), f.info, ValueType::Text, detail::splitChoices(f.info.allowed),
                      detail::toValue(f.of(defaults))};
        out.type = static_cast<ValueType>(out.initial.index());
        if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>) {
            // A value that the member cannot hold is out of range, whatever the description says.
            out.info.min = std::max(out.info.min, static_cast<double>(std::numeric_limits<Member>::min()));
            out.info.max = std::min(out.info.max, static_cast<double>(std::numeric_limits<Member>::max()));
        } else if constexpr (detail::kIsDuration<Member>) {
            out.info.min = std::max(out.info.min, 0.0);
        }
        if constexpr (NamedEnum<Member>)
            out.choices.assign(kEnumNames<Member>.begin(), kEnumNames<Member>.end());
        spec.fields.push_back(std::move(out));
    });
    return spec;
}

// One section's checked values. Immutable once read; a copy is a snapshot.
class Section {
public:
    Section() = default;
    Section(std::string name, std::map<std::string, Value, std::less<>> values)
        : m_name(std::move(name)), m_values(std::move(values))
    {
    }

    [[nodiscard]] const std::string& name() const noexcept { return m_name; }
    [[nodiscard]] const std::map<std::string, Value, std::less<>>& values() const noexcept { return m_values; }
    // The struct with these values; members without one keep their defaults.
    template <Described T>
    [[nodiscard]] T as() const
    {
        T out{};
        forEachField<T>([&](const auto& f) {
            if (const auto found = m_values.find(f.name); found != m_values.end())
                detail::fromValue(found->second, f.of(out));
        });
        return out;
    }

private:
    std::string m_name;
    std::map<std::string, Value, std::less<>> m_values;
};

}  // namespace tickdeck::config
