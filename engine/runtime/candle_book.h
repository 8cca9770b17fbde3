// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Candles for front ends: what is stored, then what came since, then the open one.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/api/snapshots.h"
#include "engine/router/live_state.h"
#include "engine/runtime/worker.h"

namespace tickdeck::runtime {

// Any thread; never waits for a store: the worker reads it, once for each series.
class CandleBook {
public:
    static constexpr std::size_t kMost = 2000;

    // Reads the stored closed candles of a series that opened at or after `from`, oldest first. On the worker's thread.
    using ReadStored = std::function<std::vector<api::Candle>(SymbolId symbol, Nanos interval, Nanos from)>;

    CandleBook(const LiveState& live, Clock& clock, Worker& worker, ReadStored readStored)
        : m_live(&live), m_clock(&clock), m_worker(&worker), m_readStored(std::move(readStored))
    {
    }

    // As api::Engine::candles.
    [[nodiscard]] std::shared_ptr<const api::CandleSeries> series(SymbolId symbol, Nanos interval);

private:
    struct Entry {
        std::shared_ptr<const api::CandleSeries> series;
        std::uint64_t liveCursor = 0;
        std::vector<api::Candle> stored;  // handed over by the worker
        bool storedRead = false;
    };

    void refresh(Entry& entry, SymbolId symbol, Nanos interval);

    const LiveState* m_live;
    Clock* m_clock;
    Worker* m_worker;
    ReadStored m_readStored;
    std::mutex m_mutex;
    std::map<std::pair<SymbolId, Nanos>, std::shared_ptr<Entry>> m_entries;
};

}  // namespace tickdeck::runtime
