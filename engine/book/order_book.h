// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One instrument's order book in exact integers.

#include <span>
#include <vector>

#include "engine/book/book_side.h"
#include "engine/book/level_digits.h"
#include "engine/core/result.h"
#include "engine/core/state_bytes.h"
#include "engine/model/depth.h"

namespace tickdeck::book {

// A number as the venue wrote it: mantissa / 10^scale, 0 or above.
struct WireNumber {
    std::int64_t mantissa = 0;
    std::int32_t scale = 0;
};
struct WireLevel {
    WireNumber price;
    WireNumber quantity;
};

// Both sides as flat sorted arrays of ticks and lots. One thread (its lane's). Prices are multiples of 10^-priceScale(),
// quantities of 10^-quantityScale(); a finer value raises the scale of the whole book once, and none is ever lowered.
class OrderBook {
public:
    // Each side is cut to `depth` levels after every change; 0: never.
    void setDepth(std::size_t depth) noexcept { m_depth = depth; }
    [[nodiscard]] std::size_t depth() const noexcept { return m_depth; }

    // The venue's digits after the point, from the instrument's definition: the least scales, and the digits of the
    // checksum. Until then numbers count with the digits that they were sent with. OutOfRange as convert().
    [[nodiscard]] Result<> setPrecision(int price, int quantity);

    // Brings wire levels of one message to the book's scales, raising these where needed. OutOfRange, and nothing changed,
    // when a number does not fit 64 bits. `out` is overwritten; the levels stay in order, price and quantity exact.
    struct Converted {
        std::vector<Level> bids;
        std::vector<Level> asks;
        std::vector<LevelTrim> bidTrims;
        std::vector<LevelTrim> askTrims;
    };
    [[nodiscard]] Result<> convert(std::span<const WireLevel> bids, std::span<const WireLevel> asks, Converted& out);

    void clear() noexcept;
    // Sets absolute levels in order (quantity 0 removes; removing an unknown level is legal), then cuts to the depth.
    void apply(const Converted& levels);
    // Keeps the best so many levels of each side.
    void cut(std::size_t bids, std::size_t asks) noexcept
    {
        m_bids.truncate(bids);
        m_asks.truncate(asks);
    }

    [[nodiscard]] int priceScale() const noexcept { return m_priceScale; }
    [[nodiscard]] int quantityScale() const noexcept { return m_quantityScale; }
    [[nodiscard]] const BookSide& bids() const noexcept { return m_bids; }
    [[nodiscard]] const BookSide& asks() const noexcept { return m_asks; }
    // The best bid is at or above the best ask.
    [[nodiscard]] bool crossed() const noexcept;
    // Fills levels, counts and scales of `out` with the best levels.
    void top(Depth& out) const noexcept;
    // Begins to load what top() will read.
    void prefetchTop() const noexcept { prefetch(kDepthLevels); }
    // Begins to load the best levels of both sides, for a change that is about to be applied.
    void prefetch(std::size_t levels) const noexcept
    {
        m_bids.prefetch(levels);
        m_asks.prefetch(levels);
    }

    // Kraken's CRC-32 over the digits of the best ten asks, then the best ten bids. Digits are kept from call to call.
    [[nodiscard]] std::uint32_t checksum() noexcept;

    // Everything but kept digits; equal books give equal bytes.
    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    // Refuses, and changes nothing, when a level of the book would no longer fit.
    [[nodiscard]] Result<> raiseScales(int price, int quantity);

    BookSide m_bids{+1};
    BookSide m_asks{-1};
    std::size_t m_depth = 0;
    int m_priceScale = 0;
    int m_quantityScale = 0;
    int m_pricePrecision = -1;  // -1: unknown
    int m_quantityPrecision = -1;
};

}  // namespace tickdeck::book
