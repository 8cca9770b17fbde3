// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the names of Coinbase's products say.

#include <string>
#include <string_view>

#include "engine/model/events.h"

namespace tickdeck::coinbase {

// A native symbol's parts, as far as its letters tell: "BTC-USD"; "BTC-PERP-INTX", which is in USDC; "BIT-27JUN25-CDE".
struct ProductParts {
    std::string_view base;   // the whole name where it has no parts
    std::string_view quote;  // empty: unknown
    InstrumentKind kind = InstrumentKind::Spot;
    std::string date;  // "20250627", of a future
};
[[nodiscard]] ProductParts partsOf(std::string_view native);

// BTC-USD, BTC-USDC-PERP, BIT-USD-20250627.
[[nodiscard]] std::string canonicalSymbol(std::string_view native);

// The native symbol of either spelling: BTC-USD, btc/usd, BTC-USDC-PERP.
[[nodiscard]] std::string nativeSymbol(std::string_view symbol);

// Of a product in USDC the one in USD, whose book it may be; else empty.
[[nodiscard]] std::string dollarTwin(std::string_view native);

}  // namespace tickdeck::coinbase
