// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Keeps every gap event in state.db.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/core/thread.h"
#include "engine/ops/log.h"
#include "engine/ops/state_db.h"
#include "engine/router/router.h"

namespace tickdeck::runtime {

// A gap that a run left open when it died ends where the same stream's next one begins.
//
// A thread `gap-ledger` behind a reader of committed batches. Its position lies in state.db, too; gaps are put by their id,
// so that a crash between the two does no harm. stop() takes in what is committed.
class GapLedger {
public:
    // `retain` is told the oldest number that is still needed; `saw` each committed batch, on the ledger's thread.
    GapLedger(Router& router, const SymbolTable& symbols, ops::StateDb& db, ops::Log& log,
              std::function<void(Seq)> retain, std::function<void(const Batch&)> saw);
    ~GapLedger();
    GapLedger(const GapLedger&) = delete;
    GapLedger& operator=(const GapLedger&) = delete;

    [[nodiscard]] Result<> start();
    void stop();

    // Any thread: what this run has seen, by where and why.
    struct Of {
        std::string venue;
        std::string channel;
        std::string cause;
        friend auto operator<=>(const Of&, const Of&) = default;
    };
    struct Count {
        std::uint64_t opened = 0;
        Nanos length = 0;  // of the closed ones
    };
    [[nodiscard]] std::map<Of, Count> counts() const;

private:
    void run(const std::stop_token& stopped);
    [[nodiscard]] Result<> take(const std::vector<Batch>& batches);
    [[nodiscard]] Result<> settle(Seq position);
    void count(const ops::GapRecord& gap, GapState state, Seq seq);

    Router* m_router;
    const SymbolTable* m_symbols;
    ops::StateDb* m_db;
    ops::Log* m_log;
    std::function<void(Seq)> m_retain;
    std::unique_ptr<Reader> m_reader;
    std::function<void(const Batch&)> m_saw;
    Seq m_settled = 0;
    Seq m_counted = 0;  // events up to here
    mutable std::mutex m_mutex;
    std::map<Of, Count> m_counts;
    Thread m_thread;
};

}  // namespace tickdeck::runtime
