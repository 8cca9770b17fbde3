// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Changes single keys in the text of a settings file and leaves every other byte as it is.

#include <optional>
#include <string>
#include <string_view>

#include "engine/config/toml_text.h"

namespace tickdeck::config {

// The text with "section.key" at `value`, or without that key (none). `text` is TOML that was read without a fault.
//
// A key that stands there keeps its place, spelling and comment; in a list over several lines, elements that stay keep
// theirs, too. A new one comes behind the last key of its section, an inline table or a dotted key as the section is
// written, else in a new section at the end. Line ends are those of the file. What comes out is read again before it is
// given: it holds this change and no other. A fault: the file is written in a way that this cannot follow.
[[nodiscard]] std::expected<std::string, std::string> editToml(std::string_view text, std::string_view section,
                                                               std::string_view key, const std::optional<Value>& value);

}  // namespace tickdeck::config
