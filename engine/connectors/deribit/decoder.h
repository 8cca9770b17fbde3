// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Deribit's JSON-RPC over WebSocket (docs.deribit.com): tickers, books, trades, instruments and volatility indices as events.

#include <memory>

#include "engine/model/symbols.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::deribit {

inline constexpr std::string_view kVenue = "deribit";

// What it subscribes to comes as ControlKind::Wanted:
//   {"subscriptions":[{"channel":"instrument","currencies":["BTC"]},{"channel":"ticker","symbols":["BTC-PERPETUAL"]},
//                     {"channel":"trade","symbols":[…]},{"channel":"book","symbols":[…]},
//                     {"channel":"vol_index","symbols":["btc_usd"]}],
//    "options":{"underlyings":["BTC"],"channels":["ticker"],"within_days":400,"most":1500},"interval":"100ms"}
// with, beside these, "answer_within_ms" and "most_delay_ms" of a stream's patience where they are not its own. Names are
// native; an underlying is what stands before an option's date (BTC, SOL_USDC). ControlKind::Started may carry
// {"previous":NS}, the last receive time of an earlier run: the wanted streams then begin with a gap of cause `restart`.
// Instruments are asked for over the socket, again every quarter of an hour (so also after the expiries of 08:00 UTC), and
// with each list the options that are wanted are chosen anew. The venue's test requests are answered urgently.
[[nodiscard]] std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols);

}  // namespace tickdeck::deribit
