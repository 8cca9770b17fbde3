// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/message.h"

#include <algorithm>
#include <array>

#include "engine/connectors/binance/json_read.h"
#include "engine/connectors/binance/usual.h"
#include "engine/model/batch.h"

namespace tickdeck::binance {

namespace ondemand = simdjson::ondemand;

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

bool boolean(ondemand::value value) { return value.get_bool(); }

}  // namespace

struct MessageReader::Parser {
    ondemand::parser json;
    ondemand::document document;
    bool begun = false;  // `document` is that of the frame being read
    Pools pools;
    std::string streamName;  // a copy: the second reading overwrites the texts of the first

    // The top level, as its first reading finds it.
    struct Envelope {
        bool wrapped = false;  // it has "data"
        bool named = false;    // it has "e"
        bool replies = false;  // it has "result", "code" or "error"
    };

    void read(std::string_view frame, Message& out);
    [[nodiscard]] Envelope readEnvelope(std::string_view frame, Message& out);
    void readError(ondemand::value value, ReplyMessage& out);
    void readPayload(ondemand::value payload, std::string_view stream, std::string_view frame, Message& out);
    // `several`: the object is an array's element.
    void readEvent(ondemand::object object, bool several, std::string_view stream, std::string_view frame,
                   Message& out);
    void readKind(ondemand::object object, std::string_view stream, std::string_view frame, Message& out);
    void readDepth(ondemand::object object, bool partial, std::string_view frame);
    void readQuote(ondemand::object object);
    void readTrade(ondemand::object object, Message& out);
    void readMark(ondemand::object object);
    void readForcedOrder(ondemand::object object);
    void readOrder(ondemand::object object, ForcedOrderMessage& out);
    void readCandle(ondemand::object object);
    void readBar(ondemand::object object, CandleMessage& out);
};

void MessageReader::Parser::readDepth(ondemand::object object, bool partial, std::string_view frame)
{
    enum : unsigned { Symbol, First, Last, Previous, Bids, Asks, Matched, Sent };
    DepthMessage& out = pools.depths.next();
    out.bids.clear();
    out.asks.clear();
    out.ids = {};
    out.time = kNoTime;
    out.partial = partial;
    Nanos sent = kNoTime;
    Keys keys;
    const char* place = frame.data();
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "s") {
            keys.once(Symbol, place);
            out.symbol = text(field.value());
        } else if (key == "U") {
            keys.once(First, place);
            out.ids.first = integer(field.value());
        } else if (key == "u") {
            keys.once(Last, place);
            out.ids.last = integer(field.value());
        } else if (key == "pu") {
            keys.once(Previous, place);
            out.ids.previous = integer(field.value());
        } else if (key == "b") {
            keys.once(Bids, place);
            out.offset = static_cast<std::size_t>(place - frame.data());
            levels(field.value().get_array(), out.bids);
        } else if (key == "a") {
            keys.once(Asks, place);
            levels(field.value().get_array(), out.asks);
        } else if (key == "T") {
            keys.once(Matched, place);
            out.time = millis(field.value());
        } else if (key == "E") {
            keys.once(Sent, place);
            sent = millis(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{Symbol, "s"}, {First, "U"}, {Last, "u"}, {Previous, "pu"}, {Bids, "b"}, {Asks, "a"}}, place);
    if (out.ids.first > out.ids.last)
        throw Bad{ErrorCode::Malformed, "numbers that run backwards", place};
    if (!keys.has(Matched))
        out.time = sent;
}

