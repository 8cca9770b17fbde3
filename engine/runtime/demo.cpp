// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/demo.h"

#include "engine/runtime/registry.h"

namespace tickdeck::runtime {

namespace {

constexpr const char* kWho = "the demo's simulator";

}  // namespace

Result<Demo> Demo::start(config::Settings& settings)
{
    Demo demo;
    const std::vector<SimulatorSpec> specs = simulatorSpecs();
    for (const ConnectorSpec& connector : connectorSpecs()) {
        if (!settings.enabled(connector.settings.name))
            continue;
        const SimulatorSpec* spec = findSpec(specs, connector.name);
        if (!spec)
            return fail(ErrorCode::Unsupported, std::string(connector.title) + " has no simulator for the demo");
        auto simulator = spec->make({});
        TRY_ASSIGN(const std::string url, simulator->start());
        TRY(settings.force(connector.settings.name + ".url", url, kWho));
        if (settings.section(connector.settings.name).values().contains("rest_url"))
            TRY(settings.force(connector.settings.name + ".rest_url", simulator->restUrl(), kWho));
        demo.m_simulators.push_back(std::move(simulator));
    }
    return demo;
}

}  // namespace tickdeck::runtime
