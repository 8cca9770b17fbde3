// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_engine.h"

#include <algorithm>
#include <array>
#include <tuple>

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

    addMarket({"kraken", "BTC-USD", "BTC/USD", InstrumentKind::Spot, 1}, 1'183'452, 12'000'000);
    addMarket({"kraken", "ETH-USD", "ETH/USD", InstrumentKind::Spot, 2}, 431'877, 180'000'000);
    addMarket({"kraken", "SOL-USD", "SOL/USD", InstrumentKind::Spot, 2}, 19'234, 2'400'000'000);
    addLog(api::LogLevel::Info, "runtime", "engine_started", "engine 7f3a9c, profile default, demo");
    addLog(api::LogLevel::Info, "kraken", "session_opened", "public: wss://127.0.0.1:43121");
    addLog(api::LogLevel::Info, "parquet", "sink_opened", "position 184,219,988");
    const std::string trade =
        R"({"channel":"trade","type":"update","data":[{"symbol":"ETH/USD","side":"buy","price":4318.7x,)"
        R"("qty":0.1250,"ord_type":"market","trade_id":70000017,"timestamp":"2026-08-16T23:59:58.114Z"}]})";
    addDeadLetter("kraken", ErrorCode::Malformed, "trade: price is not a number", trade, trade.find('x'), true);
    addDeadLetter("sinks.parquet", ErrorCode::OutOfRange,
                  "a price has 20 digits after the point, price_scale allows 18",
                  R"({"seq":184219871,"type":"trade","symbol":"SOL-USD","price":"192.34000000000000000001"})", {});
}

