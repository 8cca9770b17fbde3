// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What goes wrong on a link between the engine and a venue, and the plan that a seed stands for.

#include <chrono>
#include <cstdint>
#include <string>

#include "engine/core/enum_names.h"
#include "engine/core/time.h"

namespace tickdeck::test {

enum class LinkFaultKind : std::uint8_t {
    Latency,    // everything comes later, by a different time each
    Loss,       // a frame is gone
    Duplicate,  // a frame comes twice
    Reorder,    // a frame comes after the next one
    HalfOpen,   // the peer is gone and says nothing; a new connection gets through once the fault is over
    Reset,      // RST; so is every new connection as long as the fault lasts
    Stall,      // nothing moves, then all of it comes at once
    Garbage,    // bytes that are no message, or half a frame, or no frame at all
    Drip,       // bytes trickle
};

enum class LinkDirection : std::uint8_t { Down, Up, Both };  // down: from the venue to the engine

}  // namespace tickdeck::test

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<test::LinkFaultKind> = {
    "latency"sv, "loss"sv, "duplicate"sv, "reorder"sv, "half_open"sv, "reset"sv, "stall"sv, "garbage"sv, "drip"sv};
template <>
inline constexpr std::array kEnumNames<test::LinkDirection> = {"down"sv, "up"sv, "both"sv};
}  // namespace tickdeck

namespace tickdeck::test {

struct LinkFault {
    std::uint64_t seed = 0;
    LinkFaultKind kind = LinkFaultKind::Latency;
    LinkDirection direction = LinkDirection::Down;
    bool afterReset = false;        // all connections are reset first, so that it falls on the subscriptions
    std::uint64_t afterFrames = 0;  // it begins after so many further frames of its direction
    std::uint64_t count = 1;        // frames that are hit: loss, duplicate, reorder, garbage
    Nanos duration = 0;             // of all others
    Nanos latency = 0;              // at least; at most twice as much
    std::size_t bytes = 0;          // a drip's, each 5 ms
    std::uint64_t variant = 0;      // of the garbage

    [[nodiscard]] bool hitsFrames() const noexcept;
    [[nodiscard]] std::string text() const;
};

// The fault that a seed stands for: always the same. Seeds in a row go through all kinds.
[[nodiscard]] LinkFault planOf(std::uint64_t seed, std::uint64_t venues);

}  // namespace tickdeck::test
