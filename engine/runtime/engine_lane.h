// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the engine itself journals: gaps that are no venue's, and inputs that a component leaves out for good.

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/time.h"
#include "engine/journal/journal.h"
#include "engine/router/router.h"
#include "engine/sinks/runner.h"

namespace tickdeck::runtime {

// An input that a component leaves out, or, `again`, one that its store took after all.
struct Skip {
    sinks::SeqRange range;
    bool again = false;
};

// The skip that a batch tells of this component, if it does: ControlKind::Skipped in the lane (tickdeck, "", component)
// with {"component":"sinks.parquet","seq":first,"to":last} and, where it is so, "again":true.
[[nodiscard]] std::optional<Skip> skipOf(const Batch& batch, std::string_view component, const SymbolTable& symbols);

// The numbers that a journal says are skipped by the component, from `after` on. `enough` ends it early with TimedOut.
// `live` as in journal::ReadOptions.
[[nodiscard]] Result<std::vector<sinks::SeqRange>> skippedBy(std::string_view component, Seq after,
                                                             const std::filesystem::path& journal,
                                                             const journal::Journal* live, SymbolTable& symbols,
                                                             BufferPool& pool, const std::function<bool()>& enough);

// Any thread. Ends after the router has stopped.
class EngineLane {
public:
    EngineLane(Router& router, SymbolTable& symbols, BufferPool& pool, Clock& clock);

    // A gap of the venue `tickdeck`, opened and closed. Waits for nothing; false: there is no room.
    bool gap(std::string_view id, std::string_view channel, Nanos from, Nanos to, GapCause cause);
    // Journals the skip and waits until it is committed or the engine stops. An error asks to be retried.
    [[nodiscard]] Result<> skip(std::string_view component, const Skip& skip, std::chrono::milliseconds limit,
                                const std::atomic<bool>& stopping);

private:
    Router* m_router;
    SymbolTable* m_symbols;
    Clock* m_clock;
    std::mutex m_mutex;
    BatchBuilder m_builder;
    Input* m_input;
};

}  // namespace tickdeck::runtime
