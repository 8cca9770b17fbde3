// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Lets many threads sleep until something has changed that they check without a lock.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tickdeck {

// Waiter: `auto key = ready.prepare(); if (!condition()) ready.wait(key, timeout);`  Waker: make the condition true, then
// wake(). A wake between prepare() and wait() makes wait() return at once. Any thread may call anything. wake() costs one
// atomic increment when nobody sleeps.
class EventCount {
public:
    using Key = std::uint64_t;

    [[nodiscard]] Key prepare() const noexcept { return m_epoch.load(std::memory_order_seq_cst); }

    void wait(Key key, std::chrono::nanoseconds timeout)
    {
        std::unique_lock lock(m_mutex);
        m_sleepers.fetch_add(1, std::memory_order_seq_cst);
        m_woken.wait_for(lock, timeout, [&] { return m_epoch.load(std::memory_order_seq_cst) != key; });
        m_sleepers.fetch_sub(1, std::memory_order_relaxed);
    }

    void wake() noexcept
    {
        m_epoch.fetch_add(1, std::memory_order_seq_cst);
        if (m_sleepers.load(std::memory_order_seq_cst) == 0)
            return;
        {
            const std::scoped_lock lock(m_mutex);
        }
        m_woken.notify_all();
    }

private:
    std::atomic<Key> m_epoch{0};
    std::atomic<std::uint32_t> m_sleepers{0};
    std::mutex m_mutex;
    std::condition_variable m_woken;
};

}  // namespace tickdeck
