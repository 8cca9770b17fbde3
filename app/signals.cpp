// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/signals.h"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

#include <fcntl.h>
#include <unistd.h>

namespace tickdeck::app {

namespace {

std::atomic<int> writeEnd{-1};
std::atomic<bool> stopping{false};
std::atomic<std::int64_t> stoppedAt{0};  // steady milliseconds

// A signal to a process and to its group is one signal, though it comes twice.
constexpr std::int64_t kSameSignalMs = 300;

std::int64_t steadyMs()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);  // may be called in a handler
    return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

extern "C" void onStopSignal(int number)
{
    if (stopping.exchange(true)) {
        if (steadyMs() - stoppedAt.load() > kSameSignalMs)
            _exit(128 + number);
        return;
    }
    stoppedAt = steadyMs();
    const char byte = 1;
    if (const int pipe = writeEnd.load(); pipe >= 0 && ::write(pipe, &byte, 1) < 0)
        _exit(128 + number);
}

void handle(int number, void (*handler)(int))
{
    struct sigaction action{};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
}

}  // namespace

StopSignals::StopSignals(std::function<void()> stop)
{
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
        m_read = ends[0];
        writeEnd = ends[1];
        m_notifier = std::make_unique<QSocketNotifier>(m_read, QSocketNotifier::Read);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, [this, stop = std::move(stop)] {
            char byte = 0;
            if (::read(m_read, &byte, 1) == 1)
                stop();
        });
    }
    stopping = false;
    handle(SIGINT, onStopSignal);
    handle(SIGTERM, onStopSignal);
    handle(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals()
{
    // A signal during the rest of the stop still ends the process at once.
    stopping = true;
    m_notifier.reset();
    ::close(writeEnd.exchange(-1));
    ::close(m_read);
}

}  // namespace tickdeck::app
