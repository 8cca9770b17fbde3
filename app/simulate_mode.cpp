// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>

#include <QCoreApplication>

#include "app/common.h"
#include "app/modes.h"
#include "app/signals.h"
#include "engine/runtime/registry.h"

namespace tickdeck::app {

int run(const Common&, const SimulateMode& mode, int argc, char** argv)
{
    const std::vector<SimulatorSpec> specs = simulatorSpecs();
    for (const std::string& venue : mode.venues)
        if (!findSpec(specs, venue))
            return complain("no simulator is called " + venue, kUsage);
    std::vector<sim::Fault> faults;
    if (!mode.faults.empty()) {
        auto loaded = sim::loadFaults(mode.faults);
        if (!loaded)
            return complain(loaded.error(), kUsage);
        faults = std::move(*loaded);
    }

    QCoreApplication application(argc, argv);
    std::vector<std::unique_ptr<sim::Simulator>> running;
    std::uint16_t port = mode.port;
    for (const SimulatorSpec& spec : specs) {
        if (!mode.venues.empty() && std::find(mode.venues.begin(), mode.venues.end(), spec.name) == mode.venues.end())
            continue;
        auto simulator = spec.make({.port = port, .seed = mode.seed, .rate = mode.rate, .faults = faults});
        const auto url = simulator->start();
        if (!url)
            return complain(url.error(), exitCode(url.error()));
        print(std::string(spec.name) + " " + *url + (spec.rest ? " " + simulator->restUrl() : "") + "\n");
        running.push_back(std::move(simulator));
        port = static_cast<std::uint16_t>(port ? port + 1 : 0);
    }
    std::fflush(stdout);
    const StopSignals signals([] { QCoreApplication::quit(); });
    QCoreApplication::exec();
    return kDone;
}

}  // namespace tickdeck::app
