// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the decoders of all venues do alike.

#include <string>
#include <string_view>

#include "engine/core/state_bytes.h"
#include "engine/model/symbols.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::wire {

// Keeps the time of the input, saves and loads with a version, and words what is told of the venue as a whole. A venue's
// decoder derives from it. One thread.
class VenueDecoder : public Decoder {
public:
    void save(std::string& out) const final;
    [[nodiscard]] Result<> load(std::string_view bytes) final;

protected:
    // `stateVersion` is raised whenever saveState() writes anything else.
    VenueDecoder(SymbolTable& symbols, std::string_view venue, std::uint8_t stateVersion);

    virtual void saveState(StateWriter& out) const = 0;
    virtual void loadState(StateReader& in) = 0;

    // Of the newest input that had a time; a recording may have none.
    [[nodiscard]] Nanos now() const noexcept { return m_now; }
    void takeTime(Nanos time) noexcept
    {
        if (time != kNoTime)
            m_now = time;
    }

    // The venue as a symbol, for what is about no instrument.
    [[nodiscard]] SymbolId venue() const noexcept { return m_venue; }
    // That there is no definition of this instrument.
    void tellUndefined(std::string_view native, SymbolId id, Emit& emit) const;
    void tellOpened(const Control& control, Emit& emit) const;
    // `named`: with the connection's name, where there are several. Whether something may be missing now: not after a stop
    // on purpose, as the next run begins with a gap of cause `restart` from the last batch on.
    bool tellClosed(const Control& control, bool named, Emit& emit) const;

private:
    SymbolTable* m_symbols;
    std::string_view m_name;
    SymbolId m_venue;
    std::uint8_t m_stateVersion;
    Nanos m_now = 0;
};

}  // namespace tickdeck::wire
