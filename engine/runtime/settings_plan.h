// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What changed settings mean for a running engine.

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/settings.h"

namespace tickdeck::runtime {

// Each key is in one place: it applies at once, its component restarts (or begins, or ends), or it holds from the next
// start. A component is named by its section.
struct SettingsEffects {
    std::vector<std::string> live;   // keys
    std::set<std::string> liveIn;    // sections of `live` that are components which go on running
    std::set<std::string> restarts;  // sections: "connectors.kraken"
    std::vector<std::string> later;  // keys
};

// `keys` are those that differ.
[[nodiscard]] SettingsEffects effectsOf(const config::Settings& before, const config::Settings& after,
                                        std::span<const std::string> keys);

// The component's name in health and in the window: a connector goes by its venue's alone.
[[nodiscard]] std::string componentOf(std::string_view section);

// "connectors.kraken.book_depth: 100 → 25" for each key; a bounded number of bounded lines.
[[nodiscard]] std::vector<std::string> describeChanges(const config::Settings& before, const config::Settings& after,
                                                       std::span<const std::string> keys);

// In one line, parted by "; ".
[[nodiscard]] std::string inOneLine(std::span<const std::string> lines);

}  // namespace tickdeck::runtime
