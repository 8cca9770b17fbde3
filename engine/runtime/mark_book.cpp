// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/mark_book.h"

namespace tickdeck::runtime {

MarkBook::MarkBook(Clock& clock, Worker& worker, Live live, ReadStored readStored)
    : m_book(worker,
             {.fresh = [](SymbolId symbol) { return api::MarkSeries{.symbol = symbol, .points = {}}; },
              .readStored = [&clock, readStored = std::move(readStored)](
                                SymbolId symbol) { return readStored(symbol, clock.now() - kReach); },
              .live = [live = std::move(live)](SymbolId symbol, std::uint64_t cursor, const api::MarkSeries&,
                                               std::vector<api::MarkPoint>& out) { return live(symbol, cursor, out); },
              .replaces = [](const api::MarkPoint&, const api::MarkPoint&) { return false; },
              .trim =
                  [&clock](std::vector<api::MarkPoint>& points) {
                      // Stored and live points of one second are one.
                      const auto twice = std::ranges::unique(
                          points, {}, [](const api::MarkPoint& point) { return point.time / kSecond; });
                      points.erase(twice.begin(), twice.end());
                      const auto first =
                          std::ranges::lower_bound(points, clock.now() - kReach, {}, &api::MarkPoint::time);
                      points.erase(points.begin(), first);
                  }})
{
}

std::vector<api::MarkPoint> joined(const std::vector<api::MarkPoint>& marks, const std::vector<StoredFunding>& fundings)
{
    std::vector<api::MarkPoint> out;
    auto funding = fundings.begin();
    Nullable<Decimal> rate;
    for (const api::MarkPoint& mark : marks) {
        if (!out.empty() && out.back().time / kSecond == mark.time / kSecond)
            continue;
        for (; funding != fundings.end() && funding->time <= mark.time; ++funding)
            rate = funding->rate;
        out.push_back(mark);
        out.back().fundingRate = rate;
    }
    return out;
}

}  // namespace tickdeck::runtime
