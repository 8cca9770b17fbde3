// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a derivative has besides its book: mark and index price, funding, liquidations.

#include <optional>

#include "engine/sim/market_book.h"

namespace tickdeck::sim {

// A function of seed, instrument, time and the book's touch, without a state of its own: known truth for any instant.
class Perpetual {
public:
    static constexpr int kScale = 8;                          // digits after the point of the prices and rate below
    static constexpr Nanos kFundingEvery = 28'800 * kSecond;  // at 0, 8 and 16 o'clock UTC

    Perpetual(std::uint64_t seed, const Listing& listing);

    struct Prices {
        std::int64_t mark = 0;
        std::int64_t index = 0;
        std::int64_t settle = 0;  // what it would settle at
        std::int64_t fundingRate = 0;
        Nanos nextFunding = 0;
    };
    // `bid` and `ask` in the listing's ticks.
    [[nodiscard]] Prices at(Nanos time, std::int64_t bid, std::int64_t ask) const;

    struct Liquidation {
        Nanos time = 0;
        Side side = Side::Sell;     // the order's: Sell closes a long
        std::int64_t limit = 0;     // ticks
        std::int64_t average = 0;   // ticks
        std::int64_t quantity = 0;  // lots, filled wholly
    };
    // The one within the second that begins at `second`; most seconds have none, none has two.
    [[nodiscard]] std::optional<Liquidation> liquidation(Nanos second, std::int64_t bid, std::int64_t ask) const;

private:
    std::uint64_t m_seed;
    std::int64_t m_unit;      // of a tick, in 10^-kScale
    std::int64_t m_quantity;  // typical, in lots
};

}  // namespace tickdeck::sim
