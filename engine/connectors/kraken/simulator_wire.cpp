// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/simulator_wire.h"

#include <algorithm>
#include <set>

#include <zlib.h>

namespace tickdeck::kraken {

namespace {

constexpr std::size_t kChecksumLevels = 10;
constexpr Nanos kAnswerTime = 34'000;  // between time_in and time_out

// All digits of the precision, as in books and trades.
std::string fixed(std::int64_t value, int precision) { return Decimal(value, precision).toString(); }

// Without zeros at the end, as in tickers.
std::string trimmed(Int128 value, int precision) { return Decimal(value, precision).normalized().toString(); }

// digit × 10^-scale: small ones with an exponent, as in instruments.
std::string small(int digit, int scale)
{
    if (scale <= 4)
        return Decimal(digit, scale).toString();
    return std::to_string(digit) + (scale < 10 ? "e-0" : "e-") + std::to_string(scale);
}

// Six digits after the point.
std::string timestamp(Nanos time) { return '"' + formatRfc3339(time).substr(0, 26) + "Z\""; }

std::string_view kindName(bool snapshot) { return snapshot ? "snapshot" : "update"; }

std::string head(std::string_view channel, bool snapshot)
{
    return R"({"channel":")" + std::string(channel) + R"(","type":")" + std::string(kindName(snapshot)) +
           R"(","data":)";
}

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string tail(const Receipt& receipt)
{
    std::string out =
        R"("time_in":)" + timestamp(receipt.timeIn) + R"(,"time_out":)" + timestamp(receipt.timeIn + kAnswerTime);
    if (receipt.requestId)
        out += R"(,"req_id":)" + std::to_string(*receipt.requestId);
    return out + '}';
}

void appendLevels(std::string& out, std::span<const Level> levels, const sim::Listing& listing)
{
    out += '[';
    for (const Level& level : levels) {
        if (out.back() != '[')
            out += ',';
        out += R"({"price":)" + fixed(level.price, listing.pricePrecision) + R"(,"qty":)" +
               fixed(level.quantity, listing.quantityPrecision) + '}';
    }
    out += ']';
}

Int128 rounded(Int128 numerator, Int128 denominator)
{
    const Int128 half = denominator / 2;
    return (numerator + (numerator < 0 ? -half : half)) / denominator;
}

std::string assetEntry(const std::string& id)
{
    const bool fiat = id == "USD" || id == "EUR" || id == "GBP";
    return R"({"id":)" + inQuotes(id) + R"(,"status":"enabled","precision":)" + (fiat ? "4" : "10") +
           R"(,"precision_display":)" + (fiat ? "2" : "5") +
           R"(,"borrowable":true,"collateral_value":1.0,"margin_rate":0.015})";
}

std::string pairEntry(const sim::Listing& listing)
{
    const std::string increment = small(1, listing.pricePrecision);
    const std::string precision = std::to_string(listing.pricePrecision);
    return R"({"symbol":)" + inQuotes(listing.symbol()) + R"(,"base":)" + inQuotes(listing.base) + R"(,"quote":)" +
           inQuotes(listing.quote) + R"(,"status":"online","qty_precision":)" +
           std::to_string(listing.quantityPrecision) + R"(,"qty_increment":)" + small(1, listing.quantityPrecision) +
           R"(,"price_precision":)" + precision + R"(,"cost_precision":5,"ws_display_price_precision":)" + precision +
           R"(,"cost_min":0.5,"tick_size":)" + increment + R"(,"price_increment":)" + increment + R"(,"qty_min":)" +
           small(5, listing.quantityPrecision - 3) + '}';
}

}  // namespace

std::string statusFrame(std::uint64_t connection)
{
    return head("status", false) + R"([{"version":"2.0.10","system":"online","api_version":"v2","connection_id":)" +
           std::to_string(connection) + "}]}";
}

std::string_view heartbeatFrame() { return R"({"channel":"heartbeat"})"; }

std::string pongFrame(const Receipt& receipt) { return R"({"method":"pong",)" + tail(receipt); }

std::string ackFrame(const Receipt& receipt, std::string_view result)
{
    return R"({"method":)" + inQuotes(receipt.method) + R"(,"result":{)" + std::string(result) +
           R"(},"success":true,)" + tail(receipt);
}

