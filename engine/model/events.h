// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The event types: one struct each, with its list of fields. A new type is one struct here and one line in EventTypes.
//
// An event lies in a batch's arena as EventHeader, then its struct, then its texts and lists. The structs have no hidden
// padding (`reserved` members fill it), so that replay can compare records with memcmp.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "engine/core/decimal.h"
#include "engine/core/enum_names.h"
#include "engine/core/schema.h"
#include "engine/core/time.h"
#include "engine/model/relative.h"
#include "engine/model/surface.h"

namespace tickdeck {

// The order is the number that journals hold: append only.
enum class EventType : std::uint16_t {
    Trade,
    Quote,
    Book,
    Instrument,
    Candle,
    Status,
    Gap,
    Mark,
    Funding,
    ForcedOrder,
    Option,
    VolIndex,
    IvSurface
};
inline constexpr std::size_t kEventTypeCount = 13;
template <>
inline constexpr std::array kEnumNames<EventType> = {
    "trade"sv, "quote"sv,   "book"sv,         "instrument"sv, "candle"sv,    "status"sv,    "gap"sv,
    "mark"sv,  "funding"sv, "forced_order"sv, "option"sv,     "vol_index"sv, "iv_surface"sv};

enum class Side : std::uint8_t { Buy, Sell };
template <>
inline constexpr std::array kEnumNames<Side> = {"buy"sv, "sell"sv};

enum class BookKind : std::uint8_t { Snapshot, Update };
template <>
inline constexpr std::array kEnumNames<BookKind> = {"snapshot"sv, "update"sv};

enum class InstrumentKind : std::uint8_t { Spot, Perpetual, Future, Option };
template <>
inline constexpr std::array kEnumNames<InstrumentKind> = {"spot"sv, "perpetual"sv, "future"sv, "option"sv};

enum class OptionRight : std::uint8_t { Call, Put };
template <>
inline constexpr std::array kEnumNames<OptionRight> = {"call"sv, "put"sv};

enum class BuiltBy : std::uint8_t { Engine, Venue };
template <>
inline constexpr std::array kEnumNames<BuiltBy> = {"engine"sv, "venue"sv};

enum class GapState : std::uint8_t { Open, Closed };
template <>
inline constexpr std::array kEnumNames<GapState> = {"open"sv, "closed"sv};

enum class GapCause : std::uint8_t {
    Disconnect,
    Sequence,
    Checksum,
    Crossed,
    Stale,
    Overflow,
    Restart,
    Failure,
    Damage,
    Retention
};
template <>
inline constexpr std::array kEnumNames<GapCause> = {"disconnect"sv, "sequence"sv, "checksum"sv, "crossed"sv,
                                                    "stale"sv,      "overflow"sv, "restart"sv,  "failure"sv,
                                                    "damage"sv,     "retention"sv};

enum class GapRecovery : std::uint8_t { None, Snapshot, Backfill };
template <>
inline constexpr std::array kEnumNames<GapRecovery> = {"none"sv, "snapshot"sv, "backfill"sv};

struct Trade {
    static constexpr EventType kType = EventType::Trade;
    Decimal price;
    Decimal quantity;
    Text tradeId;
    Side side = Side::Buy;
    bool backfilled = false;
    std::uint8_t reserved[6] = {};

    static constexpr auto fields()
    {
        return std::tuple(field<&Trade::price>("price", {.unit = "quote", .help = "Price of one unit"}),
                          field<&Trade::quantity>("quantity", {.unit = "base", .help = "Units traded"}),
                          field<&Trade::side>("side", {.help = "The aggressor's side"}),
                          field<&Trade::tradeId>("trade_id", {.help = "The venue's number"}),
                          field<&Trade::backfilled>("backfilled", {.help = "Fetched later, not seen live"}));
    }
};

// The best bid and ask. A side without quotes has null price and quantity.
struct Quote {
    static constexpr EventType kType = EventType::Quote;
    Nullable<Decimal> bidPrice;
    Nullable<Decimal> bidQuantity;
    Nullable<Decimal> askPrice;
    Nullable<Decimal> askQuantity;

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Quote::bidPrice>("bid_price", {.unit = "quote", .help = "Best bid"}),
            field<&Quote::bidQuantity>("bid_quantity", {.unit = "base", .help = "Units at the best bid"}),
            field<&Quote::askPrice>("ask_price", {.unit = "quote", .help = "Best ask"}),
            field<&Quote::askQuantity>("ask_quantity", {.unit = "base", .help = "Units at the best ask"}));
    }
};

