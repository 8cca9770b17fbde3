// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/message.h"

#include <algorithm>
#include <array>

#include "engine/wire/members.h"
#include "engine/wire/pool.h"
#include "engine/wire/scan.h"

namespace tickdeck::coinbase {

namespace ondemand = simdjson::ondemand;
using namespace wire;

namespace {

constexpr std::array kChannels = {std::pair{"l2_data"sv, MessageKind::Book},
                                  std::pair{"market_trades"sv, MessageKind::Trade},
                                  std::pair{"ticker"sv, MessageKind::Ticker},
                                  std::pair{"heartbeats"sv, MessageKind::Heartbeat},
                                  std::pair{"subscriptions"sv, MessageKind::Subscriptions},
                                  std::pair{"ticker_batch"sv, MessageKind::Ignored},
                                  std::pair{"candles"sv, MessageKind::Ignored},
                                  std::pair{"status"sv, MessageKind::Ignored},
                                  std::pair{"user"sv, MessageKind::Ignored},
                                  std::pair{"futures_balance_summary"sv, MessageKind::Ignored}};

// "snapshot" or "update".
bool isSnapshot(ondemand::value value, const char* place)
{
    const std::string_view name = text(value);
    if (name != "snapshot" && name != "update")
        throw Bad{ErrorCode::Unsupported, "unknown type of event", place};
    return name == "snapshot";
}

std::uint64_t tradeNumber(ondemand::value value, const char* place)
{
    std::uint64_t out = 0;
    if (!scanInteger(text(value), out))
        throw Bad{ErrorCode::Malformed, "a trade's number that is none", place};
    return out;
}

}  // namespace

struct MessageReader::Parser {
    JsonReader json;
    TimeScanner times;
    Pool<BookMessage> books;
    Pool<TradeMessage> trades;
    Pool<TickerMessage> tickers;
    Pool<ActiveMessage> active;

