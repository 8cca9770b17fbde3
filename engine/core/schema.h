// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Compile-time reflection: a struct lists its fields once; readers, writers, columns and documents come from that list.
//
//   struct Trade {
//       Decimal price;
//       static constexpr auto fields()
//       {
//           return std::tuple(field<&Trade::price>("price", {.unit = "quote", .help = "Price of one unit"}));
//       }
//   };

#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tickdeck {

// What a field says of itself beside its type and default. Ranges hold for numbers (durations: in the unit of the name).
struct FieldInfo {
    std::string_view unit = {};
    std::string_view help = {};
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    std::string_view allowed = {};      // for numbers and text: the permitted values, separated by blanks; empty: any
    bool secret = false;                // never printed; must be given as env:NAME or file:PATH
    bool live = false;                  // a setting that applies without restarting its component
    std::string_view environment = {};  // a further environment name that existing deployments use
};

template <auto Member>
struct Field;

template <class Owner_, class Value_, Value_ Owner_::* Member>
struct Field<Member> {
    using Owner = Owner_;
    using Value = Value_;
    std::string_view name;  // snake_case, as in files, columns and on the wire
    FieldInfo info;

    [[nodiscard]] constexpr const Value& of(const Owner& object) const noexcept { return object.*Member; }
    [[nodiscard]] constexpr Value& of(Owner& object) const noexcept { return object.*Member; }
};

template <auto Member>
[[nodiscard]] constexpr Field<Member> field(std::string_view name, FieldInfo info = {}) noexcept
{
    return {name, info};
}

template <class T>
concept Described = requires { T::fields(); };

// Calls visit(field) for each listed field, in declared order.
template <Described T, class Visit>
constexpr void forEachField(Visit&& visit)
{
    std::apply([&](const auto&... f) { (visit(f), ...); }, T::fields());
}

template <Described T>
inline constexpr std::size_t kFieldCount = std::tuple_size_v<decltype(T::fields())>;

}  // namespace tickdeck