void FakeEngine::addBinance()
{
    constexpr auto kKind = InstrumentKind::Perpetual;
    addMarket({"binance", "BTC-USDT-PERP", "BTCUSDT", kKind, 1}, 1'183'510, 8'000'000);
    addMarket({"binance", "ETH-USDT-PERP", "ETHUSDT", kKind, 2}, 431'905, 120'000'000);
    addMarket({"binance", "1000PEPE-USDT-PERP", "1000PEPEUSDT", kKind, 7}, 123'456, 900'000'000'000);
    addLog(api::LogLevel::Info, "binance", "session_opened", "public: wss://127.0.0.1:43122");
    takeOverview();
}

void FakeEngine::addInstruments(int count, bool active)
{
    constexpr std::array kQuotes{"USDT", "USDC", "BTC", "EUR"};
    std::vector<api::Instrument> more;
    const auto first = static_cast<SymbolId>(1000);
    if (active)
        m_firstQuoted = first;
    for (int i = 0; i < count; ++i) {
        std::string base;
        for (int n = i / 4 + 26; n > 0; n /= 26)
            base.insert(base.begin(), static_cast<char>('A' + n % 26));
        const std::string quote = kQuotes[static_cast<std::size_t>(i) % 4];
        const bool perpetual = i % 2 == 0;
        api::Instrument instrument;
        instrument.id = first + static_cast<SymbolId>(i);
        instrument.name = perpetual ? SymbolName{"binance", base + "-" + quote + "-PERP", base + quote}
                                    : SymbolName{"kraken", base + "-" + quote, base + "/" + quote};
        instrument.kind = perpetual ? InstrumentKind::Perpetual : InstrumentKind::Spot;
        instrument.pricePrecision = 4;
        instrument.quantityPrecision = 2;
        instrument.status = i % 50 == 0 ? "SETTLING" : "TRADING";
        more.push_back(std::move(instrument));
    }
    list(std::move(more));
    takeOverview();
}

void FakeEngine::list(std::vector<api::Instrument> more)
{
    std::vector<api::Instrument> all = m_instruments ? *m_instruments : std::vector<api::Instrument>();
    all.insert(all.end(), more.begin(), more.end());
    std::ranges::sort(all, [](const api::Instrument& a, const api::Instrument& b) {
        return std::tie(a.name.venue, a.name.symbol) < std::tie(b.name.venue, b.name.symbol);
    });
    m_instruments = std::make_shared<const std::vector<api::Instrument>>(std::move(all));
}

void FakeEngine::addMarket(const Listing& listing, std::int64_t mid, std::int64_t lot)
{
    api::Instrument instrument;
    instrument.id = static_cast<SymbolId>(m_markets.size() + 1);
    instrument.name = {listing.venue, listing.symbol, listing.native};
    instrument.kind = listing.kind;
    instrument.pricePrecision = listing.pricePrecision;
    instrument.quantityPrecision = kQuantityPrecision;
    instrument.status = "online";
    list({instrument});
    Market market;
    market.mid = mid;
    market.lot = lot;
    market.perpetual = listing.kind == InstrumentKind::Perpetual;
    market.depth.symbol = instrument.id;
    market.depth.priceScale = static_cast<std::uint8_t>(listing.pricePrecision);
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

void FakeEngine::skip(Nanos by)
{
    m_now += by;
    takeOverview();
}

void FakeEngine::step()
{
    if (!m_known)
        return;
    for (Market& market : m_markets) {
        moveBook(market);
        if (market.depth.state == BookState::Live && dice(12) == 0)
            trade(market);
        if (market.perpetual && m_now % kSecond == 0)
            takeMark(market);
        if (market.perpetual && dice(700) == 0)
            forceOrder(market);
    }
}

void FakeEngine::takeMark(Market& market)
{
    // A minute without marks, as after a lost connection.
    if (market.depth.state != BookState::Live)
        return;
    const int scale = market.depth.priceScale;
    const std::int64_t mid = (market.depth.bids[0].price + market.depth.asks[0].price) / 2;
    const std::int64_t step = mid / 20'000 + 1;
    const auto index = mid - step * static_cast<std::int64_t>(3 + dice(4));
    const auto rate = 80 + static_cast<std::int64_t>(m_now / (60 * kSecond) % 7) * 9;
    market.marks.push_back({m_now, Decimal(mid - step, scale), Decimal(index, scale), Decimal(rate, 6)});
    market.markSeries.reset();
}

void FakeEngine::forceOrder(Market& market)
{
    api::ForcedOrder order;
    order.symbol = market.depth.symbol;
    order.side = dice(3) == 0 ? Side::Buy : Side::Sell;
    const Level& best = order.side == Side::Buy ? market.depth.asks[0] : market.depth.bids[0];
    order.price = Decimal(best.price, market.depth.priceScale);
    order.averagePrice = order.price;
    order.quantity =
        Decimal(1 + static_cast<std::int64_t>(dice(static_cast<std::uint64_t>(market.lot) * 3)), kQuantityPrecision);
    order.filled = order.quantity;
    order.status = "FILLED";
    order.exchangeTime = m_now - 20 * kMillisecond;
    order.receiveTime = m_now;
    order.seq = ++m_seq;
    m_forced.push_back(order);
}

std::optional<api::MarkPrice> FakeEngine::mark(SymbolId symbol) const
{
    if (!m_known || symbol == 0 || symbol > m_markets.size() || m_markets[symbol - 1].marks.empty())
        return {};
    constexpr Nanos kEvery = 8 * 3600 * kSecond;
    const api::MarkPoint& point = m_markets[symbol - 1].marks.back();
    return api::MarkPrice{.mark = point.mark,
                          .index = point.index,
                          .fundingRate = point.fundingRate,
                          .nextFundingTime = (m_now / kEvery + 1) * kEvery,
                          .exchangeTime = point.time - 12 * kMillisecond,
                          .receiveTime = point.time,
                          .fundingTime = point.time,
                          .fundingEvery = kEvery};
}

std::shared_ptr<const api::MarkSeries> FakeEngine::marks(SymbolId symbol)
{
    if (!m_known || symbol == 0 || symbol > m_markets.size())
        return nullptr;
    Market& market = m_markets[symbol - 1];
    if (!market.markSeries)
        market.markSeries = std::make_shared<const api::MarkSeries>(api::MarkSeries{symbol, false, market.marks});
    return market.markSeries;
}

api::Page<api::ForcedOrder> FakeEngine::forcedOrders(std::uint64_t cursor, std::size_t limit) const
{
    return pageOf(m_forced, cursor, limit);
}

std::vector<Nanos> FakeEngine::candleIntervals(SymbolId symbol, BuiltBy built) const
{
    if (built == BuiltBy::Engine)
        return {kSecond, 10 * kSecond, 60 * kSecond};
    const bool has = symbol > 0 && symbol <= m_markets.size() && m_markets[symbol - 1].perpetual;
    return has ? std::vector<Nanos>{60 * kSecond} : std::vector<Nanos>();
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
    for (const Nanos interval : candleIntervals(market.depth.symbol, BuiltBy::Engine)) {
        auto& series = market.candles[interval];
        auto next = series ? *series : api::CandleSeries{market.depth.symbol, interval, BuiltBy::Engine, false, {}};
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
    if (m_firstQuoted > 0 && symbol >= m_firstQuoted)
        return api::Quote{.bidPrice = Decimal(symbol, 2),
                          .bidQuantity = Decimal(5, 0),
                          .askPrice = Decimal(symbol + 1, 2),
                          .askQuantity = Decimal(7, 0),
                          .exchangeTime = kNoTime,
                          .receiveTime = m_now};
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

std::shared_ptr<const api::CandleSeries> FakeEngine::candles(SymbolId symbol, Nanos interval, BuiltBy built)
{
    if (!m_known || symbol == 0 || symbol > m_markets.size())
        return nullptr;
    auto& series = m_markets[symbol - 1].candles[interval];
    if (!series)
        series =
            std::make_shared<const api::CandleSeries>(api::CandleSeries{symbol, interval, BuiltBy::Engine, false, {}});
    if (built == BuiltBy::Engine)
        return series;
    auto& own = m_markets[symbol - 1].venueCandles;
    if (!own || own->interval != interval || own->candles.size() != series->candles.size() ||
        (!own->candles.empty() && own->candles.back().trades != series->candles.back().trades)) {
        auto next = *series;
        next.built = BuiltBy::Venue;
        own = std::make_shared<const api::CandleSeries>(std::move(next));
    }
    return own;
}

api::Page<api::LogLine> FakeEngine::log(std::uint64_t cursor, std::size_t limit) const
{
    return pageOf(m_log, cursor, limit);
}

void FakeEngine::answer()
{
    for (auto waiting = std::exchange(m_waiting, {}); auto& each : waiting)
        each();
}

std::shared_ptr<api::ExportJob> FakeEngine::startExport(const api::ExportRequest& request)
{
    lastJob = std::make_shared<FakeJob>(request);
    return lastJob;
}

}  // namespace tickdeck::ui
