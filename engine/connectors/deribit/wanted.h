// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The control that says what is wanted, read.

#include <string>
#include <string_view>
#include <vector>

#include "engine/connectors/deribit/instruments.h"

namespace tickdeck::deribit {

// The channel of the definitions, which is no stream.
inline constexpr std::string_view kDefinitions = "instrument";

// ControlKind::Wanted, as decoder.h describes it.
struct WantedRequest {
    struct Item {
        Channel channel;
        std::vector<std::string> symbols;
    };
    // Chosen from each list of instruments.
    struct Options {
        std::vector<std::string> underlyings;  // "BTC", "SOL_USDC"
        std::vector<Channel> channels;
        Nanos within = 0;      // of their expiry
        std::size_t most = 0;  // the next to expire first
    };
    std::vector<Item> items;
    std::vector<std::string> currencies;  // whose instruments are followed
    Options options;
    std::string interval = "100ms";
    book::SyncPatience patience;
};

// Malformed where the payload is none.
[[nodiscard]] Result<WantedRequest> readWanted(std::string_view payload);

}  // namespace tickdeck::deribit