// A book's snapshot or change. Levels are absolute; within an update they keep the venue's order.
struct Book {
    static constexpr EventType kType = EventType::Book;
    Levels bids;
    Levels asks;
    Nullable<std::int64_t> venueSeq;
    std::uint64_t version = 0;
    BookKind kind = BookKind::Update;
    Tristate verified = Tristate::Unknown;
    std::uint8_t reserved[6] = {};

    static constexpr auto fields()
    {
        return std::tuple(field<&Book::kind>("kind", {.help = "Snapshot (replaces the book) or update"}),
                          field<&Book::bids>("bids", {.help = "[[price, quantity], …]; quantity 0 removes"}),
                          field<&Book::asks>("asks", {.help = "[[price, quantity], …]; quantity 0 removes"}),
                          field<&Book::venueSeq>("venue_seq", {.help = "The venue's own number of this state"}),
                          field<&Book::version>("version", {.help = "Counts this book's states from 1"}),
                          field<&Book::verified>(
                              "verified", {.help = "Checksum or chain agreed; null where nothing can be checked"}));
    }
};

struct Instrument {
    static constexpr EventType kType = EventType::Instrument;
    Nullable<Decimal> multiplier;
    Nullable<Decimal> tick;
    Nullable<Decimal> lot;
    Nullable<Decimal> strike;
    Nullable<std::int64_t> expiry;
    Nullable<std::int64_t> pricePrecision;
    Nullable<std::int64_t> quantityPrecision;
    Text base;
    Text quote;
    Text settlement;
    Text status;
    InstrumentKind kind = InstrumentKind::Spot;
    bool inverse = false;
    std::uint8_t reserved[6] = {};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Instrument::base>("base", {.help = "Asset that is traded"}),
            field<&Instrument::quote>("quote", {.help = "Asset that prices are in"}),
            field<&Instrument::settlement>("settlement", {.help = "Asset that is paid"}),
            field<&Instrument::kind>("kind", {.help = "spot, perpetual, future, option"}),
            field<&Instrument::inverse>("inverse", {.help = "Quantity is in the quote asset"}),
            field<&Instrument::multiplier>("multiplier", {.help = "Units of base in one contract"}),
            field<&Instrument::tick>("tick", {.unit = "quote", .help = "Smallest price step"}),
            field<&Instrument::lot>("lot", {.unit = "base", .help = "Smallest quantity step"}),
            field<&Instrument::pricePrecision>("price_precision", {.unit = "digits", .help = "Digits after the point"}),
            field<&Instrument::quantityPrecision>("quantity_precision",
                                                  {.unit = "digits", .help = "Digits after the point"}),
            field<&Instrument::expiry>("expiry", {.unit = "ns", .help = "When it ends"}),
            field<&Instrument::strike>("strike", {.unit = "quote", .help = "An option's strike"}),
            field<&Instrument::status>("status", {.help = "The venue's word for its trading state"}));
    }
};

struct Candle {
    static constexpr EventType kType = EventType::Candle;
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Decimal volume;
    Nanos interval = 0;
    Nanos openTime = 0;
    Nanos closeTime = 0;
    std::uint64_t trades = 0;
    bool closed = false;
    BuiltBy built = BuiltBy::Engine;
    std::uint8_t reserved[6] = {};

    static constexpr auto fields()
    {
        return std::tuple(field<&Candle::interval>("interval", {.unit = "ns", .help = "Width"}),
                          field<&Candle::openTime>("open_time", {.unit = "ns", .help = "First instant, inclusive"}),
                          field<&Candle::closeTime>("close_time", {.unit = "ns", .help = "Last instant, exclusive"}),
                          field<&Candle::open>("open", {.unit = "quote", .help = "First price"}),
                          field<&Candle::high>("high", {.unit = "quote", .help = "Highest price"}),
                          field<&Candle::low>("low", {.unit = "quote", .help = "Lowest price"}),
                          field<&Candle::close>("close", {.unit = "quote", .help = "Last price"}),
                          field<&Candle::volume>("volume", {.unit = "base", .help = "Units traded"}),
                          field<&Candle::trades>("trades", {.help = "Number of trades"}),
                          field<&Candle::closed>("closed", {.help = "No trade can change it any more"}),
                          field<&Candle::built>("built", {.help = "By the engine or by the venue"}));
    }
};

// A change of a connection, listener, sink, pipeline or venue.
struct Status {
    static constexpr EventType kType = EventType::Status;
    Text subject;
    Text state;
    Text reason;

