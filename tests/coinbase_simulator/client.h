// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A plain client of the simulated venue, whose market moves only when it is told.

#include <gtest/gtest.h>

#include "engine/connectors/coinbase/simulator.h"
#include "tests/net/session_probe.h"

namespace tickdeck::test {

class CoinbaseClient {
public:
    CoinbaseClient() : m_simulator(coinbase::simulatorSpec().make({.seed = 42, .paced = false, .start = kStart}))
    {
        auto url = m_simulator->start();
        EXPECT_TRUE(url) << url.error().text();
        m_probe = std::make_unique<Probe>(*url);
        m_probe->start();
        EXPECT_TRUE(m_probe->seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    }

    static constexpr Nanos kStart = 1'790'000'000 * kSecond;

    sim::Simulator& simulator() { return *m_simulator; }
    // Every request has one answer, and the venue takes eight in a second: each waits for its own.
    void send(std::string request)
    {
        EXPECT_TRUE(m_probe->send(std::move(request)));
        ++m_requests;
        EXPECT_TRUE(m_probe->seen().waitUntil(
            [this](const Seen& seen) { return std::ranges::count_if(seen.frames, isAnswer) >= m_requests; }));
    }
    void subscribe(const std::string& channel, const std::string& products, bool on = true)
    {
        send(R"({"type":")" + std::string(on ? "subscribe" : "unsubscribe") + R"(","channel":")" + channel +
             R"(","product_ids":[)" + products + "]}");
    }
    void flood(const std::string& request, int times) { m_probe->flood(request, times); }
    bool waitFor(std::string_view text)
    {
        return m_probe->seen().waitUntil([&](const Seen& seen) {
            return std::ranges::any_of(seen.frames,
                                       [&](const std::string& f) { return f.find(text) != std::string::npos; });
        });
    }
    bool waitClosed()
    {
        return m_probe->seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); },
                                         std::chrono::seconds(60));
    }
    // All frames since the last time but heartbeats; after a request of no effect, so that all are in.
    std::vector<std::string> drain()
    {
        subscribe("ticker", "", false);
        const std::vector<std::string> all = m_probe->seen().get().frames;
        std::vector<std::string> fresh(all.begin() + static_cast<std::ptrdiff_t>(m_read), all.end());
        m_read = all.size();
        fresh.erase(std::ranges::find_if(fresh.rbegin(), fresh.rend(), isAnswer).base() - 1);
        std::erase_if(fresh, [](const std::string& f) { return f.starts_with(R"({"channel":"heartbeats")"); });
        return fresh;
    }
    Seen seen() { return m_probe->seen().get(); }

private:
    static bool isAnswer(const std::string& frame)
    {
        return frame.starts_with(R"({"channel":"subscriptions")") || frame.starts_with(R"({"type":"error")");
    }

    std::unique_ptr<sim::Simulator> m_simulator;
    std::unique_ptr<Probe> m_probe;
    std::size_t m_read = 0;
    std::ptrdiff_t m_requests = 0;
};

}  // namespace tickdeck::test
