// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A book with what a decoder tells of its states.

#include "engine/book/order_book.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::wire {

// A snapshot or change as its event says it; the levels come apart.
struct BookChange {
    BookKind kind = BookKind::Update;
    Tristate verified = Tristate::Unknown;
    Nanos time = kNoTime;                  // the venue's
    Nullable<std::int64_t> venueSeq = {};  // where it numbers its states
};

// One thread.
struct TrackedBook {
    book::OrderBook book;
    std::uint64_t version = 0;  // counts its states
    Nanos exchangeTime = kNoTime;
    Tristate verified = Tristate::Unknown;

    // Counts a new state and adds its event; `levels` are at the book's scales.
    void write(BatchBuilder& events, SymbolId symbol, const BookChange& change,
               const book::OrderBook::Converted& levels);
    // The newest state for readers on other threads. Emit::wantsDepth() must hold; `depth` is room to use again.
    void publish(SymbolId symbol, BookState state, Nanos now, Depth& depth, Emit& emit) const;

    void save(StateWriter& out) const;
    void load(StateReader& in);
};

}  // namespace tickdeck::wire
