// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// `--demo`: simulators in place of the venues.

#include <memory>
#include <vector>

#include "engine/config/settings.h"
#include "engine/sim/simulator.h"

namespace tickdeck::runtime {

// The simulators of all enabled connectors, each on a free port of the loopback with a thread of its own. They run until
// they are destroyed.
class Demo {
public:
    // Starts them and sets each connector's `url`, and `rest_url` where it has one, to its simulator, above all other
    // settings. Unsupported where an enabled connector has no simulator.
    [[nodiscard]] static Result<Demo> start(config::Settings& settings);

    [[nodiscard]] const std::vector<std::unique_ptr<sim::Simulator>>& simulators() const noexcept
    {
        return m_simulators;
    }

private:
    std::vector<std::unique_ptr<sim::Simulator>> m_simulators;
};

}  // namespace tickdeck::runtime
