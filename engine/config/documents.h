// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is written from the sections' descriptions alone: the reference and the JSON Schema.

#include <span>
#include <string>

#include "engine/config/section.h"

namespace tickdeck::config {

// Markdown: a chapter for each section with type, default, range, environment name and help of each key.
[[nodiscard]] std::string docs(std::span<const SectionSpec> specs);
// JSON Schema (draft 2020-12) of a settings file, for editors. Aliases are part of it.
[[nodiscard]] std::string jsonSchema(std::span<const SectionSpec> specs);

}  // namespace tickdeck::config
