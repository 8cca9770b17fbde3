// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/candles/pipeline.h"

#include <algorithm>
#include <charconv>

#include "engine/core/state_bytes.h"

namespace tickdeck::candles {

namespace {

constexpr Nanos kWrongClock = 60 * kSecond;

Nanos bucketStart(Nanos time, Nanos interval)
{
    const Nanos rest = time % interval;
    return time - (rest < 0 ? rest + interval : rest);
}

Nanos timeOf(Nanos exchangeTime, Nanos receiveTime)
{
    return exchangeTime == kNoTime || exchangeTime > receiveTime + kWrongClock ? receiveTime : exchangeTime;
}

}  // namespace

CandlePipeline::CandlePipeline(std::vector<Nanos> intervals, Nanos lateness, SymbolTable& symbols)
    : m_intervals(std::move(intervals)), m_lateness(lateness), m_symbols(&symbols)
{
}

Result<> CandlePipeline::onBatch(const Batch& input, BatchBuilder& out)
{
    const BatchHeader& header = input.header();
    if (header.control == ControlKind::Tick)
        onTick(header.receiveTime, out);
    for (const EventView event : input)
        if (const auto* trade = event.as<Trade>(); trade && !trade->backfilled)
            TRY(onTrade(event, *trade, header.receiveTime, out));
    return {};
}

Result<> CandlePipeline::onTrade(const EventView& event, const Trade& trade, Nanos receiveTime, BatchBuilder& out)
{
    const Nanos time = timeOf(event.exchangeTime(), receiveTime);
    Series& series = seriesOf(event.symbol());
    for (std::size_t i = 0; i < m_intervals.size(); ++i) {
        const Nanos interval = m_intervals[i];
        Bucket& bucket = series.buckets[i];
        const Nanos start = bucketStart(time, interval);
        if (start < bucket.openTime) {
            ++m_late;
            continue;
        }
        if (bucket.trades > 0 && start > bucket.openTime)
            close(bucket, interval, series.symbol, out);
        if (bucket.trades == 0) {
            bucket.openTime = start;
            bucket.open = bucket.high = bucket.low = trade.price;
            bucket.volume = trade.quantity;
            bucket.first = event.seq();
        } else {
            bucket.high = std::max(bucket.high, trade.price);
            bucket.low = std::min(bucket.low, trade.price);
            TRY_ASSIGN(bucket.volume, bucket.volume.plus(trade.quantity));
        }
        bucket.close = trade.price;
        bucket.exchangeTime = event.exchangeTime();
        bucket.last = event.seq();
        ++bucket.trades;
        bucket.changed = true;
    }
    return {};
}

void CandlePipeline::onTick(Nanos now, BatchBuilder& out)
{
    for (Series& series : m_series)
        for (std::size_t i = 0; i < m_intervals.size(); ++i) {
            Bucket& bucket = series.buckets[i];
            if (bucket.trades == 0)
                continue;
            if (bucket.openTime + m_intervals[i] + m_lateness <= now)
                close(bucket, m_intervals[i], series.symbol, out);
            else if (std::exchange(bucket.changed, false))
                tell(bucket, m_intervals[i], series.symbol, false, out);
        }
}

void CandlePipeline::tell(const Bucket& bucket, Nanos interval, SymbolId symbol, bool closed, BatchBuilder& out)
{
    auto& candle = out.add<Candle>(symbol, bucket.exchangeTime);
    candle.open = bucket.open;
    candle.high = bucket.high;
    candle.low = bucket.low;
    candle.close = bucket.close;
    candle.volume = bucket.volume;
    candle.interval = interval;
    candle.openTime = bucket.openTime;
    candle.closeTime = bucket.openTime + interval;
    candle.trades = bucket.trades;
    candle.closed = closed;
    candle.built = BuiltBy::Engine;
    out.setCause(bucket.first, bucket.last);
}

void CandlePipeline::close(Bucket& bucket, Nanos interval, SymbolId symbol, BatchBuilder& out)
{
    tell(bucket, interval, symbol, true, out);
    const Nanos end = bucket.openTime + interval;
    bucket = {};
    bucket.openTime = end;
}

CandlePipeline::Series& CandlePipeline::seriesOf(SymbolId symbol)
{
    const auto [at, fresh] = m_index.try_emplace(symbol, m_series.size());
    if (fresh) {
        m_series.push_back({symbol, std::vector<Bucket>(m_intervals.size())});
        for (Bucket& bucket : m_series.back().buckets)
            bucket.openTime = kNoTime;
    }
    return m_series[at->second];
}

void CandlePipeline::save(std::string& bytes) const
{
    StateWriter out(bytes);
    out.count(m_intervals.size());
    for (const Nanos interval : m_intervals)
        out.put(interval);
    out.put(m_late);
    out.count(m_series.size());
    for (const Series& series : m_series) {
        const SymbolName& name = m_symbols->name(series.symbol);
        out.text(name.venue);
        out.text(name.symbol);
        out.text(name.native);
        for (const Bucket& bucket : series.buckets) {
            out.put(bucket.openTime);
            out.put(bucket.trades);
            if (bucket.trades == 0)
                continue;
            for (const Decimal* value : {&bucket.open, &bucket.high, &bucket.low, &bucket.close, &bucket.volume})
                out.put(*value);
            out.put(bucket.exchangeTime);
            out.put(bucket.first);
            out.put(bucket.last);
            out.put(bucket.changed);
        }
    }
}

Result<> CandlePipeline::load(std::string_view bytes)
{
    StateReader in(bytes);
    std::vector<Nanos> intervals(in.count(sizeof(Nanos)));
    for (Nanos& interval : intervals)
        interval = in.get<Nanos>();
    if (!in.failed() && intervals != m_intervals)
        return fail(ErrorCode::Invalid, "candles: the state was saved with other intervals");
    m_late = in.get<std::uint64_t>();
    const std::size_t count = in.count(3 * sizeof(std::uint32_t));
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        const std::string_view venue = in.text();
        const std::string_view symbol = in.text();
        const std::string_view native = in.text();
        if (in.failed())
            break;
        Series& series = seriesOf(m_symbols->intern(venue, symbol, native));
        for (Bucket& bucket : series.buckets) {
            bucket.openTime = in.get<Nanos>();
            bucket.trades = in.get<std::uint64_t>();
            if (bucket.trades == 0)
                continue;
            for (Decimal* value : {&bucket.open, &bucket.high, &bucket.low, &bucket.close, &bucket.volume})
                *value = in.getDecimal();
            bucket.exchangeTime = in.get<Nanos>();
            bucket.first = in.get<Seq>();
            bucket.last = in.get<Seq>();
            bucket.changed = in.get<std::uint8_t>() != 0;
        }
    }
    return in.finish();
}

