// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A book's levels put together on a coarser grid of prices.

#include "engine/model/depth.h"

namespace tickdeck::ui {

struct GroupedDepth {
    Depth depth;
    // The farthest group of this side may lack levels that the book has and the snapshot does not.
    bool bidsCut = false;
    bool asksCut = false;
};

// `step` in units of the depth's price scale, at least 1. Bids are put down to the grid, asks up, so that neither looks
// better than it is.
[[nodiscard]] GroupedDepth grouped(const Depth& depth, std::int64_t step);

}  // namespace tickdeck::ui
