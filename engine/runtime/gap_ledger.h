// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Keeps every gap event in state.db.

#include <memory>

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
    // `retain` is told the oldest number that is still needed.
    GapLedger(Router& router, const SymbolTable& symbols, ops::StateDb& db, ops::Log& log,
              std::function<void(Seq)> retain);
    ~GapLedger();
    GapLedger(const GapLedger&) = delete;
    GapLedger& operator=(const GapLedger&) = delete;

    [[nodiscard]] Result<> start();
    void stop();

private:
    void run(const std::stop_token& stopped);
    [[nodiscard]] Result<> take(const std::vector<Batch>& batches);
    [[nodiscard]] Result<> endEarlier(const ops::GapRecord& opened);
    [[nodiscard]] Result<> settle(Seq position);

    Router* m_router;
    const SymbolTable* m_symbols;
    ops::StateDb* m_db;
    ops::Log* m_log;
    std::function<void(Seq)> m_retain;
    std::unique_ptr<Reader> m_reader;
    Seq m_settled = 0;
    Thread m_thread;
};

}  // namespace tickdeck::runtime
