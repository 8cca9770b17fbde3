// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/tracked_book.h"

namespace tickdeck::wire {

void TrackedBook::write(BatchBuilder& events, SymbolId symbol, const BookChange& change,
                        const book::OrderBook::Converted& levels)
{
    verified = change.verified;
    exchangeTime = change.time;
    ++version;
    const auto bytes = [](const std::vector<Level>& side) { return BatchBuilder::room(side.size() * sizeof(Level)); };
    Book& event = events.add<Book>(symbol, change.time, bytes(levels.bids) + bytes(levels.asks));
    event.kind = change.kind;
    event.version = version;
    event.verified = change.verified;
    event.venueSeq = change.venueSeq;
    for (Levels* side : {&event.bids, &event.asks}) {
        side->priceScale = book.priceScale();
        side->quantityScale = book.quantityScale();
    }
    events.setList(event.bids.list, std::span<const Level>(levels.bids));
    events.setList(event.asks.list, std::span<const Level>(levels.asks));
}

void TrackedBook::publish(SymbolId symbol, BookState state, Nanos now, Depth& depth, Emit& emit) const
{
    book.top(depth);
    depth.version = version;
    depth.exchangeTime = exchangeTime;
    depth.receiveTime = now;
    depth.symbol = symbol;
    depth.state = state;
    depth.verified = verified;
    emit.publish(depth);
}

void TrackedBook::save(StateWriter& out) const
{
    out.put(version);
    out.put(exchangeTime);
    out.put(verified);
    book.save(out);
}

void TrackedBook::load(StateReader& in)
{
    version = in.get<std::uint64_t>();
    exchangeTime = in.get<Nanos>();
    verified = in.get<Tristate>();
    if (verified > Tristate::Yes)
        in.damaged();
    book.load(in);
}

}  // namespace tickdeck::wire
