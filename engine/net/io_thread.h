// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A named thread with an event loop, in which sockets live.

#include <functional>
#include <memory>
#include <string>

class QObject;

namespace tickdeck::net {

class HostLookup;

// Runs from construction to destruction. What is posted runs there in the order of posting; the destructor waits
// for lookups under way, runs what was posted before it, ends the loop and joins. Sockets and lanes in it must be gone before.
class IoThread {
public:
    explicit IoThread(const std::string& name);
    ~IoThread();
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;

    // Any thread; never waits.
    void post(std::function<void()> task);
    // Any thread: runs the task there and waits for its end; at once when called on this very thread.
    void run(const std::function<void()>& task);
    [[nodiscard]] bool isCurrent() const;
    // Lives in the thread: the receiver for signals of its sockets and timers.
    [[nodiscard]] QObject* context() const;
    // Used in the thread.
    [[nodiscard]] HostLookup& hostLookup() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::net
