// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/message.h"

#include <algorithm>
#include <cstring>
#include <simdjson.h>

#include "engine/connectors/kraken/usual.h"
#include "engine/core/utf8.h"
#include "engine/model/batch.h"

namespace tickdeck::kraken {

static_assert(kFramePadding >= simdjson::SIMDJSON_PADDING);

namespace ondemand = simdjson::ondemand;

namespace {

constexpr std::array kIgnoredChannels = {"ohlc"sv, "level3"sv, "executions"sv, "balances"sv};
constexpr std::array kIgnoredMethods = {"add_order"sv,    "amend_order"sv, "edit_order"sv,
                                        "cancel_order"sv, "cancel_all"sv,  "cancel_all_orders_after"sv,
                                        "batch_add"sv,    "batch_cancel"sv};

// Thrown inside this file only; `at` is where it went wrong.
struct Bad {
    ErrorCode code;
    std::string detail;
    const char* at;
};

// Notes which keys of one object were seen; a key twice is an error.
class Keys {
public:
    void once(unsigned bit, const char* at)
    {
        if (m_seen & (1u << bit))
            throw Bad{ErrorCode::Malformed, "a key stands twice", at};
        m_seen |= 1u << bit;
    }
    [[nodiscard]] bool has(unsigned bit) const noexcept { return (m_seen >> bit & 1u) != 0; }

private:
    unsigned m_seen = 0;
};

const char* at(ondemand::raw_json_string key) { return key.raw() - 1; }

std::string_view token(ondemand::value& value)
{
    std::string_view text = value.raw_json_token();
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// Any JSON is welcome here, but JSON it must be, and no deeper than any that a venue sends.
void skip(ondemand::value value, int depth = 0)
{
    constexpr int kDeepest = 64;
    if (depth > kDeepest)
        throw Bad{ErrorCode::Malformed, "nested too deeply", token(value).data()};
    switch (value.type().value()) {
    case ondemand::json_type::object:
        for (auto field : value.get_object())
            skip(field.value(), depth + 1);
        break;
    case ondemand::json_type::array:
        for (auto item : value.get_array())
            skip(item.value(), depth + 1);
        break;
    case ondemand::json_type::string: static_cast<void>(std::string_view(value.get_string())); break;
    case ondemand::json_type::number: {
        const std::string_view text = token(value);
        if (!isJsonNumber(text))
            throw Bad{ErrorCode::Malformed, "not a number", text.data()};
        break;
    }
    case ondemand::json_type::boolean: static_cast<void>(bool(value.get_bool())); break;
    case ondemand::json_type::null:
        if (!value.is_null())
            throw Bad{ErrorCode::Malformed, "not a value", token(value).data()};
        break;
    }
}

book::WireNumber number(ondemand::value value)
{
    const std::string_view text = token(value);
    book::WireNumber out;
    if (const char* why = scanNumber(text, out); why)
        throw Bad{why == kTooManyDigits ? ErrorCode::OutOfRange : ErrorCode::Malformed, why, text.data()};
    return out;
}

std::uint64_t integer(ondemand::value value, std::uint64_t most)
{
    const std::string_view text = token(value);
    std::uint64_t out = 0;
    if (!scanInteger(text, out))
        throw Bad{ErrorCode::Malformed, "not a whole number of 64 bits", text.data()};
    if (out > most)
        throw Bad{ErrorCode::OutOfRange, "a whole number is too large", text.data()};
    return out;
}

std::optional<Decimal> decimal(ondemand::value value)
{
    if (value.is_null())
        return {};
    const std::string_view text = token(value);
    Result<Decimal> parsed = Decimal::parse(text);
    if (!parsed)
        throw Bad{parsed.error().code, parsed.error().detail, text.data()};
    return *parsed;
}

std::string_view text(ondemand::value value)
{
    const char* where = token(value).data();
    const std::string_view out = value.get_string();
    if (out.empty())
        throw Bad{ErrorCode::Malformed, "an empty text", where};
    return out;
}

}  // namespace

struct MessageReader::Parser {
    ondemand::parser json;
    ondemand::document document;
    bool begun = false;  // `document` is that of the frame being read
    TimeScanner times;
    Pool<BookMessage> books;
    Pool<TradeMessage> trades;
    Pool<TickerMessage> tickers;
    Pool<PairMessage> pairs;

