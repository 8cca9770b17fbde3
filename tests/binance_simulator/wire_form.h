// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a message of Binance is made of: its keys, types and the forms of its texts.

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace tickdeck::test {

// By path ("k.o", "b[][]"): object, array, bool, null, integer, milliseconds, decimal text, text, empty text.
using WireForm = std::map<std::string, std::set<std::string>>;

// Adds what the message, without a stream's wrapper, is made of. False: it is no JSON object.
[[nodiscard]] bool addForm(WireForm& form, std::string_view json);

// "depthUpdate", "snapshot", "ack", "error", …
[[nodiscard]] std::string wireKind(std::string_view json);

// The text with each number and each string that is no key replaced by one sign: what is left are keys, order and blanks.
[[nodiscard]] std::string skeleton(std::string_view json);

}  // namespace tickdeck::test
