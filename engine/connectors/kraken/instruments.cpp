// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/instruments.h"

#include <algorithm>

#include "engine/connectors/kraken/decoder.h"

namespace tickdeck::kraken {

namespace {

std::string canonicalSymbol(std::string_view native)
{
    std::string symbol(native);
    std::ranges::replace(symbol, '/', '-');
    return symbol;
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

Definition::Definition(const PairMessage& message)
    : base(message.base), quote(message.quote), status(message.status), increments(message.increments)
{
}

void Definition::save(StateWriter& out) const
{
    out.text(base);
    out.text(quote);
    out.text(status);
    increments.save(out);
}

void Definition::load(StateReader& in)
{
    base = in.text();
    quote = in.text();
    status = in.text();
    increments.load(in);
}

BookTrack& Pair::ensureTrack()
{
    if (!track)
        track = std::make_unique<BookTrack>();
    return *track;
}

void Pair::save(StateWriter& out) const
{
    out.put(told);
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
    out.put(track->based);
    track->book.save(out);
}

void Pair::load(StateReader& in)
{
    told = in.get<std::uint8_t>() != 0;
    if (in.get<std::uint8_t>() != 0)
        definition.emplace().load(in);
    for (Stream& stream : streams)
        stream.load(in);
    trades.load(in);
    if (in.get<std::uint8_t>() == 0)
        return;
    BookTrack& loaded = ensureTrack();
    loaded.version = in.get<std::uint64_t>();
    loaded.exchangeTime = in.get<Nanos>();
    loaded.verified = in.get<Tristate>();
    if (loaded.verified > Tristate::Yes)
        in.damaged();
    loaded.based = in.get<std::uint8_t>() != 0;
    loaded.book.load(in);
}

Pairs::Pairs(SymbolTable& symbols) noexcept : Instruments(symbols, kVenue, canonicalSymbol) {}

}  // namespace tickdeck::kraken
