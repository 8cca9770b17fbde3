// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The values that the live state holds: of fixed size, so that they can be published through a seqlock.

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/model/depth.h"

namespace tickdeck {

// Text of at most N - 1 bytes; a longer one is cut between two UTF-8 characters.
template <std::size_t N>
class FixedText {
public:
    static_assert(N % 8 == 0 && N <= 256);
    FixedText() noexcept = default;
    FixedText(std::string_view text) noexcept  // NOLINT(google-explicit-constructor)
    {
        std::size_t size = std::min(text.size(), N - 1);
        while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u)
            --size;
        if (size)
            std::memcpy(m_chars.data(), text.data(), size);
        m_size = static_cast<std::uint8_t>(size);
    }
    [[nodiscard]] std::string_view view() const noexcept { return {m_chars.data(), m_size}; }
    [[nodiscard]] friend bool operator==(const FixedText& a, std::string_view b) noexcept { return a.view() == b; }

private:
    std::array<char, N - 1> m_chars{};
    std::uint8_t m_size = 0;
};

struct LiveQuote {
    Nullable<Decimal> bidPrice;
    Nullable<Decimal> bidQuantity;
    Nullable<Decimal> askPrice;
    Nullable<Decimal> askQuantity;
    Nanos exchangeTime = kNoTime;
    Nanos receiveTime = 0;
    std::uint64_t number = 0;  // counts the symbol's quotes from 1: whether it has changed
};

// Mark and funding come apart and are kept together; what has not come is null, its receive time 0.
struct LiveMark {
    Nullable<Decimal> markPrice;
    Nullable<Decimal> indexPrice;
    Nullable<Decimal> fundingRate;
    Nullable<std::int64_t> nextFundingTime;
    Nanos exchangeTime = kNoTime;  // of the mark
    Nanos receiveTime = 0;
    Nanos fundingTime = 0;     // receive time of the funding
    Nanos fundingEvery = 0;    // between the last two times of payment that were told; 0: only one was
    std::uint64_t number = 0;  // counts the symbol's marks and fundings from 1: whether it has changed
};

struct LiveTrade {
    Decimal price;
    Decimal quantity;
    Nanos exchangeTime = kNoTime;
    Nanos receiveTime = 0;
    std::uint64_t number = 0;  // counts the symbol's trades from 1
    FixedText<40> tradeId;
    Side side = Side::Buy;
    bool backfilled = false;
    std::uint8_t reserved[6] = {};
};

struct LiveCandle {
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Decimal volume;
    Nanos interval = 0;
    Nanos openTime = 0;
    Nanos closeTime = 0;
    std::uint64_t trades = 0;
    std::uint64_t number = 0;  // of closed ones: counts them from 1 within symbol and interval; of an open one 0
    bool closed = false;
    BuiltBy built = BuiltBy::Engine;
    std::uint8_t reserved[6] = {};
};

struct LiveInstrument {
    Nullable<Decimal> multiplier;
    Nullable<Decimal> tick;
    Nullable<Decimal> lot;
    Nullable<Decimal> strike;
    Nullable<std::int64_t> expiry;
    Nullable<std::int64_t> pricePrecision;
    Nullable<std::int64_t> quantityPrecision;
    FixedText<24> base;
    FixedText<24> quote;
    FixedText<24> settlement;
    FixedText<24> status;
    InstrumentKind kind = InstrumentKind::Spot;
    bool inverse = false;
    std::uint8_t reserved[6] = {};
};

// The newest word about one subject of one lane or pipeline.
struct LiveStatus {
    FixedText<48> subject;
    FixedText<32> state;
    FixedText<160> reason;
    Nanos receiveTime = 0;
    SymbolId symbol = 0;
    SymbolId lane = 0;
};

// A gap that is open.
struct LiveGap {
    FixedText<64> gapId;
    FixedText<40> channel;
    Nanos from = 0;
    Nanos receiveTime = 0;
    SymbolId symbol = 0;
    SymbolId lane = 0;
    GapState state = GapState::Open;
    GapCause cause = GapCause::Disconnect;
    std::uint8_t reserved[6] = {};
};

// What has come through one lane or pipeline since the process began: one row for each event type.
struct LiveCount {
    SymbolId lane = 0;  // (venue, "", lane)
    EventType type{};
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;       // of the records
    Nanos exchangeTime = kNoTime;  // of the last event
    Nanos receiveTime = 0;
};

// Its batches.
struct LiveIntake {
    SymbolId lane = 0;
    std::uint64_t frames = 0;
    std::uint64_t frameBytes = 0;
    std::uint64_t controls = 0;
    std::uint64_t derived = 0;
    Nanos receiveTime = 0;  // of the last one
};

}  // namespace tickdeck
