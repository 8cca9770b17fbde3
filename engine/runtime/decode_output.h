// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where the mode `decode` writes its events: a stream of JSON lines, or a table for each event type.

#include <iosfwd>
#include <memory>

#include "engine/model/batch.h"
#include "engine/runtime/decode.h"

namespace tickdeck {

// One thread. Nothing counts as written before finish(). Errors: Invalid for an output that cannot be used, Io, Full.
class DecodeOutput {
public:
    // `out` and `symbols` must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<DecodeOutput>> open(const DecodeOptions& options, std::ostream& out,
                                                                    const SymbolTable& symbols);
    virtual ~DecodeOutput() = default;

    [[nodiscard]] virtual Result<> write(const EventView& event, const BatchHeader& header) = 0;
    [[nodiscard]] virtual Result<> finish() = 0;
};

}  // namespace tickdeck
