// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the decoder knows of each of Binance's contracts: definition, subscribed streams, book, trades seen.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/book/chain_sync.h"
#include "engine/book/order_book.h"
#include "engine/book/stream_gap.h"
#include "engine/book/sync_machine.h"
#include "engine/book/trades_seen.h"
#include "engine/connectors/binance/answers.h"
#include "engine/connectors/binance/decoder.h"
#include "engine/model/symbols.h"
#include "engine/wire/book_events.h"
#include "engine/wire/increments.h"
#include "engine/wire/instruments.h"

namespace tickdeck::binance {

enum class Channel : std::uint8_t { Ticker, Trade, Book, Mark, ForcedOrder, Candle };
inline constexpr std::size_t kChannelCount = 6;
inline constexpr std::array kChannels = {Channel::Ticker, Channel::Trade,       Channel::Book,
                                         Channel::Mark,   Channel::ForcedOrder, Channel::Candle};

// Which connection a channel's streams come over.
[[nodiscard]] constexpr ConnectionId connectionOf(Channel channel) noexcept
{
    return channel == Channel::Ticker || channel == Channel::Book ? kPublic : kMarket;
}

}  // namespace tickdeck::binance

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<binance::Channel> = {"ticker"sv, "trade"sv,        "book"sv,
                                                            "mark"sv,   "forced_order"sv, "candle"sv};
}  // namespace tickdeck

namespace tickdeck::binance {

// Streams in one message at most.
inline constexpr std::uint32_t kStreamsAtOnce = 200;

// One channel of one contract, or the definitions.
struct Stream {
    enum class Phase : std::uint8_t { Idle, Subscribing, Subscribed, Unsubscribing };

    book::SyncMachine sync;
    book::StreamGap gap;
    Phase phase = Phase::Idle;
    bool wanted = false;
    bool asked = false;                       // books: a snapshot is on its way
    bool askedBefore = false;                 // since before the stream was subscribed to
    bool toldQuiet = false;                   // that nothing comes
    std::uint32_t together = kStreamsAtOnce;  // in how large a company it is asked for; halved by each refusal
    std::uint64_t request = 0;                // number of the message that waits for an answer
    Nanos wholeAt = 0;                        // last instant at which nothing was missing
    Nanos askedAt = 0;

    // Something came, and nothing was missing.
    void whole(Nanos now) noexcept
    {
        if (!sync.live())
            return;
        wholeAt = now;
        toldQuiet = false;
    }
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

struct BookTrack : wire::ToldBook {
    book::ChainSync chain;
    book::OrderBook book;
};

// The venue's definition, owned.
struct Definition {
    std::string base;
    std::string quote;
    std::string margin;
    std::string contract;
    std::string status;
    wire::Increments increments;
    Nanos delivery = kNoTime;

    Definition() = default;
    explicit Definition(const InstrumentMessage& message);
    [[nodiscard]] friend bool operator==(const Definition&, const Definition&) = default;
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

struct Contract {
    static constexpr std::size_t kLeastBytes = 200;

    // What every change of a book asks for stands together.
    std::unique_ptr<BookTrack> track;
    std::string native;
    SymbolId id = 0;
    bool told = false;  // that there is no definition
    std::optional<Definition> definition;
    std::array<Stream, kChannelCount> streams;
    book::TradesSeen trades;
    std::uint64_t quoteId = 0;  // of the newest quote
    Nanos quoteTime = kNoTime;

    [[nodiscard]] Stream& stream(Channel channel) noexcept { return streams[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] const Stream& stream(Channel channel) const noexcept
    {
        return streams[static_cast<std::size_t>(channel)];
    }
    [[nodiscard]] BookTrack& ensureTrack();
    [[nodiscard]] BookState bookState() const noexcept { return stream(Channel::Book).sync.state(); }
    // A gap names what is missing by the event type, the same at every venue.
    [[nodiscard]] book::StreamGap::Subject subject(Channel channel) const noexcept
    {
        return {id, native, channel == Channel::Ticker ? enumName(EventType::Quote) : enumName(channel)};
    }
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

class Contracts final : public wire::Instruments<Contract> {
public:
    explicit Contracts(SymbolTable& symbols) noexcept;
};

}  // namespace tickdeck::binance
