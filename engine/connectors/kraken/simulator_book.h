// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a subscriber to a book of limited depth is told.

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "engine/sim/market_book.h"

namespace tickdeck::kraken {

inline constexpr std::array<std::size_t, 5> kBookDepths = {10, 25, 100, 500, 1000};

// Follows the best `depth` levels of one market book. Nothing is said of a level that falls out of the window; one that
// comes into it from behind, because another went, is told in the same message. One thread.
class BookWindow {
public:
    BookWindow(const sim::MarketBook& book, std::size_t depth);

    struct Update {
        std::vector<Level> bids;
        std::vector<Level> asks;
        [[nodiscard]] bool empty() const noexcept { return bids.empty() && asks.empty(); }
    };
    // After each step of the book.
    [[nodiscard]] Update advance(const sim::MarketBook& book);
    // The levels in the window.
    [[nodiscard]] std::span<const Level> view(const sim::MarketBook& book, Side side) const;
    [[nodiscard]] std::size_t depth() const noexcept { return m_depth; }

private:
    // The window's last price, as a distance from the touch outwards; the largest number where it is not full.
    [[nodiscard]] std::int64_t edge(const sim::MarketBook& book, Side side) const;
    [[nodiscard]] std::vector<Level> changed(const sim::MarketBook& book, Side side, std::int64_t before,
                                             std::int64_t after) const;

    std::size_t m_depth;
    std::int64_t m_bidEdge;
    std::int64_t m_askEdge;
};

}  // namespace tickdeck::kraken
