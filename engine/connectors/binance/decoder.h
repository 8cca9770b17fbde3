// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Binance USD-M futures (developers.binance.com/docs/derivatives): book, quotes, trades, marks, forced orders, candles and
// definitions as events.

#include <memory>

#include "engine/model/symbols.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::binance {

inline constexpr std::string_view kVenue = "binance";

// The lane's connections: which streams come over which is the venue's rule.
inline constexpr ConnectionId kPublic = 0;  // depth, bookTicker
inline constexpr ConnectionId kMarket = 1;  // aggTrade, markPrice, kline, forceOrder

// What it subscribes to comes as ControlKind::Wanted:
//   {"subscriptions":[{"channel":"instrument"},{"channel":"ticker","symbols":["BTCUSDT"]},{"channel":"trade","symbols":[…]},
//                     {"channel":"book","symbols":[…],"depth":1000},{"channel":"mark","symbols":[…]},
//                     {"channel":"forced_order","symbols":[…]},{"channel":"candle","symbols":[…],"intervals":["1m"]}],
//    "answer_within_ms":10000,"most_delay_ms":30000}
// The times are those of a stream's patience, where they are not its own. Symbols are native. `depth` is the snapshots' limit.
// ControlKind::Started may carry {"previous":NS}, the last receive time of an earlier run: the wanted streams then begin
// with a gap of cause `restart` from there.
// Definitions come from GET /fapi/v1/exchangeInfo, a book's snapshot from GET /fapi/v1/depth. Until its snapshot is in, a
// wanted book's changes are held back; they follow it, as far as it does not hold them already. A book that nobody wants
// (a recording) holds nothing back: changes before a snapshot come out unverified at once, and again behind it.
[[nodiscard]] std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols);

}  // namespace tickdeck::binance
