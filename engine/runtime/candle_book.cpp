// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/candle_book.h"

namespace tickdeck::runtime {

namespace {

std::uint64_t newCandles(const LiveState& live, const CandleKey& key, std::uint64_t cursor,
                         const api::CandleSeries& known, std::vector<api::Candle>& out)
{
    std::vector<LiveCandle> closed;
    const std::uint64_t next = live.closedCandlesSince(key.symbol, key.interval, cursor, closed, key.built);
    for (const LiveCandle& candle : closed)
        out.push_back(toApi(candle));
    const auto open = live.candle(key.symbol, key.interval, key.built);
    if (!open)
        return next;
    const api::Candle newest = toApi(*open);
    const bool same = !known.candles.empty() && known.candles.back().openTime == newest.openTime &&
                      known.candles.back().trades == newest.trades && known.candles.back().closed == newest.closed &&
                      known.candles.back().close == newest.close && known.candles.back().volume == newest.volume;
    if (!same)
        out.push_back(newest);
    return next;
}

}  // namespace

CandleBook::CandleBook(const LiveState& live, Clock& clock, Worker& worker, ReadStored readStored)
    : m_book(
          worker,
          {.fresh =
               [](const CandleKey& key) {
                   return api::CandleSeries{
                       .symbol = key.symbol, .interval = key.interval, .built = key.built, .candles = {}};
               },
           .readStored =
               [&clock, readStored = std::move(readStored)](const CandleKey& key) {
                   return readStored(key, clock.now() - static_cast<Nanos>(kMost) * key.interval);
               },
           .live = [&live](const CandleKey& key, std::uint64_t cursor, const api::CandleSeries& known,
                           std::vector<api::Candle>& out) { return newCandles(live, key, cursor, known, out); },
           .replaces = [](const api::Candle& known, const api::Candle& next) { return !known.closed || next.closed; },
           .trim =
               [](std::vector<api::Candle>& candles) {
                   if (candles.size() > kMost)
                       candles.erase(candles.begin(), candles.end() - static_cast<std::ptrdiff_t>(kMost));
               }})
{
}

}  // namespace tickdeck::runtime
