// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the router, its inputs and its readers share. Internal to this folder.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/core/broadcast_ring.h"
#include "engine/core/event_count.h"
#include "engine/core/spsc_ring.h"
#include "engine/core/thread.h"
#include "engine/journal/journal.h"
#include "engine/router/number_reserve.h"
#include "engine/router/router.h"

namespace tickdeck {

using BatchRing = BroadcastRing<Batch>;

struct Input::State {
    State(std::string name_, std::size_t capacity, Parker& router_)
        : name(std::move(name_)), ring(capacity), router(&router_)
    {
    }
    const std::string name;
    SpscRing<Batch> ring;
    Parker* const router;
    Parker room;  // a producer in push() sleeps here
    std::atomic<bool> waiting{false};
    std::atomic<bool> ended{false};  // the router takes no more
    std::atomic<std::uint64_t> pushed{0};
    std::atomic<std::uint64_t> numbered{0};
    std::atomic<std::uint64_t> refused{0};
};

struct Router::State {
    State(RouterOptions options_, journal::Journal& journal_, SymbolTable& symbols_, BufferPool& pool_)
        : options(std::move(options_)),
          journal(&journal_),
          symbols(&symbols_),
          pool(&pool_),
          journalLast(journal_.recovery().lastSeq),
          ring(options.ringBatches, options.ringBytes)
    {
    }

    void numberLoop(const std::stop_token& stop);
    void journalLoop(const std::stop_token& stop);
    void place(Batch&& batch);
    void append(const std::vector<Batch>& batches);
    // `refused` is the journal thread's own memory of one of the things that can fail.
    void report(bool& refused, const Result<>& result);
    // Waits on `changed` until done().
    [[nodiscard]] bool wait(std::chrono::milliseconds timeout, const std::function<bool()>& done);
    [[nodiscard]] std::vector<Input*> snapshot() const;
    [[nodiscard]] bool givingUp() const noexcept
    {
        return stopping.load(std::memory_order_acquire) && journalFails.load(std::memory_order_acquire);
    }

    const RouterOptions options;
    journal::Journal* const journal;
    SymbolTable* const symbols;
    BufferPool* const pool;
    const Seq journalLast;  // what the journal held at open; numbers from there to first - 1 do not exist
    NumberReserve numbers;
    BatchRing ring;
    EventCount changed;  // readers and the journal thread sleep here: something was pushed or committed
    Parker awake;        // the router thread sleeps here

    mutable std::mutex inputsMutex;
    std::vector<std::unique_ptr<Input>> inputs;
    std::atomic<std::size_t> inputCount{0};
    std::atomic<std::size_t> readers{0};

    Seq first = 1;
    std::atomic<Seq> newest{0};
    std::atomic<bool> running{false};
    std::atomic<bool> stopping{false};
    std::atomic<bool> journalFails{false};
    std::atomic<std::uint64_t> batches{0};
    std::atomic<std::uint64_t> events{0};
    std::atomic<std::uint64_t> heldUp{0};
    bool appendRefused = false;  // the journal thread's
    bool reserveRefused = false;
    std::uint64_t givenUp = 0;  // batches, read after both threads have ended
    BatchRing::Cursor journalCursor;
    Thread routerThread;
    Thread journalThread;
};

}  // namespace tickdeck
