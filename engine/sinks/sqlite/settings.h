// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// [sinks.sqlite]

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/schema.h"

namespace tickdeck::sqlite {

struct Settings {
    std::vector<std::string> events{"trade", "quote", "candle", "status"};
    std::int64_t keepRows = 200'000;
    std::chrono::hours keepHours{48};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Settings::events>("events", {.help = "Event types that are kept; empty: all"}),
            field<&Settings::keepRows>(
                "keep_rows",
                {.unit = "rows", .help = "The newest rows of each type that are kept", .min = 1, .max = 1e9}),
            field<&Settings::keepHours>(
                "keep_h", {.unit = "h", .help = "Rows older than this are deleted", .min = 1, .max = 87'600}));
    }
};

}  // namespace tickdeck::sqlite