    static constexpr auto fields()
    {
        return std::tuple(field<&Status::subject>("subject", {.help = "Which connection, sink, pipeline or venue"}),
                          field<&Status::state>("state", {.help = "Its state from now on"}),
                          field<&Status::reason>("reason", {.help = "Why"}));
    }
};

// An interval in which a subscription may have missed something. Opened when it is noticed, closed when all is whole.
struct Gap {
    static constexpr EventType kType = EventType::Gap;
    Text gapId;
    Text channel;
    Nanos from = 0;
    Nullable<std::int64_t> to;
    GapState state = GapState::Open;
    GapCause cause = GapCause::Disconnect;
    GapRecovery recovered = GapRecovery::None;
    std::uint8_t reserved[5] = {};

    static constexpr auto fields()
    {
        return std::tuple(field<&Gap::gapId>("gap_id", {.help = "The same in the opening and the closing event"}),
                          field<&Gap::channel>("channel", {.help = "Which stream"}),
                          field<&Gap::state>("state", {.help = "open or closed"}),
                          field<&Gap::from>("from", {.unit = "ns", .help = "Last instant known to be whole"}),
                          field<&Gap::to>("to", {.unit = "ns", .help = "First instant whole again"}),
                          field<&Gap::cause>("cause", {.help = "Why"}),
                          field<&Gap::recovered>("recovered", {.help = "How the state became whole again"}));
    }
};

// The price that a derivative's margin and liquidations are reckoned with.
struct Mark {
    static constexpr EventType kType = EventType::Mark;
    Decimal markPrice;
    Nullable<Decimal> indexPrice;

    static constexpr auto fields()
    {
        return std::tuple(field<&Mark::markPrice>("mark_price", {.unit = "quote", .help = "The venue's mark price"}),
                          field<&Mark::indexPrice>("index_price", {.unit = "quote", .help = "Its underlying index"}));
    }
};

// What a perpetual's longs pay its shorts at `nextFundingTime`, as the venue expects it now.
struct Funding {
    static constexpr EventType kType = EventType::Funding;
    Decimal rate;
    Nullable<std::int64_t> nextFundingTime;

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Funding::rate>("rate", {.help = "Part of the position's value; negative: shorts pay"}),
            field<&Funding::nextFundingTime>("next_funding_time", {.unit = "ns", .help = "When it is paid"}));
    }
};

// A liquidation order of the venue's own.
struct ForcedOrder {
    static constexpr EventType kType = EventType::ForcedOrder;
    Decimal price;
    Nullable<Decimal> averagePrice;
    Decimal quantity;
    Nullable<Decimal> filled;
    Text status;
    Side side = Side::Buy;
    std::uint8_t reserved[7] = {};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&ForcedOrder::side>("side", {.help = "The order's side: sell closes a long"}),
            field<&ForcedOrder::price>("price", {.unit = "quote", .help = "The order's limit"}),
            field<&ForcedOrder::averagePrice>("average_price", {.unit = "quote", .help = "Of what was filled"}),
            field<&ForcedOrder::quantity>("quantity", {.unit = "base", .help = "Units of the order"}),
            field<&ForcedOrder::filled>("filled", {.unit = "base", .help = "Units filled so far"}),
            field<&ForcedOrder::status>("status", {.help = "The venue's word for the order's state"}));
    }
};

