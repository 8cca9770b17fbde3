// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/simulator_wire.h"

#include "engine/connectors/coinbase/simulator.h"

namespace tickdeck::coinbase {

namespace {

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

// A text member with the comma behind it.
std::string member(std::string_view name, std::string_view value)
{
    return inQuotes(name) + ":" + inQuotes(value) + ',';
}

// Without zeros at the end, as everywhere at this venue.
std::string trimmed(Int128 value, int precision) { return Decimal(value, precision).normalized().toString(); }

// RFC 3339 without zeros at the end of the fraction.
std::string timestamp(Nanos time)
{
    std::string text = formatRfc3339(time);
    text.pop_back();
    while (text.back() == '0')
        text.pop_back();
    if (text.back() == '.')
        text.pop_back();
    return text + 'Z';
}

std::string_view typeName(bool snapshot) { return snapshot ? "snapshot" : "update"; }

Int128 rounded(Int128 numerator, Int128 denominator)
{
    const Int128 half = denominator / 2;
    return (numerator + (numerator < 0 ? -half : half)) / denominator;
}

bool isFuture(const sim::Listing& listing) { return listing.quote == "PERP-INTX"; }

std::string productEntry(const ListedProduct& product)
{
    const sim::Listing& listing = *product.listing;
    const bool future = isFuture(listing);
    const std::size_t dash = product.id.find('-');
    const std::string quote = future ? "USDC" : product.id.substr(dash + 1);
    const std::string step = trimmed(1, listing.pricePrecision);
    std::string out =
        '{' + member("product_id", product.id) + member("price", trimmed(listing.price, listing.pricePrecision)) +
        member("base_increment", trimmed(1, listing.quantityPrecision)) + member("quote_increment", step) +
        R"("quote_min_size":"1","quote_max_size":"150000000","base_min_size":)" +
        inQuotes(trimmed(1, listing.quantityPrecision)) + R"(,"base_max_size":"3400",)" +
        member("base_name", listing.base) + member("quote_name", quote) +
        R"("watched":false,"is_disabled":false,"new":false,"status":"online","cancel_only":false,)"
        R"("limit_only":false,"post_only":false,"trading_disabled":false,"auction_mode":false,)" +
        member("product_type", future ? "FUTURE" : "SPOT") + member("quote_currency_id", quote) +
        member("base_currency_id", future ? std::string_view() : std::string_view(listing.base)) +
        R"("fcm_trading_session_details":null,"mid_market_price":"",)" + member("alias", product.alias) +
        R"("alias_to":[)" + (product.aliasTo.empty() ? std::string() : inQuotes(product.aliasTo)) + "]," +
        member("base_display_symbol", listing.base) + member("quote_display_symbol", quote) + R"("view_only":false,)" +
        member("price_increment", step) + member("display_name", product.id) +
        member("product_venue", future ? "INTX" : "CBE");
    if (future)
        out += R"("future_product_details":{"venue":"","contract_code":)" + inQuotes(listing.base) +
               R"(,"contract_expiry":null,"contract_size":"1","contract_root_unit":)" + inQuotes(listing.base) +
               R"(,"contract_expiry_type":"PERPETUAL"},)";
    return out + R"("approximate_quote_24h_volume":""})";
}

}  // namespace

std::string messageText(std::string_view channel, Nanos time, std::uint64_t number, std::string_view events)
{
    return '{' + member("channel", channel) + member("timestamp", timestamp(time)) + R"("sequence_num":)" +
           std::to_string(number) + R"(,"events":[)" + std::string(events) + "]}";
}

std::string errorText(std::string_view message) { return R"({"type":"error","message":)" + inQuotes(message) + '}'; }

std::string heartbeatEvent(Nanos now, Nanos sinceStart, std::uint64_t counter)
{
    // As Go prints a time: "2026-09-07 23:37:22.674409 +0000 UTC m=+139651.272674714".
    std::string time = timestamp(now);
    time.pop_back();
    time[time.find('T')] = ' ';
    return R"({"current_time":")" + time + " +0000 UTC m=+" + Decimal(sinceStart, 9).toString() +
           R"(","heartbeat_counter":)" + std::to_string(counter) + '}';
}

