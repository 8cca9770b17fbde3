// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/instruments.h"

#include <algorithm>

#include "engine/connectors/kraken/decoder.h"

namespace tickdeck::kraken {

namespace {

void saveDecimal(StateWriter& out, const std::optional<Decimal>& value)
{
    out.put(static_cast<std::int8_t>(value ? value->scale() : -1));
    if (!value)
        return;
    out.put(static_cast<std::uint64_t>(value->mantissa()));
    out.put(static_cast<std::uint64_t>(value->mantissa() >> 64));
}

std::optional<Decimal> loadDecimal(StateReader& in)
{
    const int scale = in.get<std::int8_t>();
    if (scale < 0)
        return {};
    if (scale > Decimal::kMaxScale)
        in.damaged();
    const auto low = in.get<std::uint64_t>();
    const auto high = in.get<std::int64_t>();
    return Decimal((Int128{high} << 64) | low, scale);
}

void savePrecision(StateWriter& out, const std::optional<int>& value)
{
    out.put(static_cast<std::int8_t>(value.value_or(-1)));
}

std::optional<int> loadPrecision(StateReader& in)
{
    const int value = in.get<std::int8_t>();
    if (value > 18)
        in.damaged();
    return value < 0 ? std::nullopt : std::optional(value);
}

}  // namespace

void Stream::save(StateWriter& out) const
{
    sync.save(out);
    gap.save(out);
    out.put(phase);
    out.put(wanted);
    out.put(wantedDepth);
    out.put(depth);
    out.put(request);
    out.put(wholeAt);
}

void Stream::load(StateReader& in)
{
    sync.load(in);
    gap.load(in);
    phase = in.get<Phase>();
    if (phase > Phase::Unsubscribing)
        in.damaged();
    wanted = in.get<std::uint8_t>() != 0;
    wantedDepth = in.get<std::uint32_t>();
    depth = in.get<std::uint32_t>();
    request = in.get<std::uint64_t>();
    wholeAt = in.get<Nanos>();
}

bool Definition::equals(const PairMessage& pair) const noexcept
{
    const auto same = [](const std::optional<Decimal>& a, const std::optional<Decimal>& b) {
        return a.has_value() == b.has_value() && (!a || *a == *b);
    };
    return base == pair.base && quote == pair.quote && status == pair.status && pricePrecision == pair.pricePrecision &&
           quantityPrecision == pair.quantityPrecision && same(tick, pair.tick) && same(lot, pair.lot);
}

void Definition::save(StateWriter& out) const
{
    out.text(base);
    out.text(quote);
    out.text(status);
    savePrecision(out, pricePrecision);
    savePrecision(out, quantityPrecision);
    saveDecimal(out, tick);
    saveDecimal(out, lot);
}

void Definition::load(StateReader& in)
{
    base = in.text();
    quote = in.text();
    status = in.text();
    pricePrecision = loadPrecision(in);
    quantityPrecision = loadPrecision(in);
    tick = loadDecimal(in);
    lot = loadDecimal(in);
}

BookTrack& Pair::ensureTrack()
{
    if (!track)
        track = std::make_unique<BookTrack>();
    return *track;
}

Pair* Pairs::find(std::string_view native) noexcept
{
    if (m_last && m_last->native == native)
        return m_last;
    const auto found = m_byNative.find(native);
    if (found == m_byNative.end())
        return nullptr;
    m_last = found->second;
    return m_last;
}

Pair& Pairs::at(std::string_view native)
{
    if (Pair* known = find(native))
        return *known;
    std::string symbol(native);
    std::ranges::replace(symbol, '/', '-');
    Pair& pair = m_pairs.emplace_back();
    pair.native = native;
    pair.id = m_symbols->intern(kVenue, symbol, native);
    m_byNative.emplace(pair.native, &pair);
    return pair;
}

void Pairs::save(StateWriter& out) const
{
    out.count(m_pairs.size());
    for (const Pair& pair : m_pairs) {
        out.text(pair.native);
        out.put(pair.told);
        out.put(pair.definition.has_value());
        if (pair.definition)
            pair.definition->save(out);
        for (const Stream& stream : pair.streams)
            stream.save(out);
        pair.trades.save(out);
        out.put(pair.track != nullptr);
        if (!pair.track)
            continue;
        out.put(pair.track->version);
        out.put(pair.track->exchangeTime);
        out.put(pair.track->verified);
        out.put(pair.track->based);
        pair.track->book.save(out);
    }
}

void Pairs::load(StateReader& in)
{
    const std::size_t count = in.count(100);
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        const std::string_view native = in.text();
        if (find(native))
            return in.damaged();
        Pair& pair = at(native);
        pair.told = in.get<std::uint8_t>() != 0;
        if (in.get<std::uint8_t>() != 0)
            pair.definition.emplace().load(in);
        for (Stream& stream : pair.streams)
            stream.load(in);
        pair.trades.load(in);
        if (in.get<std::uint8_t>() == 0)
            continue;
        BookTrack& track = pair.ensureTrack();
        track.version = in.get<std::uint64_t>();
        track.exchangeTime = in.get<Nanos>();
        track.verified = in.get<Tristate>();
        if (track.verified > Tristate::Yes)
            in.damaged();
        track.based = in.get<std::uint8_t>() != 0;
        track.book.load(in);
    }
}

}  // namespace tickdeck::kraken
