// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A plain client of the simulated venue, whose market moves only when it is told.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/connectors/deribit/simulator.h"
#include "tests/net/session_probe.h"

namespace tickdeck::test {

class DeribitClient {
public:
    using Json = nlohmann::json;

    DeribitClient() : m_simulator(deribit::simulatorSpec().make({.seed = 42, .paced = false, .start = kStart}))
    {
        auto url = m_simulator->start();
        EXPECT_TRUE(url) << url.error().text();
        m_probe = std::make_unique<Probe>(*url, Probe::quick(), 600'000, 1000, 1000);
        m_probe->start();
        EXPECT_TRUE(m_probe->seen().waitUntil([](const Seen& seen) { return seen.opened > 0; }));
    }

    static constexpr Nanos kStart = 1'795'262'400 * kSecond;  // 2026-11-21 12:00 UTC

    sim::Simulator& simulator() { return *m_simulator; }
    void send(std::string message) { EXPECT_TRUE(m_probe->send(std::move(message))); }
    // Sends a request and gives its answer, as it was written.
    std::string ask(std::string_view method, const Json& params = Json::object())
    {
        const std::string id = R"("id":)" + std::to_string(++m_requests) + ",";
        send(Json{{"jsonrpc", "2.0"}, {"id", m_requests}, {"method", method}, {"params", params}}.dump());
        EXPECT_TRUE(waitFor(id));
        for (const std::string& frame : seen().frames)
            if (frame.find(id) != std::string::npos)
                return frame;
        return "{}";
    }
    std::string subscribe(const std::vector<std::string>& channels)
    {
        return ask("public/subscribe", {{"channels", channels}});
    }
    // Whether a frame with this text has come.
    bool waitFor(std::string_view text)
    {
        return m_probe->seen().waitUntil([&](const Seen& all) {
            return std::ranges::any_of(all.frames,
                                       [&](const std::string& f) { return f.find(text) != std::string::npos; });
        });
    }
    // All frames that came since the last time, up to the answer of a request that is made now.
    std::vector<std::string> drain()
    {
        ask("public/test");
        const std::vector<std::string> all = seen().frames;
        std::vector<std::string> fresh(all.begin() + static_cast<std::ptrdiff_t>(m_read), all.end());
        m_read = all.size();
        return fresh;
    }
    Seen seen() { return m_probe->seen().get(); }

private:
    std::unique_ptr<sim::Simulator> m_simulator;
    std::unique_ptr<Probe> m_probe;
    std::size_t m_read = 0;
    int m_requests = 0;
};

}  // namespace tickdeck::test
