// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// SIGINT and SIGTERM as calls in the Qt event loop.

#include <functional>
#include <memory>

#include <QSocketNotifier>

namespace tickdeck::app {

// While it lives, the first SIGINT or SIGTERM calls `stop` in the event loop of the thread that made it; a second one ends
// the process at once (the journal is whole at any moment). SIGPIPE is ignored. One at a time; main thread.
class StopSignals {
public:
    explicit StopSignals(std::function<void()> stop);
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

private:
    int m_read = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

}  // namespace tickdeck::app
