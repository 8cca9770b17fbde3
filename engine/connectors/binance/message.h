// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Frames of Binance's futures streams as plain values: all of the JSON and none of the meaning.

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/book/chain_sync.h"
#include "engine/book/order_book.h"
#include "engine/core/decimal.h"
#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/model/events.h"
#include "engine/wire/pool.h"

namespace tickdeck::binance {

class SymbolWatch;

enum class MessageKind : std::uint8_t { Depth, Quote, Trade, Mark, ForcedOrder, Candle, Reply, Ignored };

// Texts are views into the frame or the reader, until its next read().
struct DepthMessage {
    std::string_view symbol;
    std::vector<book::WireLevel> bids;
    std::vector<book::WireLevel> asks;
    book::ChainIds ids;
    Nanos time = kNoTime;
    bool partial = false;    // a full replacement of so many levels, not a change
    std::size_t offset = 0;  // of the levels in the frame, for errors
};

// A side without quotes has quantity 0.
struct QuoteMessage {
    std::string_view symbol;
    book::WireNumber bid;
    book::WireNumber bidQuantity;
    book::WireNumber ask;
    book::WireNumber askQuantity;
    std::uint64_t updateId = 0;
    Nanos time = kNoTime;
};

struct TradeMessage {
    std::string_view symbol;
    book::WireNumber price;
    book::WireNumber quantity;
    std::uint64_t tradeId = 0;
    Nanos time = kNoTime;
    Side side = Side::Buy;
    bool aggregate = false;  // aggTrade, whose numbers are counted; else trade
};

struct MarkMessage {
    std::string_view symbol;
    book::WireNumber mark;
    std::optional<book::WireNumber> index;
    std::optional<book::WireNumber> rate;  // may be negative
    Nanos nextFunding = kNoTime;
    Nanos time = kNoTime;
};

struct ForcedOrderMessage {
    std::string_view symbol;
    std::string_view status;
    Decimal price;
    Decimal quantity;
    std::optional<Decimal> average;
    std::optional<Decimal> filled;
    Nanos time = kNoTime;
    Side side = Side::Buy;
};

struct CandleMessage {
    std::string_view symbol;
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Decimal volume;
    Nanos interval = 0;
    Nanos openTime = kNoTime;
    Nanos closeTime = kNoTime;  // exclusive
    Nanos time = kNoTime;
    std::uint64_t trades = 0;
    bool closed = false;
};

// An acknowledgement or a refusal.
struct ReplyMessage {
    std::optional<std::uint64_t> id;
    std::string_view code;  // as written; refusals only
    std::string_view error;
    bool refused = false;
};

struct Message {
    MessageKind kind = MessageKind::Ignored;
    std::string_view name;  // the kind in the venue's words, for counting
    std::span<DepthMessage> depths;
    std::span<QuoteMessage> quotes;
    std::span<TradeMessage> trades;
    std::span<MarkMessage> marks;
    std::span<ForcedOrderMessage> orders;
    std::span<CandleMessage> candles;
    ReplyMessage reply;
};

struct Pools {
    wire::Pool<DepthMessage> depths;
    wire::Pool<QuoteMessage> quotes;
    wire::Pool<TradeMessage> trades;
    wire::Pool<MarkMessage> marks;
    wire::Pool<ForcedOrderMessage> orders;
    wire::Pool<CandleMessage> candles;
    void clear() noexcept
    {
        depths.clear();
        quotes.clear();
        trades.clear();
        marks.clear();
        orders.clear();
        candles.clear();
    }
};

// With and without the stream's wrapper. Keys may stand in any order and unknown ones are skipped, but everything must be
// JSON. Errors: Malformed (not JSON, cut, a key twice or missing, a wrong type, an exponent where the venue sends none),
// OutOfRange (a number that does not fit), Unsupported (a kind that no documentation names); all with the byte offset.
// One thread.
class MessageReader {
public:
    MessageReader();
    ~MessageReader();
    MessageReader(const MessageReader&) = delete;
    MessageReader& operator=(const MessageReader&) = delete;

    // kFramePadding readable bytes must follow the frame. The message's spans hold until the next call.
    // `watch`, which may be null, is told of some frames before they are read to their end.
    [[nodiscard]] Result<> read(std::string_view frame, Message& out, SymbolWatch* watch = nullptr);

private:
    struct Parser;
    std::unique_ptr<Parser> m_parser;
};

}  // namespace tickdeck::binance
