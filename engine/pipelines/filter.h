// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which batches a pipeline is handed: the settings `events` and `venues` that each has.

#include <bitset>
#include <string>
#include <vector>

#include "engine/config/section.h"
#include "engine/model/batch.h"

namespace tickdeck::pipelines {

// A batch passes when it holds an event of one of these types from one of these venues; ticks pass always, other controls
// and the pipeline's own batches never. Owned by the pipeline's thread.
class Filter {
public:
    // Reads `events` and `venues` of the section (lists of text; none or empty: all). Invalid names an unknown type.
    [[nodiscard]] static Result<Filter> of(const config::Section& section);

    Filter() { m_types.set(); }
    [[nodiscard]] bool passes(const Batch& batch, SymbolId own, const SymbolTable& symbols);

private:
    [[nodiscard]] bool venuePasses(SymbolId symbol, const SymbolTable& symbols);

    std::bitset<kEventTypeCount> m_types;
    std::vector<std::string> m_venues;   // empty: all
    std::vector<std::int8_t> m_known;    // by SymbolId: -1 not looked up, else whether its venue passes
};

}  // namespace tickdeck::pipelines
