// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How long to wait before the next attempt.

#include <cstdint>
#include <random>

#include "engine/core/time.h"

namespace tickdeck::net {

struct BackoffPolicy {
    Nanos first = kSecond / 2;  // upper bound of the first wait
    Nanos cap = 30 * kSecond;   // of any wait
    Nanos floor = 50 * kMillisecond;
};

// Exponential with full jitter: the n-th wait is uniform between `floor` and min(cap, first × 2ⁿ), so that clients that
// were cut together do not come back together. Deterministic for a seed. One thread.
class Backoff {
public:
    explicit Backoff(BackoffPolicy policy = {}, std::uint64_t seed = std::random_device{}());

    [[nodiscard]] Nanos next();
    void reset() noexcept { m_failures = 0; }
    [[nodiscard]] unsigned failures() const noexcept { return m_failures; }

private:
    BackoffPolicy m_policy;
    std::mt19937_64 m_random;
    unsigned m_failures = 0;
};

}  // namespace tickdeck::net
