// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An object's members by their keys, in whatever order they come: which it must have, which it may, and what reads each.

#include <concepts>
#include <string_view>
#include <utility>

#include "engine/wire/json_read.h"

namespace tickdeck::wire {

// `read` is called with the value, or with the value and the place of its key.
template <class Read>
struct Member {
    std::string_view key;
    Read read;
    bool needed = false;
    std::string_view other = {};  // the key's second spelling

    [[nodiscard]] Member orAs(std::string_view spelling) const { return {key, read, needed, spelling}; }
};

template <class Read>
[[nodiscard]] Member<Read> need(std::string_view key, Read read)
{
    return {key, std::move(read), true};
}
template <class Read>
[[nodiscard]] Member<Read> may(std::string_view key, Read read)
{
    return {key, std::move(read), false};
}
// What `read` makes of the value goes into `out`.
template <class T, class Read>
[[nodiscard]] auto need(std::string_view key, T& out, Read read)
{
    return need(key, [&out, read](ondemand::value value) { out = read(value); });
}
template <class T, class Read>
[[nodiscard]] auto may(std::string_view key, T& out, Read read)
{
    return may(key, [&out, read](ondemand::value value) { out = read(value); });
}

// Other keys are skipped. A key twice, or one that is needed and missing, is an error. Returns the last key's place, for
// errors about the object as a whole.
template <class... Reads>
const char* readMembers(ondemand::object object, const Member<Reads>&... members)
{
    static_assert(sizeof...(Reads) < 32);
    unsigned seen = 0;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = key.raw() - 1;
        unsigned next = 1;
        const auto took = [&]<class Read>(const Member<Read>& member) {
            const unsigned bit = std::exchange(next, next << 1);
            if (!(key == member.key) && (member.other.empty() || !(key == member.other)))
                return false;
            if (seen & bit)
                throw Bad{ErrorCode::Malformed, "a key stands twice", place};
            seen |= bit;
            if constexpr (std::invocable<const Read&, ondemand::value, const char*>)
                member.read(field.value(), place);
            else
                member.read(field.value());
            return true;
        };
        if (!(took(members) || ...))
            skip(field.value());
    }
    unsigned next = 1;
    const auto check = [&](std::string_view key, bool needed) {
        if (!(seen & std::exchange(next, next << 1)) && needed)
            missing(key, place);
    };
    (check(members.key, members.needed), ...);
    return place;
}

}  // namespace tickdeck::wire
