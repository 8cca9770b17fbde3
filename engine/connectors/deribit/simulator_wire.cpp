// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/simulator_wire.h"

#include <algorithm>
#include <cmath>

#include "engine/core/decimal.h"

namespace tickdeck::deribit {

namespace {

constexpr Nanos kAnswerTime = 79'000;  // between usIn and usOut
constexpr double kPercent = 100;

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string millis(Nanos time) { return std::to_string(time / kMillisecond); }

std::string member(std::string_view name, std::string_view value) { return inQuotes(name).append(":").append(value); }

std::string object(std::initializer_list<std::string> members)
{
    std::string out = "{";
    for (const std::string& one : members)
        out.append(out.size() > 1 ? "," : "").append(one);
    return out + "}";
}

std::string notification(std::string_view channel, std::string_view data)
{
    return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":)" + inQuotes(channel) + R"(,"data":)" +
           std::string(data) + "}}";
}

// As a message has it, of a decimal's exact value.
std::string shortest(Int128 mantissa, int scale)
{
    const std::string written = plain(mantissa, scale);
    std::string digits;
    for (const char c : written)
        if (c >= '0' && c <= '9')
            digits += c;
    const std::size_t first = digits.find_first_not_of('0');
    if (first == std::string::npos)
        return written;
    const bool negative = written.front() == '-';
    const auto point = static_cast<int>(written.find('.')) - (negative ? 1 : 0);
    const int exponent = point - 1 - static_cast<int>(first);
    std::string significant = digits.substr(first, digits.find_last_not_of('0') - first + 1);
    std::string scientific = (negative ? "-" : "") + significant.substr(0, 1) + ".";
    scientific += significant.size() > 1 ? significant.substr(1) : "0";
    scientific.append("e").append(std::to_string(exponent));
    return scientific.size() < written.size() ? scientific : written;
}

std::string entries(std::span<const BookEntry> levels)
{
    std::string out = "[";
    for (const BookEntry& level : levels) {
        out += out.size() > 1 ? "," : "";
        out.append("[").append(inQuotes(level.action)).append(",").append(level.price);
        out.append(",").append(level.amount).append("]");
    }
    return out + "]";
}

std::string price(std::int64_t halves) { return shortest(Int128{halves} * SimulatedPerpetual::kHalves, 1); }
std::string amount(std::int64_t tens) { return shortest(Int128{tens} * SimulatedPerpetual::kTens, 0); }

// Prices of a perpetual, in its market's ticks and 10^-kScale, as dollars and cents.
std::string cents(std::int64_t value)
{
    constexpr double kUnit = 2e8;  // of half dollars
    return number(static_cast<double>(value) / kUnit, 2);
}

std::string stats(const sim::DayStatistics& day)
{
    const double change =
        day.open == 0 ? 0 : kPercent * (static_cast<double>(day.last) / static_cast<double>(day.open) - 1);
    const double dollars = static_cast<double>(day.volume) * SimulatedPerpetual::kTens;
    const double coins = day.last == 0 ? 0 : dollars / (static_cast<double>(day.last) / 2);
    return object({member("high", price(day.high)), member("low", price(day.low)),
                   member("price_change", number(change, 4)), member("volume", number(coins, 8)),
                   member("volume_usd", number(dollars, 0)), member("volume_notional", number(dollars, 0))});
}

}  // namespace

std::string plain(Int128 mantissa, int scale)
{
    std::string out = Decimal(mantissa, scale).normalized().toString();
    if (out.find('.') == std::string::npos)
        out += ".0";
    return out;
}

std::string number(double value, int digits)
{
    return shortest(static_cast<Int128>(std::llround(value * std::pow(10, digits))), digits);
}

std::string resultFrame(const Receipt& receipt, std::string_view result)
{
    std::string out = R"({"jsonrpc":"2.0",)";
    if (!receipt.id.empty())
        out.append(R"("id":)").append(receipt.id).append(",");
    out.append(R"("result":)").append(result);
    out.append(R"(,"usIn":)").append(std::to_string(receipt.timeIn / 1000));
    out.append(R"(,"usOut":)").append(std::to_string((receipt.timeIn + kAnswerTime) / 1000));
    return out.append(R"(,"usDiff":)").append(std::to_string(kAnswerTime / 1000)).append(R"(,"testnet":true})");
}

std::string errorFrame(const Receipt& receipt, int code, std::string_view message, std::string_view data)
{
    std::string error = R"({"code":)" + std::to_string(code);
    if (!data.empty())
        error.append(R"(,"data":)").append(data);
    error.append(R"(,"message":)").append(inQuotes(message)).append("}");
    std::string out = resultFrame(receipt, error);
    static constexpr std::string_view kResult = R"("result":)";
    return out.replace(out.find(kResult), kResult.size(), R"("error":)");
}

std::string_view heartbeatFrame(bool testRequest)
{
    return testRequest ? R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})"
                       : R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})";
}

