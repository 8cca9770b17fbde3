// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Watches the router's stream for the front ends: keeps recent trades and the overview of everything.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/api/snapshots.h"
#include "engine/core/thread.h"
#include "engine/router/router.h"
#include "engine/runtime/stream_stats.h"

namespace tickdeck::runtime {

// A thread `monitor` over a reader that may be lapped: it shows, it does not keep. overview() and trades() may be called
// by any thread and wait at most for a copy.
class Monitor {
public:
    static constexpr std::size_t kTradesKept = 20'000;

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

private:
    void run(const std::stop_token& stopped);
    void keepTrades(const Batch& batch);
    void takeOverview();

    Sources m_sources;
    StreamStats m_stats;
    std::unique_ptr<Reader> m_reader;

    mutable std::mutex m_mutex;  // of the two below
    std::shared_ptr<const api::Overview> m_overview;
    std::deque<api::Trade> m_trades;
    std::uint64_t m_tradesEver = 0;  // the cursor behind the newest
    Thread m_thread;
};

}  // namespace tickdeck::runtime
