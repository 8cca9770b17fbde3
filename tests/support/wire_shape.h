// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a JSON message is made of: its keys, types and the forms of its numbers.

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace tickdeck::test {

// By path ("data[].bids[].price"): string, bool, null, object, array, integer, decimal or exponent.
using Shape = std::map<std::string, std::set<std::string>>;

// Adds the message to `shape`. False: it is no JSON.
[[nodiscard]] bool addShape(Shape& shape, std::string_view json);

// How many digits after the point the numbers at a path have.
[[nodiscard]] std::set<std::size_t> digitsAt(std::string_view json, std::string_view path);

}  // namespace tickdeck::test
