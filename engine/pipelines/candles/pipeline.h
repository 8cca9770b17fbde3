// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The pipeline `candles`: open, high, low, close and volume of each symbol's trades, in buckets of fixed width.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/pipelines/candles/settings.h"
#include "engine/plugin/pipeline.h"

namespace tickdeck::candles {

// A trade belongs to the bucket of its exchange time; of its receive time where the venue said none, or one that is more
// than a minute ahead of the receive time (a wrong clock must not close what others still fill). Back-filled trades are
// left out: they are not live, and their candles are closed.
//
// A candle is closed by the first trade of a later bucket, or by a tick `lateness` after its end, whichever comes first.
// What is closed stays as it is: a trade for a closed candle is left out and counted. A bucket without trades has no
// candle. Open candles that have changed are told at each tick, with `closed` false.
//
// The cause of a candle is the range of numbers from its first to its last trade.
class CandlePipeline final : public Pipeline {
public:
    // Intervals in nanoseconds, above 0.
    CandlePipeline(std::vector<Nanos> intervals, Nanos lateness, SymbolTable& symbols);

    // OutOfRange: a volume overflows.
    [[nodiscard]] Result<> onBatch(const Batch& input, BatchBuilder& out) override;
    void save(std::string& out) const override;
    // Corrupt; Invalid where it was saved with other intervals.
    [[nodiscard]] Result<> load(std::string_view bytes) override;

    // How often a trade was too late for the candle of one interval.
    [[nodiscard]] std::uint64_t late() const noexcept { return m_late; }

private:
    struct Bucket {
        Decimal open;
        Decimal high;
        Decimal low;
        Decimal close;
        Decimal volume;
        Nanos openTime = 0;            // of the open candle; where there is none: the first instant that may open one
        Nanos exchangeTime = kNoTime;  // of the last trade
        std::uint64_t trades = 0;      // 0: no open candle
        Seq first = 0;
        Seq last = 0;
        bool changed = false;  // since it was last told
    };
    struct Series {
        SymbolId symbol = 0;
        std::vector<Bucket> buckets;  // by interval
    };

    [[nodiscard]] Result<> onTrade(const EventView& event, const Trade& trade, Nanos receiveTime, BatchBuilder& out);
    void onTick(Nanos now, BatchBuilder& out);
    static void tell(const Bucket& bucket, Nanos interval, SymbolId symbol, bool closed, BatchBuilder& out);
    static void close(Bucket& bucket, Nanos interval, SymbolId symbol, BatchBuilder& out);
    Series& seriesOf(SymbolId symbol);

    const std::vector<Nanos> m_intervals;
    const Nanos m_lateness;
    SymbolTable* m_symbols;
    std::vector<Series> m_series;  // in the order of their first trade: the order in which ticks tell them
    std::unordered_map<SymbolId, std::size_t> m_index;
    std::uint64_t m_late = 0;
};

// "15m" in nanoseconds: a positive whole number and s, m, h or d.
[[nodiscard]] Result<Nanos> parseInterval(std::string_view text);

// The widths that are built with these settings: ascending, each once.
[[nodiscard]] std::vector<Nanos> widths(const Settings& settings);

[[nodiscard]] PipelineSpec spec();

}  // namespace tickdeck::candles
