// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Coinbase Advanced Trade's WebSocket (docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket): ticker,
// market_trades and level2 as events; the definitions of its products from REST.

#include <memory>

#include "engine/model/symbols.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::coinbase {

inline constexpr std::string_view kVenue = "coinbase";

// What it subscribes to comes as ControlKind::Wanted:
//   {"subscriptions":[{"channel":"instrument"},{"channel":"ticker","symbols":["BTC-USD"]},
//                     {"channel":"trade","symbols":[…]},{"channel":"book","symbols":[…],"depth":10000}]}
// with, beside "subscriptions", "answer_within_ms" and "most_delay_ms" of a stream's patience where they are not its own.
// Symbols are native; `depth` is how many levels a book keeps on each side. ControlKind::Started may carry
// {"previous":NS}, the last receive time of an earlier run: the wanted streams then begin with a gap of cause `restart`.
// The venue numbers the messages of a connection: where one is missing, every stream on it has a gap of cause `sequence`
// and is subscribed to anew. The first snapshot of trades is history and makes no events; a later one fills the gap.
[[nodiscard]] std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols);

}  // namespace tickdeck::coinbase
