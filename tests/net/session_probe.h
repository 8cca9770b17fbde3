// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A session in a thread of its own, with all that it tells.

#include <future>
#include <string>
#include <vector>

#include "engine/net/io_thread.h"
#include "engine/net/session.h"
#include "tests/support/waiter.h"

namespace tickdeck::test {

struct Seen {
    int opened = 0;
    std::vector<std::string> frames;
    std::vector<Nanos> times;
    std::vector<std::string> closed;
    std::vector<net::SessionState> states{net::SessionState::Stopped};
    std::vector<std::string> reasons;
    net::SessionStatus last;
};

// Treats a frame "beat" as the sign of life.
class Probe {
public:
    explicit Probe(std::string url, net::SessionOptions options = quick(), int livenessMs = 10'000,
                   double perSecond = 100, double burst = 100)
        : Probe(makeEndpoint(std::move(url), livenessMs, perSecond, burst), options)
    {
    }
    explicit Probe(Endpoint endpoint, net::SessionOptions options = quick())
    {
        m_thread.run([&] {
            m_session = std::make_unique<net::Session>(
                std::move(endpoint), options, net::SessionContext{m_clock, m_thread.hostLookup(), m_budget},
                net::SessionHandlers{.opened = [this] { opened(); },
                                     .frame = [this](std::string_view bytes, Nanos time) { frame(bytes, time); },
                                     .closed = [this](std::string_view reason) { closed(reason); },
                                     .status = [this](const net::SessionStatus& status) { this->status(status); }});
        });
    }
    ~Probe()
    {
        m_thread.run([this] { m_session.reset(); });
    }

    static Endpoint makeEndpoint(std::string url, int livenessMs = 10'000, double perSecond = 100, double burst = 100)
    {
        Endpoint endpoint;
        endpoint.name = "test";
        endpoint.url = std::move(url);
        endpoint.livenessTimeout = std::chrono::milliseconds(livenessMs);
        endpoint.messagesPerSecond = perSecond;
        endpoint.messageBurst = burst;
        return endpoint;
    }
    // Back-offs that do not make a test wait.
    static net::SessionOptions quick()
    {
        net::SessionOptions options;
        options.backoff = {.first = 20 * kMillisecond, .cap = 50 * kMillisecond, .floor = 5 * kMillisecond};
        options.refused = options.backoff;
        options.seed = 1;
        return options;
    }

    void start()
    {
        inThread([](net::Session& session) { session.start(); });
    }
    void stop(std::string reason)
    {
        inThread([&](net::Session& session) { session.stop(reason); });
    }
    Result<> send(std::string message)
    {
        Result<> result;
        inThread([&](net::Session& session) { result = session.send(std::move(message)); });
        return result;
    }
    // The same message so often in one go, however busy the machine; until one is refused.
    void flood(const std::string& message, int times)
    {
        inThread([&](net::Session& session) {
            while (times-- > 0 && session.send(message)) {}
        });
    }
    template <class Task>
    void inThread(Task&& task)
    {
        m_thread.run([&] { task(*m_session); });
    }
    net::Session& session() { return *m_session; }
    Watched<Seen>& seen() { return m_seen; }
    net::RateBudget& budget() { return m_budget; }

    // In the session's thread; set before start().
    void onOpened(std::function<void()> task) { m_onOpened = std::move(task); }
    void onFrame(std::function<void(std::string_view)> task) { m_onFrame = std::move(task); }
    void onClosed(std::function<void()> task) { m_onClosed = std::move(task); }

private:
    void opened()
    {
        if (m_onOpened)
            m_onOpened();
        m_seen.update([](Seen& seen) { ++seen.opened; });
    }
    void frame(std::string_view bytes, Nanos time)
    {
        if (bytes == "beat")
            m_session->alive();
        if (m_onFrame)
            m_onFrame(bytes);
        m_seen.update([&](Seen& seen) {
            seen.frames.emplace_back(bytes);
            seen.times.push_back(time);
        });
    }
    void closed(std::string_view reason)
    {
        if (m_onClosed)
            m_onClosed();
        m_seen.update([&](Seen& seen) { seen.closed.emplace_back(reason); });
    }
    void status(const net::SessionStatus& status)
    {
        m_seen.update([&](Seen& seen) {
            seen.states.push_back(status.state);
            seen.reasons.push_back(status.reason);
            seen.last = status;
            if (seen.states.front() == net::SessionState::Stopped)
                seen.states.erase(seen.states.begin());
        });
    }

    SystemClock m_clock;
    net::RateBudget m_budget{{}, {.perSecond = 1000, .burst = 1000, .spread = std::chrono::milliseconds(0)}, m_clock};
    Watched<Seen> m_seen;
    std::function<void()> m_onOpened;
    std::function<void(std::string_view)> m_onFrame;
    std::function<void()> m_onClosed;
    net::IoThread m_thread{"io-test"};
    std::unique_ptr<net::Session> m_session;
};

}  // namespace tickdeck::test
