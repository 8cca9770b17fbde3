// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A book's changes as events, and its newest state for readers on other threads.

#include <optional>

#include "engine/book/order_book.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::wire {

// What was told of a book beside its levels. A venue adds what it needs to judge the next change.
struct ToldBook {
    std::uint64_t version = 0;
    Nanos exchangeTime = kNoTime;
    Tristate verified = Tristate::Unknown;
};

// Adds the event, whose levels are those of `changed` at the scales of `book`, and makes it the newest of `told`.
void writeBook(BatchBuilder& events, SymbolId symbol, BookKind kind, const book::OrderBook& book,
               const book::OrderBook::Converted& changed, std::optional<std::uint64_t> venueSeq, ToldBook& told);

// Publishes books where somebody wants depths. One thread.
class Depths {
public:
    // `T` has an id, a `track` (a ToldBook with a `book`) and a bookState().
    template <class T>
    void publish(const T& instrument, Nanos now, Emit& emit)
    {
        if (emit.wantsDepth())
            write(instrument.id, instrument.track->book, *instrument.track, instrument.bookState(), now, emit);
    }
    // After a control: the states of the books have changed, not their levels.
    template <class Instruments>
    void publishAll(const Instruments& instruments, Nanos now, Emit& emit)
    {
        if (!emit.wantsDepth())
            return;
        for (const auto& instrument : instruments.all())
            if (instrument.track)
                publish(instrument, now, emit);
    }

private:
    void write(SymbolId symbol, const book::OrderBook& book, const ToldBook& told, BookState state, Nanos now,
               Emit& emit);

    Depth m_depth;
};

}  // namespace tickdeck::wire
