// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which events a sink stores: the settings `events` and `venues` that each has, and those that its store refused.

#include <bitset>
#include <set>
#include <string>
#include <vector>

#include "engine/config/section.h"
#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck {

// Owned by the sink's thread.
class EventFilter {
public:
    // Reads `events` and `venues` of the section (lists of text; none or empty: all). Invalid names an unknown type.
    [[nodiscard]] static Result<EventFilter> of(const config::Section& section);

    EventFilter() { m_types.set(); }
    [[nodiscard]] bool passes(const EventView& event, const SymbolTable& symbols);

    // From now on this event does not pass: it went to the dead letters.
    void skip(Seq seq) { m_skipped.insert(seq); }
    // Events up to here will not be asked for again.
    void settled(Seq upTo) { m_skipped.erase(m_skipped.begin(), m_skipped.upper_bound(upTo)); }

private:
    [[nodiscard]] bool venuePasses(SymbolId symbol, const SymbolTable& symbols);

    std::bitset<kEventTypeCount> m_types;
    std::vector<std::string> m_venues;  // empty: all
    std::vector<std::int8_t> m_known;   // by SymbolId: -1 not looked up, else whether its venue passes
    std::set<Seq> m_skipped;
};

}  // namespace tickdeck
