// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Whether a value is one that a field allows, and the words for what it allows.

#include <expected>
#include <string>
#include <string_view>

#include "engine/config/section.h"
#include "engine/config/toml_text.h"

namespace tickdeck::config {

// Secret by its type or by its description.
[[nodiscard]] bool isSecret(const FieldSpec& field) noexcept;
// "env:NAME" or "file:PATH".
[[nodiscard]] bool isReference(std::string_view text) noexcept;

// What is allowed: "a whole number from 0 to 65535", "one of: json, text". For messages and documents.
[[nodiscard]] std::string wants(const FieldSpec& field);

// The value in the field's type, or a message that says what is allowed. For a secret, the value is its reference.
[[nodiscard]] std::expected<Value, std::string> check(const FieldSpec& field, const RawValue& raw);

// A value from the environment or the command line as the field's type reads it; a list is TOML or separated by commas.
[[nodiscard]] RawValue parseText(const FieldSpec& field, std::string_view text);

// The other way round: a text that parseText() and check() make the value of again. A resolved secret is empty.
[[nodiscard]] std::string valueText(const Value& value);

}  // namespace tickdeck::config
