// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a sink is: writes batches to one store. Queueing, batching, retry and dead-lettering are the sink runner's.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/config/section.h"
#include "engine/model/batch.h"
#include "engine/plugin/event_filter.h"

namespace tickdeck {

class History;

struct SinkContext {
    std::filesystem::path dataDirectory;
    std::string engineId;  // the first part of every origin
    const SymbolTable* symbols = nullptr;
    EventFilter* filter = nullptr;  // the sink stores only what passes; null: everything
};

// One thread for life (sink-NAME). Every call may block on the store. What an error asks for:
//   Retry      nothing was kept of this call: it is made again with back-off.
//   Reconnect  what was written beyond position() may be lost: open() is called again with back-off, then the batches
//              after its position come anew.
//   Fatal      the sink cannot go on.
//   None       of write(): nothing was kept of this call, and the same batches would fail again. The runner looks for the
//              poison batch, dead-letters it and goes on. Of another call: as Fatal.
class Sink {
public:
    virtual ~Sink() = default;

    // Opens the store and makes it whole: what lies beyond its position is deleted. Gives the position. Also called after
    // an error that asked for it.
    [[nodiscard]] virtual Result<Seq> open(const SinkContext& context) = 0;
    // Adds the events that pass the filter, in order; batches at or before the position were written already and are left
    // out by the caller. Durable only when position() has reached them. A batch without events moves the position, too.
    [[nodiscard]] virtual Result<> write(std::span<const Batch> batches) = 0;
    // Every batch up to here has been stored durably. Moves in write(), idle() or flush().
    [[nodiscard]] virtual Seq position() const = 0;
    // Called about every 100 ms, also under load, so that rotation by age happens. `now` is steady time.
    [[nodiscard]] virtual Result<> idle(Nanos now) = 0;
    // Makes everything written so far durable. Called at shutdown and before an export.
    [[nodiscard]] virtual Result<> flush() = 0;
    // Stores these events of one batch, which an earlier write refused and which lies at or before position(); they pass
    // whatever the filter says of them. Durable on return; doing it again does no harm; the position stays. Unsupported:
    // the store cannot take what is past. None: it refuses them still.
    [[nodiscard]] virtual Result<> restore(const Batch&, std::span<const EventView>)
    {
        return fail(ErrorCode::Unsupported, "the store cannot take what is past");
    }
    // Whether the store can hold this event at all; no I/O. Asked of each event of a poison batch, so that only those that
    // fail are dead-lettered and not their neighbours.
    [[nodiscard]] virtual Result<> check(const EventView&) const { return {}; }
};

// Whether a sink may run ahead of the committed position.
enum class SinkKind : std::uint8_t { Durable, BestEffort };

struct SinkSpec {
    std::string_view name;   // "parquet": its section is sinks.parquet
    std::string_view title;  // "Parquet lake"
    SinkKind kind = SinkKind::Durable;
    std::chrono::milliseconds linger{0};  // how long batches are collected before they are written together
    config::SectionSpec settings;
    std::function<std::unique_ptr<Sink>(const config::Section&)> make;
    // Reads the store back, or null where the store cannot be queried. Opened beside the running sink.
    std::function<std::unique_ptr<History>(const config::Section&, const SinkContext&)> history;
    // Whether the store could be opened, in a line for people; changes nothing, and an engine may run beside it. Of the
    // context only the data directory is given. Null: it cannot be told.
    std::function<Result<std::string>(const config::Section&, const SinkContext&)> probe;
};

}  // namespace tickdeck
