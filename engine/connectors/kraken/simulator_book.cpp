// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/simulator_book.h"

#include <algorithm>
#include <limits>

namespace tickdeck::kraken {

namespace {

// Grows from the touch outwards on both sides.
std::int64_t distance(Side side, std::int64_t price) { return side == Side::Buy ? -price : price; }

}  // namespace

BookWindow::BookWindow(const sim::MarketBook& book, std::size_t depth)
    : m_depth(depth), m_bidEdge(edge(book, Side::Buy)), m_askEdge(edge(book, Side::Sell))
{
}

std::int64_t BookWindow::edge(const sim::MarketBook& book, Side side) const
{
    const std::span<const Level> levels = book.levels(side);
    return levels.size() < m_depth ? std::numeric_limits<std::int64_t>::max()
                                   : distance(side, levels[m_depth - 1].price);
}

std::span<const Level> BookWindow::view(const sim::MarketBook& book, Side side) const
{
    const std::span<const Level> levels = book.levels(side);
    return levels.first(std::min(m_depth, levels.size()));
}

std::vector<Level> BookWindow::changed(const sim::MarketBook& book, Side side, std::int64_t before,
                                       std::int64_t after) const
{
    std::vector<Level> out;
    for (const sim::LevelChange& change : book.changes())
        if (change.side == side && distance(side, change.level.price) <= (change.level.quantity == 0 ? before : after))
            out.push_back(change.level);
    const std::span<const Level> now = view(book, side);
    for (auto level = now.rbegin(); level != now.rend() && distance(side, level->price) > before; ++level)
        if (std::ranges::find(out, *level) == out.end())
            out.push_back(*level);
    return out;
}

BookWindow::Update BookWindow::advance(const sim::MarketBook& book)
{
    const std::int64_t bidEdge = edge(book, Side::Buy);
    const std::int64_t askEdge = edge(book, Side::Sell);
    Update update{changed(book, Side::Buy, m_bidEdge, bidEdge), changed(book, Side::Sell, m_askEdge, askEdge)};
    m_bidEdge = bidEdge;
    m_askEdge = askEdge;
    return update;
}

}  // namespace tickdeck::kraken
