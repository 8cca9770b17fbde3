// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Deribit's JSON-RPC over WebSocket as a server over the random market: perpetuals, and a chain of options priced from a
// surface of known truth (simulator_surface.h). Codes the wire on its own, so that it can find the decoder's mistakes, and the
// decoder its.

#include "engine/sim/simulator.h"

namespace tickdeck::deribit {

[[nodiscard]] SimulatorSpec simulatorSpec();

// The perpetuals it lists unless told otherwise. Prices count in half dollars, amounts in tens of dollars; the options are
// those of the first.
[[nodiscard]] std::vector<sim::Listing> simulatedListings();

// A book's change_id is this and how many steps its market has done.
inline constexpr std::uint64_t kFirstChange = 118'850'000'000;

}  // namespace tickdeck::deribit
