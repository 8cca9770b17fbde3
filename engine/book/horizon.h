// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How far from the touch a book is known that was cut to a depth.

#include <array>

#include "engine/book/order_book.h"

namespace tickdeck::book {

// For venues that send the whole book and each change once: a level that was cut is never told again, so that beyond the
// last one that was kept nothing is known, whatever changes are told of there. The book's own depth stays 0. One thread.
class Horizon {
public:
    // After each change: forgets what lies beyond what is known, and cuts each side to `depth` levels.
    void trim(OrderBook& book, std::size_t depth);
    // A side that was cut has come down to half of `depth`: time for a new snapshot.
    [[nodiscard]] bool near(const OrderBook& book, std::size_t depth) const noexcept;
    // The book is empty: all is known.
    void clear() noexcept { m_edges = {}; }

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    // The price of the last level that is known, at a scale of its own.
    struct Edge {
        bool cut = false;
        std::int64_t price = 0;
        std::int32_t scale = 0;
    };
    [[nodiscard]] static std::size_t within(const BookSide& side, const Edge& edge, int scale, bool bids) noexcept;

    std::array<Edge, 2> m_edges;  // bids, asks
};

}  // namespace tickdeck::book
