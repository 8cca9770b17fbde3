// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/grouped_depth.h"

namespace tickdeck::ui {

namespace {

std::int64_t down(std::int64_t price, std::int64_t step)
{
    const std::int64_t rest = price % step;
    return price - (rest < 0 ? rest + step : rest);
}

template <class PriceOf>
std::uint8_t put(const std::array<Level, kDepthLevels>& from, std::uint8_t count, std::array<Level, kDepthLevels>& to,
                 PriceOf&& priceOf)
{
    std::size_t used = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t price = priceOf(from[i].price);
        if (used == 0 || to[used - 1].price != price)
            to[used++] = {price, 0};
        to[used - 1].quantity += from[i].quantity;
    }
    return static_cast<std::uint8_t>(used);
}

}  // namespace

GroupedDepth grouped(const Depth& depth, std::int64_t step)
{
    GroupedDepth out{depth};
    if (step <= 1)
        return out;
    out.depth.bids = {};
    out.depth.asks = {};
    out.depth.bidCount =
        put(depth.bids, depth.bidCount, out.depth.bids, [step](std::int64_t price) { return down(price, step); });
    out.depth.askCount =
        put(depth.asks, depth.askCount, out.depth.asks, [step](std::int64_t price) { return -down(-price, step); });
    out.bidsCut = depth.bidCount == kDepthLevels;
    out.asksCut = depth.askCount == kDepthLevels;
    return out;
}

}  // namespace tickdeck::ui
