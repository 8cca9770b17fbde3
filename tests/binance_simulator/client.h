// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Plain clients of the simulated venue, whose market moves only when it is told.

#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "engine/connectors/binance/simulator.h"
#include "tests/net/session_probe.h"

namespace tickdeck::test {

inline constexpr Nanos kBinanceStart = 1'790'000'000 * kSecond;

class BinanceVenue {
public:
    explicit BinanceVenue(sim::SimulatorOptions options = {.seed = 42})
    {
        options.paced = false;
        options.start = kBinanceStart;
        m_simulator = binance::simulatorSpec().make(std::move(options));
        auto url = m_simulator->start();
        EXPECT_TRUE(url) << url.error().text();
        m_url = *url;
        m_client = std::make_unique<httplib::Client>(m_simulator->restUrl());
        m_client->set_keep_alive(true);
    }

    sim::Simulator& simulator() { return *m_simulator; }
    [[nodiscard]] sim::MarketOptions market() const { return m_simulator->market(); }
    [[nodiscard]] const std::string& url() const { return m_url; }
    // The index of a contract, "BTCUSDT".
    [[nodiscard]] std::size_t find(std::string_view symbol) const
    {
        const auto& listings = market().listings;
        return static_cast<std::size_t>(std::ranges::find(listings, symbol, binance::venueName) - listings.begin());
    }
    void advance(std::uint64_t steps) { m_simulator->advance(steps); }
    httplib::Result rest(const std::string& target) { return m_client->Get(target); }
    nlohmann::json json(const std::string& target)
    {
        const httplib::Result result = rest(target);
        return result ? nlohmann::json::parse(result->body, nullptr, false) : nlohmann::json();
    }
    nlohmann::json snapshot(const std::string& symbol, int limit = 1000)
    {
        return json("/fapi/v1/depth?symbol=" + symbol + "&limit=" + std::to_string(limit));
    }

private:
    std::unique_ptr<sim::Simulator> m_simulator;
    std::string m_url;
    std::unique_ptr<httplib::Client> m_client;
};

// One connection.
class BinanceClient {
public:
    BinanceClient(const BinanceVenue& venue, const std::string& path) : m_probe(venue.url() + path)
    {
        m_probe.start();
        EXPECT_TRUE(m_probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    }

    void send(std::string request) { EXPECT_TRUE(m_probe.send(std::move(request))); }
    void flood(const std::string& request, int times) { m_probe.flood(request, times); }
    void subscribe(const std::vector<std::string>& streams)
    {
        send(nlohmann::json{{"method", "SUBSCRIBE"}, {"params", streams}, {"id", 1}}.dump());
        EXPECT_TRUE(waitFor(R"({"result":null,"id":1})"));
    }
    // Whether a frame with this text has come.
    bool waitFor(std::string_view text)
    {
        return m_probe.seen().waitUntil([&](const Seen& seen) {
            return std::ranges::any_of(seen.frames,
                                       [&](const std::string& f) { return f.find(text) != std::string::npos; });
        });
    }
    bool waitForClose()
    {
        return m_probe.seen().waitUntil([](const Seen& seen) { return !seen.closed.empty(); });
    }
    // Asks what is subscribed to and gives all frames that came before the answer since the last time. Ten a second.
    std::vector<std::string> drain()
    {
        const std::string number = std::to_string(++m_questions + 1'000'000);
        send(R"({"method":"LIST_SUBSCRIPTIONS","id":)" + number + "}");
        const std::string answer = R"(],"id":)" + number;
        EXPECT_TRUE(waitFor(answer));
        const std::vector<std::string> all = m_probe.seen().get().frames;
        std::vector<std::string> fresh(all.begin() + static_cast<std::ptrdiff_t>(m_read), all.end());
        m_read = all.size();
        std::erase_if(fresh, [&](const std::string& f) { return f.find(answer) != std::string::npos; });
        return fresh;
    }
    Seen seen() { return m_probe.seen().get(); }

private:
    Probe m_probe;
    std::size_t m_read = 0;
    int m_questions = 0;
};

// The payloads of an event kind, wrapped or not.
inline std::vector<nlohmann::json> payloads(const std::vector<std::string>& frames, std::string_view event,
                                            std::string_view symbol = {})
{
    std::vector<nlohmann::json> out;
    for (const std::string& frame : frames) {
        nlohmann::json message = nlohmann::json::parse(frame, nullptr, false);
        if (message.contains("data"))
            message = nlohmann::json(message["data"]);
        if (message.is_object() && message.value("e", "") == event &&
            (symbol.empty() || message.value("s", "") == symbol))
            out.push_back(std::move(message));
    }
    return out;
}

}  // namespace tickdeck::test
