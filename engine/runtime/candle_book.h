// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Candles for front ends: what is stored, then what came since, then the open one.

#include <compare>

#include "engine/api/snapshots.h"
#include "engine/router/live_state.h"
#include "engine/runtime/series_book.h"

namespace tickdeck::runtime {

// Of an event or of a live value.
template <class C>
[[nodiscard]] api::Candle toApi(const C& candle)
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

struct CandleKey {
    SymbolId symbol = 0;
    Nanos interval = 0;
    BuiltBy built = BuiltBy::Engine;
    friend auto operator<=>(const CandleKey&, const CandleKey&) = default;
};

// Any thread.
class CandleBook {
public:
    static constexpr std::size_t kMost = 2000;

    // Reads the stored closed candles of a series that opened at or after `from`, oldest first. On the worker's thread.
    using ReadStored = std::function<std::vector<api::Candle>(const CandleKey& key, Nanos from)>;

    CandleBook(const LiveState& live, Clock& clock, Worker& worker, ReadStored readStored);

    // As api::Engine::candles.
    [[nodiscard]] std::shared_ptr<const api::CandleSeries> series(const CandleKey& key) { return m_book.series(key); }

private:
    SeriesBook<CandleKey, api::CandleSeries, &api::CandleSeries::candles, &api::Candle::openTime> m_book;
};

}  // namespace tickdeck::runtime
