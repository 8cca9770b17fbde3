// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/message.h"

#include <algorithm>
#include <array>

#include "engine/connectors/kraken/usual.h"
#include "engine/wire/members.h"

namespace tickdeck::kraken {

namespace ondemand = simdjson::ondemand;
using namespace wire;

namespace {

constexpr std::array kIgnoredChannels = {"ohlc"sv, "level3"sv, "executions"sv, "balances"sv};
constexpr std::array kMethods = {"subscribe"sv, "unsubscribe"sv, "pong"sv, "ping"sv, "error"sv};
constexpr std::array kIgnoredMethods = {"add_order"sv,    "amend_order"sv, "edit_order"sv,
                                        "cancel_order"sv, "cancel_all"sv,  "cancel_all_orders_after"sv,
                                        "batch_add"sv,    "batch_cancel"sv};

constexpr std::uint64_t kAnyInteger = ~std::uint64_t{0};
std::uint64_t anyInteger(ondemand::value value) { return integerUpTo(value, kAnyInteger); }

void readLevels(ondemand::value value, std::vector<book::WireLevel>& out)
{
    out.clear();
    for (ondemand::value item : value.get_array()) {
        book::WireLevel& level = out.emplace_back();
        readMembers(item.get_object(), need("price", level.price, number), need("qty", level.quantity, number));
    }
}

void readBook(ondemand::object object, std::string_view frame, TimeScanner& times, BookMessage& out)
{
    constexpr std::uint64_t kMostChecksum = 0xffffffffu;
    out.checksum.reset();
    out.time = kNoTime;
    readMembers(object, need("symbol", out.symbol, text),
                need("bids",
                     [&](ondemand::value value, const char* place) {
                         out.offset = static_cast<std::size_t>(place - frame.data());
                         readLevels(value, out.bids);
                     }),
                need("asks", [&](ondemand::value value) { readLevels(value, out.asks); }),
                may("checksum",
                    [&](ondemand::value value) {
                        out.checksum = static_cast<std::uint32_t>(integerUpTo(value, kMostChecksum));
                    }),
                may("timestamp", [&](ondemand::value value) { out.time = rfc3339(value, times); }));
}

void readTrade(ondemand::object object, TimeScanner& times, TradeMessage& out)
{
    out = {};
    const auto side = [&](ondemand::value value, const char* place) {
        const std::optional<Side> known = enumFromName<Side>(text(value));
        if (!known)
            throw Bad{ErrorCode::Malformed, "a side that is neither buy nor sell", place};
        out.side = *known;
    };
    readMembers(object, need("symbol", out.symbol, text), need("side", side), need("price", out.price, number),
                need("qty", out.quantity, number), need("trade_id", out.tradeId, anyInteger),
                need("timestamp", [&](ondemand::value value) { out.time = rfc3339(value, times); }));
}

void readTicker(ondemand::object object, TimeScanner& times, TickerMessage& out)
{
    out = {};
    readMembers(object, need("symbol", out.symbol, text), need("bid", out.bid, number),
                need("bid_qty", out.bidQuantity, number), need("ask", out.ask, number),
                need("ask_qty", out.askQuantity, number),
                may("timestamp", [&](ondemand::value value) { out.time = rfc3339(value, times); }));
}

void readPair(ondemand::object object, PairMessage& out)
{
    out = {};
    Increments& increments = out.increments;
    readMembers(object, need("symbol", out.symbol, text), may("base", out.base, text), may("quote", out.quote, text),
                may("status", out.status, text), may("price_precision", increments.pricePrecision, precision),
                may("qty_precision", increments.quantityPrecision, precision),
                may("price_increment", increments.tick, decimal), may("qty_increment", increments.lot, decimal));
}

void readStatus(ondemand::object object, StatusMessage& out)
{
    readMembers(object, need("system", out.system, text), may("version", out.version, text),
                may("connection_id", [&](ondemand::value value) {
                    out.connectionId = token(value);
                    if (!std::ranges::all_of(out.connectionId, [](char c) { return c >= '0' && c <= '9'; }))
                        throw Bad{ErrorCode::Malformed, "a connection number that is none", out.connectionId.data()};
                }));
}

void readResult(ondemand::object object, ReplyMessage& out)
{
    constexpr std::uint64_t kDeepest = 100'000;
    readMembers(
        object, may("channel", out.channel, text), may("symbol", out.symbol, text),
        may("depth",
            [&](ondemand::value value) { out.depth = static_cast<std::uint32_t>(integerUpTo(value, kDeepest)); }),
        may("snapshot", out.snapshot, boolean));
}

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

// Sets kind and name of what is no message of a channel.
void setMethod(Message& out, std::string_view frame)
{
    if (out.reply.method.empty() && out.reply.error.empty())
        throw Bad{ErrorCode::Unsupported, "neither \"channel\" nor \"method\"", frame.data()};
    out.name = out.reply.method.empty() ? "error"sv : out.reply.method;
    out.kind = MessageKind::Reply;
    if (std::ranges::find(kIgnoredMethods, out.name) != kIgnoredMethods.end())
        out.kind = MessageKind::Ignored;
    else if (std::ranges::find(kMethods, out.name) == kMethods.end())
        throw Bad{ErrorCode::Unsupported, "unknown method", frame.data()};
}

}  // namespace

struct MessageReader::Parser {
    JsonReader json;
    TimeScanner times;
    Pools pools;