    void clear() noexcept
    {
        books.clear();
        trades.clear();
        tickers.clear();
        pairs.clear();
    }
    void read(std::string_view frame, Message& out);
    // Where simdjson gave up.
    [[nodiscard]] std::size_t failedAt(std::string_view frame, simdjson::error_code error);
    void readData(ondemand::value data, std::string_view frame, Message& out);
    void readBook(ondemand::object object, std::string_view frame);
    void readLevels(ondemand::array array, std::vector<book::WireLevel>& out);
    void readTrade(ondemand::object object);
    void readTicker(ondemand::object object);
    void readPairs(ondemand::object object);
    void readPair(ondemand::object object);
    void readStatus(ondemand::object object, StatusMessage& out);
    void readResult(ondemand::object object, ReplyMessage& out);
    Nanos time(ondemand::value value);
};

namespace {

// A message's first place, for errors about what is missing in it.
void require(const Keys& keys, std::initializer_list<std::pair<unsigned, const char*>> wanted, const char* where)
{
    for (const auto& [bit, key] : wanted)
        if (!keys.has(bit))
            throw Bad{ErrorCode::Malformed, std::string("no \"") + key + "\"", where};
}

}  // namespace

Nanos MessageReader::Parser::time(ondemand::value value)
{
    const char* place = token(value).data();
    const std::string_view written = value.get_string();
    const Result<Nanos> parsed = times.scan(written);
    if (!parsed)
        throw Bad{parsed.error().code, parsed.error().detail, place + 1 + parsed.error().offset.value_or(0)};
    // An empty market says 1970.
    return *parsed > 0 ? *parsed : kNoTime;
}

void MessageReader::Parser::readLevels(ondemand::array array, std::vector<book::WireLevel>& out)
{
    out.clear();
    for (ondemand::value item : array) {
        book::WireLevel& level = out.emplace_back();
        Keys keys;
        const char* place = nullptr;
        for (ondemand::field field : item.get_object()) {
            const ondemand::raw_json_string key = field.key();
            place = at(key);
            if (key == "price") {
                keys.once(0, place);
                level.price = number(field.value());
            } else if (key == "qty") {
                keys.once(1, place);
                level.quantity = number(field.value());
            } else {
                skip(field.value());
            }
        }
        if (!keys.has(0) || !keys.has(1))
            throw Bad{ErrorCode::Malformed, "a level without \"price\" or \"qty\"", place};
    }
}

void MessageReader::Parser::readBook(ondemand::object object, std::string_view frame)
{
    BookMessage& out = books.next();
    out.bids.clear();
    out.asks.clear();
    out.checksum.reset();
    out.time = kNoTime;
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "symbol") {
            keys.once(0, place);
            out.symbol = text(field.value());
        } else if (key == "bids") {
            keys.once(1, place);
            out.offset = static_cast<std::size_t>(place - frame.data());
            readLevels(field.value().get_array(), out.bids);
        } else if (key == "asks") {
            keys.once(2, place);
            readLevels(field.value().get_array(), out.asks);
        } else if (key == "checksum") {
            keys.once(3, place);
            out.checksum = static_cast<std::uint32_t>(integer(field.value(), 0xffffffffu));
        } else if (key == "timestamp") {
            keys.once(4, place);
            out.time = time(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "symbol"}, {1, "bids"}, {2, "asks"}}, place);
}

void MessageReader::Parser::readTrade(ondemand::object object)
{
    TradeMessage& out = trades.next();
    out = {};
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "symbol") {
            keys.once(0, place);
            out.symbol = text(field.value());
        } else if (key == "side") {
            keys.once(1, place);
            const std::string_view side = text(field.value());
            const std::optional<Side> known = enumFromName<Side>(side);
            if (!known)
                throw Bad{ErrorCode::Malformed, "a side that is neither buy nor sell", place};
            out.side = *known;
        } else if (key == "price") {
            keys.once(2, place);
            out.price = number(field.value());
        } else if (key == "qty") {
            keys.once(3, place);
            out.quantity = number(field.value());
        } else if (key == "trade_id") {
            keys.once(4, place);
            out.tradeId = integer(field.value(), ~std::uint64_t{0});
        } else if (key == "timestamp") {
            keys.once(5, place);
            out.time = time(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "symbol"}, {1, "side"}, {2, "price"}, {3, "qty"}, {4, "trade_id"}, {5, "timestamp"}}, place);
}

void MessageReader::Parser::readTicker(ondemand::object object)
{
    TickerMessage& out = tickers.next();
    out = {};
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "symbol") {
            keys.once(0, place);
            out.symbol = text(field.value());
        } else if (key == "bid") {
            keys.once(1, place);
            out.bid = number(field.value());
        } else if (key == "bid_qty") {
            keys.once(2, place);
            out.bidQuantity = number(field.value());
        } else if (key == "ask") {
            keys.once(3, place);
            out.ask = number(field.value());
        } else if (key == "ask_qty") {
            keys.once(4, place);
            out.askQuantity = number(field.value());
        } else if (key == "timestamp") {
            keys.once(5, place);
            out.time = time(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "symbol"}, {1, "bid"}, {2, "bid_qty"}, {3, "ask"}, {4, "ask_qty"}}, place);
}

