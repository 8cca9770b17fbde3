// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Marks and funding rates as they came, thinned to one point a second for each symbol.

#include <unordered_map>
#include <vector>

#include "engine/model/batch.h"
#include "engine/runtime/recent.h"

namespace tickdeck::runtime {

// Not thread-safe. All symbols share the room: with few of them it reaches hours back, with 500 some minutes.
class MarkTrail {
public:
    static constexpr std::size_t kKept = 100'000;

    void observe(const Batch& batch);
    // Appends the symbol's points after `cursor`, oldest first; returns the next cursor.
    std::uint64_t since(SymbolId symbol, std::uint64_t cursor, std::vector<api::MarkPoint>& out) const;

private:
    struct Newest {
        api::MarkPoint point;
        Nanos told = -1;  // the second of the last point that was kept
    };
    struct Point {
        SymbolId symbol = 0;
        api::MarkPoint point;
    };
    std::unordered_map<SymbolId, Newest> m_newest;
    std::vector<SymbolId> m_touched;  // by the batch at hand
    Recent<Point> m_points{kKept};
};

}  // namespace tickdeck::runtime
