// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/simulator.h"

#include <algorithm>

#include "engine/connectors/binance/simulator_clients.h"
#include "engine/connectors/binance/simulator_ids.h"
#include "engine/connectors/binance/simulator_rest.h"
#include "engine/sim/noise.h"

namespace tickdeck::binance {

namespace {

using namespace simulated;
using sim::ClientId;
using sim::HttpAnswer;
using sim::Market;
using sim::Outbox;

constexpr Nanos kTick = 10 * kMillisecond;          // how exactly the venue keeps its own times
constexpr Nanos kCandleEvery = 250 * kMillisecond;  // a candle that changes is told
constexpr Nanos kStale = 5 * kSecond;               // how old a stale snapshot is
constexpr std::int64_t kFirstAggregate = 87'353'229;
constexpr std::int64_t kFirstTrade = 126'902'923;
constexpr std::size_t kUsualLevels = 500;  // of a snapshot
constexpr std::size_t kBest = 20;          // levels of the largest partial book

// What the venue keeps of one contract besides its book.
struct Line {
    Line(const sim::MarketOptions& market, std::size_t instrument)
        : ids(market, instrument),
          chains{DepthChain(ids.last()), DepthChain(ids.last()), DepthChain(ids.last())},
          candles(market.start, market.listings[instrument].price),
          perpetual(market.seed, market.listings[instrument]),
          time(market.start)
    {
        see(Market::bookAt(market, instrument, 0));
    }

    // Takes down the best levels, which are told after the market's book has gone on.
    void see(const sim::MarketBook& book)
    {
        const auto best = [](std::span<const Level> levels) { return levels.first(std::min(levels.size(), kBest)); };
        bids.assign(best(book.bids()).begin(), best(book.bids()).end());
        asks.assign(best(book.asks()).begin(), best(book.asks()).end());
    }

    UpdateIds ids;
    std::array<DepthChain, kDepthIntervals.size()> chains;
    Candles candles;
    sim::Perpetual perpetual;
    Nanos time;                     // of its last change
    std::vector<Level> bids, asks;  // the best ones
    std::int64_t lastAggregate = kFirstAggregate;
    std::int64_t lastTrade = kFirstTrade;
    bool becomesFine = false;  // with its next step
    bool listed = true;
    bool trading = true;
    Nanos silentUntil = 0;  // where it is not listed or not trading: by the wall

    [[nodiscard]] bool isSilent() const noexcept { return !listed || !trading; }
};

class BinanceVenue final : public sim::Venue {
public:
    explicit BinanceVenue(sim::MarketOptions market) : m_market(std::move(market)), m_tick(m_market.start)
    {
        for (std::size_t i = 0; i < m_market.listings.size(); ++i) {
            m_contracts.emplace_back(m_market.listings[i]);
            m_lines.emplace_back(m_market, i);
        }
        m_tick -= m_tick % kTick;
        m_clients = std::make_unique<Clients>(m_contracts);
    }

    void opened(ClientId id, std::string_view path, Nanos, Outbox& out) override { m_clients->opened(id, path, out); }
    void closed(ClientId id) override { m_clients->closed(id); }
    void message(ClientId id, std::string_view text, const Market&, Nanos, Outbox& out) override
    {
        m_clients->message(id, text, out);
    }

    void stepped(const sim::Step& step, const Market& market, Outbox& out) override
    {
        // What is due by now is told as it was before this step.
        passTo(step.time, out);
        Line& line = m_lines[step.instrument];
        const sim::MarketBook& book = market.book(step.instrument);
        const std::uint64_t id = line.ids.next(step.time);
        line.time = step.time;
        if (line.becomesFine)
            makeFine(step, book);
        const Contract& contract = m_contracts[step.instrument];
        for (DepthChain& chain : line.chains) {
            for (const sim::LevelChange& change : step.changes)
                chain.change(change.side, contract.told(change.level.price), change.level.quantity);
            chain.stepped(id, step.time);
        }
        const Level bid = line.bids.front();
        const Level ask = line.asks.front();
        line.see(book);
        if (bid != line.bids.front() || ask != line.asks.front())
            tellTouch(step.instrument, id, out);
        tellTrades(step, out);
    }

    void caughtUp(Nanos now, const Market&, Outbox& out) override { passTo(now, out); }

    void second(Nanos now, Outbox& out) override
    {
        m_clients->second();
        for (std::size_t i = 0; i < m_lines.size(); ++i) {
            Line& line = m_lines[i];
            if (line.isSilent() && now >= line.silentUntil) {
                line.listed = line.trading = true;
                tellContract(i, now, out);
            }
        }
    }

