// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/definitions.h"

#include <unordered_set>

#include "engine/connectors/binance/names.h"
#include "engine/plugin/status_event.h"

namespace tickdeck::binance {

namespace {

void writeInstrument(const Contract& contract, Emit& emit)
{
    const Definition& definition = *contract.definition;
    const SymbolParts parts = partsOf(contract.native);
    // The name says what the definition leaves out.
    const auto either = [](const std::string& said, std::string_view name) {
        return said.empty() ? name : std::string_view(said);
    };
    const std::string_view base = either(definition.base, parts.base);
    const std::string_view quote = either(definition.quote, parts.quote);
    const std::string_view settlement = either(definition.margin, quote);
    BatchBuilder& events = emit.events();
    Instrument& event = events.add<Instrument>(contract.id, kNoTime,
                                               BatchBuilder::room(base.size()) + BatchBuilder::room(quote.size()) +
                                                   BatchBuilder::room(settlement.size()) +
                                                   BatchBuilder::room(definition.status.size()));
    const bool dated = !parts.date.empty();
    event.kind = dated ? InstrumentKind::Future : InstrumentKind::Perpetual;
    event.inverse = settlement == base;
    event.multiplier = Decimal(multiplierOf(base), 0);
    events.setText(event.base, base);
    events.setText(event.quote, quote);
    events.setText(event.settlement, settlement);
    events.setText(event.status, definition.status);
    definition.increments.write(event);
    if (dated && definition.delivery != kNoTime)  // a perpetual's is in the year 2100
        event.expiry = definition.delivery;
}

void define(Contract& contract, Definition definition, Emit& emit)
{
    if (contract.definition == definition)
        return;
    const std::string before = contract.definition ? contract.definition->status : definition.status;
    contract.definition = std::move(definition);
    writeInstrument(contract, emit);
    if (contract.definition->status != before)
        writeStatus(emit, contract.id, "instrument", contract.definition->status, "was " + before);
}

}  // namespace

bool define(std::span<const InstrumentMessage> instruments, Contracts& contracts, Emit& emit)
{
    // A list without any is no list: the venue does not stop everything at once.
    if (instruments.empty()) {
        emit.ignored("empty list of instruments");
        return false;
    }
    std::unordered_set<const Contract*> listed;
    for (const InstrumentMessage& message : instruments) {
        Contract* contract = contracts.obtain(message.symbol);
        if (!contract) {
            emit.ignored("definition of a contract too many");
            continue;
        }
        listed.insert(contract);
        define(*contract, Definition(message), emit);
    }
    for (Contract& contract : contracts.all()) {
        if (!contract.definition || listed.contains(&contract))
            continue;
        Definition gone = *contract.definition;
        gone.status = "REMOVED";
        define(contract, std::move(gone), emit);
    }
    return true;
}

}  // namespace tickdeck::binance
