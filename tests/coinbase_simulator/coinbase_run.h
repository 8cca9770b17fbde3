// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Coinbase's connector over its simulator.

#include "engine/connectors/coinbase/connector.h"
#include "engine/connectors/coinbase/simulator.h"
#include "tests/support/lane_run.h"

namespace tickdeck::test {

class CoinbaseRun : public LaneRun {
public:
    explicit CoinbaseRun(sim::SimulatorOptions options, std::vector<std::string> symbols, std::int64_t depth = 10'000,
                         std::int64_t livenessMs = 60'000)
        : LaneRun(coinbase::spec(), coinbase::simulatorSpec(), std::move(options),
                  {{"symbols", std::move(symbols)}, {"book_depth", depth}, {"liveness_timeout_ms", livenessMs}})
    {
    }
};

}  // namespace tickdeck::test
