// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The runtime's own settings sections.

#include "engine/core/schema.h"

#include <cstdint>
#include <string_view>

namespace tickdeck::runtime {

// The section [router].
struct RouterSection {
    std::int64_t ingressCapacity = 4096;
    std::int64_t derivedCapacity = 4096;
    std::int64_t ringCapacity = 16'384;
    std::int64_t ringMb = 32;

    static constexpr auto fields()
    {
        return std::tuple(
            field<&RouterSection::ingressCapacity>(
                "ingress_capacity",
                {.unit = "batches", .help = "Room between a venue's thread and the router", .min = 64, .max = 1 << 20}),
            field<&RouterSection::derivedCapacity>(
                "derived_capacity",
                {.unit = "batches", .help = "Room between a pipeline and the router", .min = 64, .max = 1 << 20}),
            field<&RouterSection::ringCapacity>(
                "ring_capacity", {.unit = "batches",
                                  .help = "How far a reader may fall behind before it goes on from the journal",
                                  .min = 256,
                                  .max = 1 << 22}),
            field<&RouterSection::ringMb>("ring_mb",
                                          {.unit = "MB", .help = "The same in memory", .min = 1, .max = 8192}));
    }
};

}  // namespace tickdeck::runtime
