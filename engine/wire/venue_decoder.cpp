// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/venue_decoder.h"

#include "engine/plugin/status_event.h"
#include "engine/wire/control_payload.h"

namespace tickdeck::wire {

VenueDecoder::VenueDecoder(SymbolTable& symbols, std::string_view venue, std::uint8_t stateVersion)
    : m_symbols(&symbols), m_name(venue), m_venue(symbols.intern(venue, {}, {})), m_stateVersion(stateVersion)
{
}

void VenueDecoder::save(std::string& out) const
{
    StateWriter writer(out);
    writer.put(m_stateVersion);
    writer.put(m_now);
    saveState(writer);
}

Result<> VenueDecoder::load(std::string_view bytes)
{
    StateReader reader(bytes);
    if (reader.get<std::uint8_t>() != m_stateVersion)
        return fail(ErrorCode::Corrupt, "saved state of another version");
    m_now = reader.get<Nanos>();
    loadState(reader);
    return reader.finish();
}

void VenueDecoder::tellUndefined(std::string_view native, SymbolId id, Emit& emit) const
{
    emit.notice(std::string(m_name) + ": no definition of " + std::string(native) + "; taken from its name as " +
                m_symbols->name(id).symbol + ", digits as sent");
}

void VenueDecoder::tellOpened(const Control& control, Emit& emit) const
{
    writeStatus(emit, m_venue, "connection", "open", textIn(control.payload, "url"));
}

bool VenueDecoder::tellClosed(const Control& control, bool named, Emit& emit) const
{
    const std::string state = textIn(control.payload, "state");
    const std::string name = named ? textIn(control.payload, "name") : std::string();
    std::string reason = textIn(control.payload, "reason");
    if (!name.empty())
        reason.insert(0, name + ": ");
    writeStatus(emit, m_venue, "connection", state.empty() ? "closed"sv : state, reason);
    return state != "stopped";
}

}  // namespace tickdeck::wire
