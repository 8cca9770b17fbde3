// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/simulator_wire.h"

#include <algorithm>
#include <span>

#include "engine/sim/noise.h"

namespace tickdeck::binance::simulated {

namespace {

constexpr Nanos kListedSince = 1'569'398'400 * kSecond;

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

// {"e":…,"E":…
std::string head(std::string_view event, Nanos now)
{
    return R"({"e":)" + inQuotes(event) + R"(,"E":)" + milliseconds(now);
}

std::string symbol(const Contract& contract) { return R"(,"s":)" + inQuotes(contract.name()); }

std::string pair(const Contract& contract) { return R"(,"ps":)" + inQuotes(contract.pair()); }

void appendLevel(std::string& out, std::string_view price, std::string_view quantity)
{
    if (out.back() != '[')
        out += ',';
    out.append("[\"").append(price).append("\",\"").append(quantity).append("\"]");
}

void appendChanges(std::string& out, const Contract& contract, const std::map<std::int64_t, std::int64_t>& changes,
                   std::uint64_t id)
{
    out += '[';
    for (const auto& [price, quantity] : changes)
        appendLevel(out, contract.price(price),
                    contract.levelQuantity(quantity, sim::mix(id ^ static_cast<std::uint64_t>(price))));
    out += ']';
}

void appendBest(std::string& out, const Contract& contract, std::span<const Level> levels, std::size_t count)
{
    out += '[';
    for (const Level& level : levels.first(std::min(count, levels.size())))
        appendLevel(out, contract.priceOfTicks(level.price), contract.quantity(level.quantity));
    out += ']';
}

std::string depthHead(const Contract& contract, const DepthEvent& event, Nanos now)
{
    return head("depthUpdate", now) + R"(,"T":)" + milliseconds(event.time) + symbol(contract) + pair(contract) +
           R"(,"U":)" + std::to_string(event.first) + R"(,"u":)" + std::to_string(event.last) + R"(,"pu":)" +
           std::to_string(event.previous);
}

std::string eightDigits(std::int64_t value) { return Decimal(value, sim::Perpetual::kScale).toString(); }

std::string_view contractType(const Contract& contract) { return contract.isDated() ? "CURRENT_QUARTER" : "PERPETUAL"; }

// 10^-digits: "0.001", "1".
std::string unit(int digits) { return Decimal(1, digits).toString(); }

}  // namespace

std::string wrapped(std::string_view stream, std::string_view payload)
{
    std::string out = R"({"stream":")";
    out.append(stream).append(R"(","data":)").append(payload).append("}");
    return out;
}

std::string depthText(const Contract& contract, const DepthEvent& event, Nanos now)
{
    std::string out = depthHead(contract, event, now) + R"(,"b":)";
    appendChanges(out, contract, event.bids, event.last);
    out += R"(,"a":)";
    appendChanges(out, contract, event.asks, event.last + 1);
    return out + R"(,"st":1})";
}

std::string partialText(const Contract& contract, const DepthEvent& event, std::span<const Level> bids,
                        std::span<const Level> asks, std::size_t levels, Nanos now)
{
    std::string out = depthHead(contract, event, now) + R"(,"b":)";
    appendBest(out, contract, bids, levels);
    out += R"(,"a":)";
    appendBest(out, contract, asks, levels);
    return out + R"(,"st":1})";
}

std::string bookTickerText(const Contract& contract, const Level& bid, const Level& ask, std::uint64_t id, Nanos time,
                           Nanos now)
{
    return R"({"e":"bookTicker","u":)" + std::to_string(id) + symbol(contract) + pair(contract) + R"(,"b":)" +
           inQuotes(contract.priceOfTicks(bid.price)) + R"(,"B":)" + inQuotes(contract.quantity(bid.quantity)) +
           R"(,"a":)" + inQuotes(contract.priceOfTicks(ask.price)) + R"(,"A":)" +
           inQuotes(contract.quantity(ask.quantity)) + R"(,"T":)" + milliseconds(time) + R"(,"E":)" +
           milliseconds(now) + R"(,"st":1})";
}

std::string aggTradeText(const Contract& contract, const AggregateTrade& trade, Nanos now)
{
    const std::string quantity = inQuotes(contract.quantity(trade.quantity));
    return head("aggTrade", now) + R"(,"a":)" + std::to_string(trade.id) + symbol(contract) + R"(,"p":)" +
           inQuotes(contract.priceOfTicks(trade.price)) + R"(,"q":)" + quantity + R"(,"nq":)" + quantity + R"(,"f":)" +
           std::to_string(trade.first) + R"(,"l":)" + std::to_string(trade.last) + R"(,"T":)" +
           milliseconds(trade.time) + R"(,"m":)" + (trade.buyerIsMaker ? "true" : "false") + R"(,"st":1})";
}

std::string markText(const Contract& contract, const sim::Perpetual::Prices& prices, Nanos now)
{
    const std::string mark = inQuotes(eightDigits(prices.mark));
    return head("markPriceUpdate", now) + symbol(contract) + R"(,"p":)" + mark + R"(,"ap":)" + mark + R"(,"P":)" +
           inQuotes(eightDigits(prices.settle)) + R"(,"i":)" + inQuotes(eightDigits(prices.index)) + R"(,"r":)" +
           inQuotes(contract.isDated() ? "" : eightDigits(prices.fundingRate)) + R"(,"T":)" +
           (contract.isDated() ? "0" : milliseconds(prices.nextFunding)) + R"(,"st":1})";
}