std::string errorFrame(const Receipt& receipt, std::string_view error, std::string_view symbol)
{
    std::string out =
        R"({"error":)" + inQuotes(error) + R"(,"method":)" + inQuotes(receipt.method) + R"(,"success":false,)";
    if (!symbol.empty())
        out += R"("symbol":)" + inQuotes(symbol) + ',';
    return out + tail(receipt);
}

std::string instrumentFrame(std::span<const sim::Listing> listings)
{
    std::set<std::string> assets;
    std::string pairs;
    for (const sim::Listing& listing : listings) {
        assets.insert({listing.base, listing.quote});
        pairs += (pairs.empty() ? "" : ",") + pairEntry(listing);
    }
    std::string entries;
    for (const std::string& asset : assets)
        entries += (entries.empty() ? "" : ",") + assetEntry(asset);
    return head("instrument", true) + R"({"assets":[)" + entries + R"(],"pairs":[)" + pairs + "]}}";
}

std::string tickerFrame(bool snapshot, const sim::MarketBook& book, Nanos time)
{
    const sim::Listing& listing = book.listing();
    const sim::DayStatistics& day = book.day();
    const auto price = [&](Int128 ticks) { return trimmed(ticks, listing.pricePrecision); };
    const auto quantity = [&](Int128 lots) { return trimmed(lots, listing.quantityPrecision); };
    const Int128 vwap = day.volume == 0 ? Int128{0} : rounded(day.turnover, day.volume);
    const Int128 change = Int128{day.last} - day.open;
    return head("ticker", snapshot) + R"([{"symbol":)" + inQuotes(listing.symbol()) + R"(,"bid":)" +
           price(book.bids().front().price) + R"(,"bid_qty":)" + quantity(book.bids().front().quantity) + R"(,"ask":)" +
           price(book.asks().front().price) + R"(,"ask_qty":)" + quantity(book.asks().front().quantity) +
           R"(,"last":)" + price(day.last) + R"(,"volume":)" + quantity(day.volume) + R"(,"vwap":)" + price(vwap) +
           R"(,"low":)" + price(day.low) + R"(,"high":)" + price(day.high) + R"(,"change":)" + price(change) +
           R"(,"change_pct":)" + trimmed(rounded(change * 10'000, day.open), 2) + R"(,"timestamp":)" + timestamp(time) +
           "}]}";
}

std::string tradeFrame(bool snapshot, const sim::Listing& listing, std::span<const TimedTrade> trades)
{
    std::string out = head("trade", snapshot) + '[';
    for (const auto& [trade, time] : trades) {
        if (out.back() != '[')
            out += ',';
        out += R"({"symbol":)" + inQuotes(listing.symbol()) + R"(,"side":)" + inQuotes(enumName(trade.side)) +
               R"(,"price":)" + fixed(trade.price, listing.pricePrecision) + R"(,"qty":)" +
               fixed(trade.quantity, listing.quantityPrecision) + R"(,"ord_type":)" +
               (trade.market ? R"("market")" : R"("limit")") + R"(,"trade_id":)" + std::to_string(trade.id) +
               R"(,"timestamp":)" + timestamp(time) + '}';
    }
    return out + "]}";
}

std::string bookFrame(bool snapshot, const sim::MarketBook& book, std::span<const Level> bids,
                      std::span<const Level> asks, Nanos time)
{
    const sim::Listing& listing = book.listing();
    std::string out = head("book", snapshot) + R"([{"symbol":)" + inQuotes(listing.symbol()) + R"(,"bids":)";
    appendLevels(out, bids, listing);
    out += R"(,"asks":)";
    appendLevels(out, asks, listing);
    return out + R"(,"checksum":)" + std::to_string(bookChecksum(book)) + R"(,"timestamp":)" + timestamp(time) + "}]}";
}

std::uint32_t bookChecksum(const sim::MarketBook& book)
{
    std::string digits;
    for (const std::span<const Level> side : {book.asks(), book.bids()})
        for (const Level& level : side.first(std::min(kChecksumLevels, side.size())))
            digits += std::to_string(level.price) + std::to_string(level.quantity);
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(digits.data()), static_cast<uInt>(digits.size())));
}

}  // namespace tickdeck::kraken
