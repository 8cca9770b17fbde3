// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a sink is: writes batches to one store. Queueing, batching, retry and dead-lettering are the sink runner's.

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/config/section.h"
#include "engine/model/batch.h"

namespace tickdeck {

class History;

struct SinkContext {
    std::filesystem::path dataDirectory;
    std::string engineId;      // the first part of every origin
    const SymbolTable* symbols = nullptr;
};

// One thread for life (sink-NAME). Every call may block on the store. Errors with Remedy::Retry are tried again with
// back-off; any other error of write() makes the runner look for the poison batch, dead-letter it and go on.
class Sink {
public:
    virtual ~Sink() = default;

    // Opens the store and makes it whole: what lies beyond its position is deleted. Gives the position.
    [[nodiscard]] virtual Result<Seq> open(const SinkContext& context) = 0;
    // Adds batches in order; those at or before the position were written already and are left out by the caller.
    // Durable only when position() has reached them.
    [[nodiscard]] virtual Result<> write(std::span<const Batch> batches) = 0;
    // Every batch up to here has been stored durably. Moves in write(), idle() or flush().
    [[nodiscard]] virtual Seq position() const = 0;
    // Called about every 100 ms when there is nothing to write, so that rotation by age happens.
    [[nodiscard]] virtual Result<> idle(Nanos now) = 0;
    // Makes everything written so far durable. Called at shutdown and before an export.
    [[nodiscard]] virtual Result<> flush() = 0;
};

// Whether a sink may run ahead of the committed position.
enum class SinkKind : std::uint8_t { Durable, BestEffort };

struct SinkSpec {
    std::string_view name;    // "parquet": its section is sinks.parquet
    std::string_view title;   // "Parquet lake"
    SinkKind kind = SinkKind::Durable;
    config::SectionSpec settings;
    std::function<std::unique_ptr<Sink>(const config::Section&)> make;
    // Reads the store back, or null where the store cannot be queried. Opened beside the running sink.
    std::function<std::unique_ptr<History>(const config::Section&, const SinkContext&)> history;
};

}  // namespace tickdeck