std::string subscriptionsEvent(const ActiveList& active)
{
    std::string out = R"({"subscriptions":{)";
    for (const auto& [channel, products] : active) {
        if (products.empty())
            continue;
        out += (out.back() == '{' ? "" : ",") + inQuotes(channel) + ":[";
        for (const std::string& product : products)
            out += (out.back() == '[' ? "" : ",") + inQuotes(product);
        out += ']';
    }
    return out + "}}";
}

std::string bookEvent(const sim::Listing& listing, bool snapshot, std::span<const sim::LevelChange> changes, Nanos time)
{
    const std::string eventTime = member("event_time", timestamp(time));
    std::string out =
        '{' + member("type", typeName(snapshot)) + member("product_id", productId(listing)) + R"("updates":[)";
    for (const sim::LevelChange& change : changes)
        out += (out.back() == '[' ? "{" : ",{") + member("side", change.side == Side::Buy ? "bid" : "offer") +
               eventTime + member("price_level", trimmed(change.level.price, listing.pricePrecision)) +
               R"("new_quantity":)" + inQuotes(trimmed(change.level.quantity, listing.quantityPrecision)) + '}';
    return out + "]}";
}

std::string tradesEvent(const sim::Listing& listing, bool snapshot, std::span<const TimedTrade> trades)
{
    std::string out = '{' + member("type", typeName(snapshot)) + R"("trades":[)";
    for (auto timed = trades.rbegin(); timed != trades.rend(); ++timed) {
        const sim::MarketTrade& trade = timed->trade;
        out += (out.back() == '[' ? "{" : ",{") + member("product_id", productId(listing)) +
               member("trade_id", std::to_string(trade.id)) +
               member("price", trimmed(trade.price, listing.pricePrecision)) +
               member("size", trimmed(trade.quantity, listing.quantityPrecision)) +
               member("time", timestamp(timed->time)) + R"("side":)" +
               (trade.side == Side::Buy ? R"("SELL"})" : R"("BUY"})");
    }
    return out + "]}";
}

std::string tickerEvent(const sim::MarketBook& book, bool snapshot)
{
    const sim::Listing& listing = book.listing();
    const sim::DayStatistics& day = book.day();
    const auto price = [&](Int128 ticks) { return trimmed(ticks, listing.pricePrecision); };
    const auto quantity = [&](Int128 lots) { return trimmed(lots, listing.quantityPrecision); };
    constexpr Int128 kPercentDigits = 100'000'000;  // six behind the point
    const Level& bid = book.bids().front();
    const Level& ask = book.asks().front();
    return '{' + member("type", typeName(snapshot)) + R"("tickers":[{"type":"ticker",)" +
           member("product_id", productId(listing)) + member("price", price(day.last)) +
           member("volume_24_h", quantity(day.volume)) + member("low_24_h", price(day.low)) +
           member("high_24_h", price(day.high)) + member("low_52_w", price(day.low)) +
           member("high_52_w", price(day.high)) +
           member("price_percent_chg_24_h",
                  trimmed(rounded((Int128{day.last} - day.open) * kPercentDigits, day.open), 6)) +
           member("best_bid", price(bid.price)) + member("best_bid_quantity", quantity(bid.quantity)) +
           member("best_ask", price(ask.price)) + R"("best_ask_quantity":)" + inQuotes(quantity(ask.quantity)) + "}]}";
}

std::string productsBody(std::span<const ListedProduct> products)
{
    std::string out = R"({"products":[)";
    for (const ListedProduct& product : products)
        out += (out.back() == '[' ? "" : ",") + productEntry(product);
    return out + R"(],"num_products":)" + std::to_string(products.size()) + '}';
}

}  // namespace tickdeck::coinbase
