// SPDX-License-Identifier: GPL-3.0-or-later
#include <iostream>

#include "app/common.h"
#include "app/modes.h"
#include "engine/runtime/decode.h"
#include "engine/runtime/registry.h"

namespace tickdeck::app {

int run(const Common&, const DecodeMode& mode)
{
    const std::vector<ConnectorSpec> specs = connectorSpecs();
    const ConnectorSpec* connector = findSpec(specs, mode.venue);
    if (!connector) {
        std::string known;
        for (const ConnectorSpec& spec : specs)
            known.append(" ").append(spec.name);
        return complain("no venue is called " + mode.venue + "; there are:" + known, kUsage);
    }
    std::ios::sync_with_stdio(false);
    const DecodeOptions options{.files = mode.files,
                                .format = enumFromName<DecodeFormat>(mode.format).value_or(DecodeFormat::Jsonl),
                                .output = mode.out};
    return decodeFiles(*connector, options, std::cin, std::cout, std::cerr);
}

}  // namespace tickdeck::app
