// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Watches the router's stream for the front ends: keeps recent trades, forced orders and marks, and the overview of all.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/api/snapshots.h"
#include "engine/core/thread.h"
#include "engine/router/router.h"
#include "engine/runtime/mark_trail.h"
#include "engine/runtime/recent.h"
#include "engine/runtime/stream_stats.h"

namespace tickdeck::runtime {

// A thread `monitor` over a reader that may be lapped: it shows, it does not keep. What is const may be called by any
// thread and waits at most for a copy.
class Monitor {
public:
    static constexpr std::size_t kTradesKept = 20'000;
    static constexpr std::size_t kForcedOrdersKept = 5'000;

    struct Sources {
        Router* router = nullptr;
        const SymbolTable* symbols = nullptr;
        Clock* clock = nullptr;
        // Called on the monitor's thread a few times a second: completes what the streams tell with components, stages
        // and the journal.
        std::function<void(api::Overview&, Nanos steady)> complete;
    };

    explicit Monitor(Sources sources);
    ~Monitor();
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    [[nodiscard]] Result<> start();
    void stop();

    [[nodiscard]] std::shared_ptr<const api::Overview> overview() const;
    // As api::Engine::trades.
    [[nodiscard]] api::Page<api::Trade> trades(std::uint64_t cursor, std::size_t limit) const;
    // As api::Engine::forcedOrders.
    [[nodiscard]] api::Page<api::ForcedOrder> forcedOrders(std::uint64_t cursor, std::size_t limit) const;
    // As MarkTrail::since.
    std::uint64_t marksSince(SymbolId symbol, std::uint64_t cursor, std::vector<api::MarkPoint>& out) const;

private:
    void run(const std::stop_token& stopped);
    void keep(const Batch& batch);
    void takeOverview();

    Sources m_sources;
    StreamStats m_stats;
    std::unique_ptr<Reader> m_reader;

    mutable std::mutex m_mutex;  // of what follows
    std::shared_ptr<const api::Overview> m_overview;
    Recent<api::Trade> m_trades{kTradesKept};
    Recent<api::ForcedOrder> m_forcedOrders{kForcedOrdersKept};
    MarkTrail m_marks;
    Thread m_thread;
};

}  // namespace tickdeck::runtime
