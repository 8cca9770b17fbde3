// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Named threads, and how one sleeps until it is needed.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace tickdeck {

// A thread with a role. `body` runs until it returns; it should do so soon after its token is stopped (wake its Parker
// after requestStop()). The destructor asks to stop and joins.
class Thread {
public:
    Thread() noexcept = default;
    // `name` is cut to 15 bytes for the system.
    Thread(std::string name, std::function<void(std::stop_token)> body);

    void requestStop() noexcept { m_thread.request_stop(); }
    // Waits for the end. A thread that never was, or is joined already, is no error.
    void join();
    [[nodiscard]] bool running() const noexcept { return m_thread.joinable(); }

private:
    std::jthread m_thread;
};

// Puts one thread to sleep until another wakes it. A wake that comes before the wait is not lost: the next wait returns
// at once. wake() takes no lock and makes no system call while the owner is awake.
class Parker {
public:
    Parker() = default;
    Parker(const Parker&) = delete;
    Parker& operator=(const Parker&) = delete;

    // The owner only. True when woken, false when the time ran out.
    bool wait(std::chrono::nanoseconds timeout);
    // Any thread. What it wrote before is seen by the owner after its wait.
    void wake();

private:
    enum : int { kAwake, kAsleep, kWoken };
    std::atomic<int> m_state{kAwake};
    std::mutex m_mutex;
    std::condition_variable m_condition;
};

}  // namespace tickdeck