void MessageReader::Parser::readQuote(ondemand::object object)
{
    enum : unsigned { Symbol, Bid, BidQuantity, Ask, AskQuantity, Update, Matched, Sent };
    QuoteMessage& out = pools.quotes.next();
    out = {};
    Nanos sent = kNoTime;
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "s") {
            keys.once(Symbol, place);
            out.symbol = text(field.value());
        } else if (key == "b") {
            keys.once(Bid, place);
            out.bid = number(field.value());
        } else if (key == "B") {
            keys.once(BidQuantity, place);
            out.bidQuantity = number(field.value());
        } else if (key == "a") {
            keys.once(Ask, place);
            out.ask = number(field.value());
        } else if (key == "A") {
            keys.once(AskQuantity, place);
            out.askQuantity = number(field.value());
        } else if (key == "u") {
            keys.once(Update, place);
            out.updateId = integer(field.value());
        } else if (key == "T") {
            keys.once(Matched, place);
            out.time = millis(field.value());
        } else if (key == "E") {
            keys.once(Sent, place);
            sent = millis(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{Symbol, "s"}, {Bid, "b"}, {BidQuantity, "B"}, {Ask, "a"}, {AskQuantity, "A"}}, place);
    if (!keys.has(Matched))
        out.time = sent;
}

void MessageReader::Parser::readTrade(ondemand::object object, Message& out)
{
    enum : unsigned { Symbol, Price, Quantity, Number, Time, Maker, Type };
    const bool aggregate = out.name == "aggTrade";
    TradeMessage trade;
    trade.aggregate = aggregate;
    bool ofMarket = true;
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "s") {
            keys.once(Symbol, place);
            trade.symbol = text(field.value());
        } else if (key == "p") {
            keys.once(Price, place);
            trade.price = number(field.value());
        } else if (key == "q") {
            keys.once(Quantity, place);
            trade.quantity = number(field.value());
        } else if (aggregate ? key == "a" : key == "t") {
            keys.once(Number, place);
            trade.tradeId = integer(field.value());
        } else if (key == "T") {
            keys.once(Time, place);
            trade.time = millis(field.value());
        } else if (key == "m") {
            keys.once(Maker, place);
            trade.side = boolean(field.value()) ? Side::Sell : Side::Buy;  // the buyer waited: the seller came
        } else if (!aggregate && key == "X") {
            keys.once(Type, place);
            ofMarket = text(field.value()) == "MARKET";
        } else {
            skip(field.value());
        }
    }
    require(keys,
            {{Symbol, "s"}, {Price, "p"}, {Quantity, "q"}, {Number, aggregate ? "a" : "t"}, {Time, "T"}, {Maker, "m"}},
            place);
    // Those of the insurance fund and of auto-deleveraging are no trades of the market.
    if (ofMarket) {
        pools.trades.next() = trade;
    } else {
        out.kind = MessageKind::Ignored;
        out.name = "trade outside the market";
    }
}

void MessageReader::Parser::readMark(ondemand::object object)
{
    enum : unsigned { Symbol, Price, Index, Rate, Next, Time };
    MarkMessage& out = pools.marks.next();
    out = {};
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "s") {
            keys.once(Symbol, place);
            out.symbol = text(field.value());
        } else if (key == "p") {
            keys.once(Price, place);
            out.mark = number(field.value());
        } else if (key == "i") {
            keys.once(Index, place);
            out.index = signedNumber(field.value());
        } else if (key == "r") {
            keys.once(Rate, place);
            out.rate = signedNumber(field.value());
        } else if (key == "T") {
            keys.once(Next, place);
            out.nextFunding = millis(field.value());
        } else if (key == "E") {
            keys.once(Time, place);
            out.time = millis(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{Symbol, "s"}, {Price, "p"}, {Time, "E"}}, place);
}

