// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Kraken Spot WebSocket v2 as a server over the random market. Codes the wire on its own, so that it can find the
// decoder's mistakes, and the decoder its.

#include "engine/sim/simulator.h"

namespace tickdeck::kraken {

[[nodiscard]] SimulatorSpec simulatorSpec();

// The pairs it lists unless told otherwise.
[[nodiscard]] std::vector<sim::Listing> simulatedListings();

}  // namespace tickdeck::kraken
