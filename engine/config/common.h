// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The keys that every connector, pipeline and sink has without declaring them.

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/section.h"

namespace tickdeck::config {

// Of every connector.
struct ConnectorCommon {
    bool enabled = true;
    std::chrono::milliseconds reconnectCap{30'000};
    std::chrono::milliseconds answerTimeout{10'000};
    static constexpr auto fields()
    {
        return std::tuple(
            field<&ConnectorCommon::enabled>("enabled", {.help = "Whether it runs"}),
            field<&ConnectorCommon::reconnectCap>(
                "reconnect_cap_ms", {.unit = "ms",
                                     .help = "Longest wait between two attempts to connect or to sync a stream anew",
                                     .min = 100,
                                     .max = 600'000}),
            field<&ConnectorCommon::answerTimeout>("answer_timeout_ms",
                                                   {.unit = "ms",
                                                    .help = "Without an answer to a request for so long: ask again",
                                                    .min = 200,
                                                    .max = 300'000}));
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
