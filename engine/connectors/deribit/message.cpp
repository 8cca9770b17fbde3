// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/message.h"

#include <algorithm>
#include <array>

#include "engine/wire/members.h"
#include "engine/wire/scan.h"

namespace tickdeck::deribit {

namespace ondemand = simdjson::ondemand;
using namespace wire;

namespace {

// Known channels that are not normalised, by their first word.
constexpr std::array kIgnoredChannels = {"chart"sv,
                                         "deribit_price_index"sv,
                                         "deribit_price_ranking"sv,
                                         "deribit_price_statistics"sv,
                                         "estimated_expiration_price"sv,
                                         "markprice"sv,
                                         "perpetual"sv,
                                         "platform_state"sv,
                                         "instrument"sv,
                                         "incremental_ticker"sv,
                                         "block_trade_confirmations"sv,
                                         "block_rfq"sv,
                                         "rfq"sv,
                                         "user"sv};

constexpr std::array kChannels = {std::pair{"ticker"sv, MessageKind::Ticker}, std::pair{"book"sv, MessageKind::Book},
                                  std::pair{"trades"sv, MessageKind::Trade}, std::pair{"quote"sv, MessageKind::Quote},
                                  std::pair{"deribit_volatility_index"sv, MessageKind::VolIndex}};

std::optional<Decimal> positive(const std::optional<Decimal>& price, const std::optional<Decimal>& amount)
{
    return price && amount && !price->isZero() && !amount->isZero() ? price : std::nullopt;
}

Decimal someDecimal(ondemand::value value)
{
    const char* place = token(value).data();
    const std::optional<Decimal> out = decimal(value);
    if (!out)
        throw Bad{ErrorCode::Malformed, "null in place of a number", place};
    return *out;
}

std::optional<std::uint64_t> integerOrNull(ondemand::value value)
{
    if (value.is_null())
        return {};
    return integer(value);
}

// A perpetual's is in the year 3000, which is none.
Nanos distantMillis(ondemand::value value)
{
    const std::uint64_t out = integer(value);
    return out == 0 || out > kMostMillis ? kNoTime : static_cast<Nanos>(out) * kMillisecond;
}

void readGreeks(ondemand::object object, TickerMessage& out)
{
    readMembers(object, may("delta", out.delta, decimal), may("gamma", out.gamma, decimal),
                may("vega", out.vega, decimal), may("theta", out.theta, decimal), may("rho", out.rho, decimal));
}

void readTicker(ondemand::object object, TickerMessage& out)
{
    out = {};
    readMembers(object, need("instrument_name", out.instrument, text), need("timestamp", out.time, millis),
                may("state", out.state, text), may("underlying_index", out.underlying, anyText),
                need("best_bid_price", out.bidPrice, decimal), need("best_bid_amount", out.bidAmount, decimal),
                need("best_ask_price", out.askPrice, decimal), need("best_ask_amount", out.askAmount, decimal),
                may("mark_price", out.mark, decimal), may("index_price", out.index, decimal),
                may("current_funding", out.funding, decimal), may("underlying_price", out.underlyingPrice, decimal),
                may("open_interest", out.openInterest, decimal), may("mark_iv", out.markIv, decimal),
                may("bid_iv", out.bidIv, decimal), may("ask_iv", out.askIv, decimal),
                may("greeks", [&](ondemand::value value) { readGreeks(value.get_object(), out); }));
    for (const auto& [price, amount] :
         {std::pair{&out.bidPrice, &out.bidAmount}, std::pair{&out.askPrice, &out.askAmount}}) {
        *price = positive(*price, *amount);
        if (!*price)
            amount->reset();
    }
}

// ["new", price, amount] or [price, amount]. Differences between contracts (combos) have prices below zero, of which no book is
// kept: `negative` tells of one.
struct LevelsRead {
    bool actions = false;
    const char* negative = nullptr;
};

book::WireNumber levelNumber(ondemand::value value, LevelsRead& read)
{
    const std::string_view written = token(value);
    if (!written.starts_with('-') || !isJsonNumber(written))
        return exponentNumber(value);
    read.negative = written.data();
    return {};
}

void readLevels(ondemand::value value, std::vector<book::WireLevel>& out, LevelsRead& read)
{
    out.clear();
    for (ondemand::value item : value.get_array()) {
        const char* const place = token(item).data();
        book::WireLevel& level = out.emplace_back();
        std::string_view action;
        int parts = 0;
        for (ondemand::value part : item.get_array()) {
            if (parts == 0 && part.type() == ondemand::json_type::string)
                action = text(part);
            else if (++parts == 1)
                level.price = levelNumber(part, read);
            else if (parts == 2)
                level.quantity = levelNumber(part, read);
            else
                skip(part);
        }
        if (parts < 2)
            throw Bad{ErrorCode::Malformed, "a level without price or amount", place};
        if (action == "delete")
            level.quantity = {};
        else if (!action.empty() && action != "new" && action != "change")
            throw Bad{ErrorCode::Malformed, "a level that is neither new nor changed nor deleted", place};
        read.actions = read.actions || !action.empty();
    }
}

// Returns where a price or amount below zero stands, or null.
const char* readBook(ondemand::object object, std::string_view frame, BookMessage& out)
{
    LevelsRead levels;
    std::string_view type;
    out.previous.reset();
    readMembers(object, need("instrument_name", out.instrument, text), need("timestamp", out.time, millis),
                may("type", type, text), need("change_id", out.changeId, integer),
                may("prev_change_id", out.previous, integerOrNull),
                need("bids",
                     [&](ondemand::value value, const char* place) {
                         out.offset = static_cast<std::size_t>(place - frame.data());
                         readLevels(value, out.bids, levels);
                     }),
                need("asks", [&](ondemand::value value) { readLevels(value, out.asks, levels); }));
    if (!type.empty() && type != "snapshot" && type != "change")
        throw Bad{ErrorCode::Unsupported, "unknown type of book", type.data()};
    // Whole books have no type, and earlier years' had none at all.
    out.snapshot = out.form == BookForm::Grouped || (type.empty() ? !out.previous : type == "snapshot");
    return levels.negative;
}

void readTrade(ondemand::object object, TradeMessage& out)
{
    out = {};
    const auto side = [&](ondemand::value value, const char* place) {
        const std::optional<Side> known = enumFromName<Side>(text(value));
        if (!known)
            throw Bad{ErrorCode::Malformed, "a direction that is neither buy nor sell", place};
        out.side = *known;
    };
    readMembers(object, need("instrument_name", out.instrument, text), need("trade_id", out.tradeId, text),
                need("trade_seq", out.sequence, integer), need("price", out.price, someDecimal),
                need("amount", out.amount, someDecimal), need("timestamp", out.time, millis), need("direction", side));
}

void readVolIndex(ondemand::object object, VolIndexMessage& out)
{
    out = {};
    readMembers(object, need("index_name", out.index, text), need("volatility", out.value, someDecimal),
                need("timestamp", out.time, millis));
}

void readInstrument(ondemand::object object, InstrumentMessage& out)
{
    out = {};
    std::optional<Decimal> finer;
    const auto steps = [&](ondemand::value value) {
        for (ondemand::value step : value.get_array()) {
            std::optional<Decimal> tick;
            readMembers(step.get_object(), may("tick_size", tick, decimal));
            if (tick && (!finer || *tick < *finer))
                finer = tick;
        }
    };
    readMembers(object, may("instrument_name", out.instrument, text), may("kind", out.kind, text),
                may("base_currency", out.base, text), may("quote_currency", out.quote, text),
                may("counter_currency", out.counter, text), may("settlement_currency", out.settlement, text),
                may("settlement_period", out.period, text), may("option_type", out.optionType, text),
                may("instrument_type", out.type, text), may("state", out.state, text),
                may("is_active", [&](ondemand::value value) { out.active = boolean(value); }),
                may("strike", out.strike, decimal), may("tick_size", out.tick, decimal), may("tick_size_steps", steps),
                may("contract_size", out.contractSize, decimal), may("min_trade_amount", out.leastAmount, decimal),
                may("expiration_timestamp", out.expiry, distantMillis));
    if (finer && (!out.tick || *finer < *out.tick))
        out.tick = finer;
}

struct ChannelName {
    MessageKind kind = MessageKind::Ignored;
    std::string_view name;  // static
    BookForm form = BookForm::Fast;
};

// "book.BTC-PERPETUAL.100ms", "book.BTC-PERPETUAL.none.20.100ms", "ticker.…".
ChannelName channelOf(std::string_view channel, const char* place)
{
    ChannelName out;
    const std::string_view head = channel.substr(0, channel.find('.'));
    const auto ignored = std::ranges::find(kIgnoredChannels, head);
    const auto known = std::ranges::find(kChannels, head, &std::pair<std::string_view, MessageKind>::first);
    if (known == kChannels.end() && ignored == kIgnoredChannels.end())
        throw Bad{ErrorCode::Unsupported, "unknown channel", place};
    if (known == kChannels.end()) {
        out.name = *ignored;
        return out;
    }
    out.kind = known->second;
    out.name = known->first;
    if (out.kind == MessageKind::Book) {
        const std::string_view interval = channel.substr(channel.rfind('.') + 1);
        out.form = std::ranges::count(channel, '.') > 2 ? BookForm::Grouped
                   : interval == "raw"                  ? BookForm::Raw
                   : interval == "agg2"                 ? BookForm::Slow
                                                        : BookForm::Fast;
    }
    return out;
}

}  // namespace

struct MessageReader::Parser {
    JsonReader json;
    Pool<TradeMessage> trades;
    Pool<InstrumentMessage> instruments;

