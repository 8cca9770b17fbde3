// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/usual.h"

#include "engine/connectors/kraken/message.h"
#include "engine/wire/walk.h"

namespace tickdeck::kraken {

namespace {

using wire::TimeScanner;
using wire::Walk;

// With a walk of its own, which stays in registers.
bool levels(Walk& frame, std::vector<book::WireLevel>& out)
{
    Walk walk = frame;
    out.clear();
    if (walk.next(']')) {
        frame = walk;
        return true;
    }
    do {
        book::WireLevel level;
        if (!walk.good() || !walk.take(R"({"price":)") || !walk.number(level.price) || !walk.take(R"(,"qty":)") ||
            !walk.number(level.quantity) || !walk.next('}'))
            return false;
        out.push_back(level);
    } while (walk.next(','));
    const bool closed = walk.next(']');
    frame = walk;
    return closed;
}

bool book(Walk& walk, std::string_view frame, TimeScanner& times, BookMessage& out)
{
    if (!walk.take(R"({"symbol":")") || !walk.word(out.symbol) || !walk.take(R"(,"bids":[)"))
        return false;
    out.offset = walk.offsetIn(frame) - sizeof(R"("bids":[)") + 1;
    if (!levels(walk, out.bids) || !walk.take(R"(,"asks":[)") || !levels(walk, out.asks) || !walk.good())
        return false;
    out.checksum.reset();
    if (walk.take(R"(,"checksum":)")) {
        std::uint64_t checksum = 0;
        if (!walk.integer(checksum) || checksum > 0xffffffffu)
            return false;
        out.checksum = static_cast<std::uint32_t>(checksum);
    }
    out.time = kNoTime;
    if (walk.good() && walk.take(R"(,"timestamp":")") && !(walk.good() && walk.time(times, out.time)))
        return false;
    return walk.good() && walk.next('}');
}

// Any number; its value does not matter.
bool anyNumber(Walk& walk)
{
    book::WireNumber ignored;
    return walk.signedNumber(ignored);
}

bool ticker(Walk& walk, TimeScanner& times, TickerMessage& out)
{
    return walk.take(R"({"symbol":")") && walk.word(out.symbol) && walk.take(R"(,"bid":)") && walk.number(out.bid) &&
           walk.good() && walk.take(R"(,"bid_qty":)") && walk.number(out.bidQuantity) && walk.take(R"(,"ask":)") &&
           walk.good() && walk.number(out.ask) && walk.take(R"(,"ask_qty":)") && walk.good() &&
           walk.number(out.askQuantity) && walk.take(R"(,"last":)") && walk.good() && anyNumber(walk) &&
           walk.take(R"(,"volume":)") && walk.good() && anyNumber(walk) && walk.take(R"(,"vwap":)") && walk.good() &&
           anyNumber(walk) && walk.take(R"(,"low":)") && walk.good() && anyNumber(walk) && walk.take(R"(,"high":)") &&
           walk.good() && anyNumber(walk) && walk.take(R"(,"change":)") && walk.good() && anyNumber(walk) &&
           walk.take(R"(,"change_pct":)") && walk.good() && anyNumber(walk) && walk.take(R"(,"timestamp":")") &&
           walk.good() && walk.time(times, out.time) && walk.next('}');
}

bool trade(Walk& walk, TimeScanner& times, TradeMessage& out)
{
    if (!walk.take(R"({"symbol":")") || !walk.word(out.symbol))
        return false;
    if (walk.take(R"(,"side":"buy")"))
        out.side = Side::Buy;
    else if (walk.take(R"(,"side":"sell")"))
        out.side = Side::Sell;
    else
        return false;
    std::string_view orderType;
    return walk.good() && walk.take(R"(,"price":)") && walk.number(out.price) && walk.good() &&
           walk.take(R"(,"qty":)") && walk.number(out.quantity) && walk.good() && walk.take(R"(,"ord_type":")") &&
           walk.word(orderType) && walk.good() && walk.take(R"(,"trade_id":)") && walk.integer(out.tradeId) &&
           walk.good() && walk.take(R"(,"timestamp":")") && walk.good() && walk.time(times, out.time) && walk.next('}');
}

}  // namespace

bool readUsual(std::string_view frame, TimeScanner& times, Pools& pools, Message& out)
{
    Walk walk(frame);
    if (!walk.take("{\"channel\":\""))
        return false;
    if (walk.take(R"(book","type":")"))
        out.kind = MessageKind::Book;
    else if (walk.take(R"(ticker","type":")"))
        out.kind = MessageKind::Ticker;
    else if (walk.take(R"(trade","type":")"))
        out.kind = MessageKind::Trade;
    else
        return false;
    if (walk.take(R"(update","data":[)"))
        out.snapshot = false;
    else if (walk.take(R"(snapshot","data":[)"))
        out.snapshot = true;
    else
        return false;
    do {
        if (!walk.good())
            return false;
        bool taken = false;
        if (out.kind == MessageKind::Book)
            taken = book(walk, frame, times, pools.books.next());
        else if (out.kind == MessageKind::Ticker)
            taken = ticker(walk, times, pools.tickers.next());
        else
            taken = trade(walk, times, pools.trades.next());
        if (!taken)
            return false;
    } while (walk.next(','));
    return walk.take("]}") && walk.done();
}

}  // namespace tickdeck::kraken
