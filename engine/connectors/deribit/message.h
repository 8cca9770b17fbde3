// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Deribit's JSON-RPC messages as plain values: all of the JSON and none of the meaning.

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/book/order_book.h"
#include "engine/core/decimal.h"
#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/model/events.h"
#include "engine/wire/pool.h"

namespace tickdeck::deribit {

enum class MessageKind : std::uint8_t { Ticker, Quote, Book, Trade, VolIndex, Heartbeat, Reply, Ignored };

// An instrument's books: one for each way in which it may be told, as each has its own chain of numbers.
enum class BookForm : std::uint8_t { Raw, Fast, Slow, Grouped };  // raw, 100ms, agg2, whole books
inline constexpr std::size_t kBookFormCount = 4;

// Texts are views into the frame or the reader, until its next read().
struct TickerMessage {
    std::string_view instrument;
    std::string_view state;
    std::string_view underlying;
    Nanos time = kNoTime;
    // A side without quotes has neither price nor amount.
    std::optional<Decimal> bidPrice;
    std::optional<Decimal> bidAmount;
    std::optional<Decimal> askPrice;
    std::optional<Decimal> askAmount;
    std::optional<Decimal> mark;
    std::optional<Decimal> index;
    std::optional<Decimal> funding;
    std::optional<Decimal> underlyingPrice;
    std::optional<Decimal> openInterest;
    // In percent points, as sent: 0 where there is no quote.
    std::optional<Decimal> markIv;
    std::optional<Decimal> bidIv;
    std::optional<Decimal> askIv;
    std::optional<Decimal> delta;
    std::optional<Decimal> gamma;
    std::optional<Decimal> vega;
    std::optional<Decimal> theta;
    std::optional<Decimal> rho;
};

struct BookMessage {
    std::string_view instrument;
    BookForm form = BookForm::Fast;
    bool snapshot = false;
    std::uint64_t changeId = 0;
    std::optional<std::uint64_t> previous;
    std::vector<book::WireLevel> bids;
    std::vector<book::WireLevel> asks;
    Nanos time = kNoTime;
    std::size_t offset = 0;  // of the levels in the frame, for errors
};

struct TradeMessage {
    std::string_view instrument;
    std::string_view tradeId;
    std::uint64_t sequence = 0;
    Decimal price;
    Decimal amount;
    Nanos time = kNoTime;
    Side side = Side::Buy;  // the taker's
};

struct VolIndexMessage {
    std::string_view index;
    Decimal value;  // percent points
    Nanos time = kNoTime;
};

struct InstrumentMessage {
    std::string_view instrument;
    std::string_view kind;  // future, option, spot, future_combo, option_combo
    std::string_view base;
    std::string_view quote;
    std::string_view counter;
    std::string_view settlement;
    std::string_view period;      // perpetual, day, week, month
    std::string_view optionType;  // call, put
    std::string_view type;        // reversed, linear
    std::string_view state;
    std::optional<bool> active;
    std::optional<Decimal> strike;
    std::optional<Decimal> tick;  // the finest
    std::optional<Decimal> contractSize;
    std::optional<Decimal> leastAmount;
    Nanos expiry = kNoTime;
};

// What answers a request, in one of these forms.
struct ReplyMessage {
    std::optional<std::uint64_t> id;
    bool failed = false;
    std::int64_t code = 0;
    std::string_view error;
    std::string_view reason;
    bool list = false;                       // of texts, or of nothing
    std::vector<std::string_view> channels;  // of the list
};

struct Message {
    MessageKind kind = MessageKind::Ignored;
    std::string_view name;  // for counting; outlives the frame
    bool testRequest = false;
    TickerMessage ticker;  // also of a quote
    BookMessage book;
    VolIndexMessage volIndex;
    ReplyMessage reply;
    std::span<TradeMessage> trades;
    std::span<InstrumentMessage> instruments;  // of a reply
};

// Keys may stand in any order and unknown ones are skipped, but everything must be JSON. Errors: Malformed (not JSON, cut, a
// key twice or missing, a wrong type), OutOfRange (a number that does not fit), Unsupported (a channel or method that no
// documentation names); all with the byte offset. One thread.
class MessageReader {
public:
    MessageReader();
    ~MessageReader();
    MessageReader(const MessageReader&) = delete;
    MessageReader& operator=(const MessageReader&) = delete;

    // kFramePadding readable bytes must follow. The message's views hold until the next call.
    [[nodiscard]] Result<> read(std::string_view frame, Message& out);
    // The payload of ControlKind::Answered, whose body is a reply.
    [[nodiscard]] Result<> readAnswer(std::string_view payload, Message& out);

private:
    struct Parser;
    std::unique_ptr<Parser> m_parser;
};

}  // namespace tickdeck::deribit
