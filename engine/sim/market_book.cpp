// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sim/market_book.h"

#include <algorithm>

namespace tickdeck::sim {

namespace {

constexpr std::size_t kSlack = 32;           // levels above the wanted number before the far end is cut
constexpr std::size_t kMostFills = 4;        // of one aggressor
constexpr std::size_t kFewest = 2;           // levels that nothing takes away
constexpr std::uint64_t kMarketOrders = 40;  // percent of trades

Side opposite(Side side) { return side == Side::Buy ? Side::Sell : Side::Buy; }

// Ticks from the touch outwards.
std::int64_t outwards(Side side) { return side == Side::Buy ? -1 : 1; }

}  // namespace

MarketBook::MarketBook(Listing listing, std::uint64_t seed, std::size_t depth)
    : m_listing(std::move(listing)),
      m_random(seed),
      // Bids end above zero, so that a coarse price cannot bear many levels.
      m_levels(std::min(depth, static_cast<std::size_t>(m_listing.price / (2 * m_listing.spacing + 1))))
{
    for (const Side side : {Side::Buy, Side::Sell}) {
        std::int64_t price = m_listing.price + outwards(side);
        for (std::size_t i = 0; i < m_levels; ++i) {
            sideOf(side).push_back({price, someQuantity()});
            price += outwards(side) *
                     (1 + static_cast<std::int64_t>(below(2 * static_cast<std::uint64_t>(m_listing.spacing) - 1)));
        }
    }
    m_day = {.open = m_listing.price, .last = m_listing.price, .low = m_listing.price, .high = m_listing.price};
}

// Skewed to small ones; a quarter are round, so that their text ends in zeros.
std::int64_t MarketBook::someQuantity()
{
    const auto u = static_cast<std::int64_t>(below(1000)) + 1;
    const auto quantity = static_cast<std::int64_t>(Int128{m_listing.quantity} * u * u * 3 / 1'000'000) + 1;
    if (below(4) != 0)
        return quantity;
    std::int64_t step = 1;
    while (step < quantity / 10)
        step *= 10;
    return std::max(step, quantity / step * step);
}

// Mostly near the touch.
std::size_t MarketBook::rank(std::size_t size)
{
    if (below(10) == 0)
        return below(std::min<std::size_t>(size, 200));
    std::size_t rank = 0;
    while (rank + 1 < size && below(8) != 0)
        ++rank;
    return rank;
}

void MarketBook::set(Side side, std::int64_t price, std::int64_t quantity)
{
    std::vector<Level>& all = sideOf(side);
    const auto at = std::ranges::lower_bound(all, outwards(side) * price, {},
                                             [side](const Level& level) { return outwards(side) * level.price; });
    const bool known = at != all.end() && at->price == price;
    if (quantity == 0 && known)
        all.erase(at);
    else if (quantity != 0 && known)
        at->quantity = quantity;
    else if (quantity != 0)
        all.insert(at, {price, quantity});
    m_changes.push_back({side, {price, quantity}});
}

void MarketBook::refill(Side side)
{
    std::vector<Level>& all = sideOf(side);
    while (all.size() > m_levels + kSlack)
        set(side, all.back().price, 0);
    while (all.size() < m_levels) {
        const std::int64_t price =
            all.back().price +
            outwards(side) * (1 + static_cast<std::int64_t>(below(2 * static_cast<std::uint64_t>(m_listing.spacing))));
        if (price <= 0)
            return;
        set(side, price, someQuantity());
    }
}

// A better price inside the spread; where there is no room, more at the best one.
void MarketBook::improve(Side side)
{
    const std::int64_t best = levels(side).front().price;
    const std::int64_t room = std::abs(levels(opposite(side)).front().price - best) - 1;
    // Into a wide spread most of the way, as market makers do: else trades would leave the touch ever farther apart.
    const std::int64_t reach = std::min(room, 2 * m_listing.spacing);
    const std::int64_t step = room < 1 ? 0 : room - static_cast<std::int64_t>(below(static_cast<std::uint64_t>(reach)));
    set(side, best - outwards(side) * step, someQuantity());
}

// A level in a gap behind the touch; where there is none, another quantity.
void MarketBook::insertBehind(Side side)
{
    const std::span<const Level> all = levels(side);
    const std::size_t at = rank(all.size() - 1);
    const std::int64_t gap = std::abs(all[at + 1].price - all[at].price);
    const std::int64_t step = gap < 2 ? 0 : 1 + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(gap - 1)));
    set(side, all[at].price + outwards(side) * step, someQuantity());
}

void MarketBook::trade(Side aggressor)
{
    const Side resting = opposite(aggressor);
    std::int64_t left = someQuantity();
    const bool market = below(100) < kMarketOrders;
    for (std::size_t fills = 0; left > 0 && fills < kMostFills && levels(resting).size() > kFewest; ++fills) {
        const Level best = levels(resting).front();
        const std::int64_t filled = std::min(left, best.quantity);
        left -= filled;
        m_trades.push_back({aggressor, best.price, filled, ++m_tradeId, market});
        m_day.last = best.price;
        m_day.low = std::min(m_day.low, best.price);
        m_day.high = std::max(m_day.high, best.price);
        m_day.volume += filled;
        m_day.turnover += Int128{best.price} * filled;
        ++m_day.trades;
        set(resting, best.price, best.quantity - filled);
    }
}

void MarketBook::step()
{
    m_changes.clear();
    m_trades.clear();
    ++m_version;
    // Buyers are fewer the higher the price has gone, so that it stays within reach of where it began.
    const std::int64_t gone = (m_bids.front().price - m_listing.price) * 1000 / m_listing.price;
    const bool buy = static_cast<std::int64_t>(below(1000)) < std::clamp<std::int64_t>(500 - 4 * gone, 100, 900);
    const Side either = below(2) == 0 ? Side::Buy : Side::Sell;
    // More levels come than go, so that no hole opens behind the touch; the far end is cut.
    const std::uint64_t pick = below(100);
    const bool wide = m_asks.front().price - m_bids.front().price > 4 * m_listing.spacing;
    if (wide && pick < 60) {
        improve(buy ? Side::Buy : Side::Sell);
    } else if (pick < 45) {
        const Level level = levels(either)[rank(levels(either).size())];
        set(either, level.price, someQuantity());
    } else if (pick < 68 && levels(either).size() >= kFewest) {
        insertBehind(either);
    } else if (pick >= 68 && pick < 75 && levels(either).size() > kFewest) {
        set(either, levels(either)[rank(levels(either).size())].price, 0);
    } else if (pick < 90) {
        improve(buy ? Side::Buy : Side::Sell);
    } else {
        trade(buy ? Side::Buy : Side::Sell);
    }
    refill(Side::Buy);
    refill(Side::Sell);
}

}  // namespace tickdeck::sim
