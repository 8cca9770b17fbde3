// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/horizon.h"

#include <algorithm>

namespace tickdeck::book {

// How many levels are not beyond the edge.
std::size_t Horizon::within(const BookSide& side, const Edge& edge, int scale, bool bids) noexcept
{
    std::size_t count = side.size();
    if (!edge.cut)
        return count;
    Int128 limit = edge.price;
    for (int i = edge.scale; i < scale; ++i)
        limit *= 10;
    const auto beyond = [&](std::int64_t price) { return bids ? price < limit : price > limit; };
    while (count > 0 && beyond(side.level(count - 1).price))
        --count;
    return count;
}

void Horizon::trim(OrderBook& book, std::size_t depth)
{
    const int scale = book.priceScale();
    std::array<std::size_t, 2> keep{};
    for (const bool bids : {true, false}) {
        const BookSide& side = bids ? book.bids() : book.asks();
        Edge& edge = m_edges[bids ? 0 : 1];
        std::size_t& count = keep[bids ? 0 : 1];
        count = within(side, edge, scale, bids);
        if (count <= depth)
            continue;
        count = depth;
        edge = {true, side.level(depth - 1).price, scale};
    }
    book.cut(keep[0], keep[1]);
}

bool Horizon::near(const OrderBook& book, std::size_t depth) const noexcept
{
    return (m_edges[0].cut && book.bids().size() <= depth / 2) || (m_edges[1].cut && book.asks().size() <= depth / 2);
}

void Horizon::save(StateWriter& out) const
{
    for (const Edge& edge : m_edges) {
        out.put(edge.cut);
        out.put(edge.price);
        out.put(edge.scale);
    }
}

void Horizon::load(StateReader& in)
{
    constexpr std::int32_t kMostScale = 18;
    for (Edge& edge : m_edges) {
        edge.cut = in.get<std::uint8_t>() != 0;
        edge.price = in.get<std::int64_t>();
        edge.scale = in.get<std::int32_t>();
        if (edge.scale < 0 || edge.scale > kMostScale)
            in.damaged();
    }
}

}  // namespace tickdeck::book