    HttpAnswer get(const sim::HttpRequest& request, const Market& market, Nanos now) override
    {
        const auto limit = request.query.find("limit");
        const std::size_t levels = limit == request.query.end() ? kUsualLevels : numberOf(limit->second);
        const bool snapshot = request.path == "/fapi/v1/depth";
        const int weight = snapshot ? snapshotWeight(levels).value_or(1) : 1;
        auto refused = m_meter.charge(weight, now);
        HttpAnswer answer = refused    ? std::move(*refused)
                            : snapshot ? snapshotAnswer(request, levels, market)
                                       : plainAnswer(request.path, now);
        answer.headers.push_back(m_meter.header());
        return answer;
    }

    std::string refusal(int status, Nanos until) const override { return refusalText(status, until); }

    void disturb(const sim::Fault& fault, const Market&, Nanos now, Outbox& out) override
    {
        for (std::size_t i = 0; i < m_lines.size(); ++i) {
            Line& line = m_lines[i];
            if (!fault.target.empty() && fault.target != m_contracts[i].name())
                continue;
            if (fault.kind == sim::FaultKind::Precision) {
                line.becomesFine = !m_contracts[i].isFine();
                continue;
            }
            line.silentUntil = now + static_cast<Nanos>(fault.seconds * 1e9);
            line.listed = fault.kind != sim::FaultKind::Delist;
            line.trading = false;
            tellContract(i, now, out);
        }
    }

    void spoilChecksum(std::string&) const override {}  // the venue has none
    std::string rateLimitAnswer() const override
    {
        return errorText(-1003, "Too many messages sent. Please use fewer.");
    }

private:
    static std::size_t numberOf(const std::string& text)
    {
        const bool digits =
            !text.empty() && text.size() < 7 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
        return digits ? std::stoul(text) : 0;
    }

    [[nodiscard]] std::string_view statusOf(std::size_t i) const
    {
        return !m_lines[i].listed ? "CLOSE" : m_lines[i].trading ? "TRADING" : "PENDING_TRADING";
    }

    // Does what is due up to `time`, in order.
    void passTo(Nanos time, Outbox& out)
    {
        while (m_tick + kTick <= time) {
            m_tick += kTick;
            for (std::size_t i = 0; i < m_lines.size(); ++i) {
                tellDepth(i, out);
                if (m_tick % kCandleEvery == 0)
                    tellCandles(i, out);
                if (m_tick % kSecond == 0)
                    tellLiquidation(i, out);
            }
            if (m_tick % kSecond == 0)
                tellMarks(out);
        }
    }

    void tellDepth(std::size_t i, Outbox& out)
    {
        Line& line = m_lines[i];
        if (line.isSilent())
            return;
        const Contract& contract = m_contracts[i];
        const Nanos phase = static_cast<Nanos>(i % 10) * kTick;  // not all contracts at the same instant
        for (std::size_t k = 0; k < line.chains.size(); ++k) {
            const std::size_t interval = kDepthIntervals[k];
            if ((m_tick - phase) % (static_cast<Nanos>(interval) * kMillisecond) != 0 || line.chains[k].empty())
                continue;
            const DepthEvent event = line.chains[k].take();
            m_clients->tell(
                {StreamKind::Depth, i, interval, 0}, "depth", contract.name(),
                [&] { return depthText(contract, event, m_tick); }, out);
            for (const std::size_t levels : kPartialLevels)
                m_clients->tell(
                    {StreamKind::Partial, i, interval, levels}, "depth", contract.name(),
                    [&] { return partialText(contract, event, line.bids, line.asks, levels, m_tick); }, out);
        }
    }

    void tellTouch(std::size_t i, std::uint64_t id, Outbox& out)
    {
        const Line& line = m_lines[i];
        const Contract& contract = m_contracts[i];
        if (line.isSilent())
            return;
        const Nanos sent = line.time + static_cast<Nanos>(1 + id % 5) * kMillisecond;
        for (const std::size_t which : {i, Stream::kAll})
            m_clients->tell(
                {StreamKind::BookTicker, which, 0, 0}, "bookTicker", contract.name(),
                [&] { return bookTickerText(contract, line.bids.front(), line.asks.front(), id, line.time, sent); },
                out);
    }

