// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Every connector, simulator, pipeline and sink that was built in. registry.cpp is generated from the tickdeck_plugin()
// lines of the build.

#include <string_view>
#include <vector>

#include "engine/plugin/connector.h"
#include "engine/plugin/pipeline.h"
#include "engine/plugin/sink.h"
#include "engine/sim/simulator.h"

namespace tickdeck {

// In the order of the build's lines. Each call makes them anew.
[[nodiscard]] std::vector<ConnectorSpec> connectorSpecs();
[[nodiscard]] std::vector<SimulatorSpec> simulatorSpecs();
[[nodiscard]] std::vector<PipelineSpec> pipelineSpecs();
[[nodiscard]] std::vector<SinkSpec> sinkSpecs();

// The one of that name, or null.
template <class Spec>
[[nodiscard]] const Spec* findSpec(const std::vector<Spec>& specs, std::string_view name)
{
    for (const Spec& spec : specs)
        if (spec.name == name)
            return &spec;
    return nullptr;
}

}  // namespace tickdeck
