// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An export that a front end started.

#include <atomic>
#include <mutex>

#include "engine/api/jobs.h"
#include "engine/core/thread.h"
#include "engine/runtime/graph.h"

namespace tickdeck::runtime {

// Runs on a thread of its own, from construction; the destructor waits for its end. The graph outlives it.
class ExportJob final : public api::ExportJob {
public:
    ExportJob(Engine::Graph& graph, const api::ExportRequest& request);
    ~ExportJob() override;

    [[nodiscard]] api::ExportProgress progress() const override;
    void cancel() override;
    // Waits for the end.
    void join() { m_thread.join(); }

private:
    void run(const std::stop_token& stopped);
    [[nodiscard]] Result<bool> exportAll(const std::stop_token& stopped);  // whether it came to its end

    Engine::Graph* m_graph;
    const api::ExportRequest m_request;
    mutable std::mutex m_mutex;
    api::ExportProgress m_progress;
    Thread m_thread;  // last: started when all else is there
};

}  // namespace tickdeck::runtime
