// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plugin/event_filter.h"

#include <algorithm>

namespace tickdeck {

namespace {

std::vector<std::string> list(const config::Section& section, std::string_view key)
{
    const auto found = section.values().find(key);
    if (found == section.values().end())
        return {};
    const auto* values = std::get_if<std::vector<std::string>>(&found->second);
    return values ? *values : std::vector<std::string>{};
}

}  // namespace

Result<EventFilter> EventFilter::of(const config::Section& section)
{
    EventFilter filter;
    if (const auto events = list(section, "events"); !events.empty()) {
        filter.m_types.reset();
        for (const std::string& event : events) {
            const auto type = eventTypeOf(event);
            if (!type)
                return fail(ErrorCode::Invalid, section.name() + ".events: no event type `" + event + "`");
            filter.m_types.set(static_cast<std::size_t>(*type));
        }
    }
    filter.m_venues = list(section, "venues");
    return filter;
}

bool EventFilter::passes(const EventView& event, const SymbolTable& symbols)
{
    return m_types.test(static_cast<std::size_t>(event.type())) &&
           (m_venues.empty() || venuePasses(event.symbol(), symbols)) &&
           (m_skipped.empty() || !m_skipped.contains(event.seq()));
}

bool EventFilter::venuePasses(SymbolId symbol, const SymbolTable& symbols)
{
    if (symbol >= m_known.size())
        m_known.resize(symbol + std::size_t{1}, -1);
    std::int8_t& known = m_known[symbol];
    if (known < 0)
        known = std::ranges::find(m_venues, symbols.name(symbol).venue) != m_venues.end();
    return known != 0;
}

}  // namespace tickdeck