    void read(ondemand::document& document, std::string_view frame, Message& out);
    void readData(ondemand::value data, std::string_view frame, Message& out);
};

void MessageReader::Parser::readData(ondemand::value data, std::string_view frame, Message& out)
{
    const auto each = [](ondemand::value array, auto&& readOne) {
        for (ondemand::value item : array.get_array())
            readOne(item.get_object());
    };
    switch (out.kind) {
    case MessageKind::Book:
        each(data, [&](ondemand::object object) { readBook(object, frame, times, pools.books.next()); });
        break;
    case MessageKind::Trade:
        each(data, [&](ondemand::object object) { readTrade(object, times, pools.trades.next()); });
        break;
    case MessageKind::Ticker:
        each(data, [&](ondemand::object object) { readTicker(object, times, pools.tickers.next()); });
        break;
    case MessageKind::Status: each(data, [&](ondemand::object object) { readStatus(object, out.status); }); break;
    case MessageKind::Instrument:
        readMembers(data.get_object(), need("pairs", [&](ondemand::value list) {
                        each(list, [&](ondemand::object object) { readPair(object, pools.pairs.next()); });
                    }));
        break;
    case MessageKind::Heartbeat:
    case MessageKind::Reply:
    case MessageKind::Ignored: skip(data); break;
    }
}

void MessageReader::Parser::read(ondemand::document& document, std::string_view frame, Message& out)
{
    pools.clear();
    out.status = {};
    out.reply = {};
    out.snapshot = false;
    out.name = {};
    bool typed = false;
    bool filled = false;
    bool late = false;  // "data" stood before "channel"
    const auto channel = [&](ondemand::value value, const char* place) { setChannel(out, text(value), place); };
    const auto type = [&](ondemand::value value, const char* place) {
        const std::string_view name = text(value);
        if (name != "snapshot" && name != "update")
            throw Bad{ErrorCode::Unsupported, "unknown type of message", place};
        out.snapshot = name == "snapshot";
        typed = true;
    };
    const auto data = [&](ondemand::value value) {
        filled = true;
        late = out.name.empty();
        if (!late)
            readData(value, frame, out);
    };
    readMembers(document.get_object(), may("channel", channel), may("type", type), may("data", data),
                may("method", out.reply.method, text), may("success", out.reply.success, boolean),
                may("error", out.reply.error, text).orAs("Error"), may("req_id", out.reply.requestId, anyInteger),
                may("result", [&](ondemand::value value) { readResult(value.get_object(), out.reply); }),
                may("symbol", out.reply.symbol, text));
    expectEnd(document);
    if (out.name.empty())
        return setMethod(out, frame);
    if (out.kind == MessageKind::Heartbeat || out.kind == MessageKind::Ignored)
        return;
    if (!typed)
        missing("type", frame.data());
    if (!filled)
        missing("data", frame.data());
    if (late) {
        document.rewind();
        readData(document.find_field_unordered("data").value(), frame, out);
    }
}

MessageReader::MessageReader() : m_parser(std::make_unique<Parser>()) {}
MessageReader::~MessageReader() = default;

Result<> MessageReader::read(std::string_view frame, Message& out)
{
    Parser& parser = *m_parser;
    parser.pools.clear();
    if (!readUsual(frame, parser.times, parser.pools, out))
        TRY(parser.json.read(frame, [&](ondemand::document& document) { parser.read(document, frame, out); }));
    out.books = parser.pools.books.used();
    out.trades = parser.pools.trades.used();
    out.tickers = parser.pools.tickers.used();
    out.pairs = parser.pools.pairs.used();
    return {};
}

}  // namespace tickdeck::kraken
