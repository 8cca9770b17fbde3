// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/increments.h"

namespace tickdeck::wire {

namespace {

void savePrecision(StateWriter& out, const std::optional<int>& value)
{
    out.put(static_cast<std::int8_t>(value.value_or(-1)));
}

std::optional<int> loadPrecision(StateReader& in)
{
    const int value = in.get<std::int8_t>();
    if (value > Increments::kMostDigits)
        in.damaged();
    return value < 0 ? std::nullopt : std::optional(value);
}

}  // namespace

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

Result<> Increments::setPrecision(book::OrderBook& book) const
{
    if (!pricePrecision || !quantityPrecision)
        return {};
    return book.setPrecision(*pricePrecision, *quantityPrecision);
}

void Increments::write(Instrument& event) const
{
    if (tick)
        event.tick = *tick;
    if (lot)
        event.lot = *lot;
    if (pricePrecision)
        event.pricePrecision = std::int64_t{*pricePrecision};
    if (quantityPrecision)
        event.quantityPrecision = std::int64_t{*quantityPrecision};
}

void Increments::save(StateWriter& out) const
{
    savePrecision(out, pricePrecision);
    savePrecision(out, quantityPrecision);
    saveDecimal(out, tick);
    saveDecimal(out, lot);
}

void Increments::load(StateReader& in)
{
    pricePrecision = loadPrecision(in);
    quantityPrecision = loadPrecision(in);
    tick = loadDecimal(in);
    lot = loadDecimal(in);
}

}  // namespace tickdeck::wire
