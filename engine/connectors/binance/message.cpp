// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/message.h"

#include <algorithm>
#include <array>

#include "engine/connectors/binance/usual.h"
#include "engine/wire/members.h"

namespace tickdeck::binance {

namespace ondemand = simdjson::ondemand;
using namespace wire;

namespace {

constexpr std::array kKinds = {
    std::pair{"depthUpdate"sv, MessageKind::Depth},    std::pair{"bookTicker"sv, MessageKind::Quote},
    std::pair{"aggTrade"sv, MessageKind::Trade},       std::pair{"trade"sv, MessageKind::Trade},
    std::pair{"markPriceUpdate"sv, MessageKind::Mark}, std::pair{"forceOrder"sv, MessageKind::ForcedOrder},
    std::pair{"kline"sv, MessageKind::Candle}};

constexpr std::array kIgnoredKinds = {
    "24hrTicker"sv,       "24hrMiniTicker"sv,        "continuous_kline"sv,
    "indexPrice_kline"sv, "markPrice_kline"sv,       "indexPriceUpdate"sv,
    "compositeIndex"sv,   "contractInfo"sv,          "assetIndexUpdate"sv,
    "tradingSession"sv,   "serverShutdown"sv,        "listenKeyExpired"sv,
    "MARGIN_CALL"sv,      "ACCOUNT_UPDATE"sv,        "ORDER_TRADE_UPDATE"sv,
    "TRADE_LITE"sv,       "ACCOUNT_CONFIG_UPDATE"sv, "STRATEGY_UPDATE"sv,
    "GRID_UPDATE"sv,      "ALGO_UPDATE"sv,           "CONDITIONAL_ORDER_TRIGGER_REJECT"sv};

constexpr std::string_view kRpiDepth = "rpiDepth";

constexpr std::array kIntervals = {
    std::pair{"1s"sv, 1},      std::pair{"1m"sv, 60},      std::pair{"3m"sv, 180},     std::pair{"5m"sv, 300},
    std::pair{"15m"sv, 900},   std::pair{"30m"sv, 1800},   std::pair{"1h"sv, 3600},    std::pair{"2h"sv, 7200},
    std::pair{"4h"sv, 14'400}, std::pair{"6h"sv, 21'600},  std::pair{"8h"sv, 28'800},  std::pair{"12h"sv, 43'200},
    std::pair{"1d"sv, 86'400}, std::pair{"3d"sv, 259'200}, std::pair{"1w"sv, 604'800}, std::pair{"1M"sv, 0}};

// What the stream's name tells: "btcusdt@depth20@100ms" is a part of the book, "…@depth@100ms" its changes.
bool isPartial(std::string_view stream) noexcept
{
    constexpr std::string_view kDepth = "@depth";
    const std::size_t place = stream.find(kDepth);
    const std::string_view rest = place == std::string_view::npos ? "" : stream.substr(place + kDepth.size());
    return !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
}

void readDepth(ondemand::object object, bool partial, std::string_view frame, DepthMessage& out)
{
    out.partial = partial;
    std::optional<Nanos> matched;
    Nanos sent = kNoTime;
    const char* place = readMembers(object, need("s", out.symbol, text), need("U", out.ids.first, integer),
                                    need("u", out.ids.last, integer), need("pu", out.ids.previous, integer),
                                    need("b",
                                         [&](ondemand::value value, const char* at) {
                                             out.offset = static_cast<std::size_t>(at - frame.data());
                                             quotedLevels(value, out.bids);
                                         }),
                                    need("a", [&](ondemand::value value) { quotedLevels(value, out.asks); }),
                                    may("T", matched, millis), may("E", sent, millis));
    if (out.ids.first > out.ids.last)
        throw Bad{ErrorCode::Malformed, "numbers that run backwards", place};
    out.time = matched ? *matched : sent;
}

void readQuote(ondemand::object object, QuoteMessage& out)
{
    out = {};
    std::optional<Nanos> matched;
    Nanos sent = kNoTime;
    readMembers(object, need("s", out.symbol, text), need("b", out.bid, quotedNumber),
                need("B", out.bidQuantity, quotedNumber), need("a", out.ask, quotedNumber),
                need("A", out.askQuantity, quotedNumber), may("u", out.updateId, integer), may("T", matched, millis),
                may("E", sent, millis));
    out.time = matched ? *matched : sent;
}

// False for what is no trade of the market: those of the insurance fund and of auto-deleveraging.
bool readTrade(ondemand::object object, bool aggregate, TradeMessage& out)
{
    out = {};
    out.aggregate = aggregate;
    bool ofMarket = true;
    const auto maker = [&](ondemand::value value) {
        out.side = boolean(value) ? Side::Sell : Side::Buy;  // the buyer waited: the seller came
    };
    const auto type = [&](ondemand::value value) {
        if (aggregate)
            skip(value);
        else
            ofMarket = text(value) == "MARKET";
    };
    readMembers(object, need("s", out.symbol, text), need("p", out.price, quotedNumber),
                need("q", out.quantity, quotedNumber), need(aggregate ? "a" : "t", out.tradeId, integer),
                need("T", out.time, millis), need("m", maker), may("X", type));
    return ofMarket;
}

void readMark(ondemand::object object, MarkMessage& out)
{
    out = {};
    readMembers(object, need("s", out.symbol, text), need("p", out.mark, quotedNumber),
                may("i", out.index, quotedSigned), may("r", out.rate, quotedSigned), may("T", out.nextFunding, millis),
                need("E", out.time, millis));
}

void readOrder(ondemand::object object, ForcedOrderMessage& out)
{
    const auto side = [&](ondemand::value value, const char* place) {
        const std::string_view name = text(value);
        if (name != "BUY" && name != "SELL")
            throw Bad{ErrorCode::Malformed, "a side that is neither BUY nor SELL", place};
        out.side = name == "BUY" ? Side::Buy : Side::Sell;
    };
    readMembers(object, need("s", out.symbol, text), need("S", side), need("p", out.price, quotedDecimal),
                need("q", out.quantity, quotedDecimal), may("ap", out.average, quotedDecimal),
                may("z", out.filled, quotedDecimal), need("X", out.status, text), need("T", out.time, millis));
}

void readForcedOrder(ondemand::object object, ForcedOrderMessage& out)
{
    out = {};
    readMembers(object, need("o", [&](ondemand::value value) { readOrder(value.get_object(), out); }));
}

void readBar(ondemand::object object, CandleMessage& out)
{
    const auto start = [](ondemand::value value) {
        return static_cast<Nanos>(integerUpTo(value, kMostMillis)) * kMillisecond;
    };
    // The venue's last millisecond belongs to the candle.
    const auto end = [](ondemand::value value) {
        return static_cast<Nanos>(integerUpTo(value, kMostMillis - 1) + 1) * kMillisecond;
    };
    const auto interval = [&](ondemand::value value, const char* place) {
        const auto known = std::ranges::find(kIntervals, text(value), &std::pair<std::string_view, int>::first);
        if (known == kIntervals.end())
            throw Bad{ErrorCode::Malformed, "a width that the venue has not", place};
        out.interval = known->second * kSecond;
    };
    const char* place = readMembers(object, need("t", out.openTime, start), need("T", out.closeTime, end),
                                    need("i", interval), need("o", out.open, quotedDecimal),
                                    need("h", out.high, quotedDecimal), need("l", out.low, quotedDecimal),
                                    need("c", out.close, quotedDecimal), need("v", out.volume, quotedDecimal),
                                    need("n", out.trades, integer), need("x", out.closed, boolean));
    if (out.closeTime <= out.openTime)
        throw Bad{ErrorCode::Malformed, "a candle that ends before it begins", place};
    if (out.interval == 0)  // a month
        out.interval = out.closeTime - out.openTime;
}

void readCandle(ondemand::object object, CandleMessage& out)
{
    out = {};
    readMembers(object, need("s", out.symbol, text),
                need("k", [&](ondemand::value value) { readBar(value.get_object(), out); }),
                may("E", out.time, millis));
}

// Sets kind and name from "e", or from the stream's name where the venue leaves it out.
void readKind(ondemand::object object, std::string_view stream, std::string_view frame, Message& out)
{
    std::string_view name;
    const char* place = frame.data();
    if (ondemand::value value; object.find_field_unordered("e").get(value) == simdjson::SUCCESS) {
        place = token(value).data();
        name = text(value);
    } else if (stream.ends_with("@bookTicker") || stream == "!bookTicker") {
        name = "bookTicker";
    } else {
        throw Bad{ErrorCode::Unsupported, "no \"e\"", place};
    }
    object.reset();
    for (const auto& [known, kind] : kKinds) {
        if (known == name) {
            out.kind = kind;
            out.name = known;
        }
    }
    if (out.name.empty()) {
        const auto ignored = std::ranges::find(kIgnoredKinds, name);
        if (ignored == kIgnoredKinds.end())
            throw Bad{ErrorCode::Unsupported, "unknown kind of message", place};
        out.kind = MessageKind::Ignored;
        out.name = *ignored;
    }
    // Another book under the same "e": only the stream's name tells.
    if (out.kind == MessageKind::Depth && stream.find(kRpiDepth) != std::string_view::npos) {
        out.kind = MessageKind::Ignored;
        out.name = kRpiDepth;
    }
}

// A refusal's code, as written.
void readCode(ondemand::value value, ReplyMessage& out)
{
    out.code = token(value);
    skip(value);
}

void readError(ondemand::value value, ReplyMessage& out)
{
    if (value.type().value() == ondemand::json_type::string) {
        out.error = text(value);
        return;
    }
    readMembers(value.get_object(), may("code", [&](ondemand::value code) { readCode(code, out); }),
                may("msg", out.error, anyText));
}

}  // namespace

struct MessageReader::Parser {
    JsonReader json;
    Pools pools;
    std::string streamName;  // a copy: the second reading overwrites the texts of the first

    // The top level, as its first reading finds it.
    struct Envelope {
        bool wrapped = false;  // it has "data"
        bool named = false;    // it has "e"
        bool replies = false;  // it has "result", "code" or "error"
    };

    void read(ondemand::document& document, std::string_view frame, Message& out);
    [[nodiscard]] Envelope readEnvelope(ondemand::document& document, std::string_view frame, Message& out);
    void readPayload(ondemand::value payload, std::string_view stream, std::string_view frame, Message& out);
    // `several`: the object is an array's element.
    void readEvent(ondemand::object object, bool several, std::string_view stream, std::string_view frame,
                   Message& out);
};

void MessageReader::Parser::readEvent(ondemand::object object, bool several, std::string_view stream,
                                      std::string_view frame, Message& out)
{
    const std::string_view before = out.name;
    out.name = {};
    readKind(object, stream, frame, out);
    if (several && out.kind != MessageKind::Mark && out.kind != MessageKind::Ignored)
        throw Bad{ErrorCode::Unsupported, "a list of what the venue sends one by one", frame.data()};
    if (!before.empty() && before != out.name)
        throw Bad{ErrorCode::Malformed, "a list of unlike kinds", frame.data()};
    switch (out.kind) {
    case MessageKind::Depth: readDepth(object, isPartial(stream), frame, pools.depths.next()); break;
    case MessageKind::Quote: readQuote(object, pools.quotes.next()); break;
    case MessageKind::Trade:
        if (!readTrade(object, out.name == "aggTrade", pools.trades.next())) {
            pools.trades.clear();
            out.kind = MessageKind::Ignored;
            out.name = "trade outside the market";
        }
        break;
    case MessageKind::Mark: readMark(object, pools.marks.next()); break;
    case MessageKind::ForcedOrder: readForcedOrder(object, pools.orders.next()); break;
    case MessageKind::Candle: readCandle(object, pools.candles.next()); break;
    case MessageKind::Reply:
    case MessageKind::Ignored:
        for (ondemand::field field : object)
            skip(field.value());
        break;
    }
}

void MessageReader::Parser::readPayload(ondemand::value payload, std::string_view stream, std::string_view frame,
                                        Message& out)
{
    if (payload.type().value() != ondemand::json_type::array)
        return readEvent(payload.get_object(), false, stream, frame, out);
    for (ondemand::value item : payload.get_array())
        readEvent(item.get_object(), true, stream, frame, out);
    if (out.name.empty())
        out.name = "empty list";
}

MessageReader::Parser::Envelope MessageReader::Parser::readEnvelope(ondemand::document& document,
                                                                    std::string_view frame, Message& out)
{
    Envelope envelope;
    bool streamed = false;
    const auto noted = [](bool& seen) {
        return [&seen](ondemand::value value) {
            seen = true;
            skip(value);
        };
    };
    const auto stream = [&](ondemand::value value) {
        streamed = true;
        streamName = text(value);
    };
    const auto id = [&](ondemand::value value) {
        if (value.type().value() == ondemand::json_type::number)
            out.reply.id = integerUpTo(value, ~std::uint64_t{0});
        else
            skip(value);
    };
    const auto code = [&](ondemand::value value) {
        out.reply.refused = true;
        readCode(value, out.reply);
    };
    const auto error = [&](ondemand::value value) {
        out.reply.refused = true;
        readError(value, out.reply);
    };
    readMembers(document.get_object(), may("stream", stream), may("data", noted(envelope.wrapped)),
                may("e", noted(envelope.named)), may("result", noted(envelope.replies)), may("id", id),
                may("code", code), may("msg", out.reply.error, anyText), may("error", error));
    expectEnd(document);
    envelope.replies = envelope.replies || out.reply.refused;
    if (streamed != envelope.wrapped)
        throw Bad{ErrorCode::Malformed, "\"stream\" and \"data\" belong together", frame.data()};
    return envelope;
}

void MessageReader::Parser::read(ondemand::document& document, std::string_view frame, Message& out)
{
    pools.clear();
    out.reply = {};
    out.name = {};
    out.kind = MessageKind::Ignored;
    if (document.type().value() == ondemand::json_type::array) {
        for (ondemand::value item : document.get_array())
            skip(item);
        expectEnd(document);
        document.rewind();
        return readPayload(document.get_value().value(), {}, frame, out);
    }
    const Envelope envelope = readEnvelope(document, frame, out);
    if (envelope.wrapped) {
        document.rewind();
        return readPayload(document.find_field_unordered("data").value(), streamName, frame, out);
    }
    if (envelope.named) {
        document.rewind();
        return readPayload(document.get_value().value(), {}, frame, out);
    }
    if (!envelope.replies)
        throw Bad{ErrorCode::Unsupported, "neither an event nor an answer", frame.data()};
    out.kind = MessageKind::Reply;
    out.name = out.reply.refused ? "refusal"sv : "acknowledgement"sv;
}

MessageReader::MessageReader() : m_parser(std::make_unique<Parser>()) {}
MessageReader::~MessageReader() = default;

Result<> MessageReader::read(std::string_view frame, Message& out, SymbolWatch* watch)
{
    Parser& parser = *m_parser;
    parser.pools.clear();
    if (!readUsual(frame, parser.pools, out, watch))
        TRY(parser.json.read(frame, [&](ondemand::document& document) { parser.read(document, frame, out); }));
    out.depths = parser.pools.depths.used();
    out.quotes = parser.pools.quotes.used();
    out.trades = parser.pools.trades.used();
    out.marks = parser.pools.marks.used();
    out.orders = parser.pools.orders.used();
    out.candles = parser.pools.candles.used();
    return {};
}

}  // namespace tickdeck::binance