void MessageReader::Parser::readOrder(ondemand::object object, ForcedOrderMessage& out)
{
    enum : unsigned { Symbol, Side_, Price, Quantity, Average, Filled, Status_, Time };
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "s") {
            keys.once(Symbol, place);
            out.symbol = text(field.value());
        } else if (key == "S") {
            keys.once(Side_, place);
            const std::string_view side = text(field.value());
            if (side != "BUY" && side != "SELL")
                throw Bad{ErrorCode::Malformed, "a side that is neither BUY nor SELL", place};
            out.side = side == "BUY" ? Side::Buy : Side::Sell;
        } else if (key == "p") {
            keys.once(Price, place);
            out.price = decimal(field.value());
        } else if (key == "q") {
            keys.once(Quantity, place);
            out.quantity = decimal(field.value());
        } else if (key == "ap") {
            keys.once(Average, place);
            out.average = decimal(field.value());
        } else if (key == "z") {
            keys.once(Filled, place);
            out.filled = decimal(field.value());
        } else if (key == "X") {
            keys.once(Status_, place);
            out.status = text(field.value());
        } else if (key == "T") {
            keys.once(Time, place);
            out.time = millis(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{Symbol, "s"}, {Side_, "S"}, {Price, "p"}, {Quantity, "q"}, {Status_, "X"}, {Time, "T"}}, place);
}

void MessageReader::Parser::readForcedOrder(ondemand::object object)
{
    ForcedOrderMessage& out = pools.orders.next();
    out = {};
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "o") {
            keys.once(0, place);
            readOrder(field.value().get_object(), out);
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "o"}}, place);
}

void MessageReader::Parser::readBar(ondemand::object object, CandleMessage& out)
{
    enum : unsigned { Start, End, Interval, Open, High, Low, Close, Volume, Count, Closed };
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "t") {
            keys.once(Start, place);
            out.openTime = static_cast<Nanos>(integer(field.value(), kMostMillis)) * kMillisecond;
        } else if (key == "T") {
            keys.once(End, place);
            // The venue's last millisecond belongs to the candle.
            out.closeTime = static_cast<Nanos>(integer(field.value(), kMostMillis - 1) + 1) * kMillisecond;
        } else if (key == "i") {
            keys.once(Interval, place);
            const std::string_view name = text(field.value());
            const auto known = std::ranges::find(kIntervals, name, &std::pair<std::string_view, int>::first);
            if (known == kIntervals.end())
                throw Bad{ErrorCode::Malformed, "a width that the venue has not", place};
            out.interval = known->second * kSecond;
        } else if (key == "o") {
            keys.once(Open, place);
            out.open = decimal(field.value());
        } else if (key == "h") {
            keys.once(High, place);
            out.high = decimal(field.value());
        } else if (key == "l") {
            keys.once(Low, place);
            out.low = decimal(field.value());
        } else if (key == "c") {
            keys.once(Close, place);
            out.close = decimal(field.value());
        } else if (key == "v") {
            keys.once(Volume, place);
            out.volume = decimal(field.value());
        } else if (key == "n") {
            keys.once(Count, place);
            out.trades = integer(field.value());
        } else if (key == "x") {
            keys.once(Closed, place);
            out.closed = boolean(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys,
            {{Start, "t"},
             {End, "T"},
             {Interval, "i"},
             {Open, "o"},
             {High, "h"},
             {Low, "l"},
             {Close, "c"},
             {Volume, "v"},
             {Count, "n"},
             {Closed, "x"}},
            place);
    if (out.closeTime <= out.openTime)
        throw Bad{ErrorCode::Malformed, "a candle that ends before it begins", place};
    if (out.interval == 0)  // a month
        out.interval = out.closeTime - out.openTime;
}

void MessageReader::Parser::readCandle(ondemand::object object)
{
    CandleMessage& out = pools.candles.next();
    out = {};
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "s") {
            keys.once(0, place);
            out.symbol = text(field.value());
        } else if (key == "k") {
            keys.once(1, place);
            readBar(field.value().get_object(), out);
        } else if (key == "E") {
            keys.once(2, place);
            out.time = millis(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "s"}, {1, "k"}}, place);
}

// Sets kind and name from "e", or from the stream's name where the venue leaves it out.
void MessageReader::Parser::readKind(ondemand::object object, std::string_view stream, std::string_view frame,
                                     Message& out)
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
    case MessageKind::Depth: readDepth(object, isPartial(stream), frame); break;
    case MessageKind::Quote: readQuote(object); break;
    case MessageKind::Trade: readTrade(object, out); break;
    case MessageKind::Mark: readMark(object); break;
    case MessageKind::ForcedOrder: readForcedOrder(object); break;
    case MessageKind::Candle: readCandle(object); break;
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

