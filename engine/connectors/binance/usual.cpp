// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/usual.h"

#include <cstring>

#include "engine/connectors/binance/json_read.h"
#include "engine/connectors/binance/message.h"
#include "engine/model/batch.h"

namespace tickdeck::binance {

namespace {

// Walks over a frame. Every step looks less than kFramePadding bytes ahead; good() is asked often enough that all steps
// between two answers stay within the padding, too. done() tells that the walk ended where the frame does.
class Walk {
public:
    explicit Walk(std::string_view frame) noexcept : m_at(frame.data()), m_end(frame.data() + frame.size()) {}

    template <std::size_t N>
    [[nodiscard]] bool take(const char (&text)[N]) noexcept
    {
        static_assert(N - 1 <= kFramePadding);
        if (std::memcmp(m_at, text, N - 1) != 0)
            return false;
        m_at += N - 1;
        return true;
    }
    [[nodiscard]] bool next(char c) noexcept
    {
        if (*m_at != c)
            return false;
        ++m_at;
        return true;
    }
    [[nodiscard]] bool good() const noexcept { return m_at < m_end; }
    [[nodiscard]] bool done() const noexcept { return m_at == m_end; }
    [[nodiscard]] std::size_t offsetIn(std::string_view frame) const noexcept
    {
        return static_cast<std::size_t>(m_at - frame.data());
    }

    // A number of at most 18 digits, as scanNumber() takes it, and its closing quote.
    [[nodiscard]] bool number(book::WireNumber& out) noexcept
    {
        const char* at = m_at;
        std::uint64_t value = digit(at);
        if (value > 9)
            return false;
        const char* const first = at++;
        if (value != 0)
            for (unsigned d; (d = digit(at)) <= 9 && at < m_end; ++at)
                value = value * 10 + d;
        std::ptrdiff_t size = at - first;
        std::ptrdiff_t scale = 0;
        if (*at == '.') {
            const char* const fraction = ++at;
            for (unsigned d; (d = digit(at)) <= 9 && at < m_end; ++at)
                value = value * 10 + d;
            scale = at - fraction;
            size += scale;
            if (scale == 0)
                return false;
        }
        out = {static_cast<std::int64_t>(value), static_cast<std::int32_t>(scale)};
        m_at = at + 1;
        return *at == '"' && size <= 18;
    }
    // The same, or below zero.
    [[nodiscard]] bool signedNumber(book::WireNumber& out) noexcept
    {
        const bool negative = *m_at == '-';
        m_at += negative;
        const bool good = number(out);
        out.mantissa = negative ? -out.mantissa : out.mantissa;
        return good;
    }
    // A whole number of at most 18 digits.
    [[nodiscard]] bool integer(std::uint64_t& out) noexcept
    {
        const char* at = m_at;
        std::uint64_t value = digit(at);
        if (value > 9)
            return false;
        const char* const first = at++;
        if (value != 0)
            for (unsigned d; (d = digit(at)) <= 9 && at < m_end; ++at)
                value = value * 10 + d;
        const std::ptrdiff_t size = at - first;
        m_at = at;
        out = value;
        return size <= 18;
    }
    // Milliseconds since the epoch; 0 is none.
    [[nodiscard]] bool millis(Nanos& out) noexcept
    {
        std::uint64_t value = 0;
        if (!integer(value) || value > kMostMillis)
            return false;
        out = value ? static_cast<Nanos>(value) * kMillisecond : kNoTime;
        return true;
    }
    // Letters, digits and "_" up to the closing quote, which is taken, too.
    [[nodiscard]] bool word(std::string_view& out) noexcept
    {
        const std::size_t size = letters();
        out = {m_at, size};
        m_at += size;
        return size > 0 && next('"');
    }
    // The symbol in a stream's name, up to the "@".
    [[nodiscard]] bool streamSymbol() noexcept
    {
        const std::size_t size = letters();
        m_at += size;
        return size > 0 && next('@');
    }

private:
    [[nodiscard]] static unsigned digit(const char* at) noexcept { return static_cast<unsigned char>(*at - '0'); }
    [[nodiscard]] std::size_t letters() const noexcept
    {
        constexpr std::size_t kMost = 24;
        std::size_t size = 0;
        while (size < kMost && isWord(m_at[size]))
            ++size;
        return size;
    }
    [[nodiscard]] static bool isWord(char c) noexcept
    {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }

    const char* m_at;
    const char* m_end;
};

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

bool levels(Walk& walk, std::vector<book::WireLevel>& out)
{
    out.clear();
    if (walk.next(']'))
        return true;
    do {
        book::WireLevel level;
        if (!walk.good() || !walk.take("[\"") || !walk.number(level.price) || !walk.take(",\"") ||
            !walk.number(level.quantity) || !walk.next(']'))
            return false;
        out.push_back(level);
    } while (walk.next(','));
    return walk.next(']');
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
           walk.take(R"("b":")") && walk.number(out.bid) && walk.good() && walk.take(R"(,"B":")") &&
           walk.number(out.bidQuantity) && walk.good() && walk.take(R"(,"a":")") && walk.number(out.ask) &&
           walk.good() && walk.take(R"(,"A":")") && walk.number(out.askQuantity) && walk.good() &&
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
        !walk.good() || !walk.take(R"(,"p":")") || !walk.number(out.price) || !walk.good() || !walk.take(R"(,"q":")") ||
        !walk.number(out.quantity) || !walk.good())
        return false;
    if (walk.take(R"(,"nq":")") && !(walk.good() && walk.number(ignoredNumber)))
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
        !walk.word(out.symbol) || !walk.good() || !walk.take(R"(,"p":")") || !walk.number(out.mark) || !walk.good())
        return false;
    if (walk.take(R"(,"ap":")") && !(walk.good() && walk.number(value)))
        return false;
    if (!walk.good() || !walk.take(R"(,"P":")") || !walk.number(value) || !walk.good())
        return false;
    if (walk.take(R"(,"i":")")) {
        if (!walk.good() || !walk.signedNumber(value))
            return false;
        out.index = value;
    }
    if (!walk.good() || !walk.take(R"(,"r":")"))
        return false;
    if (!walk.next('"')) {
        if (!walk.good() || !walk.signedNumber(value))
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
    if (!walk.streamSymbol() || !walk.good())
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
