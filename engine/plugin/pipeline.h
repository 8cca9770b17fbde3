// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a pipeline is: a deterministic function of the journal's order.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/config/section.h"
#include "engine/model/batch.h"

namespace tickdeck {

// One thread for life (its pipe thread). Its time is the input's receive time; ticks come as batches of ControlKind::Tick.
class Pipeline {
public:
    virtual ~Pipeline() = default;

    // Adds the derived events for one input to `out` (begun by the runner, which fills lane, kind, times and cause; each
    // event's cause range is set here with setCause). No events: no batch. An error means that this input cannot be handled,
    // now or in replay: the runner journals it as skipped and undoes what it did to the state.
    [[nodiscard]] virtual Result<> onBatch(const Batch& input, BatchBuilder& out) = 0;

    // As Decoder::save and load.
    virtual void save(std::string& out) const = 0;
    [[nodiscard]] virtual Result<> load(std::string_view bytes) = 0;
};

struct PipelineSpec {
    std::string_view name;   // "candles": its section is pipelines.candles
    std::string_view title;  // "Candles"
    config::SectionSpec settings;
    std::function<std::unique_ptr<Pipeline>(const config::Section&, SymbolTable&)> make;
};

}  // namespace tickdeck
