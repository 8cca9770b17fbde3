// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Waits for what other threads do, without sleeping.

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace tickdeck::test {

// A value behind a lock that wakes those who wait for it.
template <class T>
class Watched {
public:
    // change(value), on any thread.
    template <class Change>
    void update(Change&& change)
    {
        {
            const std::scoped_lock lock(m_mutex);
            change(m_value);
        }
        m_changed.notify_all();
    }

    // Whether holds(value) came true before the deadline.
    template <class Holds>
    [[nodiscard]] bool waitUntil(Holds&& holds, std::chrono::milliseconds limit = std::chrono::seconds(20))
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, limit, [&] { return holds(m_value); });
    }

    [[nodiscard]] T get() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_value;
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    T m_value{};
};

}  // namespace tickdeck::test
