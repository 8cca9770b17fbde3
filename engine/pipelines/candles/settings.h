// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Settings of the pipeline `candles`.

#include <chrono>
#include <string>
#include <vector>

#include "engine/core/schema.h"

namespace tickdeck::candles {

struct Settings {
    bool enabled = true;
    std::vector<std::string> events{"trade"};
    std::vector<std::string> venues;
    std::vector<std::string> intervals{"1s", "1m", "5m", "1h"};
    std::chrono::milliseconds lateness{500};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Settings::enabled>("enabled", {.help = "Build candles from trades"}),
            field<&Settings::events>("events", {.help = "Event types that it is handed"}),
            field<&Settings::venues>("venues", {.help = "Venues that it is handed; empty: all"}),
            field<&Settings::intervals>("intervals",
                                        {.help = "Widths of the candles, aligned to the epoch in UTC",
                                         .allowed = "1s 5s 10s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 12h 1d"}),
            field<&Settings::lateness>("lateness_ms", {.unit = "ms",
                                                       .help = "How long after its end a candle waits for late trades",
                                                       .min = 0,
                                                       .max = 60'000}));
    }
};

}  // namespace tickdeck::candles
