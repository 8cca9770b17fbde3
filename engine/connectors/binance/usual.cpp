// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/usual.h"

#include "engine/connectors/binance/message.h"
#include "engine/wire/walk.h"

namespace tickdeck::binance {

namespace {

using wire::Walk;

// Keys that the venue added without notice; whoever was there before still stands where it stood.
bool pair(Walk& walk)
{
    std::string_view ignored;
    return !walk.take(R"("ps":")") || (walk.good() && walk.word(ignored) && walk.next(','));
}
bool tail(Walk& walk)
{
    std::uint64_t ignored = 0;
    return (!walk.take(R"(,"st":)") || (walk.good() && walk.integer(ignored))) && walk.good() && walk.next('}');
}

bool quotedSigned(Walk& walk, book::WireNumber& out) { return walk.signedNumber(out) && walk.next('"'); }

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
        if (!walk.good() || !walk.take("[\"") || !walk.quoted(level.price) || !walk.take(",\"") ||
            !walk.quoted(level.quantity) || !walk.next(']'))
            return false;
        out.push_back(level);
    } while (walk.next(','));
    const bool closed = walk.next(']');
    frame = walk;
    return closed;
}

bool depth(Walk& walk, std::string_view frame, DepthMessage& out, SymbolWatch* watch)
{
    Nanos sent = kNoTime;
    out.partial = false;
    if (!walk.take(R"(,"E":)") || !walk.millis(sent) || !walk.good() || !walk.take(R"(,"T":)") ||
        !walk.millis(out.time) || !walk.good() || !walk.take(R"(,"s":")") || !walk.word(out.symbol) || !walk.good() ||
        !walk.next(',') || !pair(walk) || !walk.good() || !walk.take(R"("U":)") || !walk.integer(out.ids.first) ||
        !walk.good() || !walk.take(R"(,"u":)") || !walk.integer(out.ids.last) || !walk.good() ||
        !walk.take(R"(,"pu":)") || !walk.integer(out.ids.previous) || !walk.good() || !walk.take(R"(,"b":[)"))
        return false;
    if (watch)
        watch->coming(out.symbol);
    out.offset = walk.offsetIn(frame) - sizeof(R"("b":[)") + 1;
    return levels(walk, out.bids) && walk.good() && walk.take(R"(,"a":[)") && levels(walk, out.asks) && walk.good() &&
           tail(walk) && out.ids.first <= out.ids.last;
}

bool quote(Walk& walk, QuoteMessage& out)
{
    Nanos sent = kNoTime;
    return walk.take(R"(,"u":)") && walk.integer(out.updateId) && walk.good() && walk.take(R"(,"s":")") &&
           walk.word(out.symbol) && walk.good() && walk.next(',') && pair(walk) && walk.good() &&
           walk.take(R"("b":")") && walk.quoted(out.bid) && walk.good() && walk.take(R"(,"B":")") &&
           walk.quoted(out.bidQuantity) && walk.good() && walk.take(R"(,"a":")") && walk.quoted(out.ask) &&
           walk.good() && walk.take(R"(,"A":")") && walk.quoted(out.askQuantity) && walk.good() &&
           walk.take(R"(,"T":)") && walk.millis(out.time) && walk.good() && walk.take(R"(,"E":)") &&
           walk.millis(sent) && walk.good() && tail(walk);
}

