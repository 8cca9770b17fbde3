// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A thread for work that front ends ask for and must not wait for.

#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "engine/core/thread.h"

namespace tickdeck::runtime {

// Runs tasks one after the other. Any thread may post. The destructor lets the running task end and drops the others.
class Worker {
public:
    explicit Worker(std::string name)
        : m_thread(std::move(name), [this](const std::stop_token& stopped) { run(stopped); })
    {
    }
    ~Worker() { stop(); }
    // Lets the running task end and drops the others. Idempotent.
    void stop()
    {
        m_thread.requestStop();
        m_parker.wake();
        m_thread.join();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void post(std::function<void()> task)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_tasks.push_back(std::move(task));
        }
        m_parker.wake();
    }

private:
    void run(const std::stop_token& stopped)
    {
        while (!stopped.stop_requested()) {
            std::function<void()> task;
            {
                const std::scoped_lock lock(m_mutex);
                if (!m_tasks.empty()) {
                    task = std::move(m_tasks.front());
                    m_tasks.pop_front();
                }
            }
            if (task)
                task();
            else
                m_parker.wait(std::chrono::seconds(1));
        }
    }

    std::mutex m_mutex;
    std::deque<std::function<void()>> m_tasks;
    Parker m_parker;
    Thread m_thread;  // last: started when all else is there
};

}  // namespace tickdeck::runtime
