// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How finely an instrument trades.

#include <optional>

#include "engine/book/order_book.h"
#include "engine/core/decimal.h"
#include "engine/core/state_bytes.h"
#include "engine/model/events.h"

namespace tickdeck::wire {

void saveDecimal(StateWriter& out, const std::optional<Decimal>& value);
[[nodiscard]] std::optional<Decimal> loadDecimal(StateReader& in);

// As far as the venue says.
struct Increments {
    static constexpr int kMostDigits = 18;

    std::optional<int> pricePrecision;  // digits behind the point
    std::optional<int> quantityPrecision;
    std::optional<Decimal> tick;
    std::optional<Decimal> lot;

    [[nodiscard]] friend bool operator==(const Increments&, const Increments&) = default;
    // Where both precisions are known. Errors as OrderBook::setPrecision().
    [[nodiscard]] Result<> setPrecision(book::OrderBook& book) const;
    void write(Instrument& event) const;
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

}  // namespace tickdeck::wire