void MessageReader::Parser::readPairs(ondemand::object object)
{
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "pairs") {
            keys.once(0, place);
            for (ondemand::value pair : field.value().get_array())
                readPair(pair.get_object());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "pairs"}}, place);
}

void MessageReader::Parser::readPair(ondemand::object object)
{
    PairMessage& out = pairs.next();
    out = {};
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "symbol") {
            keys.once(0, place);
            out.symbol = text(field.value());
        } else if (key == "base") {
            keys.once(1, place);
            out.base = text(field.value());
        } else if (key == "quote") {
            keys.once(2, place);
            out.quote = text(field.value());
        } else if (key == "status") {
            keys.once(3, place);
            out.status = text(field.value());
        } else if (key == "price_precision") {
            keys.once(4, place);
            out.pricePrecision = static_cast<int>(integer(field.value(), 18));
        } else if (key == "qty_precision") {
            keys.once(5, place);
            out.quantityPrecision = static_cast<int>(integer(field.value(), 18));
        } else if (key == "price_increment") {
            keys.once(6, place);
            out.tick = decimal(field.value());
        } else if (key == "qty_increment") {
            keys.once(7, place);
            out.lot = decimal(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "symbol"}}, place);
}

void MessageReader::Parser::readStatus(ondemand::object object, StatusMessage& out)
{
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "system") {
            keys.once(0, place);
            out.system = text(field.value());
        } else if (key == "version") {
            keys.once(1, place);
            out.version = text(field.value());
        } else if (key == "connection_id") {
            keys.once(2, place);
            ondemand::value value = field.value();
            out.connectionId = token(value);
            if (!std::ranges::all_of(out.connectionId, [](char c) { return c >= '0' && c <= '9'; }))
                throw Bad{ErrorCode::Malformed, "a connection number that is none", out.connectionId.data()};
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "system"}}, place);
}

