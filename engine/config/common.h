// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The keys that every connector, pipeline and sink has without declaring them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/section.h"

namespace tickdeck::config {

// Of every connector.
struct ConnectorCommon {
    bool enabled = true;
    static constexpr auto fields()
    {
        return std::tuple(field<&ConnectorCommon::enabled>("enabled", {.help = "Whether it runs"}));
    }
};

// Of every pipeline and sink, which is handed only these events.
struct ReaderCommon {
    bool enabled = true;
    std::vector<std::string> events;
    std::vector<std::string> venues;
    static constexpr auto fields()
    {
        return std::tuple(
            field<&ReaderCommon::enabled>("enabled", {.help = "Whether it runs"}),
            field<&ReaderCommon::events>("events", {.help = "Event types it is handed; empty: all"}),
            field<&ReaderCommon::venues>("venues", {.help = "Venues whose events it is handed; empty: all"}));
    }
};

// The plugin's own section with the common keys before its own; a key that the plugin declares itself stays as
// declared.
[[nodiscard]] SectionSpec connectorSection(SectionSpec own);
// `eventTypes` are the names that `events` may hold.
[[nodiscard]] SectionSpec readerSection(SectionSpec own, std::span<const std::string_view> eventTypes);

}  // namespace tickdeck::config
