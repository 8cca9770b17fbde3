// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/export_job.h"

#include "engine/sinks/parquet/export.h"

namespace tickdeck::runtime {

namespace {

constexpr auto kFlushLimit = std::chrono::seconds(10);

}  // namespace

ExportJob::ExportJob(Engine::Graph& graph, const api::ExportRequest& request)
    : m_graph(&graph), m_request(request), m_thread("export", [this](const std::stop_token& stopped) { run(stopped); })
{
}

ExportJob::~ExportJob()
{
    cancel();
    join();
}

api::ExportProgress ExportJob::progress() const
{
    const std::scoped_lock lock(m_mutex);
    return m_progress;
}

void ExportJob::cancel() { m_thread.requestStop(); }

void ExportJob::run(const std::stop_token& stopped)
{
    auto result = exportAll(stopped);
    const std::scoped_lock lock(m_mutex);
    if (!result) {
        m_progress.state = api::JobState::Failed;
        m_progress.error = std::move(result).error();
    } else {
        m_progress.state = *result ? api::JobState::Done : api::JobState::Cancelled;
    }
}

Result<bool> ExportJob::exportAll(const std::stop_token& stopped)
{
    if (m_request.from >= m_request.to)
        return fail(ErrorCode::Invalid, "the range is empty: its end is not after its start");
    TRY(m_graph->flushSinks(kFlushLimit, stopped));
    parquet::ExportOptions options;
    options.dataDirectory = m_graph->options().dataDirectory;
    options.query.type = m_request.type;
    options.query.from = m_request.from;
    options.query.to = m_request.to;
    options.query.venue = m_request.venue;
    options.query.symbol = m_request.symbol;
    options.format =
        m_request.format == api::ExportFormat::Csv ? parquet::ExportFormat::Csv : parquet::ExportFormat::Parquet;
    options.file = m_request.file;
    const auto tell = [this](const parquet::ExportProgress& now) {
        const std::scoped_lock lock(m_mutex);
        m_progress.rows = now.rows;
        m_progress.bytes = now.bytes;
        m_progress.fraction = now.fraction;
    };
    TRY_ASSIGN(const auto done,
               parquet::exportEvents(options, {.onGap = {}, .onProgress = [&](const parquet::ExportProgress& now) {
                                                   tell(now);
                                                   return !stopped.stop_requested();
                                               }}));
    if (done)
        tell(*done);
    return done.has_value();
}

}  // namespace tickdeck::runtime
