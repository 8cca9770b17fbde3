// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings that a journal's segment was written with, as components take them.

#include <string_view>

#include "engine/config/section.h"
#include "engine/core/result.h"

namespace tickdeck::runtime {

// The section's values out of a segment head's settings (Settings::json(): {"section":{"key":value}}, nested at the dots
// of the section's name). Keys that the spec does not know are left out, missing ones keep their defaults: a journal of an
// earlier build can be replayed. Corrupt where the text is no JSON object or a value has the wrong type.
[[nodiscard]] Result<config::Section> sectionFromJson(const config::SectionSpec& spec, std::string_view settings);

}  // namespace tickdeck::runtime
