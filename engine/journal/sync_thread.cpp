// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/sync_thread.h"

#include <utility>

namespace tickdeck::journal {

SyncThread::SyncThread(FileSystem& files, std::filesystem::path folder, Callbacks callbacks)
    : m_files(files),
      m_folder(std::move(folder)),
      m_callbacks(std::move(callbacks)),
      m_thread("journal-sync", [this](const std::stop_token& stop) { run(stop); })
{
}

SyncThread::~SyncThread()
{
    m_thread.requestStop();
    m_thread.join();
}

bool SyncThread::idle() const
{
    const std::scoped_lock lock(m_mutex);
    return !m_request;
}

bool SyncThread::tryStart(Request request)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_request || m_error)
            return false;
        m_request = std::move(request);
    }
    m_condition.notify_all();
    return true;
}

void SyncThread::wait()
{
    std::unique_lock lock(m_mutex);
    m_condition.wait(lock, [this] { return !m_request; });
}

std::optional<Error> SyncThread::takeError()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_error, std::nullopt);
}

void SyncThread::run(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (m_condition.wait(lock, stop, [this] { return m_request.has_value(); })) {
        lock.unlock();
        // The request stays as it is until this thread clears it.
        const auto begun = std::chrono::steady_clock::now();
        auto result = sync(*m_request);
        if (result)
            m_callbacks.done(*m_request, std::chrono::steady_clock::now() - begun);
        lock.lock();
        m_request.reset();
        if (!result)
            m_error = std::move(result).error();
        lock.unlock();
        m_condition.notify_all();
        m_callbacks.idle();
        lock.lock();
    }
}

Result<> SyncThread::sync(const Request& request)
{
    for (const auto& file : request.files)
        TRY(file->sync());
    if (request.folder)
        TRY(m_files.syncFolder(m_folder));
    return {};
}

}  // namespace tickdeck::journal
