// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The top of a book as the live state holds it: of fixed size, so that it can be published through a seqlock.

#include <array>

#include "engine/model/batch.h"

namespace tickdeck {

// How far a book can be trusted.
enum class BookState : std::uint8_t { Empty, Syncing, Live, Resyncing, Stale };
template <>
inline constexpr std::array kEnumNames<BookState> = {"empty"sv, "syncing"sv, "live"sv, "resyncing"sv, "stale"sv};

inline constexpr std::size_t kDepthLevels = 20;

// Best first on both sides. Trivially copyable, a multiple of 8 bytes, no hidden padding.
struct Depth {
    std::array<Level, kDepthLevels> bids{};
    std::array<Level, kDepthLevels> asks{};
    std::uint64_t version = 0;  // of the book; joins this snapshot with the stream of changes
    Nanos exchangeTime = kNoTime;
    Nanos receiveTime = 0;
    SymbolId symbol = 0;
    std::uint8_t bidCount = 0;
    std::uint8_t askCount = 0;
    std::uint8_t priceScale = 0;
    std::uint8_t quantityScale = 0;
    BookState state = BookState::Empty;
    Tristate verified = Tristate::Unknown;
    std::uint8_t reserved[6] = {};
};
static_assert(sizeof(Depth) == 2 * kDepthLevels * 16 + 40 && std::is_trivially_copyable_v<Depth>);

}  // namespace tickdeck
