// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/instruments.h"

#include "engine/connectors/binance/names.h"

namespace tickdeck::binance {

namespace {

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
      increments(message.increments),
      delivery(message.delivery)
{
}

void Definition::save(StateWriter& out) const
{
    for (const std::string* text : {&base, &quote, &margin, &contract, &status})
        out.text(*text);
    increments.save(out);
    out.put(delivery);
}

void Definition::load(StateReader& in)
{
    for (std::string* text : {&base, &quote, &margin, &contract, &status})
        *text = in.text();
    increments.load(in);
    delivery = in.get<Nanos>();
}

BookTrack& Contract::ensureTrack()
{
    if (!track)
        track = std::make_unique<BookTrack>();
    return *track;
}

void Contract::save(StateWriter& out) const
{
    out.put(told);
    out.put(quoteId);
    out.put(quoteTime);
    out.put(definition.has_value());
    if (definition)
        definition->save(out);
    for (const Stream& stream : streams)
        stream.save(out);
    trades.save(out);
    out.put(track != nullptr);
    if (!track)
        return;
    out.put(track->version);
    out.put(track->exchangeTime);
    out.put(track->verified);
    track->chain.save(out);
    track->book.save(out);
}

void Contract::load(StateReader& in)
{
    told = loadBool(in);
    quoteId = in.get<std::uint64_t>();
    quoteTime = in.get<Nanos>();
    if (loadBool(in))
        definition.emplace().load(in);
    for (Stream& stream : streams)
        stream.load(in);
    trades.load(in);
    if (!loadBool(in))
        return;
    BookTrack& loaded = ensureTrack();
    loaded.version = in.get<std::uint64_t>();
    loaded.exchangeTime = in.get<Nanos>();
    loaded.verified = in.get<Tristate>();
    if (loaded.verified > Tristate::Yes)
        in.damaged();
    loaded.chain.load(in);
    loaded.book.load(in);
}

Contracts::Contracts(SymbolTable& symbols) noexcept : Instruments(symbols, kVenue, canonicalSymbol) {}

}  // namespace tickdeck::binance
