// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/instruments.h"

#include "engine/connectors/binance/names.h"

namespace tickdeck::binance {

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

bool loadBool(StateReader& in) { return in.get<std::uint8_t>() != 0; }

}  // namespace

void Stream::save(StateWriter& out) const
{
    sync.save(out);
    gap.save(out);
    out.put(phase);
    out.put(wanted);
    out.put(asked);
    out.put(askedBefore);
    out.put(askedAt);
    out.put(toldQuiet);
    out.put(together);
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
    wanted = loadBool(in);
    asked = loadBool(in);
    askedBefore = loadBool(in);
    askedAt = in.get<Nanos>();
    toldQuiet = loadBool(in);
    together = in.get<std::uint32_t>();
    if (together == 0 || together > kStreamsAtOnce)
        in.damaged();
    request = in.get<std::uint64_t>();
    wholeAt = in.get<Nanos>();
}

Definition::Definition(const InstrumentMessage& message)
    : base(message.base),
      quote(message.quote),
      margin(message.margin),
      contract(message.contract),
      status(message.status),
      pricePrecision(message.pricePrecision),
      quantityPrecision(message.quantityPrecision),
      tick(message.tick),
      lot(message.lot),
      delivery(message.delivery)
{
}

void Definition::save(StateWriter& out) const
{
    for (const std::string* text : {&base, &quote, &margin, &contract, &status})
        out.text(*text);
    savePrecision(out, pricePrecision);
    savePrecision(out, quantityPrecision);
    saveDecimal(out, tick);
    saveDecimal(out, lot);
    out.put(delivery);
}

void Definition::load(StateReader& in)
{
    for (std::string* text : {&base, &quote, &margin, &contract, &status})
        *text = in.text();
    pricePrecision = loadPrecision(in);
    quantityPrecision = loadPrecision(in);
    tick = loadDecimal(in);
    lot = loadDecimal(in);
    delivery = in.get<Nanos>();
}

BookTrack& Contract::ensureTrack()
{
    if (!track)
        track = std::make_unique<BookTrack>();
    return *track;
}

Contract* Contracts::find(std::string_view native) noexcept
{
    if (m_last && m_last->native == native)
        return m_last;
    Contract* found = m_byNative.find(native);
    if (found)
        m_last = found;
    return found;
}

Contract& Contracts::at(std::string_view native)
{
    if (Contract* known = find(native))
        return *known;
    Contract& contract = m_contracts.emplace_back();
    contract.native = native;
    contract.id = m_symbols->intern(kVenue, canonicalSymbol(native), native);
    m_byNative.insert(contract);
    return contract;
}

void Contracts::save(StateWriter& out) const
{
    out.count(m_contracts.size());
    for (const Contract& contract : m_contracts) {
        out.text(contract.native);
        out.put(contract.told);
        out.put(contract.quoteId);
        out.put(contract.quoteTime);
        out.put(contract.definition.has_value());
        if (contract.definition)
            contract.definition->save(out);
        for (const Stream& stream : contract.streams)
            stream.save(out);
        contract.trades.save(out);
        out.put(contract.track != nullptr);
        if (!contract.track)
            continue;
        const BookTrack& track = *contract.track;
        out.put(track.version);
        out.put(track.exchangeTime);
        out.put(track.verified);
        track.chain.save(out);
        track.book.save(out);
    }
}

void Contracts::load(StateReader& in)
{
    constexpr std::size_t kLeast = 200;
    const std::size_t count = in.count(kLeast);
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        const std::string_view native = in.text();
        if (find(native))
            return in.damaged();
        Contract& contract = at(native);
        contract.told = loadBool(in);
        contract.quoteId = in.get<std::uint64_t>();
        contract.quoteTime = in.get<Nanos>();
        if (loadBool(in))
            contract.definition.emplace().load(in);
        for (Stream& stream : contract.streams)
            stream.load(in);
        contract.trades.load(in);
        if (!loadBool(in))
            continue;
        BookTrack& track = contract.ensureTrack();
        track.version = in.get<std::uint64_t>();
        track.exchangeTime = in.get<Nanos>();
        track.verified = in.get<Tristate>();
        if (track.verified > Tristate::Yes)
            in.damaged();
        track.chain.load(in);
        track.book.load(in);
    }
}

}  // namespace tickdeck::binance
