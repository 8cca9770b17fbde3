// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the names of Binance's contracts say.

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/time.h"
#include "engine/model/events.h"

namespace tickdeck::binance {

// A native symbol's parts, as far as its letters tell: "1000PEPEUSDT" is 1000PEPE, USDT; "BTCUSDT_210924" ends in 2021.
struct SymbolParts {
    std::string_view base;   // the venue's own, with its thousands; the whole name where no quote is known
    std::string_view quote;  // empty: unknown
    std::string_view date;   // "210924"; empty: perpetual
};
[[nodiscard]] SymbolParts partsOf(std::string_view native) noexcept;

// BTCUSDT is BTC-USDT-PERP, BTCUSDT_210924 is BTC-USDT-20210924.
[[nodiscard]] std::string canonicalSymbol(std::string_view native);

// How many units of the asset one unit of this base is: 1000 for 1000PEPE and 1000000 for 1MBABYDOGE, else 1.
[[nodiscard]] std::int64_t multiplierOf(std::string_view base) noexcept;

// The native symbol of either spelling: BTCUSDT, btcusdt or BTC-USDT-PERP, BTC-USDT-20210924.
[[nodiscard]] std::string nativeSymbol(std::string_view symbol);

}  // namespace tickdeck::binance
