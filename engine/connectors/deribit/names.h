// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the names of Deribit's instruments say.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/decimal.h"
#include "engine/core/time.h"

namespace tickdeck::deribit {

enum class Kind : std::uint8_t { Spot, Perpetual, Future, Option, Combo, Index };

// A native name's parts, or a definition's: BTC-25DEC26-100000-C, SOL_USDC-PERPETUAL, ETH_USDC, btc_usd (an index). What is
// none of them is a combo.
struct NameParts {
    Kind kind = Kind::Combo;
    std::string base;
    std::string quote;       // "USD" where the name says none
    Nanos expiry = kNoTime;  // 08:00 UTC of the day in the name
    Decimal strike;
    bool put = false;
};
[[nodiscard]] NameParts partsOf(std::string_view native);

// BTC-USD-20261225-100000-C, SOL-USDC-PERP, ETH-USDC; of a combo, its native name.
[[nodiscard]] std::string canonicalSymbol(const NameParts& parts, std::string_view native);

// The native name of either spelling: BTC-PERPETUAL or BTC-USD-PERP, BTC-25DEC26 or BTC-USD-20261225.
[[nodiscard]] std::string nativeSymbol(std::string_view symbol);
// The currency whose list of instruments has this native name: BTC of BTC-PERPETUAL, USDC of SOL_USDC-PERPETUAL.
[[nodiscard]] std::string_view currencyOf(std::string_view native) noexcept;

}  // namespace tickdeck::deribit