    void clear(Message& out);
    void read(ondemand::document& document, std::string_view frame, Message& out);
    [[nodiscard]] bool readParams(ondemand::object object, std::string_view frame, Message& out);
    void readData(ondemand::value data, std::string_view frame, Message& out);
    void readResult(ondemand::value value, Message& out);
    static void readError(ondemand::object object, ReplyMessage& out);
};

void MessageReader::Parser::clear(Message& out)
{
    trades.clear();
    instruments.clear();
    out.kind = MessageKind::Ignored;
    out.name = {};
    out.testRequest = false;
    out.reply.id.reset();
    out.reply.failed = false;
    out.reply.code = 0;
    out.reply.error = {};
    out.reply.reason = {};
    out.reply.list = false;
    out.reply.channels.clear();
}

void MessageReader::Parser::readData(ondemand::value data, std::string_view frame, Message& out)
{
    switch (out.kind) {
    case MessageKind::Ticker:
    case MessageKind::Quote: readTicker(data.get_object(), out.ticker); break;
    case MessageKind::Book:
        if (const char* negative = readBook(data.get_object(), frame, out.book); negative)
            out.kind = MessageKind::Ignored;
        break;
    case MessageKind::Trade:
        for (ondemand::value item : data.get_array())
            readTrade(item.get_object(), trades.next());
        break;
    case MessageKind::VolIndex: readVolIndex(data.get_object(), out.volIndex); break;
    case MessageKind::Heartbeat:
    case MessageKind::Reply:
    case MessageKind::Ignored: skip(data); break;
    }
}

// False where the data stood before the channel, without which it cannot be read.
bool MessageReader::Parser::readParams(ondemand::object object, std::string_view frame, Message& out)
{
    std::string_view type;
    bool filled = false;
    bool late = false;
    const auto channel = [&](ondemand::value value, const char* place) {
        const ChannelName known = channelOf(text(value), place);
        out.kind = known.kind;
        out.name = known.name;
        out.book.form = known.form;
    };
    const auto data = [&](ondemand::value value) {
        filled = true;
        late = out.name.empty();
        late ? skip(value) : readData(value, frame, out);
    };
    readMembers(object, may("channel", channel), may("data", data), may("type", type, text));
    if (out.name.empty()) {
        out.kind = MessageKind::Heartbeat;
        out.name = "heartbeat";
        out.testRequest = type == "test_request";
        return true;
    }
    if (!filled)
        missing("data", frame.data());
    return !late;
}

void MessageReader::Parser::readResult(ondemand::value value, Message& out)
{
    if (value.type() != ondemand::json_type::array) {
        skip(value);
        return;
    }
    out.reply.list = true;
    for (ondemand::value item : value.get_array()) {
        const ondemand::json_type type = item.type();
        if (type == ondemand::json_type::string) {
            out.reply.channels.push_back(anyText(item));
        } else if (type == ondemand::json_type::object) {
            readInstrument(item.get_object(), instruments.next());
        } else {
            out.reply.list = false;
            skip(item);
        }
    }
    // Other lists are of other things.
    const auto defined = [](const InstrumentMessage& one) { return !one.instrument.empty() && !one.kind.empty(); };
    const std::span<InstrumentMessage> listed = instruments.used();
    if (!std::ranges::all_of(listed, defined)) {
        out.reply.list = false;
        instruments.clear();
    }
}

void MessageReader::Parser::readError(ondemand::object object, ReplyMessage& out)
{
    out.failed = true;
    const auto code = [&](ondemand::value value, const char* place) {
        const Result<std::int64_t> number = someDecimal(value).toTicks(0);
        if (!number)
            throw Bad{ErrorCode::Malformed, "a code that is no whole number", place};
        out.code = *number;
    };
    const auto data = [&](ondemand::value value) {
        if (value.type() != ondemand::json_type::object)
            skip(value);
        else
            readMembers(value.get_object(), may("reason", out.reason, anyText));
    };
    readMembers(object, need("code", code), may("message", out.error, anyText), may("data", data));
}

void MessageReader::Parser::read(ondemand::document& document, std::string_view frame, Message& out)
{
    std::string_view method;
    const char* methodPlace = frame.data();
    bool params = false;
    bool read = true;  // the parameters, wholly
    bool answered = false;
    const auto id = [&](ondemand::value value) {
        if (value.type() == ondemand::json_type::number)
            out.reply.id = integer(value);
        else
            skip(value);
    };
    readMembers(document.get_object(),
                may("method",
                    [&](ondemand::value value, const char* place) {
                        method = text(value);
                        methodPlace = place;
                    }),
                may("params",
                    [&](ondemand::value value) {
                        params = true;
                        read = readParams(value.get_object(), frame, out);
                    }),
                may("id", id),
                may("result",
                    [&](ondemand::value value) {
                        answered = true;
                        readResult(value, out);
                    }),
                may("error", [&](ondemand::value value) {
                    answered = true;
                    readError(value.get_object(), out.reply);
                }));
    expectEnd(document);
    if (answered) {
        out.kind = MessageKind::Reply;
        out.name = "answer";
        return;
    }
    if (method != "subscription" && method != "heartbeat")
        throw Bad{ErrorCode::Unsupported, method.empty() ? "neither a method nor an answer" : "unknown method",
                  methodPlace};
    const bool beat = method == "heartbeat";
    if (!params)
        missing("params", frame.data());
    if (!read) {
        document.rewind();
        ondemand::object late = document.find_field_unordered("params").get_object();
        readData(late.find_field_unordered("data").value(), frame, out);
    }
    if (beat != (out.kind == MessageKind::Heartbeat))
        throw Bad{ErrorCode::Malformed, "a method with another's parameters", methodPlace};
}

MessageReader::MessageReader() : m_parser(std::make_unique<Parser>()) {}
MessageReader::~MessageReader() = default;

Result<> MessageReader::read(std::string_view frame, Message& out)
{
    Parser& parser = *m_parser;
    parser.clear(out);
    TRY(parser.json.read(frame, [&](ondemand::document& document) { parser.read(document, frame, out); }));
    out.trades = parser.trades.used();
    out.instruments = parser.instruments.used();
    return {};
}

Result<> MessageReader::readAnswer(std::string_view payload, Message& out)
{
    Parser& parser = *m_parser;
    parser.clear(out);
    out.kind = MessageKind::Reply;
    out.name = "answer";
    TRY(parser.json.read(payload, [&](ondemand::document& document) {
        const auto body = [&](ondemand::value value) {
            readMembers(value.get_object(),
                        may("result", [&](ondemand::value result) { parser.readResult(result, out); }),
                        may("error", [&](ondemand::value error) { Parser::readError(error.get_object(), out.reply); }));
        };
        readMembers(document.get_object(), may("request", [](ondemand::value value) { skip(value); }),
                    may("body", body));
        expectEnd(document);
    }));
    out.trades = {};
    out.instruments = parser.instruments.used();
    return {};
}

}  // namespace tickdeck::deribit
