// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/thread.h"

#include <pthread.h>

#include <utility>

namespace tickdeck {

namespace {

void nameThisThread(const std::string& name)
{
    constexpr std::size_t kLongest = 15;
#ifdef __APPLE__
    pthread_setname_np(name.substr(0, kLongest).c_str());
#else
    pthread_setname_np(pthread_self(), name.substr(0, kLongest).c_str());
#endif
}

}  // namespace

Thread::Thread(std::string name, std::function<void(std::stop_token)> body)
    : m_thread([name = std::move(name), body = std::move(body)](const std::stop_token& stop) {
          nameThisThread(name);
          body(stop);
      })
{
}

void Thread::join()
{
    if (m_thread.joinable())
        m_thread.join();
}

bool Parker::wait(std::chrono::nanoseconds timeout)
{
    int expected = kAwake;
    if (!m_state.compare_exchange_strong(expected, kAsleep, std::memory_order_acq_rel)) {
        m_state.exchange(kAwake, std::memory_order_acq_rel);
        return true;
    }
    {
        std::unique_lock lock(m_mutex);
        m_condition.wait_for(lock, timeout, [&] { return m_state.load(std::memory_order_relaxed) == kWoken; });
    }
    return m_state.exchange(kAwake, std::memory_order_acq_rel) == kWoken;
}

void Parker::wake()
{
    if (m_state.exchange(kWoken, std::memory_order_acq_rel) != kAsleep)
        return;
    // The empty section makes sure that the owner is either before its check or inside its wait.
    {
        const std::scoped_lock lock(m_mutex);
    }
    m_condition.notify_one();
}

}  // namespace tickdeck
