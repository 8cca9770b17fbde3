// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Coinbase Advanced Trade as a server over the random market. Codes the wire on its own, so that it can find the decoder's
// mistakes, and the decoder its.

#include "engine/sim/simulator.h"

namespace tickdeck::coinbase {

[[nodiscard]] SimulatorSpec simulatorSpec();

// The products it lists unless told otherwise. BTC-USDC is an alias of BTC-USD besides.
[[nodiscard]] std::vector<sim::Listing> simulatedListings();

// "BTC-USD".
[[nodiscard]] std::string productId(const sim::Listing& listing);

}  // namespace tickdeck::coinbase