    void tellTrades(const sim::Step& step, Outbox& out)
    {
        Line& line = m_lines[step.instrument];
        if (line.isSilent())
            return;  // a contract that rests has no trades: none is counted
        const Contract& contract = m_contracts[step.instrument];
        for (const sim::MarketTrade& trade : step.trades) {
            // One of the market's trades is up to three of the venue's, which it gathers again.
            const std::int64_t fills = std::min(trade.quantity, 1 + static_cast<std::int64_t>(sim::mix(trade.id) % 3));
            const AggregateTrade aggregate{.id = ++line.lastAggregate,
                                           .price = trade.price,
                                           .quantity = trade.quantity,
                                           .first = line.lastTrade + 1,
                                           .last = line.lastTrade + fills,
                                           .time = step.time,
                                           .buyerIsMaker = trade.side == Side::Sell};
            line.lastTrade += fills;
            rollCandles(step.instrument, step.time, out);
            line.candles.trade(trade.price, trade.quantity, trade.side == Side::Buy, aggregate.first, aggregate.last);
            m_clients->tell(
                {StreamKind::AggTrade, step.instrument, 0, 0}, "aggTrade", contract.name(),
                [&] { return aggTradeText(contract, aggregate, step.time + 20 * kMillisecond); }, out);
        }
    }

    void tellCandle(std::size_t i, std::size_t interval, bool closed, Outbox& out)
    {
        Line& line = m_lines[i];
        VenueCandle& candle = line.candles.at(interval);
        candle.dirty = false;
        if (!line.isSilent())
            m_clients->tell(
                {StreamKind::Kline, i, interval, 0}, "kline", m_contracts[i].name(),
                [&] { return klineText(m_contracts[i], interval, candle, closed, m_tick); }, out);
    }

    void rollCandles(std::size_t i, Nanos now, Outbox& out)
    {
        for (std::size_t k = 0; k < kCandleIntervals.size(); ++k)
            while (m_lines[i].candles.ends(k, now)) {
                tellCandle(i, k, true, out);
                m_lines[i].candles.roll(k);
            }
    }

    void tellCandles(std::size_t i, Outbox& out)
    {
        rollCandles(i, m_tick, out);
        for (std::size_t k = 0; k < kCandleIntervals.size(); ++k)
            if (m_lines[i].candles.at(k).dirty)
                tellCandle(i, k, false, out);
    }

    void tellMarks(Outbox& out)
    {
        std::string all;
        for (const std::size_t interval : {std::size_t{1000}, std::size_t{3000}}) {
            if (m_tick % (static_cast<Nanos>(interval) * kMillisecond) != 0)
                continue;
            for (std::size_t i = 0; i < m_lines.size(); ++i)
                if (!m_lines[i].isSilent())
                    m_clients->tell(
                        {StreamKind::Mark, i, interval, 0}, "markPrice", m_contracts[i].name(),
                        [&] { return markOf(i); }, out);
            m_clients->tell(
                {StreamKind::Mark, Stream::kAll, interval, 0}, "markPrice", {},
                [&] {
                    if (all.empty()) {
                        for (std::size_t i = 0; i < m_lines.size(); ++i)
                            if (!m_lines[i].isSilent())
                                all += (all.empty() ? "[" : ",") + markOf(i);
                        all = (all.empty() ? "[" : all) + "]";
                    }
                    return all;
                },
                out);
        }
    }

    [[nodiscard]] std::string markOf(std::size_t i) const
    {
        const Line& line = m_lines[i];
        const Nanos sent = m_tick + static_cast<Nanos>(sim::mix(static_cast<std::uint64_t>(m_tick)) % 5) * kMillisecond;
        return markText(m_contracts[i], line.perpetual.at(m_tick, line.bids[0].price, line.asks[0].price), sent);
    }

    // Of the second that has just ended.
    void tellLiquidation(std::size_t i, Outbox& out)
    {
        const Line& line = m_lines[i];
        const auto order = line.perpetual.liquidation(m_tick - kSecond, line.bids[0].price, line.asks[0].price);
        if (!order || line.isSilent())
            return;
        for (const std::size_t which : {i, Stream::kAll})
            m_clients->tell(
                {StreamKind::ForceOrder, which, 0, 0}, "forceOrder", m_contracts[i].name(),
                [&] { return forceOrderText(m_contracts[i], *order); }, out);
    }

    void tellContract(std::size_t i, Nanos now, Outbox& out)
    {
        m_clients->tell(
            {StreamKind::ContractInfo, Stream::kAll, 0, 0}, "contractInfo", m_contracts[i].name(),
            [&] { return contractInfoText(m_contracts[i], statusOf(i), now); }, out);
    }

