// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A book kept from events, for those who compare.

#include <map>
#include <vector>

#include "engine/sim/market.h"

namespace tickdeck::test {

// A book kept from events in the plainest way, in a listing's ticks and lots.
class PlainBook {
public:
    // False: a level does not fit the listing's precision.
    [[nodiscard]] bool apply(const Book& event, const sim::Listing& listing, std::size_t depth)
    {
        if (event.kind == BookKind::Snapshot) {
            m_bids.clear();
            m_asks.clear();
        }
        const auto set = [&](auto& side, const Levels& levels) {
            for (const Level& level : levels.view()) {
                const auto price = levels.price(level).toTicks(listing.pricePrecision);
                const auto quantity = levels.quantity(level).toTicks(listing.quantityPrecision);
                if (!price || !quantity)
                    return false;
                if (*quantity == 0)
                    side.erase(*price);
                else
                    side[*price] = *quantity;
            }
            while (depth > 0 && side.size() > depth)
                side.erase(std::prev(side.end()));
            return true;
        };
        return set(m_bids, event.bids) && set(m_asks, event.asks);
    }
    [[nodiscard]] std::vector<Level> bids() const { return levels(m_bids); }
    [[nodiscard]] std::vector<Level> asks() const { return levels(m_asks); }

private:
    template <class Side>
    [[nodiscard]] static std::vector<Level> levels(const Side& side)
    {
        std::vector<Level> out;
        for (const auto& [price, quantity] : side)
            out.push_back({price, quantity});
        return out;
    }
    std::map<std::int64_t, std::int64_t, std::greater<>> m_bids;
    std::map<std::int64_t, std::int64_t> m_asks;
};

}  // namespace tickdeck::test
