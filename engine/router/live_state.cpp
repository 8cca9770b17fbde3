// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/router/live_state.h"

#include <string>
#include <unordered_map>

#include "engine/router/lazy_slots.h"

namespace tickdeck {

namespace {

// Added to by one thread, read by any.
class Counter {
public:
    void add(std::uint64_t n) noexcept
    {
        m_value.store(m_value.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t get() const noexcept { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> m_value{0};
};

struct CandleSeries {
    explicit CandleSeries(Nanos width) : interval(width) {}
    const Nanos interval;
    LiveValue<LiveCandle> newest;
    LiveHistory<LiveCandle, LiveState::kCandlesKept> closed;
};

// The series of one builder, found by their width.
class CandleBook {
public:
    ~CandleBook()
    {
        for (auto& one : m_series)
            delete one.load(std::memory_order_relaxed);
    }
    [[nodiscard]] CandleSeries* find(Nanos interval) const noexcept
    {
        for (const auto& one : m_series) {
            CandleSeries* series = one.load(std::memory_order_acquire);
            if (!series || series->interval == interval)
                return series;
        }
        return nullptr;
    }
    // Null: all places are taken.
    [[nodiscard]] CandleSeries* make(Nanos interval)
    {
        for (auto& one : m_series) {
            CandleSeries* series = one.load(std::memory_order_relaxed);
            if (series && series->interval == interval)
                return series;
            if (!series) {
                series = new CandleSeries(interval);
                one.store(series, std::memory_order_release);
                return series;
            }
        }
        return nullptr;
    }
    void intervals(std::vector<Nanos>& out) const
    {
        for (const auto& one : m_series)
            if (const CandleSeries* series = one.load(std::memory_order_acquire))
                out.push_back(series->interval);
    }

private:
    std::array<std::atomic<CandleSeries*>, LiveState::kIntervals> m_series{};
};

struct SymbolSlot {
    LiveValue<Depth> depth;
    LiveValue<LiveQuote> quote;
    LiveValue<LiveTrade> lastTrade;
    LiveValue<LiveMark> mark;
    LiveValue<LiveInstrument> instrument;
    LiveHistory<LiveTrade, LiveState::kTradesKept> trades;
    std::array<CandleBook, 2> candles;  // by BuiltBy
    std::uint64_t quotes = 0;           // the writer's, as is what follows
    LiveMark newestMark;

    [[nodiscard]] const CandleBook& candlesOf(BuiltBy built) const { return candles[static_cast<std::size_t>(built)]; }
};

struct TypeCounts {
    Counter count;
    Counter bytes;
    std::atomic<Nanos> exchangeTime{kNoTime};
    std::atomic<Nanos> receiveTime{0};
};

struct LaneSlot {
    std::array<TypeCounts, kEventTypeCount> types;
    Counter frames;
    Counter frameBytes;
    Counter controls;
    Counter derived;
    std::atomic<Nanos> receiveTime{0};
    std::array<LiveValue<LiveStatus>, LiveState::kStatuses> statuses;
    std::array<LiveValue<LiveGap>, LiveState::kGaps> gaps;

    // The writer's own: which place a subject or a gap has.
    std::unordered_map<std::string, std::size_t> statusPlace;
    std::unordered_map<std::string, std::size_t> gapPlace;
    std::array<std::string, LiveState::kGaps> gapIn;  // empty: free
    std::size_t nextGap = 0;
};

void observeCandle(SymbolSlot& slot, const Candle& candle)
{
    CandleSeries* series = slot.candles[static_cast<std::size_t>(candle.built)].make(candle.interval);
    if (!series)
        return;
    LiveCandle live;
    live.open = candle.open;
    live.high = candle.high;
    live.low = candle.low;
    live.close = candle.close;
    live.volume = candle.volume;
    live.interval = candle.interval;
    live.openTime = candle.openTime;
    live.closeTime = candle.closeTime;
    live.trades = candle.trades;
    live.closed = candle.closed;
    live.built = candle.built;
    if (candle.closed)
        series->closed.append(live);
    series->newest.publish(live);
}

void observeMark(SymbolSlot& slot, const Mark& mark, Nanos exchangeTime, Nanos receiveTime)
{
    LiveMark& live = slot.newestMark;
    live.markPrice = mark.markPrice;
    live.indexPrice = mark.indexPrice;
    live.exchangeTime = exchangeTime;
    live.receiveTime = receiveTime;
    ++live.number;
    slot.mark.publish(live);
}

void observeFunding(SymbolSlot& slot, const Funding& funding, Nanos receiveTime)
{
    LiveMark& live = slot.newestMark;
    live.fundingRate = funding.rate;
    if (live.nextFundingTime && funding.nextFundingTime && *funding.nextFundingTime > *live.nextFundingTime)
        live.fundingEvery = *funding.nextFundingTime - *live.nextFundingTime;
    live.nextFundingTime = funding.nextFundingTime;
    live.fundingTime = receiveTime;
    ++live.number;
    slot.mark.publish(live);
}

void observeInstrument(SymbolSlot& slot, const Instrument& instrument)
{
    LiveInstrument live;
    live.multiplier = instrument.multiplier;
    live.tick = instrument.tick;
    live.lot = instrument.lot;
    live.strike = instrument.strike;
    live.expiry = instrument.expiry;
    live.pricePrecision = instrument.pricePrecision;
    live.quantityPrecision = instrument.quantityPrecision;
    live.base = instrument.base.view();
    live.quote = instrument.quote.view();
    live.settlement = instrument.settlement.view();
    live.status = instrument.status.view();
    live.kind = instrument.kind;
    live.inverse = instrument.inverse;
    slot.instrument.publish(live);
}

void observeStatus(LaneSlot& lane, const Status& status, SymbolId symbol, const BatchHeader& header)
{
    std::string key(status.subject.view());
    key += '\0';
    key += std::to_string(symbol);
    const auto [at, fresh] = lane.statusPlace.try_emplace(std::move(key), lane.statusPlace.size());
    if (at->second >= LiveState::kStatuses) {
        lane.statusPlace.erase(at);
        return;
    }
    LiveStatus live;
    live.subject = status.subject.view();
    live.state = status.state.view();
    live.reason = status.reason.view();
    live.receiveTime = header.receiveTime;
    live.symbol = symbol;
    live.lane = header.lane;
    lane.statuses[at->second].publish(live);
}

void observeGap(LaneSlot& lane, const Gap& gap, SymbolId symbol, const BatchHeader& header)
{
    const std::string id(gap.gapId.view());
    auto at = lane.gapPlace.find(id);
    if (at == lane.gapPlace.end()) {
        if (gap.state == GapState::Closed)
            return;
        std::size_t place = lane.nextGap;
        for (std::size_t i = 0; i < LiveState::kGaps && !lane.gapIn[place].empty(); ++i)
            place = (place + 1) % LiveState::kGaps;
        lane.nextGap = (place + 1) % LiveState::kGaps;
        lane.gapPlace.erase(lane.gapIn[place]);
        lane.gapIn[place] = id;
        at = lane.gapPlace.emplace(id, place).first;
    }
    LiveGap live;
    live.gapId = gap.gapId.view();
    live.channel = gap.channel.view();
    live.from = gap.from;
    live.receiveTime = header.receiveTime;
    live.symbol = symbol;
    live.lane = header.lane;
    live.state = gap.state;
    live.cause = gap.cause;
    lane.gaps[at->second].publish(live);
    if (gap.state == GapState::Closed) {
        lane.gapIn[at->second].clear();
        lane.gapPlace.erase(at);
    }
}

}  // namespace

struct LiveState::State {
    explicit State(const SymbolTable& table) : names(&table) {}
    const SymbolTable* names;
    LazySlots<SymbolSlot> symbols;
    LazySlots<LaneSlot> lanes;
};

LiveState::LiveState(const SymbolTable& symbols) : m_state(std::make_unique<State>(symbols)) {}
LiveState::~LiveState() = default;

void LiveState::publish(const Depth& depth) { m_state->symbols.make(depth.symbol).depth.publish(depth); }

void LiveState::observe(const Batch& batch)
{
    const BatchHeader& header = batch.header();
    LaneSlot& lane = m_state->lanes.make(header.lane);
    switch (header.kind) {
    case BatchKind::Frame:
        lane.frames.add(1);
        lane.frameBytes.add(header.payloadSize);
        break;
    case BatchKind::Control: lane.controls.add(1); break;
    case BatchKind::Derived: lane.derived.add(1); break;
    }
    lane.receiveTime.store(header.receiveTime, std::memory_order_relaxed);

    for (const EventView event : batch) {
        TypeCounts& counts = lane.types[static_cast<std::size_t>(event.type())];
        counts.count.add(1);
        counts.bytes.add(event.header().size);
        counts.exchangeTime.store(event.exchangeTime(), std::memory_order_relaxed);
        counts.receiveTime.store(header.receiveTime, std::memory_order_relaxed);

        const SymbolId symbol = event.symbol();
        if (const auto* quote = event.as<Quote>()) {
            SymbolSlot& slot = m_state->symbols.make(symbol);
            slot.quote.publish({quote->bidPrice, quote->bidQuantity, quote->askPrice, quote->askQuantity,
                                event.exchangeTime(), header.receiveTime, ++slot.quotes});
        } else if (const auto* trade = event.as<Trade>()) {
            SymbolSlot& slot = m_state->symbols.make(symbol);
            LiveTrade live{trade->price,
                           trade->quantity,
                           event.exchangeTime(),
                           header.receiveTime,
                           0,
                           trade->tradeId.view(),
                           trade->side,
                           trade->backfilled,
                           {}};
            slot.trades.append(live);
            slot.lastTrade.publish(live);
        } else if (const auto* candle = event.as<Candle>()) {
            observeCandle(m_state->symbols.make(symbol), *candle);
        } else if (const auto* mark = event.as<Mark>()) {
            observeMark(m_state->symbols.make(symbol), *mark, event.exchangeTime(), header.receiveTime);
        } else if (const auto* funding = event.as<Funding>()) {
            observeFunding(m_state->symbols.make(symbol), *funding, header.receiveTime);
        } else if (const auto* instrument = event.as<Instrument>()) {
            observeInstrument(m_state->symbols.make(symbol), *instrument);
        } else if (const auto* status = event.as<Status>()) {
            observeStatus(lane, *status, symbol, header);
        } else if (const auto* gap = event.as<Gap>()) {
            observeGap(lane, *gap, symbol, header);
        }
    }
}

std::optional<Depth> LiveState::depth(SymbolId symbol) const
{
    const SymbolSlot* slot = m_state->symbols.find(symbol);
    return slot ? slot->depth.read() : std::nullopt;
}

std::optional<LiveQuote> LiveState::quote(SymbolId symbol) const
{
    const SymbolSlot* slot = m_state->symbols.find(symbol);
    return slot ? slot->quote.read() : std::nullopt;
}

std::optional<LiveTrade> LiveState::lastTrade(SymbolId symbol) const
{
    const SymbolSlot* slot = m_state->symbols.find(symbol);
    return slot ? slot->lastTrade.read() : std::nullopt;
}

std::optional<LiveMark> LiveState::mark(SymbolId symbol) const
{
    const SymbolSlot* slot = m_state->symbols.find(symbol);
    return slot ? slot->mark.read() : std::nullopt;
}

std::optional<LiveInstrument> LiveState::instrument(SymbolId symbol) const
{
    const SymbolSlot* slot = m_state->symbols.find(symbol);
    return slot ? slot->instrument.read() : std::nullopt;
}

std::optional<LiveCandle> LiveState::candle(SymbolId symbol, Nanos interval, BuiltBy built) const
{
    const SymbolSlot* slot = m_state->symbols.find(symbol);
    const CandleSeries* series = slot ? slot->candlesOf(built).find(interval) : nullptr;
    return series ? series->newest.read() : std::nullopt;
}

std::vector<Nanos> LiveState::intervals(SymbolId symbol, BuiltBy built) const
{
    std::vector<Nanos> out;
    if (const SymbolSlot* slot = m_state->symbols.find(symbol))
        slot->candlesOf(built).intervals(out);
    std::ranges::sort(out);
    return out;
}

std::uint64_t LiveState::tradesSince(SymbolId symbol, std::uint64_t after, std::vector<LiveTrade>& out) const
{
    const SymbolSlot* slot = m_state->symbols.find(symbol);
    return slot ? slot->trades.since(after, out) : 0;
}

std::uint64_t LiveState::closedCandlesSince(SymbolId symbol, Nanos interval, std::uint64_t after,
                                            std::vector<LiveCandle>& out, BuiltBy built) const
{
    const SymbolSlot* slot = m_state->symbols.find(symbol);
    const CandleSeries* series = slot ? slot->candlesOf(built).find(interval) : nullptr;
    return series ? series->closed.since(after, out) : 0;
}

std::vector<SymbolId> LiveState::symbols() const
{
    std::vector<SymbolId> out;
    m_state->symbols.forEach(m_state->names->size(), [&](SymbolId id, const SymbolSlot&) { out.push_back(id); });
    return out;
}

std::vector<LiveStatus> LiveState::statuses() const
{
    std::vector<LiveStatus> out;
    m_state->lanes.forEach(m_state->names->size(), [&](SymbolId, const LaneSlot& lane) {
        for (const auto& status : lane.statuses)
            if (const auto value = status.read())
                out.push_back(*value);
    });
    return out;
}

std::vector<LiveGap> LiveState::openGaps() const
{
    std::vector<LiveGap> out;
    m_state->lanes.forEach(m_state->names->size(), [&](SymbolId, const LaneSlot& lane) {
        for (const auto& gap : lane.gaps)
            if (const auto value = gap.read(); value && value->state == GapState::Open)
                out.push_back(*value);
    });
    return out;
}

std::vector<LiveCount> LiveState::counts() const
{
    std::vector<LiveCount> out;
    m_state->lanes.forEach(m_state->names->size(), [&](SymbolId id, const LaneSlot& lane) {
        for (std::size_t type = 0; type < kEventTypeCount; ++type)
            if (const TypeCounts& counts = lane.types[type]; counts.count.get() > 0)
                out.push_back({id, static_cast<EventType>(type), counts.count.get(), counts.bytes.get(),
                               counts.exchangeTime.load(std::memory_order_relaxed),
                               counts.receiveTime.load(std::memory_order_relaxed)});
    });
    return out;
}

std::vector<LiveIntake> LiveState::intakes() const
{
    std::vector<LiveIntake> out;
    m_state->lanes.forEach(m_state->names->size(), [&](SymbolId id, const LaneSlot& lane) {
        out.push_back({id, lane.frames.get(), lane.frameBytes.get(), lane.controls.get(), lane.derived.get(),
                       lane.receiveTime.load(std::memory_order_relaxed)});
    });
    return out;
}

}  // namespace tickdeck