Result<Nanos> parseInterval(std::string_view text)
{
    Nanos count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    Nanos unitNanos = 0;
    if (unit == "s")
        unitNanos = kSecond;
    else if (unit == "m")
        unitNanos = 60 * kSecond;
    else if (unit == "h")
        unitNanos = 3600 * kSecond;
    else if (unit == "d")
        unitNanos = 86'400 * kSecond;
    if (error != std::errc{} || unitNanos == 0 || count <= 0 || count > 366 * 86'400)
        return fail(ErrorCode::Invalid, "\"" + std::string(text) + "\" is no interval such as 1s, 5m, 1h or 1d");
    return count * unitNanos;
}

std::vector<Nanos> widths(const Settings& settings)
{
    std::vector<Nanos> intervals;
    for (const std::string& text : settings.intervals)
        if (const auto interval = parseInterval(text))
            intervals.push_back(*interval);
    std::ranges::sort(intervals);
    const auto same = std::ranges::unique(intervals);
    intervals.erase(same.begin(), same.end());
    return intervals;
}

PipelineSpec spec()
{
    return {"candles", "Candles",
            config::describe<Settings>("pipelines.candles", "Candles built from trades, closed by ticks"),
            [](const config::Section& section, SymbolTable& symbols) -> std::unique_ptr<Pipeline> {
                const auto settings = section.as<Settings>();
                return std::make_unique<CandlePipeline>(widths(settings), toNanos(settings.lateness), symbols);
            }};
}

}  // namespace tickdeck::candles
