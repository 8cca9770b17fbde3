// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a front end sees of an engine: plain values, made by the engine, never changed once handed out.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/enum_names.h"
#include "engine/model/depth.h"

namespace tickdeck::api {

enum class Mode : std::uint8_t { Live, Demo, Replay, Remote, Offline };

// Of a component, a stream, a sink, a pipeline. The order is from best to worst only through severity().
enum class State : std::uint8_t { Starting, Ok, Degraded, Failed, Stopped };

[[nodiscard]] constexpr int severity(State state) noexcept
{
    constexpr std::array<int, 5> kSeverity{1, 0, 2, 4, 3};
    return kSeverity[static_cast<std::size_t>(state)];
}

struct Identity {
    Mode mode = Mode::Offline;
    std::string engineId;
    std::string version;
    std::string profile;
    std::string host;  // of a remote engine; empty: in this process
    std::string dataDirectory;
    Nanos startTime = kNoTime;
    int httpPort = 0;  // 0: not listening
    int metricsPort = 0;
};

struct Component {
    std::string name;
    std::string kind;  // "connector", "sink", "pipeline", "journal", …
    State state = State::Starting;
    std::string reason;  // for people, in English; empty when all is well
    Nanos since = kNoTime;
};

// Nanoseconds; kNoTime where nothing was measured (yet).
struct Lag {
    Nanos p50 = kNoTime;
    Nanos p99 = kNoTime;
};

// One venue × channel.
struct Stream {
    std::string venue;
    std::string channel;
    State state = State::Starting;
    bool silent = false;  // quieter than is usual for its kind; not a fault by itself
    std::string reason;
    Nanos since = kNoTime;
    std::uint64_t events = 0;  // since the engine started
    double eventsPerSecond = 0;
    Lag eventLag;                 // receive time minus exchange time
    Lag receiveLag;               // journalled (or published) minus receive time
    Nanos lastMessage = kNoTime;  // receive time of the newest event
    std::uint64_t gaps = 0;       // opened since the engine started
    std::uint32_t openGaps = 0;
    std::uint32_t reconnects = 0;
};

enum class StageKind : std::uint8_t { Pipeline, Sink };
enum class Breaker : std::uint8_t { None, Closed, HalfOpen, Open };

// A reader of the ordered stream.
struct Stage {
    StageKind kind = StageKind::Sink;
    std::string name;
    std::string title;
    State state = State::Starting;
    std::string reason;
    Nanos since = kNoTime;
    Seq position = 0;            // settled up to here
    std::uint64_t behind = 0;    // numbers between position and the router's last
    Nanos behindTime = kNoTime;  // age of the oldest batch that is not settled; kNoTime: none waits
    double eventsPerSecond = 0;
    Breaker breaker = Breaker::None;
    std::uint64_t deadLetters = 0;
};

struct Journal {
    State state = State::Starting;
    std::string reason;
    Seq first = 0;
    Seq last = 0;       // numbered
    Seq committed = 0;  // durable
    std::uint64_t bytes = 0;
    std::uint64_t budget = 0;  // bytes
    double bytesPerSecond = 0;
};

// An interval in which a channel may have missed something.
struct Gap {
    std::string id;
    std::string venue;
    std::string symbol;  // empty: the whole channel
    std::string channel;
    Nanos from = 0;
    Nanos to = kNoTime;  // kNoTime: still open
    GapCause cause = GapCause::Disconnect;
    GapRecovery recovered = GapRecovery::None;
};

// The gaps that touch [from, to). Of a venue: also the engine's own (of venue `tickdeck`) that name no symbol; of a symbol
// or channel: also those of all. Empty: any.
struct GapQuery {
    Nanos from = 0;
    Nanos to = 0;
    std::string venue;
    std::string symbol;  // canonical
    std::string channel;
    std::size_t most = 10'000;  // open ones, then those that ended last
};

struct Gaps {
    std::vector<Gap> gaps;    // oldest first
    std::uint64_t total = 0;  // with those beyond GapQuery::most
};

// The whole of the engine's health at one instant.
struct Overview {
    Nanos time = 0;  // when it was taken
    State worst = State::Starting;
    std::vector<Component> components;
    std::vector<Stream> streams;  // in a stable order
    std::vector<Stage> stages;    // in a stable order
    Journal journal;
    std::vector<Gap> gaps;  // open ones and the newest closed ones, newest first, at most 200
    std::uint64_t openGaps = 0;
    std::uint64_t deadLetters = 0;
    std::uint64_t alerts = 0;  // raised and not cleared
};

struct Instrument {
    SymbolId id = 0;
    SymbolName name;
    InstrumentKind kind = InstrumentKind::Spot;
    int pricePrecision = -1;  // digits after the point; -1: unknown, take each value's own scale
    int quantityPrecision = -1;
    std::string status;  // the venue's word for its trading state
};

// Sides without quotes have zero quantity.
struct Quote {
    Decimal bidPrice;
    Decimal bidQuantity;
    Decimal askPrice;
    Decimal askQuantity;
    Nanos exchangeTime = kNoTime;
    Nanos receiveTime = 0;
};

// A derivative's mark and funding as they are now; null what the venue has not said yet.
struct MarkPrice {
    Nullable<Decimal> mark;
    Nullable<Decimal> index;
    Nullable<Decimal> fundingRate;  // part of the position's value at the next payment; negative: shorts pay
    Nullable<Nanos> nextFundingTime;
    Nanos exchangeTime = kNoTime;  // of the mark
    Nanos receiveTime = 0;         // of the mark
    Nanos fundingTime = 0;         // receive time of the funding
    Nullable<Nanos> fundingEvery;  // null until two times of payment have been told
};

struct MarkPoint {
    Nanos time = 0;  // receive time
    Nullable<Decimal> mark;
    Nullable<Decimal> index;
    Nullable<Decimal> fundingRate;
};

// Oldest first, at most one point a second.
struct MarkSeries {
    SymbolId symbol = 0;
    bool loading = false;  // stored ones are still being read
    std::vector<MarkPoint> points;
};

// A liquidation order of the venue's own.
struct ForcedOrder {
    SymbolId symbol = 0;
    Side side = Side::Buy;  // sell closes a long
    Decimal price;
    Nullable<Decimal> averagePrice;
    Decimal quantity;
    Nullable<Decimal> filled;
    std::string status;
    Nanos exchangeTime = kNoTime;
    Nanos receiveTime = 0;
    Seq seq = 0;
};

struct Trade {
    SymbolId symbol = 0;
    Decimal price;
    Decimal quantity;
    Side side = Side::Buy;
    bool backfilled = false;
    Nanos exchangeTime = kNoTime;
    Nanos receiveTime = 0;
    Seq seq = 0;
    std::string tradeId;
};

struct Candle {
    Nanos openTime = 0;
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Decimal volume;
    std::uint64_t trades = 0;
    bool closed = false;
};

// Oldest first; the last may still be open. A time without trades has no candle.
struct CandleSeries {
    SymbolId symbol = 0;
    Nanos interval = 0;
    BuiltBy built = BuiltBy::Engine;
    bool loading = false;  // stored ones are still being read
    std::vector<Candle> candles;
};

enum class LogLevel : std::uint8_t { Debug, Info, Warn, Error };

struct LogLine {
    Nanos time = 0;
    LogLevel level = LogLevel::Info;
    std::string component;
    std::string event;    // stable name, "session_closed"
    std::string message;  // English
};

// What came after a cursor. `next` is the cursor for the following call; `lost` counts what had left the engine's bounded
// memory before it was asked for.
template <class T>
struct Page {
    std::vector<T> items;  // oldest first
    std::uint64_t next = 0;
    std::uint64_t lost = 0;
};

}  // namespace tickdeck::api
