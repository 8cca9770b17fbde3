// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the decoder knows of each of Deribit's instruments and indices: definition, subscribed streams, books, trades seen.

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
#include "engine/connectors/deribit/message.h"
#include "engine/connectors/deribit/names.h"
#include "engine/wire/book_events.h"
#include "engine/wire/increments.h"
#include "engine/wire/instruments.h"

namespace tickdeck::deribit {

enum class Channel : std::uint8_t { Ticker, Trade, Book, VolIndex };
inline constexpr std::size_t kChannelCount = 4;
inline constexpr std::array kChannels = {Channel::Ticker, Channel::Trade, Channel::Book, Channel::VolIndex};

}  // namespace tickdeck::deribit

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<deribit::Channel> = {"ticker"sv, "trade"sv, "book"sv, "vol_index"sv};
}  // namespace tickdeck

namespace tickdeck::deribit {

// One channel of one instrument.
struct Stream {
    enum class Phase : std::uint8_t { Idle, Subscribing, Subscribed, Unsubscribing };

    book::SyncMachine sync;
    book::StreamGap gap;
    Phase phase = Phase::Idle;
    bool wanted = false;
    bool denied = false;        // the venue does not have it; asked for again with the next connection or definition
    std::uint64_t request = 0;  // number of the request that waits for an answer
    Nanos wholeAt = 0;          // last instant at which nothing was missing

    void whole(Nanos now) noexcept
    {
        if (sync.live())
            wholeAt = now;
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
    Kind kind = Kind::Combo;
    std::string base;
    std::string quote;    // what prices are in
    std::string counter;  // what the index and strikes are in
    std::string settlement;
    std::string state;
    bool inverse = false;
    bool put = false;
    std::optional<Decimal> strike;
    std::optional<Decimal> contractSize;
    wire::Increments increments;
    Nanos expiry = kNoTime;

    Definition() = default;
    // What the message leaves out, as in earlier years, is taken from the name.
    explicit Definition(const InstrumentMessage& message);
    [[nodiscard]] NameParts parts() const;
    [[nodiscard]] friend bool operator==(const Definition&, const Definition&) = default;
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

struct Contract {
    static constexpr std::size_t kLeastBytes = 100;

    std::string native;
    SymbolId id = 0;
    NameParts parts;      // of the definition, where there is one
    bool told = false;    // that there is no definition
    bool resumed = true;  // the next trade starts the count
    std::optional<Definition> definition;
    std::string state;  // the venue's word, as told last
    std::string list;   // the currency in whose list it was seen; empty: nobody asked for it
    std::array<Stream, kChannelCount> streams;
    std::array<std::unique_ptr<BookTrack>, kBookFormCount> tracks;
    BookTrack* track = nullptr;  // of the form that was told last
    book::TradesSeen trades;

    [[nodiscard]] Stream& stream(Channel channel) noexcept { return streams[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] const Stream& stream(Channel channel) const noexcept
    {
        return streams[static_cast<std::size_t>(channel)];
    }
    // Becomes the one that was told last.
    [[nodiscard]] BookTrack& ensureTrack(BookForm form);
    [[nodiscard]] BookState bookState() const noexcept { return stream(Channel::Book).sync.state(); }
    // A gap names what is missing by the event type, the same at every venue.
    [[nodiscard]] book::StreamGap::Subject subject(Channel channel) const noexcept
    {
        const EventType ticker = parts.kind == Kind::Option ? EventType::Option : EventType::Quote;
        return {id, native, channel == Channel::Ticker ? enumName(ticker) : enumName(channel)};
    }
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

class Contracts final : public wire::Instruments<Contract> {
public:
    explicit Contracts(SymbolTable& symbols) noexcept;

    // With what its name says, until it is defined.
    [[nodiscard]] Contract* obtain(std::string_view native)
    {
        Contract* contract = Instruments::obtain(native);
        if (contract && contract->parts.base.empty())
            contract->parts = partsOf(native);
        return contract;
    }
};

}  // namespace tickdeck::deribit
