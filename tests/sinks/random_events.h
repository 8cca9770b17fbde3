// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Batches of every event type with values of all kinds, from a seed; and comparing them by value.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/model/batch.h"
#include "engine/model/format.h"
#include "engine/plugin/sink.h"

namespace tickdeck::test {

inline constexpr Nanos kStart = Nanos{1'767'225'540} * kSecond;  // 2025-12-31T23:59:00Z: crosses midnight

// One event with all that a store should keep of it.
struct Stored {
    Batch batch;
    EventView event;
    std::string origin;
};

class RandomEvents {
public:
    explicit RandomEvents(std::uint64_t seed, std::string engineId = "0123456789ab")
        : m_engineId(std::move(engineId)), m_random(seed)
    {
        for (const char* venue : {"kraken", "coinbase", "odd venue/é"})
            for (const char* symbol : {"BTC-USD", "ETH-USD"})
                m_symbols.push_back(symbols.intern(venue, symbol, std::string(symbol, 3) + "/USD"));
        m_symbols.push_back(symbols.intern("kraken", "", ""));
        m_pipeline = symbols.intern("tickdeck", "", "candles");
    }

    // The next batch: a frame, a control without events, or one of a pipeline.
    Batch next()
    {
        BatchBuilder builder(pool);
        const int kind = number(0, 9);
        BatchHeader& header =
            builder.begin(kind == 0 ? std::string("{}") : std::string("frame ") + std::to_string(m_seq));
        m_time += number(0, 400) * kMillisecond;
        header.receiveTime = m_time;
        header.kind = kind == 0 ? BatchKind::Control : kind == 1 ? BatchKind::Derived : BatchKind::Frame;
        header.control = kind == 0 ? ControlKind::Tick : ControlKind::None;
        if (kind == 1) {
            header.lane = m_pipeline;
            header.causeSeq = m_seq;
        }
        const int events = kind == 0 ? 0 : number(1, 5);
        for (int i = 0; i < events; ++i)
            addAny(builder, kind == 1);
        Batch batch = builder.finish();
        batch.number(++m_seq);
        m_seq = batch.lastSeq();
        return batch;
    }
    std::vector<Batch> take(std::size_t count)
    {
        std::vector<Batch> out;
        for (std::size_t i = 0; i < count; ++i)
            out.push_back(next());
        return out;
    }

    // A trade whose price no DECIMAL(38,18) holds.
    Batch poison(int goodBefore = 0, int goodAfter = 0)
    {
        BatchBuilder builder(pool);
        builder.begin("poison").receiveTime = m_time;
        const auto add = [&](Decimal price) {
            Trade& trade = builder.add<Trade>(m_symbols[0], m_time, 8);
            trade.price = price;
            trade.quantity = Decimal(1, 0);
            builder.setText(trade.tradeId, "x");
        };
        for (int i = 0; i < goodBefore; ++i)
            add(Decimal(100 + i, 0));
        add(Decimal(1, 30));
        for (int i = 0; i < goodAfter; ++i)
            add(Decimal(200 + i, 0));
        Batch batch = builder.finish();
        batch.number(++m_seq);
        m_seq = batch.lastSeq();
        return batch;
    }

    [[nodiscard]] std::vector<Stored> events(const std::vector<Batch>& batches) const
    {
        std::vector<Stored> out;
        for (const Batch& batch : batches)
            for (const EventView event : batch) {
                std::string origin;
                appendOrigin(origin, event, batch.header(), symbols, {m_engineId});
                out.push_back({batch, event, std::move(origin)});
            }
        return out;
    }
    [[nodiscard]] SinkContext context() const { return {{}, m_engineId, &symbols, nullptr}; }
    [[nodiscard]] const std::string& engineId() const { return m_engineId; }
    [[nodiscard]] Seq lastSeq() const { return m_seq; }

    BufferPool pool;
    SymbolTable symbols;

private:
    int number(int from, int to) { return std::uniform_int_distribution<int>(from, to)(m_random); }
    bool chance() { return number(0, 1) == 1; }
    // Up to 20 digits before and 18 behind the point, with trailing zeros, of either sign.
    Decimal decimal()
    {
        Int128 mantissa = 0;
        const int digits = number(0, 20);
        for (int i = 0; i < digits; ++i)
            mantissa = mantissa * 10 + number(0, 9);
        return {chance() ? mantissa : -mantissa, number(0, 18)};
    }
    Nullable<Decimal> maybeDecimal() { return chance() ? Nullable<Decimal>(decimal()) : Nullable<Decimal>(); }
    Nullable<std::int64_t> maybeNumber()
    {
        return chance() ? Nullable<std::int64_t>(number(-5, 9)) : Nullable<std::int64_t>();
    }
    std::string text()
    {
        static const std::vector<std::string> kTexts{"",         "abc", "=1+1", "-5",   "a,\"b\"\nc",
                                                     "Zürich €", "@x",  "\tx",  "12345"};
        return kTexts[static_cast<std::size_t>(number(0, static_cast<int>(kTexts.size()) - 1))];
    }
    template <class E>
    E any()
    {
        return static_cast<E>(number(0, static_cast<int>(kEnumNames<E>.size()) - 1));
    }
    std::vector<Level> levels()
    {
        std::vector<Level> out(static_cast<std::size_t>(number(0, 4)));
        for (Level& level : out)
            level = {std::uniform_int_distribution<std::int64_t>(0, std::numeric_limits<std::int64_t>::max())(m_random),
                     number(0, 3) == 0 ? 0 : number(1, 1'000'000)};
        return out;
    }

    void fill(BatchBuilder&, Decimal& out) { out = decimal(); }
    void fill(BatchBuilder&, Nullable<Decimal>& out) { out = maybeDecimal(); }
    void fill(BatchBuilder&, Nullable<std::int64_t>& out) { out = maybeNumber(); }
    void fill(BatchBuilder&, std::int64_t& out) { out = number(0, 3) == 0 ? kNoTime : m_time + number(-100, 100); }
    void fill(BatchBuilder&, std::uint64_t& out) { out = static_cast<std::uint64_t>(number(0, 1'000'000)); }
    void fill(BatchBuilder&, bool& out) { out = chance(); }
    void fill(BatchBuilder&, Tristate& out) { out = static_cast<Tristate>(number(0, 2)); }
    void fill(BatchBuilder& builder, Text& out) { builder.setText(out, text()); }
    void fill(BatchBuilder& builder, Levels& out)
    {
        out.priceScale = number(0, 8);
        out.quantityScale = number(0, 18);
        const auto values = levels();
        builder.setList(out.list, std::span<const Level>(values));
    }
    template <NamedEnum E>
    void fill(BatchBuilder&, E& out)
    {
        out = any<E>();
    }

    template <Described T>
    void fill(BatchBuilder& builder, T& out)
    {
        forEachField<T>([&](const auto& f) { fill(builder, f.of(out)); });
    }
    template <class T>
    void fill(BatchBuilder& builder, RelativeList<T>& out)
    {
        std::vector<T> items(static_cast<std::size_t>(number(0, 3)));
        for (T& item : items)
            fill(builder, item);
        builder.setList(out, std::span<const T>(items));
    }

    void addAny(BatchBuilder& builder, bool derived)
    {
        const SymbolId symbol = m_symbols[static_cast<std::size_t>(number(0, static_cast<int>(m_symbols.size()) - 1))];
        const Nanos exchange = number(0, 3) == 0 ? kNoTime : m_time - number(0, 1000);
        const int type = number(0, static_cast<int>(kEventTypeCount) - 1);
        [&]<class... E>(std::tuple<E...>*) {
            ((static_cast<int>(E::kType) == type ? addOne<E>(builder, symbol, exchange) : void()), ...);
        }(static_cast<EventTypes*>(nullptr));
        if (derived)
            builder.setCause(m_seq + 1, m_seq + 2);
    }
    template <class E>
    void addOne(BatchBuilder& builder, SymbolId symbol, Nanos exchange)
    {
        E& event = builder.add<E>(symbol, exchange, 512);
        forEachField<E>([&](const auto& f) { fill(builder, f.of(event)); });
    }

    std::string m_engineId;
    std::mt19937_64 m_random;
    std::vector<SymbolId> m_symbols;
    SymbolId m_pipeline = 0;
    Nanos m_time = kStart;
    Seq m_seq = 0;
};

inline bool same(const Levels& a, const Levels& b)
{
    if (a.view().size() != b.view().size())
        return false;
    for (std::size_t i = 0; i < a.view().size(); ++i)
        if (a.price(a.view()[i]) != b.price(b.view()[i]) || a.quantity(a.view()[i]) != b.quantity(b.view()[i]))
            return false;
    return true;
}
inline bool same(const Text& a, const Text& b) { return a.view() == b.view(); }
template <class T>
bool same(const Nullable<T>& a, const Nullable<T>& b)
{
    return a.has() == b.has() && (!a.has() || *a == *b);
}
template <class T>
bool same(const T& a, const T& b)
{
    return a == b;
}
template <Described T>
bool same(const T& a, const T& b)
{
    bool equal = true;
    forEachField<T>([&](const auto& f) { equal = equal && same(f.of(a), f.of(b)); });
    return equal;
}
template <class T>
bool same(const RelativeList<T>& a, const RelativeList<T>& b)
{
    return std::ranges::equal(a.view(), b.view(), [](const T& x, const T& y) { return same(x, y); });
}

// Everything of an event but its place in its batch.
inline void expectSame(const Batch& batchA, const EventView& a, const SymbolTable& symbolsA, const Batch& batchB,
                       const EventView& b, const SymbolTable& symbolsB)
{
    ASSERT_EQ(a.seq(), b.seq());
    ASSERT_EQ(a.type(), b.type());
    EXPECT_EQ(symbolsA.name(a.symbol()), symbolsB.name(b.symbol())) << a.seq();
    EXPECT_EQ(a.exchangeTime(), b.exchangeTime()) << a.seq();
    EXPECT_EQ(batchA.header().receiveTime, batchB.header().receiveTime) << a.seq();
    EXPECT_EQ(a.header().causeFirst, b.header().causeFirst) << a.seq();
    EXPECT_EQ(a.header().causeLast, b.header().causeLast) << a.seq();
    [&]<class... E>(std::tuple<E...>*) {
        const auto compare = [&]<class T>() {
            forEachField<T>([&](const auto& f) {
                EXPECT_TRUE(same(f.of(*a.as<T>()), f.of(*b.as<T>())))
                    << enumName(T::kType) << " " << a.seq() << " " << f.name;
            });
        };
        ((E::kType == a.type() ? compare.template operator()<E>() : void()), ...);
    }(static_cast<EventTypes*>(nullptr));
}

}  // namespace tickdeck::test
