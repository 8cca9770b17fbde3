// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the decoder knows of each of Coinbase's products: definition, subscribed streams, book, trades seen.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/book/horizon.h"
#include "engine/book/stream_gap.h"
#include "engine/book/sync_machine.h"
#include "engine/book/trades_seen.h"
#include "engine/connectors/coinbase/answers.h"
#include "engine/wire/instruments.h"
#include "engine/wire/tracked_book.h"

namespace tickdeck::coinbase {

enum class Channel : std::uint8_t { Ticker, Trade, Book };
inline constexpr std::size_t kChannelCount = 3;
inline constexpr std::array kChannels = {Channel::Ticker, Channel::Trade, Channel::Book};

}  // namespace tickdeck::coinbase

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<coinbase::Channel> = {"ticker"sv, "trade"sv, "book"sv};
}  // namespace tickdeck

namespace tickdeck::coinbase {

// One channel of one product.
struct Stream {
    enum class Phase : std::uint8_t { Idle, Subscribing, Subscribed, Unsubscribing };

    book::SyncMachine sync;
    book::StreamGap gap;
    Phase phase = Phase::Idle;
    bool wanted = false;
    bool alone = false;         // a request with others was refused: the next one is its own
    std::uint64_t request = 0;  // number of the request that waits for an answer
    Nanos wholeAt = 0;          // last instant at which nothing was missing

    void save(StateWriter& out) const;
    void load(StateReader& in);
};

struct BookTrack : wire::TrackedBook {
    book::Horizon horizon;
    bool based = false;    // a snapshot is in, changes can be applied
    bool suspect = false;  // messages are missing since the last change

    void save(StateWriter& out) const;
    void load(StateReader& in);
};

// The venue's definition, owned.
struct Definition {
    std::string base;
    std::string quote;
    std::string status;
    wire::Increments increments;
    std::optional<Decimal> contractSize;
    Nanos expiry = kNoTime;

    Definition() = default;
    explicit Definition(const ProductMessage& message);
    [[nodiscard]] friend bool operator==(const Definition&, const Definition&) = default;
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

struct Product {
    static constexpr std::size_t kLeastBytes = 100;

    std::string native;
    SymbolId id = 0;
    std::optional<Definition> definition;
    std::string alias;  // the product under whose name its data come; empty: its own
    bool told = false;  // that there is no definition
    std::array<Stream, kChannelCount> streams;
    std::unique_ptr<BookTrack> track;
    book::TradesSeen trades;

    [[nodiscard]] Stream& stream(Channel channel) noexcept { return streams[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] const Stream& stream(Channel channel) const noexcept
    {
        return streams[static_cast<std::size_t>(channel)];
    }
    [[nodiscard]] BookTrack& ensureTrack();
    // A gap names what is missing by the event type, the same at every venue.
    [[nodiscard]] book::StreamGap::Subject subject(Channel channel) const noexcept
    {
        return {id, native, channel == Channel::Ticker ? enumName(EventType::Quote) : enumName(channel)};
    }
    void save(StateWriter& out) const;
    void load(StateReader& in);
};

class Products final : public wire::Instruments<Product> {
public:
    explicit Products(SymbolTable& symbols) noexcept;
};

}  // namespace tickdeck::coinbase