std::string listOf(std::span<const std::string> texts)
{
    std::string out = "[";
    for (const std::string& text : texts)
        out.append(out.size() > 1 ? "," : "").append(inQuotes(text));
    return out + "]";
}

std::string optionEntry(const SimulatedOption& option, std::uint64_t number)
{
    const std::string base = inQuotes(option.base);
    std::string index = option.base + "_usd";
    std::ranges::transform(index, index.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return object({member("state", R"("open")"),
                   member("price_index", inQuotes(index)),
                   member("kind", R"("option")"),
                   member("instrument_name", inQuotes(option.name)),
                   member("maker_commission", "0.0003"),
                   member("taker_commission", "0.0003"),
                   member("instrument_type", R"("reversed")"),
                   member("underlying_type", R"("crypto")"),
                   member("expiration_timestamp", millis(option.expiry)),
                   member("instrument_id", std::to_string(number)),
                   member("product_group", base),
                   member("creation_timestamp", "1789113645000"),
                   member("is_active", "true"),
                   member("contract_size", "1.0"),
                   member("tick_size", "0.0001"),
                   member("strike", plain(option.strike, 0)),
                   member("counter_currency", R"("USD")"),
                   member("option_type", option.put ? R"("put")" : R"("call")"),
                   member("min_trade_amount", "0.1"),
                   member("block_trade_commission", "0.0003"),
                   member("block_trade_min_trade_amount", "25"),
                   member("block_trade_tick_size", "0.0001"),
                   member("settlement_currency", base),
                   member("settlement_period", inQuotes(option.period)),
                   member("base_currency", base),
                   member("index_id", "1000033"),
                   member("quote_currency", base),
                   member("tick_size_steps", R"([{"tick_size":0.0005,"above_price":0.005}])"),
                   member("lot_size", "1"),
                   member("base_currency_uuid", R"("5b71fc48-3dd3-540c-809b-f8c94d0e68b5")"),
                   member("quote_currency_uuid", R"("5b71fc48-3dd3-540c-809b-f8c94d0e68b5")")});
}

std::string perpetualEntry(const SimulatedPerpetual& perpetual, std::uint64_t number)
{
    const std::string base = inQuotes(perpetual.base);
    return object({member("price_index", inQuotes(perpetual.index)),
                   member("kind", R"("future")"),
                   member("instrument_name", inQuotes(perpetual.name)),
                   member("max_leverage", "50"),
                   member("maker_commission", "0.0"),
                   member("taker_commission", "0.0005"),
                   member("instrument_type", R"("reversed")"),
                   member("expiration_timestamp", "32503708800000"),
                   member("creation_timestamp", "1534167754000"),
                   member("is_active", "true"),
                   member("tick_size", "0.5"),
                   member("contract_size", "10.0"),
                   member("instrument_id", std::to_string(number)),
                   member("min_trade_amount", "10.0"),
                   member("future_type", R"("reversed")"),
                   member("settlement_currency", base),
                   member("settlement_period", R"("perpetual")"),
                   member("base_currency", base),
                   member("counter_currency", R"("USD")"),
                   member("quote_currency", R"("USD")"),
                   member("tick_size_steps", "[]")});
}

std::string optionTickerFrame(std::string_view channel, const SimulatedOption& option, const OptionState& state,
                              double index, Nanos time)
{
    const auto percent = [](double volatility) { return number(kPercent * volatility, 2); };
    const auto coins = [](std::int64_t ticks) { return shortest(ticks, SimulatedOption::kPriceScale); };
    const auto amountOf = [](std::int64_t lots) { return shortest(lots, SimulatedOption::kAmountScale); };
    const Level none{};
    const Level bid = state.bids.empty() ? none : state.bids.front();
    const Level ask = state.asks.empty() ? none : state.asks.front();
    const std::string mark = number(state.markPrice, SimulatedOption::kPriceScale);
    return notification(
        channel,
        object(
            {member("timestamp", millis(time)),
             member("state", R"("open")"),
             member("stats", object({member("high", "null"), member("low", "null"), member("price_change", "null"),
                                     member("volume", "0.0"), member("volume_usd", "0.0")})),
             member("greeks",
                    object({member("delta", number(state.mark.delta, 5)), member("gamma", number(state.mark.gamma, 5)),
                            member("vega", number(state.mark.vega, 5)), member("theta", number(state.mark.theta, 5)),
                            member("rho", number(state.mark.rho, 5))})),
             member("index_price", number(index, 2)),
             member("instrument_name", inQuotes(option.name)),
             member("last_price", mark),
             member("settlement_price", number(state.markPrice, 8)),
             member("min_price", "0.0001"),
             member("max_price", number(state.markPrice + 0.03, 4)),
             member("open_interest", number(static_cast<double>(option.strike % 977) / 2, 1)),
             member("mark_price", mark),
             member("interest_rate", "0.0"),
             member("estimated_delivery_price", number(index, 2)),
             member("best_ask_price", coins(ask.price)),
             member("best_bid_price", coins(bid.price)),
             member("mark_iv", percent(state.markVolatility)),
             member("bid_iv", percent(state.bidVolatility)),
             member("ask_iv", percent(state.askVolatility)),
             member("underlying_price", number(state.forward, 2)),
             member("underlying_index", inQuotes("SYN." + option.base + "-" + nameOfDay(option.expiry))),
             member("best_ask_amount", amountOf(ask.quantity)),
             member("best_bid_amount", amountOf(bid.quantity))}));
}

std::string perpetualTickerFrame(std::string_view channel, const SimulatedPerpetual& perpetual,
                                 const sim::MarketBook& book, const sim::Perpetual::Prices& prices, Nanos time)
{
    constexpr double kRate = 1e8;
    const std::string index = cents(prices.index);
    const std::string funding = number(static_cast<double>(prices.fundingRate) / kRate, 8);
    return notification(
        channel,
        object({member("timestamp", millis(time)), member("state", R"("open")"), member("stats", stats(book.day())),
                member("index_price", index), member("instrument_name", inQuotes(perpetual.name)),
                member("last_price", price(book.day().last)), member("settlement_price", cents(prices.settle)),
                member("min_price", number(static_cast<double>(book.day().last) / 2 * 0.985, 0)),
                member("max_price", number(static_cast<double>(book.day().last) / 2 * 1.015, 0)),
                member("open_interest", "797578130"), member("mark_price", cents(prices.mark)),
                member("interest_value", number(static_cast<double>(prices.fundingRate) / 3e8, 12)),
                member("current_funding", funding), member("estimated_delivery_price", index),
                member("funding_8h", funding), member("best_ask_price", price(book.asks().front().price)),
                member("best_bid_price", price(book.bids().front().price)),
                member("best_ask_amount", amount(book.asks().front().quantity)),
                member("best_bid_amount", amount(book.bids().front().quantity))}));
}

std::string tradesFrame(std::string_view channel, const SimulatedPerpetual& perpetual,
                        std::span<const sim::MarketTrade> trades, Nanos time)
{
    std::string list = "[";
    for (const sim::MarketTrade& trade : trades) {
        list += list.size() > 1 ? "," : "";
        list += object({member("timestamp", millis(time)), member("price", price(trade.price)),
                        member("amount", amount(trade.quantity)), member("direction", inQuotes(enumName(trade.side))),
                        member("index_price", price(trade.price)), member("instrument_name", inQuotes(perpetual.name)),
                        member("trade_seq", std::to_string(trade.id)), member("mark_price", price(trade.price)),
                        member("tick_direction", trade.side == Side::Buy ? "0" : "2"),
                        member("contracts", plain(trade.quantity, 0)),
                        member("trade_id", inQuotes(std::to_string(400'000'000 + trade.id)))});
    }
    return notification(channel, list + "]");
}

std::string volIndexFrame(std::string_view channel, std::string_view index, double value, Nanos time)
{
    return notification(channel, object({member("timestamp", millis(time)), member("volatility", number(value, 2)),
                                         member("index_name", inQuotes(index))}));
}

std::string bookFrame(std::string_view channel, std::string_view instrument, std::span<const BookEntry> bids,
                      std::span<const BookEntry> asks, std::uint64_t changeId, std::optional<std::uint64_t> previous,
                      Nanos time)
{
    const std::string change = member("change_id", std::to_string(changeId));
    const std::string levels = member("bids", entries(bids)) + "," + member("asks", entries(asks));
    const std::string name = member("instrument_name", inQuotes(instrument));
    const std::string at = member("timestamp", millis(time));
    if (!previous)
        return notification(channel, object({at, member("type", R"("snapshot")"), change, name, levels}));
    return notification(channel, object({at, member("type", R"("change")"), change, name, levels,
                                         member("prev_change_id", std::to_string(*previous))}));
}

}  // namespace tickdeck::deribit
