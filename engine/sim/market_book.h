// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One instrument of the random market: its book, its trades and its day.

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/core/time.h"
#include "engine/model/events.h"

namespace tickdeck::sim {

// Prices count in 10^-pricePrecision of the quote asset (ticks), quantities in 10^-quantityPrecision of the base (lots).
struct Listing {
    std::string base;
    std::string quote;
    int pricePrecision = 1;
    int quantityPrecision = 8;
    std::int64_t price = 0;     // where the market begins, in ticks
    std::int64_t quantity = 0;  // of a typical level, in lots
    std::int64_t spacing = 1;   // ticks between levels, on average
    double weight = 1;          // its share of the market's steps

    [[nodiscard]] std::string symbol() const { return base + "/" + quote; }
};

struct LevelChange {
    Side side = Side::Buy;  // Buy: bids
    Level level;            // quantity 0: gone
};

struct MarketTrade {
    Side side = Side::Buy;  // the aggressor's
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    std::uint64_t id = 0;  // counts up by one
    bool market = false;   // a market order, else a limit order
};

// Since the market began.
struct DayStatistics {
    std::int64_t open = 0;
    std::int64_t last = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
    Int128 volume = 0;    // lots
    Int128 turnover = 0;  // ticks × lots
    std::uint64_t trades = 0;
};

// A random process in integers: deterministic for its seed, independent of the platform (no library distribution).
// Never crossed; after each step each side has at least the levels that it began with, but
// near a price of zero, where there is no room for more bids: never fewer than two. One thread.
class MarketBook {
public:
    // `depth`: levels on each side, as far as prices above zero allow.
    MarketBook(Listing listing, std::uint64_t seed, std::size_t depth);

    // One change: a level's quantity, a new or vanished level, a better price, or a trade that eats into the book.
    void step();

    [[nodiscard]] const Listing& listing() const noexcept { return m_listing; }
    // Best first.
    [[nodiscard]] std::span<const Level> bids() const noexcept { return m_bids; }
    [[nodiscard]] std::span<const Level> asks() const noexcept { return m_asks; }
    [[nodiscard]] std::span<const Level> levels(Side side) const noexcept
    {
        return side == Side::Buy ? bids() : asks();
    }
    // How many steps it has done.
    [[nodiscard]] std::uint64_t version() const noexcept { return m_version; }
    [[nodiscard]] const DayStatistics& day() const noexcept { return m_day; }
    // Of the last step.
    [[nodiscard]] std::span<const LevelChange> changes() const noexcept { return m_changes; }
    [[nodiscard]] std::span<const MarketTrade> trades() const noexcept { return m_trades; }

private:
    [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return m_random() % limit; }
    [[nodiscard]] std::size_t rank(std::size_t size);
    [[nodiscard]] std::int64_t someQuantity();
    [[nodiscard]] std::vector<Level>& sideOf(Side side) { return side == Side::Buy ? m_bids : m_asks; }
    void set(Side side, std::int64_t price, std::int64_t quantity);
    void refill(Side side);
    void improve(Side side);
    void insertBehind(Side side);
    void trade(Side aggressor);

    Listing m_listing;
    std::mt19937_64 m_random;
    std::size_t m_levels;
    std::vector<Level> m_bids;
    std::vector<Level> m_asks;
    std::uint64_t m_version = 0;
    std::uint64_t m_tradeId = 0;
    DayStatistics m_day;
    std::vector<LevelChange> m_changes;
    std::vector<MarketTrade> m_trades;
};

}  // namespace tickdeck::sim
