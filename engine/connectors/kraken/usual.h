// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The short way through the frames that come most: market data with the keys in Kraken's own order and without blanks.

#include <string_view>

#include "engine/wire/time_scanner.h"

namespace tickdeck::kraken {

struct Message;
struct Pools;

// Reads a frame of exactly the usual shape. False for any other, good or bad: MessageReader's long way decides about it. What
// it takes, the long way takes as well, with the same values (a test holds them together). kFramePadding readable bytes
// follow the frame; the pools are empty at first, and what a refused frame leaves in them counts for nothing.
[[nodiscard]] bool readUsual(std::string_view frame, wire::TimeScanner& times, Pools& pools, Message& out);

}  // namespace tickdeck::kraken