    void clear() noexcept
    {
        books.clear();
        trades.clear();
        tickers.clear();
        active.clear();
    }
    void read(ondemand::document& document, std::string_view frame, Message& out);
    void readEvents(ondemand::value events, std::string_view frame, MessageKind kind);
    void readBook(ondemand::object event, std::string_view frame);
    void readLevels(ondemand::value updates, BookMessage& out);
    void readTrades(ondemand::object event);
    void readTickers(ondemand::object event);
    void readActive(ondemand::object event);
};

void MessageReader::Parser::readLevels(ondemand::value updates, BookMessage& out)
{
    for (ondemand::value item : updates.get_array()) {
        book::WireLevel level;
        bool bid = false;
        Nanos time = kNoTime;
        const auto side = [&](ondemand::value value, const char* place) {
            const std::string_view name = text(value);
            if (name != "bid" && name != "offer")
                throw Bad{ErrorCode::Malformed, "a side that is neither bid nor offer", place};
            bid = name == "bid";
        };
        readMembers(item.get_object(), need("side", side),
                    may("event_time", [&](ondemand::value value) { time = rfc3339(value, times); }),
                    need("price_level", level.price, quotedNumber), need("new_quantity", level.quantity, quotedNumber));
        (bid ? out.bids : out.asks).push_back(level);
        out.time = std::max(out.time, time);
    }
}

void MessageReader::Parser::readBook(ondemand::object event, std::string_view frame)
{
    BookMessage& out = books.next();
    out.bids.clear();
    out.asks.clear();
    out.time = kNoTime;
    const auto type = [&](ondemand::value value, const char* place) { out.snapshot = isSnapshot(value, place); };
    const auto updates = [&](ondemand::value value, const char* place) {
        out.offset = static_cast<std::size_t>(place - frame.data());
        readLevels(value, out);
    };
    readMembers(event, need("type", type), need("product_id", out.symbol, text), need("updates", updates));
}

void MessageReader::Parser::readTrades(ondemand::object event)
{
    const std::size_t first = trades.used().size();
    bool snapshot = false;
    const auto type = [&](ondemand::value value, const char* place) { snapshot = isSnapshot(value, place); };
    const auto readTrade = [&](ondemand::object object) {
        TradeMessage& out = trades.next();
        out = {};
        const auto side = [&](ondemand::value value, const char* place) {
            const std::string_view name = text(value);
            if (name != "BUY" && name != "SELL")
                throw Bad{ErrorCode::Malformed, "a side that is neither BUY nor SELL", place};
            out.maker = name == "BUY" ? Side::Buy : Side::Sell;
        };
        const auto id = [&](ondemand::value value, const char* place) { out.tradeId = tradeNumber(value, place); };
        readMembers(object, need("product_id", out.symbol, text), need("trade_id", id),
                    need("price", out.price, quotedNumber), need("size", out.quantity, quotedNumber),
                    need("time", [&](ondemand::value value) { out.time = rfc3339(value, times); }), need("side", side));
    };
    readMembers(event, need("type", type), need("trades", [&](ondemand::value value) {
                    for (ondemand::value item : value.get_array())
                        readTrade(item.get_object());
                }));
    const std::span<TradeMessage> read = trades.used().subspan(first);
    for (TradeMessage& trade : read)
        trade.snapshot = snapshot;
    std::ranges::reverse(read);  // the venue sends the newest first
}

void MessageReader::Parser::readTickers(ondemand::object event)
{
    const auto readTicker = [&](ondemand::object object) {
        TickerMessage& out = tickers.next();
        out = {};
        int parts = 0;
        const auto part = [&parts](std::string_view key, book::WireNumber& number) {
            return may(key, [&parts, &number](ondemand::value value) {
                number = quotedNumber(value);
                ++parts;
            });
        };
        readMembers(object, need("product_id", out.symbol, text), part("best_bid", out.bid),
                    part("best_bid_quantity", out.bidQuantity), part("best_ask", out.ask),
                    part("best_ask_quantity", out.askQuantity));
        constexpr int kParts = 4;
        out.quoted = parts == kParts;
    };
    readMembers(event, need("tickers", [&](ondemand::value value) {
                    for (ondemand::value item : value.get_array())
                        readTicker(item.get_object());
                }));
}

void MessageReader::Parser::readActive(ondemand::object event)
{
    readMembers(event, need("subscriptions", [&](ondemand::value value) {
                    for (ondemand::field field : value.get_object()) {
                        const std::string_view channel = field.unescaped_key();
                        for (ondemand::value symbol : field.value().get_array())
                            active.next() = {channel, text(symbol)};
                    }
                }));
}

void MessageReader::Parser::readEvents(ondemand::value events, std::string_view frame, MessageKind kind)
{
    for (ondemand::value event : events.get_array()) {
        switch (kind) {
        case MessageKind::Book: readBook(event.get_object(), frame); break;
        case MessageKind::Trade: readTrades(event.get_object()); break;
        case MessageKind::Ticker: readTickers(event.get_object()); break;
        case MessageKind::Subscriptions: readActive(event.get_object()); break;
        case MessageKind::Heartbeat:
        case MessageKind::Error:
        case MessageKind::Ignored: skip(event); break;
        }
    }
}

void MessageReader::Parser::read(ondemand::document& document, std::string_view frame, Message& out)
{
    out = {};
    bool numbered = false;
    bool filled = false;
    bool late = false;  // "events" stood before "channel"
    std::string_view type;
    const auto channel = [&](ondemand::value value, const char* place) {
        const std::string_view name = text(value);
        const auto known = std::ranges::find(kChannels, name, &decltype(kChannels)::value_type::first);
        if (known == kChannels.end())
            throw Bad{ErrorCode::Unsupported, "unknown channel", place};
        out.name = known->first;
        out.kind = known->second;
    };
    const auto number = [&](ondemand::value value) {
        out.number = integer(value);
        numbered = true;
    };
    const auto events = [&](ondemand::value value) {
        filled = true;
        late = out.name.empty();
        if (late)
            skip(value);
        else
            readEvents(value, frame, out.kind);
    };
    readMembers(document.get_object(), may("channel", channel),
                may("timestamp", [&](ondemand::value value) { out.time = rfc3339(value, times); }),
                may("sequence_num", number), may("events", events), may("type", type, text),
                may("message", out.error, anyText));
    expectEnd(document);
    if (out.name.empty()) {
        if (type != "error")
            throw Bad{ErrorCode::Unsupported, "neither \"channel\" nor an error", frame.data()};
        out.kind = MessageKind::Error;
        out.name = "error"sv;
        return;
    }
    if (!numbered)
        missing("sequence_num", frame.data());
    if (!filled)
        missing("events", frame.data());
    if (late) {
        document.rewind();
        readEvents(document.find_field_unordered("events").value(), frame, out.kind);
    }
}

MessageReader::MessageReader() : m_parser(std::make_unique<Parser>()) {}
MessageReader::~MessageReader() = default;

Result<> MessageReader::read(std::string_view frame, Message& out)
{
    Parser& parser = *m_parser;
    parser.clear();
    TRY(parser.json.read(frame, [&](ondemand::document& document) { parser.read(document, frame, out); }));
    out.books = parser.books.used();
    out.trades = parser.trades.used();
    out.tickers = parser.tickers.used();
    out.active = parser.active.used();
    // What has no time of its own has the message's.
    for (BookMessage& book : out.books)
        book.time = book.time == kNoTime ? out.time : book.time;
    for (TickerMessage& ticker : out.tickers)
        ticker.time = out.time;
    return {};
}

}  // namespace tickdeck::coinbase
