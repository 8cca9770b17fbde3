// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where a sink's batches come from: a reader of the router, or a test's script.

#include <chrono>
#include <cstdint>
#include <vector>

#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck::sinks {

// As Reader in engine/router/reader.h. One thread, except wake() and behind().
class Feed {
public:
    virtual ~Feed() = default;
    // Appends up to `max` batches in order of number; waits up to `wait` while there are none.
    [[nodiscard]] virtual Result<std::size_t> step(std::vector<Batch>& out, std::size_t max,
                                                   std::chrono::milliseconds wait) = 0;
    virtual void wake() noexcept = 0;
    // Numbers between what step() has given and the newest.
    [[nodiscard]] virtual std::uint64_t behind() const noexcept = 0;
};

}  // namespace tickdeck::sinks
