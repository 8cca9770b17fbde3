// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/book_events.h"

namespace tickdeck::wire {

void writeBook(BatchBuilder& events, SymbolId symbol, BookKind kind, const book::OrderBook& book,
               const book::OrderBook::Converted& changed, std::optional<std::uint64_t> venueSeq, ToldBook& told)
{
    const auto bytes = [](const std::vector<Level>& levels) {
        return BatchBuilder::room(levels.size() * sizeof(Level));
    };
    Book& event = events.add<Book>(symbol, told.exchangeTime, bytes(changed.bids) + bytes(changed.asks));
    event.kind = kind;
    event.version = ++told.version;
    event.verified = told.verified;
    if (venueSeq)
        event.venueSeq = static_cast<std::int64_t>(*venueSeq);
    for (Levels* levels : {&event.bids, &event.asks}) {
        levels->priceScale = book.priceScale();
        levels->quantityScale = book.quantityScale();
    }
    events.setList(event.bids.list, std::span<const Level>(changed.bids));
    events.setList(event.asks.list, std::span<const Level>(changed.asks));
}

void Depths::write(SymbolId symbol, const book::OrderBook& book, const ToldBook& told, BookState state, Nanos now,
                   Emit& emit)
{
    book.top(m_depth);
    m_depth.version = told.version;
    m_depth.exchangeTime = told.exchangeTime;
    m_depth.receiveTime = now;
    m_depth.symbol = symbol;
    m_depth.state = state;
    m_depth.verified = told.verified;
    emit.publish(m_depth);
}

}  // namespace tickdeck::wire
