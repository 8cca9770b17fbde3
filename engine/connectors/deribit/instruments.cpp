// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/instruments.h"

#include <algorithm>

#include "engine/connectors/deribit/decoder.h"

namespace tickdeck::deribit {

namespace {

Kind kindOf(const InstrumentMessage& message)
{
    if (message.kind == "option")
        return Kind::Option;
    if (message.kind == "spot")
        return Kind::Spot;
    if (message.kind == "future")
        return message.period == "perpetual" ? Kind::Perpetual : Kind::Future;
    return Kind::Combo;
}

}  // namespace

void Stream::save(StateWriter& out) const
{
    sync.save(out);
    gap.save(out);
    out.put(phase);
    out.put(wanted);
    out.put(denied);
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
    denied = in.get<std::uint8_t>() != 0;
    request = in.get<std::uint64_t>();
    wholeAt = in.get<Nanos>();
}

Definition::Definition(const InstrumentMessage& message)
    : kind(kindOf(message)),
      base(message.base),
      quote(message.quote),
      counter(message.counter),
      settlement(message.settlement),
      state(message.state),
      put(message.optionType == "put"),
      strike(message.strike),
      contractSize(message.contractSize)
{
    const auto digits = [](const std::optional<Decimal>& step) {
        return step ? std::optional(std::min(step->normalized().scale(), wire::Increments::kMostDigits)) : std::nullopt;
    };
    increments.tick = message.tick;
    increments.lot = message.leastAmount;
    increments.pricePrecision = digits(message.tick);
    increments.quantityPrecision = digits(message.leastAmount);
    const NameParts name = partsOf(message.instrument);
    if (base.empty())
        base = name.base;
    if (counter.empty())
        counter = kind == Kind::Option || quote.empty() ? name.quote : quote;
    if (quote.empty())
        quote = counter;
    if (settlement.empty())
        settlement = counter == "USD" ? base : counter;
    if (state.empty() && message.active)
        state = *message.active ? "open" : "closed";
    inverse = kind != Kind::Spot && (message.type.empty() ? settlement == base : message.type == "reversed");
    if (kind != Kind::Option && kind != Kind::Future)
        return;
    expiry = message.expiry != kNoTime ? message.expiry : name.expiry;
    if (!strike && name.kind == Kind::Option)
        strike = name.strike;
    if (expiry == kNoTime || (kind == Kind::Option && !strike))
        kind = Kind::Combo;  // nothing that is known of here
}

NameParts Definition::parts() const
{
    return {.kind = kind,
            .base = base,
            .quote = counter,
            .expiry = expiry,
            .strike = strike.value_or(Decimal()),
            .put = put};
}

void Definition::save(StateWriter& out) const
{
    out.put(kind);
    for (const std::string* value : {&base, &quote, &counter, &settlement, &state})
        out.text(*value);
    out.put(inverse);
    out.put(put);
    for (const auto* value : {&strike, &contractSize}) {
        out.put(value->has_value());
        if (*value)
            out.put(**value);
    }
    increments.save(out);
    out.put(expiry);
}

void Definition::load(StateReader& in)
{
    kind = in.get<Kind>();
    if (kind > Kind::Index)
        in.damaged();
    for (std::string* value : {&base, &quote, &counter, &settlement, &state})
        *value = in.text();
    inverse = in.get<std::uint8_t>() != 0;
    put = in.get<std::uint8_t>() != 0;
    for (auto* value : {&strike, &contractSize})
        if (in.get<std::uint8_t>() != 0)
            *value = in.getDecimal();
    increments.load(in);
    expiry = in.get<Nanos>();
}

BookTrack& Contract::ensureTrack(BookForm form)
{
    std::unique_ptr<BookTrack>& kept = tracks[static_cast<std::size_t>(form)];
    if (!kept)
        kept = std::make_unique<BookTrack>();
    track = kept.get();
    return *track;
}

void Contract::save(StateWriter& out) const
{
    out.put(told);
    out.put(resumed);
    out.text(state);
    out.text(list);
    out.put(definition.has_value());
    if (definition)
        definition->save(out);
    for (const Stream& stream : streams)
        stream.save(out);
    trades.save(out);
    for (const auto& kept : tracks) {
        out.put(kept != nullptr);
        if (!kept)
            continue;
        out.put(kept.get() == track);
        kept->chain.save(out);
        out.put(kept->version);
        out.put(kept->exchangeTime);
        out.put(kept->verified);
        kept->book.save(out);
    }
}

void Contract::load(StateReader& in)
{
    parts = partsOf(native);
    told = in.get<std::uint8_t>() != 0;
    resumed = in.get<std::uint8_t>() != 0;
    state = in.text();
    list = in.text();
    if (in.get<std::uint8_t>() != 0) {
        definition.emplace().load(in);
        parts = definition->parts();
    }
    for (Stream& stream : streams)
        stream.load(in);
    trades.load(in);
    BookTrack* last = nullptr;
    for (std::size_t form = 0; form < kBookFormCount; ++form) {
        if (in.get<std::uint8_t>() == 0)
            continue;
        BookTrack& loaded = ensureTrack(static_cast<BookForm>(form));
        if (in.get<std::uint8_t>() != 0)
            last = &loaded;
        loaded.chain.load(in);
        loaded.version = in.get<std::uint64_t>();
        loaded.exchangeTime = in.get<Nanos>();
        loaded.verified = in.get<Tristate>();
        if (loaded.verified > Tristate::Yes)
            in.damaged();
        loaded.book.load(in);
    }
    if ((track != nullptr) != (last != nullptr))
        in.damaged();
    track = last;
}

Contracts::Contracts(SymbolTable& symbols) noexcept
    : Instruments(symbols, kVenue, [](std::string_view native) { return canonicalSymbol(partsOf(native), native); })
{
}

}  // namespace tickdeck::deribit
