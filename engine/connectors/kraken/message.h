// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Frames of Kraken's WebSocket v2 as plain values: all of the JSON and none of the meaning.

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/book/order_book.h"
#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/model/events.h"
#include "engine/wire/increments.h"
#include "engine/wire/pool.h"

namespace tickdeck::kraken {

enum class MessageKind : std::uint8_t { Book, Trade, Ticker, Instrument, Status, Heartbeat, Reply, Ignored };

// Texts are views into the frame or the reader, until its next read().
struct BookMessage {
    std::string_view symbol;
    std::vector<book::WireLevel> bids;
    std::vector<book::WireLevel> asks;
    std::optional<std::uint32_t> checksum;
    Nanos time = kNoTime;
    std::size_t offset = 0;  // of the levels in the frame, for errors
};

struct TradeMessage {
    std::string_view symbol;
    book::WireNumber price;
    book::WireNumber quantity;
    std::uint64_t tradeId = 0;
    Nanos time = kNoTime;
    Side side = Side::Buy;
};

// A side without quotes has quantity 0.
struct TickerMessage {
    std::string_view symbol;
    book::WireNumber bid;
    book::WireNumber bidQuantity;
    book::WireNumber ask;
    book::WireNumber askQuantity;
    Nanos time = kNoTime;
};

struct PairMessage {
    std::string_view symbol;
    std::string_view base;
    std::string_view quote;
    std::string_view status;
    wire::Increments increments;
};

struct StatusMessage {
    std::string_view system;
    std::string_view version;
    std::string_view connectionId;  // as written: it exceeds 2^53, at times 2^63
};

// An acknowledgement, a refusal or a pong.
struct ReplyMessage {
    std::string_view method;
    std::string_view error;
    std::string_view channel;
    std::string_view symbol;
    std::optional<std::uint64_t> requestId;
    std::optional<std::uint32_t> depth;
    bool success = false;
    bool snapshot = false;
};

struct Message {
    MessageKind kind = MessageKind::Ignored;
    bool snapshot = false;
    std::string_view name;  // the channel or method, for counting
    std::span<BookMessage> books;
    std::span<TradeMessage> trades;
    std::span<TickerMessage> tickers;
    std::span<PairMessage> pairs;
    StatusMessage status;
    ReplyMessage reply;
};

struct Pools {
    wire::Pool<BookMessage> books;
    wire::Pool<TradeMessage> trades;
    wire::Pool<TickerMessage> tickers;
    wire::Pool<PairMessage> pairs;
    void clear() noexcept
    {
        books.clear();
        trades.clear();
        tickers.clear();
        pairs.clear();
    }
};

// Keys may stand in any order and unknown ones are skipped, but everything must be JSON. Errors: Malformed (not JSON, cut, a
// key twice or missing, a wrong type, an exponent where the venue sends none), OutOfRange (a number that does not fit),
// Unsupported (a channel or method that no documentation names); all with the byte offset. One thread.
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

}  // namespace tickdeck::kraken
