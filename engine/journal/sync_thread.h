// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The thread that waits for the disk.

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/core/thread.h"
#include "engine/journal/file_system.h"
#include "engine/journal/format.h"

namespace tickdeck::journal {

// One request at a time; all of it must be on disk before it counts. All calls from the journal thread.
class SyncThread {
public:
    struct Request {
        std::vector<std::shared_ptr<File>> files;
        bool folder = false;  // sync the folder, too: files were made
        Seq upTo = 0;
        std::vector<LaneOrdinal> lanes;
    };
    struct Callbacks {                                                            // on the sync thread
        std::function<void(const Request&, std::chrono::nanoseconds took)> done;  // before idle() says so
        std::function<void()> idle;                                               // after, done or failed
    };

    SyncThread(FileSystem& files, std::filesystem::path folder, Callbacks callbacks);
    // Finishes the running request.
    ~SyncThread();

    [[nodiscard]] bool idle() const;
    // False, and nothing done, while busy or while an error waits to be taken: what a failed sync left behind must not be
    // synced again.
    [[nodiscard]] bool tryStart(Request request);
    // Until idle.
    void wait();
    // Why the last request failed, once.
    [[nodiscard]] std::optional<Error> takeError();

private:
    void run(const std::stop_token& stop);
    [[nodiscard]] Result<> sync(const Request& request);

    FileSystem& m_files;
    std::filesystem::path m_folder;
    Callbacks m_callbacks;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_condition;
    std::optional<Request> m_request;
    std::optional<Error> m_error;
    Thread m_thread;
};

}  // namespace tickdeck::journal