    // Every level that is told at another price from now on goes, and comes where it is now.
    void makeFine(const sim::Step& step, const sim::MarketBook& book)
    {
        Line& line = m_lines[step.instrument];
        Contract& contract = m_contracts[step.instrument];
        line.becomesFine = false;
        const Contract before = contract;
        contract.makeFine();
        for (DepthChain& chain : line.chains) {
            for (const sim::LevelChange& change : step.changes)
                chain.change(change.side, before.told(change.level.price), 0);
            for (const Side side : {Side::Buy, Side::Sell})
                for (const Level& level : book.levels(side)) {
                    chain.change(side, before.told(level.price), 0);
                    chain.change(side, contract.told(level.price), level.quantity);
                }
        }
    }

    [[nodiscard]] HttpAnswer snapshotAnswer(const sim::HttpRequest& request, std::size_t levels, const Market& market)
    {
        const auto symbol = request.query.find("symbol");
        if (symbol == request.query.end() || symbol->second.empty())
            return bad(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
        const auto found = std::ranges::find(m_contracts, symbol->second, &Contract::name);
        const auto i = static_cast<std::size_t>(found - m_contracts.begin());
        if (found == m_contracts.end() || !m_lines[i].listed)
            return bad(-1121, "Invalid symbol.");
        if (!snapshotWeight(levels))
            return bad(-1130, "Data sent for parameter 'limit' is not valid.");
        const Line& line = m_lines[i];
        const Nanos now = std::max(line.time, m_tick);
        if (!request.stale)
            return {.body = snapshotText(*found, market.book(i), levels, line.ids.last(), line.time, now),
                    .headers = {}};
        const std::uint64_t version = Market::versionAt(m_market, i, std::max(now - kStale, m_market.start - 1));
        const Nanos time = version == 0 ? m_market.start : Market::timeOf(m_market, i, version);
        return {.body = snapshotText(*found, Market::bookAt(m_market, i, version), levels,
                                     updateIdOf(m_market, i, version), time, time),
                .headers = {}};
    }

    [[nodiscard]] HttpAnswer plainAnswer(const std::string& path, Nanos now) const
    {
        if (path == "/fapi/v1/ping")
            return {.body = "{}", .headers = {}};
        if (path == "/fapi/v1/time")
            return {.body = R"({"serverTime":)" + milliseconds(now) + '}', .headers = {}};
        if (path != "/fapi/v1/exchangeInfo")
            return {.status = 404, .body = errorText(-5000, "Path is invalid"), .headers = {}};
        std::string body = R"({"timezone":"UTC","serverTime":)" + milliseconds(now) +
                           R"(,"futuresType":"U_MARGINED","rateLimits":[{"rateLimitType":"REQUEST_WEIGHT",)" +
                           R"("interval":"MINUTE","intervalNum":1,"limit":)" +
                           std::to_string(RequestMeter::kMostInAMinute) +
                           R"(}],"exchangeFilters":[],"assets":[{"asset":"USDT","marginAvailable":true,)" +
                           R"("autoAssetExchange":"-10000"}],"symbols":[)";
        for (std::size_t i = 0; i < m_lines.size(); ++i)
            if (m_lines[i].listed)
                body += (body.ends_with('[') ? "" : ",") + contractEntry(m_contracts[i], statusOf(i));
        return {.body = body + "]}", .headers = {}};
    }

    static HttpAnswer bad(int code, std::string_view message)
    {
        return {.status = 400, .body = errorText(code, message), .headers = {}};
    }

    sim::MarketOptions m_market;
    Nanos m_tick;  // up to here everything due has been told
    std::vector<Contract> m_contracts;
    std::vector<Line> m_lines;  // as m_contracts
    std::unique_ptr<Clients> m_clients;
    RequestMeter m_meter;
};

std::unique_ptr<sim::Simulator> makeSimulator(sim::SimulatorOptions options)
{
    using namespace std::chrono;
    if (options.start == 0)
        options.start = SystemClock().now();
    if (options.listings.empty())
        options.listings = simulatedListings(options.start);
    if (options.life == 0ms)
        options.life = 24h;
    if (options.pingEvery == 0ms)
        options.pingEvery = 3min;
    if (options.pongWithin == 0ms)
        options.pongWithin = 10min;
    auto venue = std::make_unique<BinanceVenue>(sim::marketOf(options));
    return std::make_unique<sim::Simulator>("binance", std::move(options), std::move(venue));
}

}  // namespace

SimulatorSpec simulatorSpec()
{
    return {.name = "binance", .title = "Binance USD-M", .make = makeSimulator, .rest = true};
}

}  // namespace tickdeck::binance