std::string klineText(const Contract& contract, std::size_t interval, const VenueCandle& candle, bool closed, Nanos now)
{
    const CandleInterval& width = kCandleIntervals[interval];
    const auto quantity = [&](Int128 lots) { return inQuotes(Decimal(lots, contract.quantityDigits()).toString()); };
    const auto value = [&](Int128 turnover) { return inQuotes(contract.turnover(turnover)); };
    // Inside k, and only there, a blank follows each comma.
    return head("kline", now) + symbol(contract) + R"(,"k":{"t":)" + milliseconds(candle.open) + R"(, "T":)" +
           milliseconds(candle.open + width.length - kMillisecond) + R"(, "s":)" + inQuotes(contract.name()) +
           R"(, "i":)" + inQuotes(width.name) + R"(, "f":)" + std::to_string(candle.firstTrade) + R"(, "L":)" +
           std::to_string(candle.lastTrade) + R"(, "o":)" + inQuotes(contract.priceOfTicks(candle.first)) +
           R"(, "c":)" + inQuotes(contract.priceOfTicks(candle.last)) + R"(, "h":)" +
           inQuotes(contract.priceOfTicks(candle.high)) + R"(, "l":)" + inQuotes(contract.priceOfTicks(candle.low)) +
           R"(, "v":)" + quantity(candle.volume) + R"(, "n":)" + std::to_string(candle.trades) + R"(, "x":)" +
           (closed ? "true" : "false") + R"(, "q":)" + value(candle.turnover) + R"(, "V":)" +
           quantity(candle.boughtVolume) + R"(, "Q":)" + value(candle.boughtTurnover) + R"(, "B":"0"}})";
}

std::string forceOrderText(const Contract& contract, const sim::Perpetual::Liquidation& order)
{
    const std::string quantity = inQuotes(contract.quantity(order.quantity));
    return head("forceOrder", order.time + 4 * kMillisecond) + R"(,"o":{"s":)" + inQuotes(contract.name()) +
           pair(contract) + R"(,"S":)" + (order.side == Side::Buy ? R"("BUY")" : R"("SELL")") +
           R"(,"o":"LIMIT","f":"IOC","q":)" + quantity + R"(,"p":)" + inQuotes(contract.priceOfTicks(order.limit)) +
           R"(,"ap":)" + inQuotes(contract.priceOfTicks(order.average)) + R"(,"X":"FILLED","l":)" + quantity +
           R"(,"z":)" + quantity + R"(,"T":)" + milliseconds(order.time) + R"(,"st":1}})";
}

std::string contractInfoText(const Contract& contract, std::string_view status, Nanos now)
{
    return head("contractInfo", now) + symbol(contract) + pair(contract) + R"(,"ct":)" +
           inQuotes(contractType(contract)) + R"(,"dt":)" + milliseconds(contract.delivery()) + R"(,"ot":)" +
           milliseconds(kListedSince) + R"(,"cs":)" + inQuotes(status) + R"(,"st":1})";
}

std::string snapshotText(const Contract& contract, const sim::MarketBook& book, std::size_t levels, std::uint64_t id,
                         Nanos time, Nanos now)
{
    std::string out = R"({"lastUpdateId":)" + std::to_string(id) + R"(,"E":)" + milliseconds(now) + R"(,"T":)" +
                      milliseconds(time) + R"(,"bids":)";
    appendBest(out, contract, book.bids(), levels);
    out += R"(,"asks":)";
    appendBest(out, contract, book.asks(), levels);
    return out + '}';
}

std::string contractEntry(const Contract& contract, std::string_view status)
{
    const std::string step = inQuotes(unit(contract.quantityDigits()));
    const std::string tick = inQuotes(contract.tickSize());
    return R"({"symbol":)" + inQuotes(contract.name()) + R"(,"pair":)" + inQuotes(contract.pair()) +
           R"(,"contractType":)" + inQuotes(contractType(contract)) + R"(,"deliveryDate":)" +
           milliseconds(contract.delivery()) + R"(,"onboardDate":)" + milliseconds(kListedSince) + R"(,"status":)" +
           inQuotes(status) + R"(,"maintMarginPercent":"2.5000","requiredMarginPercent":"5.0000","baseAsset":)" +
           inQuotes(contract.base()) + R"(,"quoteAsset":)" + inQuotes(contract.quote()) + R"(,"marginAsset":)" +
           inQuotes(contract.quote()) + R"(,"pricePrecision":)" + std::to_string(contract.priceDigits()) +
           R"(,"quantityPrecision":)" + std::to_string(contract.quantityDigits()) +
           R"(,"baseAssetPrecision":8,"quotePrecision":8,"underlyingType":"COIN","underlyingSubType":["PoW"],)" +
           R"("triggerProtect":"0.0500","liquidationFee":"0.012500","marketTakeBound":"0.05","maxMoveOrderLimit":10000,)" +
           R"("filters":[{"filterType":"PRICE_FILTER","minPrice":)" + tick + R"(,"maxPrice":"4529764","tickSize":)" +
           tick + R"(},{"filterType":"LOT_SIZE","minQty":)" + step + R"(,"maxQty":"1000","stepSize":)" + step +
           R"(},{"filterType":"MARKET_LOT_SIZE","minQty":)" + step + R"(,"maxQty":"120","stepSize":)" + step +
           R"(},{"filterType":"MAX_NUM_ORDERS","limit":200},{"filterType":"MIN_NOTIONAL","notional":"5"},)" +
           R"({"filterType":"PERCENT_PRICE","multiplierUp":"1.0500","multiplierDown":"0.9500","multiplierDecimal":"4"}],)" +
           R"("orderTypes":["LIMIT","MARKET","STOP"],"timeInForce":["GTC","IOC","FOK","GTX","GTD"]})";
}

std::string errorText(int code, std::string_view message)
{
    return R"({"code":)" + std::to_string(code) + R"(,"msg":)" + inQuotes(message) + '}';
}

}  // namespace tickdeck::binance::simulated
