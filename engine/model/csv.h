// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Events as CSV (RFC 4180, LF line ends), generic over their field lists. The columns are those of the JSON form; a list is
// one JSON cell and null is empty. Decimals are exact. A text cell that a spreadsheet would run as a formula (it begins
// with = + - @ TAB or CR) gets a leading apostrophe; numbers never do.

#include <string>
#include <string_view>

#include "engine/model/batch.h"

namespace tickdeck {

// Appends the header line of a type, line end included.
void appendCsvHeader(std::string& out, EventType type);

// Appends one event with its line end. `origin` is the event's origin text.
void appendCsv(std::string& out, const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
               std::string_view origin);

}  // namespace tickdeck
