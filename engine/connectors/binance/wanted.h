// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The controls that say what is wanted, read.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/connectors/binance/instruments.h"

namespace tickdeck::binance {

// The channel of the definitions, which is no stream.
inline constexpr std::string_view kDefinitions = "instrument";

// ControlKind::Wanted, as decoder.h describes it.
struct WantedRequest {
    struct Item {
        Channel channel;
        std::vector<std::string> symbols;
    };
    std::vector<Item> items;
    std::vector<std::string> intervals;
    std::uint32_t depth = 0;
    bool definitions = false;
    book::SyncPatience patience;
};

// Malformed where the payload is none.
[[nodiscard]] Result<WantedRequest> readWanted(std::string_view payload);

}  // namespace tickdeck::binance
