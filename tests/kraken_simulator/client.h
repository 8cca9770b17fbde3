// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A plain client of the simulated venue, whose market moves only when it is told.

#include <gtest/gtest.h>

#include "engine/connectors/kraken/simulator.h"
#include "tests/net/session_probe.h"

namespace tickdeck::test {

class KrakenClient {
public:
    KrakenClient() : m_simulator(kraken::simulatorSpec().make({.seed = 42, .paced = false, .start = kStart}))
    {
        auto url = m_simulator->start();
        EXPECT_TRUE(url) << url.error().text();
        m_probe = std::make_unique<Probe>(*url);
        m_probe->start();
        EXPECT_TRUE(waitFor(R"("connection_id")"));
        EXPECT_EQ(drain().size(), 1u) << "the status comes first";
    }

    static constexpr Nanos kStart = 1'790'000'000 * kSecond;

    sim::Simulator& simulator() { return *m_simulator; }
    void send(std::string request) { EXPECT_TRUE(m_probe->send(std::move(request))); }
    void flood(const std::string& request, int times) { m_probe->flood(request, times); }
    // Whether a frame with this text has come.
    bool waitFor(std::string_view text)
    {
        return m_probe->seen().waitUntil([&](const Seen& seen) {
            return std::ranges::any_of(seen.frames,
                                       [&](const std::string& f) { return f.find(text) != std::string::npos; });
        });
    }
    // Sends a ping and gives all frames that came before its answer since the last time.
    std::vector<std::string> drain()
    {
        const std::string number = std::to_string(++m_pings + 1'000'000);
        send(R"({"method":"ping","req_id":)" + number + "}");
        EXPECT_TRUE(waitFor("\"req_id\":" + number));
        const std::vector<std::string> all = m_probe->seen().get().frames;
        std::vector<std::string> fresh(all.begin() + static_cast<std::ptrdiff_t>(m_read), all.end());
        m_read = all.size();
        std::erase_if(fresh, [&](const std::string& f) {
            return f.find(number) != std::string::npos || f == R"({"channel":"heartbeat"})";
        });
        return fresh;
    }
    Seen seen() { return m_probe->seen().get(); }

private:
    std::unique_ptr<sim::Simulator> m_simulator;
    std::unique_ptr<Probe> m_probe;
    std::size_t m_read = 0;
    int m_pings = 0;
};

}  // namespace tickdeck::test
