// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the decoder knows of each of Kraken's pairs: definition, subscribed streams, book, trades seen.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/book/order_book.h"
#include "engine/book/stream_gap.h"
#include "engine/book/sync_machine.h"
#include "engine/book/trades_seen.h"
#include "engine/connectors/kraken/message.h"
#include "engine/model/symbols.h"
#include "engine/wire/book_events.h"
#include "engine/wire/increments.h"
#include "engine/wire/instruments.h"

namespace tickdeck::kraken {

enum class Channel : std::uint8_t { Ticker, Trade, Book };
inline constexpr std::size_t kChannelCount = 3;
inline constexpr std::array kChannels = {Channel::Ticker, Channel::Trade, Channel::Book};

}  // namespace tickdeck::kraken

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<kraken::Channel> = {"ticker"sv, "trade"sv, "book"sv};
}  // namespace tickdeck

namespace tickdeck::kraken {

// One channel of one pair, or the instrument channel.
struct Stream {
    enum class Phase : std::uint8_t { Idle, Subscribing, Subscribed, Unsubscribing };

    book::SyncMachine sync;
    book::StreamGap gap;
    Phase phase = Phase::Idle;
    bool wanted = false;
    std::uint32_t wantedDepth = 0;  // books only
    std::uint32_t depth = 0;        // of the subscription, as asked for, then as acknowledged; 0: not known
    std::uint64_t request = 0;      // number of the request that waits for an answer
    Nanos wholeAt = 0;              // last instant at which nothing was missing

    void save(StateWriter& out) const;
    void load(StateReader& in);
};

using book::TradesSeen;

struct BookTrack : wire::ToldBook {
    book::OrderBook book;
    bool based = false;  // a snapshot is in, changes can be applied
};

// The venue's definition, owned.
struct Definition {
    std::string base;
    std::string quote;
    std::string status;
    wire::Increments increments;

    Definition() = default;
    explicit Definition(const PairMessage& message);
    [[nodiscard]] friend bool operator==(const Definition&, const Definition&) = default;
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

struct Pair {
    static constexpr std::size_t kLeastBytes = 100;

    std::string native;
    SymbolId id = 0;
    std::optional<Definition> definition;
    bool told = false;  // that there is no definition
    std::array<Stream, kChannelCount> streams;
    std::unique_ptr<BookTrack> track;
    TradesSeen trades;

    [[nodiscard]] Stream& stream(Channel channel) noexcept { return streams[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] BookTrack& ensureTrack();
    [[nodiscard]] BookState bookState() const noexcept
    {
        return streams[static_cast<std::size_t>(Channel::Book)].sync.state();
    }
    // A gap names what is missing by the event type, the same at every venue.
    [[nodiscard]] book::StreamGap::Subject subject(Channel channel) const noexcept
    {
        return {id, native, channel == Channel::Ticker ? enumName(EventType::Quote) : enumName(channel)};
    }
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

// "BTC/USD" is BTC-USD.
class Pairs final : public wire::Instruments<Pair> {
public:
    explicit Pairs(SymbolTable& symbols) noexcept;
};

}  // namespace tickdeck::kraken