void MessageReader::Parser::readResult(ondemand::object object, ReplyMessage& out)
{
    Keys keys;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        const char* place = at(key);
        if (key == "channel") {
            keys.once(0, place);
            out.channel = text(field.value());
        } else if (key == "symbol") {
            keys.once(1, place);
            out.symbol = text(field.value());
        } else if (key == "depth") {
            keys.once(2, place);
            out.depth = static_cast<std::uint32_t>(integer(field.value(), 100'000));
        } else if (key == "snapshot") {
            keys.once(3, place);
            out.snapshot = field.value().get_bool();
        } else {
            skip(field.value());
        }
    }
}

namespace {

// Sets kind and name of a message of this channel.
void setChannel(Message& out, std::string_view channel, const char* place)
{
    constexpr std::array kChannels = {std::pair{"book"sv, MessageKind::Book},
                                      std::pair{"ticker"sv, MessageKind::Ticker},
                                      std::pair{"trade"sv, MessageKind::Trade},
                                      std::pair{"heartbeat"sv, MessageKind::Heartbeat},
                                      std::pair{"instrument"sv, MessageKind::Instrument},
                                      std::pair{"status"sv, MessageKind::Status}};
    for (const auto& [name, kind] : kChannels) {
        if (name == channel) {
            out.kind = kind;
            out.name = name;
            return;
        }
    }
    const auto ignored = std::ranges::find(kIgnoredChannels, channel);
    if (ignored == kIgnoredChannels.end())
        throw Bad{ErrorCode::Unsupported, "unknown channel", place};
    out.kind = MessageKind::Ignored;
    out.name = *ignored;
}

}  // namespace

void MessageReader::Parser::readData(ondemand::value data, std::string_view frame, Message& out)
{
    const auto each = [&](auto&& readOne) {
        for (ondemand::value item : data.get_array())
            readOne(item.get_object());
    };
    switch (out.kind) {
    case MessageKind::Book: each([&](ondemand::object object) { readBook(object, frame); }); break;
    case MessageKind::Trade: each([this](ondemand::object object) { readTrade(object); }); break;
    case MessageKind::Ticker: each([this](ondemand::object object) { readTicker(object); }); break;
    case MessageKind::Status: each([&](ondemand::object object) { readStatus(object, out.status); }); break;
    case MessageKind::Instrument: readPairs(data.get_object()); break;
    case MessageKind::Heartbeat:
    case MessageKind::Reply:
    case MessageKind::Ignored: skip(data); break;
    }
}

void MessageReader::Parser::read(std::string_view frame, Message& out)
{
    enum : unsigned { Channel, Type, Data, Method, Success, Error_, RequestId, ResultKey, SymbolKey };
    clear();
    out.status = {};
    out.reply = {};
    out.snapshot = false;
    out.name = {};

    begun = false;
    document = json.iterate(frame.data(), frame.size(), frame.size() + kFramePadding);
    begun = true;
    Keys keys;
    bool late = false;  // "data" stood before "channel"
    const char* place = frame.data();
    for (ondemand::field field : document.get_object()) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "channel") {
            keys.once(Channel, place);
            setChannel(out, text(field.value()), place);
        } else if (key == "type") {
            keys.once(Type, place);
            const std::string_view type = text(field.value());
            if (type != "snapshot" && type != "update")
                throw Bad{ErrorCode::Unsupported, "unknown type of message", place};
            out.snapshot = type == "snapshot";
        } else if (key == "data") {
            keys.once(Data, place);
            if (keys.has(Channel))
                readData(field.value(), frame, out);
            else
                late = true;
        } else if (key == "method") {
            keys.once(Method, place);
            out.reply.method = text(field.value());
        } else if (key == "success") {
            keys.once(Success, place);
            out.reply.success = field.value().get_bool();
        } else if (key == "error" || key == "Error") {
            keys.once(Error_, place);
            out.reply.error = text(field.value());
        } else if (key == "req_id") {
            keys.once(RequestId, place);
            out.reply.requestId = integer(field.value(), ~std::uint64_t{0});
        } else if (key == "result") {
            keys.once(ResultKey, place);
            readResult(field.value().get_object(), out.reply);
        } else if (key == "symbol") {
            keys.once(SymbolKey, place);
            out.reply.symbol = text(field.value());
        } else {
            skip(field.value());
        }
    }
    if (document.current_location().get(place) == simdjson::SUCCESS)
        throw Bad{ErrorCode::Malformed, "text after the message", place};

    if (!keys.has(Channel)) {
        if (!keys.has(Method) && !keys.has(Error_))
            throw Bad{ErrorCode::Unsupported, "neither \"channel\" nor \"method\"", frame.data()};
        out.name = keys.has(Method) ? out.reply.method : "error"sv;
        out.kind = MessageKind::Reply;
        if (std::ranges::find(kIgnoredMethods, out.name) != kIgnoredMethods.end())
            out.kind = MessageKind::Ignored;
        else if (out.name != "subscribe" && out.name != "unsubscribe" && out.name != "pong" && out.name != "ping" &&
                 out.name != "error")
            throw Bad{ErrorCode::Unsupported, "unknown method", frame.data()};
        return;
    }
    if (out.kind == MessageKind::Heartbeat || out.kind == MessageKind::Ignored)
        return;
    require(keys, {{Type, "type"}, {Data, "data"}}, frame.data());
    if (late) {
        document.rewind();
        readData(document.find_field_unordered("data").value(), frame, out);
    }
}

std::size_t MessageReader::Parser::failedAt(std::string_view frame, simdjson::error_code error)
{
    if (const char* place = nullptr; begun && document.current_location().get(place) == simdjson::SUCCESS)
        return static_cast<std::size_t>(place - frame.data());
    std::size_t at = 0;
    if (error == simdjson::UTF8_ERROR)
        while (const std::size_t length = utf8Character(frame.substr(at)))
            at += length;
    return error == simdjson::UTF8_ERROR || error == simdjson::EMPTY ? at : frame.size();
}

MessageReader::MessageReader() : m_parser(std::make_unique<Parser>()) {}
MessageReader::~MessageReader() = default;

Result<> MessageReader::read(std::string_view frame, Message& out)
{
    const auto failAt = [&](ErrorCode code, std::string detail, const char* place) {
        const bool within = place >= frame.data() && place <= frame.data() + frame.size();
        return fail(code, std::move(detail), Remedy::None, within ? static_cast<std::size_t>(place - frame.data()) : 0);
    };
    m_parser->clear();
    if (readUsual(frame, m_parser->times, {m_parser->books, m_parser->trades, m_parser->tickers}, out))
        return shown(out);
    try {
        m_parser->read(frame, out);
    } catch (const Bad& bad) {
        return failAt(bad.code, bad.detail, bad.at);
    } catch (const simdjson::simdjson_error& error) {
        return fail(ErrorCode::Malformed, error.what(), Remedy::None, m_parser->failedAt(frame, error.error()));
    }
    return shown(out);
}

Result<> MessageReader::shown(Message& out)
{
    out.books = m_parser->books.used();
    out.trades = m_parser->trades.used();
    out.tickers = m_parser->tickers.used();
    out.pairs = m_parser->pairs.used();
    return {};
}

}  // namespace tickdeck::kraken
