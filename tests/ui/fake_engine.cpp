// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_engine.h"

#include <algorithm>

namespace tickdeck::ui {

namespace {

constexpr int kQuantityPrecision = 8;

template <class T>
api::Page<T> pageOf(const std::deque<T>& all, std::uint64_t cursor, std::size_t limit)
{
    api::Page<T> page;
    const std::uint64_t from = std::max<std::uint64_t>(cursor, all.size() > limit ? all.size() - limit : 0);
    page.lost = from - cursor;
    page.items.assign(all.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(from, all.size())), all.end());
    page.next = all.size();
    return page;
}

}  // namespace

FakeEngine::FakeEngine(std::uint64_t seed) : m_random(seed)
{
    api::Identity identity;
    identity.mode = api::Mode::Demo;
    identity.engineId = "7f3a9c";
    identity.version = "0.1.0";
    identity.profile = "default";
    identity.dataDirectory = "/home/desk/.local/share/tickdeck/demo";
    identity.startTime = kStart;
    identity.httpPort = 8080;
    identity.metricsPort = 9090;
    m_identity = std::make_shared<const api::Identity>(identity);

    addMarket("BTC-USD", "BTC/USD", 1, 1'183'452, 12'000'000);
    addMarket("ETH-USD", "ETH/USD", 2, 431'877, 180'000'000);
    addMarket("SOL-USD", "SOL/USD", 2, 19'234, 2'400'000'000);
    std::vector<api::Instrument> instruments;
    const char* symbols[][3] = {{"BTC-USD", "BTC/USD", "1"}, {"ETH-USD", "ETH/USD", "2"}, {"SOL-USD", "SOL/USD", "2"}};
    for (std::size_t i = 0; i < 3; ++i) {
        api::Instrument instrument;
        instrument.id = static_cast<SymbolId>(i + 1);
        instrument.name = {"kraken", symbols[i][0], symbols[i][1]};
        instrument.pricePrecision = symbols[i][2][0] - '0';
        instrument.quantityPrecision = kQuantityPrecision;
        instrument.status = "online";
        instruments.push_back(instrument);
    }
    m_instruments = std::make_shared<const std::vector<api::Instrument>>(std::move(instruments));
    addLog(api::LogLevel::Info, "runtime", "engine_started", "engine 7f3a9c, profile default, demo");
    addLog(api::LogLevel::Info, "kraken", "session_opened", "public: wss://127.0.0.1:43121");
    addLog(api::LogLevel::Info, "parquet", "sink_opened", "position 184,219,988");
    takeOverview();
}

void FakeEngine::addMarket(const char*, const char*, int pricePrecision, std::int64_t mid, std::int64_t lot)
{
    Market market;
    market.mid = mid;
    market.lot = lot;
    market.depth.symbol = static_cast<SymbolId>(m_markets.size() + 1);
    market.depth.priceScale = static_cast<std::uint8_t>(pricePrecision);
    market.depth.quantityScale = kQuantityPrecision;
    market.depth.bidCount = market.depth.askCount = kDepthLevels;
    market.depth.state = BookState::Live;
    market.depth.verified = Tristate::Yes;
    std::int64_t bid = mid;
    std::int64_t ask = mid + 1;
    for (std::size_t i = 0; i < kDepthLevels; ++i) {
        const auto quantity = [&] {
            return static_cast<std::int64_t>(dice(static_cast<std::uint64_t>(lot))) *
                       static_cast<std::int64_t>(1 + i / 3) +
                   lot / 50;
        };
        market.depth.bids[i] = {bid, quantity()};
        market.depth.asks[i] = {ask, quantity()};
        bid -= 1 + static_cast<std::int64_t>(dice(i + 2));
        ask += 1 + static_cast<std::int64_t>(dice(i + 2));
    }
    market.depth.receiveTime = m_now;
    m_markets.push_back(std::move(market));
}

void FakeEngine::advance(Nanos by)
{
    const Nanos end = m_now + by;
    while (m_now + kStep <= end) {
        m_now += kStep;
        step();
        if (m_now % (250 * kMillisecond) == 0)
            takeOverview();
    }
    m_now = end;
}

void FakeEngine::step()
{
    if (!m_known)
        return;
    for (Market& market : m_markets) {
        moveBook(market);
        if (market.depth.state == BookState::Live && dice(12) == 0)
            trade(market);
    }
}

void FakeEngine::moveBook(Market& market)
{
    Depth& depth = market.depth;
    if (depth.state != BookState::Live)
        return;
    const auto drift = static_cast<std::int64_t>(dice(40)) == 0 ? (dice(2) == 0 ? -1 : 1) : 0;
    for (std::size_t i = 0; i < kDepthLevels; ++i) {
        depth.bids[i].price += drift;
        depth.asks[i].price += drift;
    }
    for (int n = 0; n < 2; ++n) {
        auto& side = dice(2) == 0 ? depth.bids : depth.asks;
        const std::size_t at = dice(kDepthLevels);
        side[at].quantity = static_cast<std::int64_t>(dice(static_cast<std::uint64_t>(market.lot))) *
                                static_cast<std::int64_t>(1 + at / 3) +
                            market.lot / 50;
        ++m_bookChanges;
        ++m_seq;
    }
    ++depth.version;
    depth.exchangeTime = m_now - 14 * kMillisecond;
    depth.receiveTime = m_now;
}

void FakeEngine::trade(Market& market)
{
    api::Trade trade;
    trade.symbol = market.depth.symbol;
    trade.side = dice(2) == 0 ? Side::Buy : Side::Sell;
    const Level& best = trade.side == Side::Buy ? market.depth.asks[0] : market.depth.bids[0];
    trade.price = Decimal(best.price, market.depth.priceScale);
    trade.quantity =
        Decimal(1 + static_cast<std::int64_t>(dice(static_cast<std::uint64_t>(market.lot) / 4)), kQuantityPrecision);
    trade.exchangeTime = m_now - 14 * kMillisecond;
    trade.receiveTime = m_now;
    trade.seq = ++m_seq;
    trade.tradeId = std::to_string(70'000'000 + m_trades.size());
    m_trades.push_back(trade);
    addToCandles(market, trade);
}

void FakeEngine::addToCandles(Market& market, const api::Trade& trade)
{
    for (const Nanos interval : candleIntervals()) {
        auto& series = market.candles[interval];
        auto next = series ? *series : api::CandleSeries{market.depth.symbol, interval, false, {}};
        const Nanos open = trade.exchangeTime / interval * interval;
        if (next.candles.empty() || next.candles.back().openTime != open) {
            if (!next.candles.empty())
                next.candles.back().closed = true;
            next.candles.push_back({open, trade.price, trade.price, trade.price, trade.price, Decimal(), 0, false});
        }
        api::Candle& candle = next.candles.back();
        candle.high = std::max(candle.high, trade.price);
        candle.low = std::min(candle.low, trade.price);
        candle.close = trade.price;
        candle.volume = candle.volume.plus(trade.quantity).value_or(candle.volume);
        ++candle.trades;
        series = std::make_shared<const api::CandleSeries>(std::move(next));
    }
}

void FakeEngine::openGap()
{
    api::Gap gap;
    gap.id = "g-" + std::to_string(m_gaps.size() + 1);
    gap.venue = "kraken";
    gap.channel = "trade";
    gap.from = m_now;
    gap.cause = GapCause::Disconnect;
    m_gaps.insert(m_gaps.begin(), gap);
    for (Market& market : m_markets)
        market.depth.state = BookState::Stale;
    addLog(api::LogLevel::Warn, "kraken", "session_closed", "public: the venue closed the connection (1001)");
    takeOverview();
}

void FakeEngine::closeGap()
{
    m_gaps.front().to = m_now;
    m_gaps.front().recovered = GapRecovery::Snapshot;
    for (Market& market : m_markets)
        market.depth.state = BookState::Live;
    addLog(api::LogLevel::Info, "kraken", "session_opened", "public: wss://127.0.0.1:43121, reconnect 1");
    takeOverview();
}

void FakeEngine::addLog(api::LogLevel level, std::string component, std::string event, std::string message)
{
    m_log.push_back({m_now, level, std::move(component), std::move(event), std::move(message)});
}

void FakeEngine::setMode(api::Mode mode)
{
    api::Identity identity = *m_identity;
    identity.mode = mode;
    m_identity = std::make_shared<const api::Identity>(identity);
}

void FakeEngine::forgetMarkets()
{
    m_known = false;
    m_instruments = std::make_shared<const std::vector<api::Instrument>>();
    m_overview = std::make_shared<const api::Overview>();
}

void FakeEngine::takeOverview()
{
    const bool open = !m_gaps.empty() && m_gaps.front().to == kNoTime;
    api::Overview out;
    out.time = m_now;
    out.worst = open ? api::State::Degraded : api::State::Ok;
    struct Kind {
        const char* channel;
        double rate;
        Nanos lag;
    };
    for (const Kind& kind : {Kind{"book", 600, 14}, Kind{"trade", 24, 15}, Kind{"ticker", 90, 14},
                             Kind{"instrument", 0.1, 22}, Kind{"heartbeat", 1, 12}}) {
        api::Stream stream;
        stream.venue = "kraken";
        stream.channel = kind.channel;
        const bool hit = open && stream.channel == m_gaps.front().channel;
        stream.state = hit ? api::State::Degraded : api::State::Ok;
        stream.reason = hit ? "the venue closed the connection; next try in 2.4 s" : "";
        stream.since = open ? m_gaps.front().from : kStart;
        stream.silent = stream.channel == "instrument";
        stream.events = static_cast<std::uint64_t>(kind.rate * static_cast<double>((m_now - kStart) / kSecond));
        stream.eventsPerSecond = hit ? 0 : kind.rate * (0.8 + 0.4 * static_cast<double>(dice(1000)) / 1000);
        stream.eventLag = {(kind.lag + static_cast<Nanos>(dice(3))) * kMillisecond,
                           (kind.lag * 3 + static_cast<Nanos>(dice(9))) * kMillisecond};
        stream.receiveLag = {300'000 + static_cast<Nanos>(dice(90'000)), 4'100'000 + static_cast<Nanos>(dice(900'000))};
        stream.lastMessage = stream.silent ? kStart : m_now - static_cast<Nanos>(dice(40)) * kMillisecond;
        stream.gaps = stream.channel == "trade" ? m_gaps.size() : 0;
        stream.openGaps = hit ? 1 : 0;
        stream.reconnects = static_cast<std::uint32_t>(m_gaps.size());
        out.streams.push_back(stream);
    }
    const auto stage = [&](api::StageKind kind, const char* name, const char* title, std::uint64_t behind,
                           double rate) {
        api::Stage one;
        one.kind = kind;
        one.name = name;
        one.title = title;
        one.state = api::State::Ok;
        one.since = kStart;
        one.behind = behind;
        one.position = m_seq - behind;
        one.behindTime = behind > 0 ? static_cast<Nanos>(behind) * kMillisecond : kNoTime;
        one.eventsPerSecond = rate;
        one.breaker = kind == api::StageKind::Sink ? api::Breaker::Closed : api::Breaker::None;
        out.stages.push_back(one);
    };
    stage(api::StageKind::Pipeline, "candles", "Candles", dice(30), 24);
    stage(api::StageKind::Sink, "parquet", "Parquet lake", 4'000 + dice(900), 712);
    stage(api::StageKind::Sink, "sqlite", "Recent values", dice(700), 115);
    out.components.push_back({"kraken", "connector", out.worst, "", kStart});
    out.journal.state = api::State::Ok;
    out.journal.first = 180'000'001;
    out.journal.last = m_seq;
    out.journal.committed = m_seq - dice(60);
    out.journal.bytes = 1'240'000'000 + (m_seq - 184'220'000) * 120;
    out.journal.budget = 20'000'000'000;
    out.journal.bytesPerSecond = 84'000;
    out.gaps = m_gaps;
    out.openGaps = open ? 1 : 0;
    out.deadLetters = 2;
    m_overview = std::make_shared<const api::Overview>(std::move(out));
}

bool FakeEngine::depth(SymbolId symbol, Depth& out) const
{
    if (!m_known || symbol == 0 || symbol > m_markets.size())
        return false;
    out = m_markets[symbol - 1].depth;
    return true;
}

std::optional<api::Quote> FakeEngine::quote(SymbolId symbol) const
{
    Depth at;
    if (!depth(symbol, at))
        return {};
    api::Quote out;
    out.bidPrice = Decimal(at.bids[0].price, at.priceScale);
    out.bidQuantity = Decimal(at.bids[0].quantity, at.quantityScale);
    out.askPrice = Decimal(at.asks[0].price, at.priceScale);
    out.askQuantity = Decimal(at.asks[0].quantity, at.quantityScale);
    out.exchangeTime = at.exchangeTime;
    out.receiveTime = at.receiveTime;
    return out;
}

api::Page<api::Trade> FakeEngine::trades(std::uint64_t cursor, std::size_t limit) const
{
    return pageOf(m_trades, cursor, limit);
}

std::shared_ptr<const api::CandleSeries> FakeEngine::candles(SymbolId symbol, Nanos interval)
{
    if (!m_known || symbol == 0 || symbol > m_markets.size())
        return nullptr;
    auto& series = m_markets[symbol - 1].candles[interval];
    if (!series)
        series = std::make_shared<const api::CandleSeries>(api::CandleSeries{symbol, interval, false, {}});
    return series;
}

api::Page<api::LogLine> FakeEngine::log(std::uint64_t cursor, std::size_t limit) const
{
    return pageOf(m_log, cursor, limit);
}

api::AnswerRef<std::vector<api::Gap>> FakeEngine::gaps(Nanos from, Nanos to)
{
    std::vector<api::Gap> seen;
    for (const api::Gap& gap : m_gaps)
        if (gap.from < to && (gap.to == kNoTime || gap.to > from))
            seen.insert(seen.begin(), gap);
    auto answer = std::make_shared<api::Answer<std::vector<api::Gap>>>();
    answer->set(std::move(seen));
    return answer;
}

std::shared_ptr<api::ExportJob> FakeEngine::startExport(const api::ExportRequest& request)
{
    lastJob = std::make_shared<FakeJob>(request);
    return lastJob;
}

}  // namespace tickdeck::ui