// The newest of one option, as its venue says it. Volatilities are annual and fractions, whatever the venue writes: 0.55 is
// 55 %. Prices are in the instrument's settlement asset. What the venue leaves out, or writes 0 for where there is no
// quote, is null.
struct Option {
    static constexpr EventType kType = EventType::Option;
    Decimal strike;
    Nullable<Decimal> bidPrice;
    Nullable<Decimal> askPrice;
    Nullable<Decimal> markPrice;
    Nullable<Decimal> bidIv;
    Nullable<Decimal> askIv;
    Nullable<Decimal> markIv;
    Nullable<Decimal> underlyingPrice;
    Nullable<Decimal> openInterest;
    Nullable<Decimal> delta;
    Nullable<Decimal> gamma;
    Nullable<Decimal> vega;
    Nullable<Decimal> theta;
    Nullable<Decimal> rho;
    Nanos expiry = 0;
    Text underlying;
    OptionRight right = OptionRight::Call;
    std::uint8_t reserved[7] = {};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Option::expiry>("expiry", {.unit = "ns", .help = "When it ends"}),
            field<&Option::strike>("strike", {.unit = "quote", .help = "Strike"}),
            field<&Option::right>("right", {.help = "call or put"}),
            field<&Option::bidPrice>("bid_price", {.unit = "settlement", .help = "Best bid"}),
            field<&Option::askPrice>("ask_price", {.unit = "settlement", .help = "Best ask"}),
            field<&Option::markPrice>("mark_price", {.unit = "settlement", .help = "The venue's mark price"}),
            field<&Option::bidIv>("bid_iv", {.help = "Implied volatility of the bid; 0.55 is 55 %"}),
            field<&Option::askIv>("ask_iv", {.help = "Implied volatility of the ask; 0.55 is 55 %"}),
            field<&Option::markIv>("mark_iv", {.help = "Implied volatility of the mark; 0.55 is 55 %"}),
            field<&Option::underlyingPrice>("underlying_price",
                                            {.unit = "quote", .help = "What the venue prices it against"}),
            field<&Option::underlying>("underlying", {.help = "The venue's name of that"}),
            field<&Option::openInterest>("open_interest", {.help = "Contracts open"}),
            field<&Option::delta>("delta", {.help = "As the venue reckons it, as are the other greeks"}),
            field<&Option::gamma>("gamma", {.help = "Change of delta per unit of the underlying"}),
            field<&Option::vega>("vega", {.help = "Change of price per point (1 %) of volatility"}),
            field<&Option::theta>("theta", {.help = "Change of price per day"}),
            field<&Option::rho>("rho", {.help = "Change of price per point of interest"}));
    }
};

// A venue's index of implied volatility.
struct VolIndex {
    static constexpr EventType kType = EventType::VolIndex;
    Decimal value;

    static constexpr auto fields()
    {
        return std::tuple(
            field<&VolIndex::value>("value", {.unit = "%", .help = "Annual volatility in points, as published: 55.2"}));
    }
};

// One expiry of a volatility surface. Volatilities are annual and fractions: 0.55 is 55 %.
struct IvSurface {
    static constexpr EventType kType = EventType::IvSurface;
    Nullable<Decimal> forward;
    Nullable<Decimal> atmIv;
    Nullable<Decimal> rr25;
    Nullable<Decimal> bf25;
    RelativeList<SmilePoint> points;
    SurfaceFit fit;
    RelativeList<SurfaceReason> reasons;
    Nanos expiry = 0;
    std::uint64_t used = 0;
    std::uint64_t rejected = 0;
    Quality quality = Quality::Suspect;
    std::uint8_t reserved[7] = {};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&IvSurface::expiry>("expiry", {.unit = "ns", .help = "When its options end"}),
            field<&IvSurface::forward>("forward", {.unit = "quote", .help = "The underlying's price for the expiry"}),
            field<&IvSurface::atmIv>("atm_iv", {.help = "Volatility at the forward"}),
            field<&IvSurface::rr25>("rr25", {.help = "25-delta call minus 25-delta put volatility"}),
            field<&IvSurface::bf25>("bf25", {.help = "Middle of the two minus the one at the forward"}),
            field<&IvSurface::points>("points", {.help = "[[strike, log_moneyness, iv, weight, reason], …]"}),
            field<&IvSurface::fit>("fit", {.help = "The SVI slice with its error and checks"}),
            field<&IvSurface::quality>("quality", {.help = "ok, degraded, suspect"}),
            field<&IvSurface::reasons>("reasons", {.help = "Why it is not ok"}),
            field<&IvSurface::used>("used", {.help = "Strikes used"}),
            field<&IvSurface::rejected>("rejected", {.help = "Strikes not used, for whatever reason"}));
    }
};

// In the order of EventType.
using EventTypes = std::tuple<Trade, Quote, Book, Instrument, Candle, Status, Gap, Mark, Funding, ForcedOrder, Option,
                              VolIndex, IvSurface>;
static_assert(std::tuple_size_v<EventTypes> == kEventTypeCount);

// The type of that name, or of one that it had with an earlier service: what settings and the command line are read with.
[[nodiscard]] constexpr std::optional<EventType> eventTypeOf(std::string_view name) noexcept
{
    if (name == "iv_surface_snapshot")
        return EventType::IvSurface;
    return enumFromName<EventType>(name);
}

// The column for the numbers of a derived event's inputs: "cause", or, beside a field of that name, "cause_seq".
template <Described E>
[[nodiscard]] constexpr std::string_view causeName()
{
    std::string_view name = "cause";
    forEachField<E>([&](const auto& f) {
        if (f.name == "cause")
            name = "cause_seq";
    });
    return name;
}

}  // namespace tickdeck
