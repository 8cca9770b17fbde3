// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Kraken's connector over its simulator.

#include "engine/connectors/kraken/connector.h"
#include "engine/connectors/kraken/simulator.h"
#include "tests/support/lane_run.h"

namespace tickdeck::test {

class KrakenRun : public LaneRun {
public:
    explicit KrakenRun(sim::SimulatorOptions options, std::vector<std::string> symbols, std::int64_t depth = 10,
                       std::int64_t livenessMs = 10'000)
        : LaneRun(kraken::spec(), kraken::simulatorSpec(), std::move(options),
                  {{"symbols", std::move(symbols)}, {"book_depth", depth}, {"liveness_timeout_ms", livenessMs}})
    {
    }
};

}  // namespace tickdeck::test
