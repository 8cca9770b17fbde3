// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Kraken Spot WebSocket v2 (docs.kraken.com/api): ticker, trade, book, instrument and status as events.

#include <memory>

#include "engine/model/symbols.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::kraken {

inline constexpr std::string_view kVenue = "kraken";

// What it subscribes to comes as ControlKind::Wanted:
//   {"subscriptions":[{"channel":"instrument"},{"channel":"ticker","symbols":["BTC/USD"]},
//                     {"channel":"trade","symbols":[…]},{"channel":"book","symbols":[…],"depth":10}]}
// with, beside "subscriptions", "answer_within_ms" and "most_delay_ms" of a stream's patience where they are not its own.
// Symbols are native; `depth` is 10, 25, 100, 500 or 1000. ControlKind::Started may carry {"previous":NS}, the last
// receive time of an earlier run: the wanted streams then begin with a gap of cause `restart` from there.
// Channels are whole again with their first snapshot; trades with the acknowledgement, or the back-filled snapshot that is
// asked for when earlier trades are known.
[[nodiscard]] std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols);

}  // namespace tickdeck::kraken
