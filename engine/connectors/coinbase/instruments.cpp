// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/instruments.h"

#include "engine/connectors/coinbase/decoder.h"
#include "engine/connectors/coinbase/names.h"

namespace tickdeck::coinbase {

namespace {

bool loadBool(StateReader& in) { return in.get<std::uint8_t>() != 0; }

}  // namespace

void Stream::save(StateWriter& out) const
{
    sync.save(out);
    gap.save(out);
    out.put(phase);
    out.put(wanted);
    out.put(alone);
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
    alone = loadBool(in);
    request = in.get<std::uint64_t>();
    wholeAt = in.get<Nanos>();
}

void BookTrack::save(StateWriter& out) const
{
    TrackedBook::save(out);
    horizon.save(out);
    out.put(based);
    out.put(suspect);
}

void BookTrack::load(StateReader& in)
{
    TrackedBook::load(in);
    horizon.load(in);
    based = loadBool(in);
    suspect = loadBool(in);
}

Definition::Definition(const ProductMessage& message)
    : base(message.base),
      quote(message.quote),
      status(message.status),
      increments(message.increments),
      contractSize(message.contractSize),
      expiry(message.expiry)
{
}

void Definition::save(StateWriter& out) const
{
    for (const std::string* text : {&base, &quote, &status})
        out.text(*text);
    increments.save(out);
    wire::saveDecimal(out, contractSize);
    out.put(expiry);
}

void Definition::load(StateReader& in)
{
    for (std::string* text : {&base, &quote, &status})
        *text = in.text();
    increments.load(in);
    contractSize = wire::loadDecimal(in);
    expiry = in.get<Nanos>();
}

BookTrack& Product::ensureTrack()
{
    if (!track)
        track = std::make_unique<BookTrack>();
    return *track;
}

void Product::save(StateWriter& out) const
{
    out.put(definition.has_value());
    if (definition)
        definition->save(out);
    out.text(alias);
    out.put(told);
    for (const Stream& stream : streams)
        stream.save(out);
    trades.save(out);
    out.put(track != nullptr);
    if (track)
        track->save(out);
}

void Product::load(StateReader& in)
{
    if (loadBool(in))
        definition.emplace().load(in);
    alias = in.text();
    told = loadBool(in);
    for (Stream& stream : streams)
        stream.load(in);
    trades.load(in);
    if (loadBool(in))
        ensureTrack().load(in);
}

Products::Products(SymbolTable& symbols) noexcept : Instruments(symbols, kVenue, canonicalSymbol) {}

}  // namespace tickdeck::coinbase
