// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/mark_trail.h"

namespace tickdeck::runtime {

void MarkTrail::observe(const Batch& batch)
{
    m_touched.clear();
    for (const EventView event : batch) {
        const Mark* mark = event.as<Mark>();
        const Funding* funding = event.as<Funding>();
        if (!mark && !funding)
            continue;
        Newest& newest = m_newest[event.symbol()];
        newest.point.time = batch.header().receiveTime;
        if (mark) {
            newest.point.mark = mark->markPrice;
            newest.point.index = mark->indexPrice;
        } else {
            newest.point.fundingRate = funding->rate;
        }
        m_touched.push_back(event.symbol());
    }
    // Only now: a frame tells mark and funding together.
    for (const SymbolId symbol : m_touched) {
        Newest& newest = m_newest[symbol];
        if (const Nanos second = newest.point.time / kSecond; second != newest.told) {
            newest.told = second;
            m_points.add({symbol, newest.point});
        }
    }
}

std::uint64_t MarkTrail::since(SymbolId symbol, std::uint64_t cursor, std::vector<api::MarkPoint>& out) const
{
    return m_points.each(cursor, [&](const Point& point) {
        if (point.symbol == symbol)
            out.push_back(point.point);
    });
}

}  // namespace tickdeck::runtime
