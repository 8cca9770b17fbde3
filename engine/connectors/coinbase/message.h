// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Frames of Coinbase Advanced Trade's WebSocket as plain values: all of the JSON and none of the meaning.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/book/order_book.h"
#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/model/events.h"

namespace tickdeck::coinbase {

enum class MessageKind : std::uint8_t { Book, Trade, Ticker, Heartbeat, Subscriptions, Error, Ignored };

// Texts are views into the frame or the reader, until its next read().
struct BookMessage {
    std::string_view symbol;
    bool snapshot = false;
    std::vector<book::WireLevel> bids;
    std::vector<book::WireLevel> asks;
    Nanos time = kNoTime;    // of the newest change; none where the venue says 1970
    std::size_t offset = 0;  // of the levels in the frame, for errors
};

struct TradeMessage {
    std::string_view symbol;
    book::WireNumber price;
    book::WireNumber quantity;
    std::uint64_t tradeId = 0;
    Nanos time = kNoTime;
    Side maker = Side::Buy;
    bool snapshot = false;
};

// A side without quotes has quantity 0.
struct TickerMessage {
    std::string_view symbol;
    book::WireNumber bid;
    book::WireNumber bidQuantity;
    book::WireNumber ask;
    book::WireNumber askQuantity;
    Nanos time = kNoTime;  // of the message
    bool quoted = false;   // whether it says the best prices at all
};

// One subscription that is active on the connection.
struct ActiveMessage {
    std::string_view channel;  // as in requests: "level2"
    std::string_view symbol;
};

struct Message {
    MessageKind kind = MessageKind::Ignored;
    std::string_view name;     // the channel, for counting
    std::uint64_t number = 0;  // of the message in its connection; errors have none
    Nanos time = kNoTime;      // when it was sent
    std::string_view error;    // the venue's words
    std::span<BookMessage> books;
    std::span<TradeMessage> trades;  // the oldest of an event first
    std::span<TickerMessage> tickers;
    std::span<ActiveMessage> active;
};

// Keys may stand in any order and unknown ones are skipped, but everything must be JSON. Errors: Malformed (not JSON, cut, a
// key twice or missing, a wrong type, an exponent), OutOfRange (a number that does not fit), Unsupported (a channel or type
// that no documentation names); all with the byte offset. One thread.
class MessageReader {
public:
    MessageReader();
    ~MessageReader();
    MessageReader(const MessageReader&) = delete;
    MessageReader& operator=(const MessageReader&) = delete;

    // kFramePadding readable bytes must follow the frame. The message's spans hold until the next call.
    [[nodiscard]] Result<> read(std::string_view frame, Message& out);

private:
    struct Parser;
    std::unique_ptr<Parser> m_parser;
};

}  // namespace tickdeck::coinbase