bool trade(Walk& walk, TradeMessage& out)
{
    Nanos sent = kNoTime;
    std::uint64_t ignored = 0;
    book::WireNumber ignoredNumber;
    out.aggregate = true;
    if (!walk.take(R"(,"E":)") || !walk.millis(sent) || !walk.good() || !walk.take(R"(,"a":)") ||
        !walk.integer(out.tradeId) || !walk.good() || !walk.take(R"(,"s":")") || !walk.word(out.symbol) ||
        !walk.good() || !walk.take(R"(,"p":")") || !walk.quoted(out.price) || !walk.good() || !walk.take(R"(,"q":")") ||
        !walk.quoted(out.quantity) || !walk.good())
        return false;
    if (walk.take(R"(,"nq":")") && !(walk.good() && walk.quoted(ignoredNumber)))
        return false;
    if (!walk.good() || !walk.take(R"(,"f":)") || !walk.integer(ignored) || !walk.good() || !walk.take(R"(,"l":)") ||
        !walk.integer(ignored) || !walk.good() || !walk.take(R"(,"T":)") || !walk.millis(out.time) || !walk.good())
        return false;
    if (walk.take(R"(,"m":true)"))
        out.side = Side::Sell;
    else if (walk.take(R"(,"m":false)"))
        out.side = Side::Buy;
    else
        return false;
    return walk.good() && tail(walk);
}

bool mark(Walk& walk, MarkMessage& out)
{
    book::WireNumber value;
    out.index.reset();
    out.rate.reset();
    if (!walk.take(R"(,"E":)") || !walk.millis(out.time) || !walk.good() || !walk.take(R"(,"s":")") ||
        !walk.word(out.symbol) || !walk.good() || !walk.take(R"(,"p":")") || !walk.quoted(out.mark) || !walk.good())
        return false;
    if (walk.take(R"(,"ap":")") && !(walk.good() && walk.quoted(value)))
        return false;
    if (!walk.good() || !walk.take(R"(,"P":")") || !walk.quoted(value) || !walk.good())
        return false;
    if (walk.take(R"(,"i":")")) {
        if (!walk.good() || !quotedSigned(walk, value))
            return false;
        out.index = value;
    }
    if (!walk.good() || !walk.take(R"(,"r":")"))
        return false;
    if (!walk.next('"')) {
        if (!walk.good() || !quotedSigned(walk, value))
            return false;
        out.rate = value;
    }
    return walk.good() && walk.take(R"(,"T":)") && walk.millis(out.nextFunding) && walk.good() && tail(walk);
}

// The wrapper up to the payload, where there is one. False for streams of another shape.
bool open(Walk& walk, bool& wrapped)
{
    wrapped = walk.take(R"({"stream":")");
    if (!wrapped)
        return true;
    std::string_view symbol;
    if (!walk.word(symbol, '@') || !walk.good())
        return false;
    if (walk.take("depth")) {
        if (!walk.next('"') && !walk.take("@100ms\"") && !walk.take("@500ms\""))
            return false;
    } else if (walk.take("markPrice")) {
        if (!walk.next('"') && !walk.take("@1s\""))
            return false;
    } else if (!walk.take("bookTicker\"") && !walk.take("aggTrade\"")) {
        return false;
    }
    return walk.good() && walk.take(R"(,"data":)");
}

}  // namespace

bool readUsual(std::string_view frame, Pools& pools, Message& out, SymbolWatch* watch)
{
    Walk walk(frame);
    bool wrapped = false;
    if (!walk.good() || !open(walk, wrapped) || !walk.good() || !walk.take(R"({"e":")"))
        return false;
    bool taken = false;
    if (walk.take("depthUpdate\"")) {
        out.kind = MessageKind::Depth;
        out.name = "depthUpdate";
        taken = depth(walk, frame, pools.depths.next(), watch);
    } else if (walk.take("bookTicker\"")) {
        out.kind = MessageKind::Quote;
        out.name = "bookTicker";
        taken = quote(walk, pools.quotes.next());
    } else if (walk.take("aggTrade\"")) {
        out.kind = MessageKind::Trade;
        out.name = "aggTrade";
        taken = trade(walk, pools.trades.next());
    } else if (walk.take("markPriceUpdate\"")) {
        out.kind = MessageKind::Mark;
        out.name = "markPriceUpdate";
        taken = mark(walk, pools.marks.next());
    }
    return taken && (!wrapped || (walk.good() && walk.next('}'))) && walk.done();
}

}  // namespace tickdeck::binance
