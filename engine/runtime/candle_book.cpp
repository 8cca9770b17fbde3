// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/candle_book.h"

#include <algorithm>

namespace tickdeck::runtime {

namespace {

api::Candle toApi(const LiveCandle& candle)
{
    return {.openTime = candle.openTime,
            .open = candle.open,
            .high = candle.high,
            .low = candle.low,
            .close = candle.close,
            .volume = candle.volume,
            .trades = candle.trades,
            .closed = candle.closed};
}

// Adds a candle that is newer than the last, or takes the place of the one of its time.
void put(std::vector<api::Candle>& candles, const api::Candle& candle)
{
    const auto at = std::lower_bound(candles.begin(), candles.end(), candle.openTime,
                                     [](const api::Candle& c, Nanos time) { return c.openTime < time; });
    if (at == candles.end() || at->openTime != candle.openTime)
        candles.insert(at, candle);
    else if (!at->closed || candle.closed)
        *at = candle;
}

}  // namespace

std::shared_ptr<const api::CandleSeries> CandleBook::series(SymbolId symbol, Nanos interval)
{
    const std::scoped_lock lock(m_mutex);
    std::shared_ptr<Entry>& entry = m_entries[{symbol, interval}];
    if (!entry) {
        entry = std::make_shared<Entry>();
        entry->series = std::make_shared<api::CandleSeries>(
            api::CandleSeries{.symbol = symbol, .interval = interval, .loading = true, .candles = {}});
        const Nanos from = m_clock->now() - static_cast<Nanos>(kMost) * interval;
        m_worker->post([this, entry, symbol, interval, from] {
            auto stored = m_readStored(symbol, interval, from);
            const std::scoped_lock inner(m_mutex);
            entry->stored = std::move(stored);
            entry->storedRead = true;
        });
    }
    refresh(*entry, symbol, interval);
    return entry->series;
}

void CandleBook::refresh(Entry& entry, SymbolId symbol, Nanos interval)
{
    std::vector<LiveCandle> closed;
    entry.liveCursor = m_live->closedCandlesSince(symbol, interval, entry.liveCursor, closed);
    const auto open = m_live->candle(symbol, interval);
    const auto& known = entry.series->candles;
    const bool openChanged = open && (known.empty() || known.back().openTime != open->openTime ||
                                      known.back().trades != open->trades || known.back().closed != open->closed);
    const bool storedArrived = entry.storedRead && entry.series->loading;
    if (closed.empty() && !openChanged && !storedArrived)
        return;

    auto next = std::make_shared<api::CandleSeries>(*entry.series);
    if (storedArrived) {
        next->loading = false;
        for (const api::Candle& candle : std::exchange(entry.stored, {}))
            put(next->candles, candle);
    }
    for (const LiveCandle& candle : closed)
        put(next->candles, toApi(candle));
    if (open)
        put(next->candles, toApi(*open));
    if (next->candles.size() > kMost)
        next->candles.erase(next->candles.begin(), next->candles.end() - static_cast<std::ptrdiff_t>(kMost));
    entry.series = std::move(next);
}

}  // namespace tickdeck::runtime
