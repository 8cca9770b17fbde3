// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Events as JSON, generic over their field lists.

#include <string>

#include "engine/model/batch.h"

namespace tickdeck {

// What an event's origin is told from: the engine that first journalled it.
struct OriginContext {
    std::string_view engineId;
};

// Appends `<engineId>-<seq>`, or for a derived event `<pipeline>/<origin of its input>/<ordinal in its batch>`.
void appendOrigin(std::string& out, const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                  const OriginContext& origin);

// Appends one event as compact JSON without a line end: seq, origin, type, venue, symbol, native, exchange_time,
// receive_time, cause (derived only, [first, last]), then the type's fields in declared order. Nulls are written, times
// are integers, decimals strings, kNoTime is null, empty names are empty strings. Any bytes are escaped correctly; what is
// not UTF-8 becomes U+FFFD.
void appendJson(std::string& out, const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                const OriginContext& origin);

// Appends `text` as a JSON string with its quotes, under the same rules.
void appendJsonString(std::string& out, std::string_view text);
// Appends `[[price,quantity],…]` with decimals as strings: a level list as JSON and as a CSV cell.
void appendJsonLevels(std::string& out, const Levels& levels);

}  // namespace tickdeck
