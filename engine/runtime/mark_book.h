// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Marks and funding rates for front ends: the last hour, at most one point a second.

#include "engine/api/snapshots.h"
#include "engine/core/time.h"
#include "engine/runtime/series_book.h"

namespace tickdeck::runtime {

// Any thread.
class MarkBook {
public:
    static constexpr Nanos kReach = 3600 * kSecond;

    // Reads the stored points at or after `from`, oldest first. On the worker's thread.
    using ReadStored = std::function<std::vector<api::MarkPoint>(SymbolId symbol, Nanos from)>;
    // As MarkTrail::since.
    using Live = std::function<std::uint64_t(SymbolId, std::uint64_t, std::vector<api::MarkPoint>&)>;

    MarkBook(Clock& clock, Worker& worker, Live live, ReadStored readStored);

    // As api::Engine::marks.
    [[nodiscard]] std::shared_ptr<const api::MarkSeries> series(SymbolId symbol) { return m_book.series(symbol); }

private:
    SeriesBook<SymbolId, api::MarkSeries, &api::MarkSeries::points, &api::MarkPoint::time> m_book;
};

// Stored marks with the funding rate of their time, one a second; both oldest first.
struct StoredFunding {
    Nanos time = 0;
    Decimal rate;
};
[[nodiscard]] std::vector<api::MarkPoint> joined(const std::vector<api::MarkPoint>& marks,
                                                 const std::vector<StoredFunding>& fundings);

}  // namespace tickdeck::runtime
