// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numbers that look random and are a function of their argument, the same on every platform.

#include <cstdint>

namespace tickdeck::sim {

// splitmix64: turns neighbouring numbers into unrelated ones.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

// Wanders within ±amplitude: a new aim every `period`, a straight line between two of them. `time` from 0.
[[nodiscard]] constexpr std::int64_t wander(std::uint64_t seed, std::int64_t time, std::int64_t period,
                                            std::int64_t amplitude) noexcept
{
    const std::int64_t lap = time / period;
    const auto aim = [&](std::int64_t at) {
        return static_cast<std::int64_t>(mix(seed ^ mix(static_cast<std::uint64_t>(at))) %
                                         static_cast<std::uint64_t>(2 * amplitude + 1)) -
               amplitude;
    };
    const std::int64_t part = (time % period) * 1024 / period;
    return aim(lap) + (aim(lap + 1) - aim(lap)) * part / 1024;
}

}  // namespace tickdeck::sim