void MessageReader::Parser::readError(ondemand::value value, ReplyMessage& out)
{
    if (value.type().value() == ondemand::json_type::string) {
        out.error = text(value);
        return;
    }
    Keys keys;
    for (ondemand::field field : value.get_object()) {
        const ondemand::raw_json_string key = field.key();
        const char* place = at(key);
        if (key == "code") {
            keys.once(0, place);
            ondemand::value code = field.value();
            out.code = token(code);
            skip(code);
        } else if (key == "msg") {
            keys.once(1, place);
            out.error = field.value().get_string();
        } else {
            skip(field.value());
        }
    }
}

MessageReader::Parser::Envelope MessageReader::Parser::readEnvelope(std::string_view frame, Message& out)
{
    enum : unsigned { Stream, Data, Event, ResultKey, Id, Code, Text, ErrorKey };
    Envelope envelope;
    Keys keys;
    const char* place = frame.data();
    for (ondemand::field field : document.get_object()) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "stream") {
            keys.once(Stream, place);
            streamName = text(field.value());
        } else if (key == "data") {
            keys.once(Data, place);
            skip(field.value());
        } else if (key == "e") {
            keys.once(Event, place);
            skip(field.value());
        } else if (key == "result") {
            keys.once(ResultKey, place);
            skip(field.value());
        } else if (key == "id") {
            keys.once(Id, place);
            ondemand::value id = field.value();
            if (id.type().value() == ondemand::json_type::number)
                out.reply.id = integer(id, ~std::uint64_t{0});
            else
                skip(id);
        } else if (key == "code") {
            keys.once(Code, place);
            ondemand::value code = field.value();
            out.reply.code = token(code);
            skip(code);
        } else if (key == "msg") {
            keys.once(Text, place);
            out.reply.error = field.value().get_string();
        } else if (key == "error") {
            keys.once(ErrorKey, place);
            readError(field.value(), out.reply);
        } else {
            skip(field.value());
        }
    }
    if (document.current_location().get(place) == simdjson::SUCCESS)
        throw Bad{ErrorCode::Malformed, "text after the message", place};
    envelope.wrapped = keys.has(Data);
    envelope.named = keys.has(Event);
    envelope.replies = keys.has(ResultKey) || keys.has(Code) || keys.has(ErrorKey);
    out.reply.refused = keys.has(Code) || keys.has(ErrorKey);
    if (keys.has(Stream) != keys.has(Data))
        throw Bad{ErrorCode::Malformed, "\"stream\" and \"data\" belong together", frame.data()};
    return envelope;
}

void MessageReader::Parser::read(std::string_view frame, Message& out)
{
    pools.clear();
    out.reply = {};
    out.name = {};
    out.kind = MessageKind::Ignored;
    document = json.iterate(frame.data(), frame.size(), frame.size() + kFramePadding);
    begun = true;
    if (document.type().value() == ondemand::json_type::array) {
        for (ondemand::value item : document.get_array())
            skip(item);
        if (const char* place = nullptr; document.current_location().get(place) == simdjson::SUCCESS)
            throw Bad{ErrorCode::Malformed, "text after the message", place};
        document.rewind();
        return readPayload(document.get_value().value(), {}, frame, out);
    }
    const Envelope envelope = readEnvelope(frame, out);
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
        TRY(guarded(frame, parser.document, parser.begun, [&] { parser.read(frame, out); }));
    out.depths = parser.pools.depths.used();
    out.quotes = parser.pools.quotes.used();
    out.trades = parser.pools.trades.used();
    out.marks = parser.pools.marks.used();
    out.orders = parser.pools.orders.used();
    out.candles = parser.pools.candles.used();
    return {};
}

}  // namespace tickdeck::binance
