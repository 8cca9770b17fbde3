// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a venue's JSON is made of: its keys, types and the forms of its texts.

#include <map>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace tickdeck::test {

// By path ("k.o", "b[][]"): object, array, boolean, null, integer, milliseconds, decimal text, text, empty text.
using WireForm = std::map<std::string, std::set<std::string>>;

// Adds what the value at `path` is made of.
void addForm(WireForm& form, const std::string& path, const nlohmann::json& value);

// The text with each number and each string that is no key replaced by one sign: what is left are keys, order and blanks.
[[nodiscard]] std::string skeleton(std::string_view json);

}  // namespace tickdeck::test
