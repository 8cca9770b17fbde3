// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A venue for tests: greets, records what it is told, does what it is asked.

#include <string>
#include <vector>

#include "engine/sim/simulator.h"
#include "tests/support/waiter.h"

namespace tickdeck::test {

struct Heard {
    std::vector<std::string> messages;
    std::vector<Nanos> times;
    int opened = 0;
    int closed = 0;
};

// Greets with "hello"; answers "size N" with N bytes, "close" by closing, "many N" with N numbered messages; sends "beat"
// every second and "step N" at each step of the market.
class TestVenue final : public sim::Venue {
public:
    explicit TestVenue(Watched<Heard>& heard) : m_heard(heard) {}

    void opened(sim::ClientId id, std::string_view, Nanos, sim::Outbox& out) override
    {
        m_heard.update([](Heard& heard) { ++heard.opened; });
        m_clients.push_back(id);
        out.send(id, {.text = "hello", .channel = "greeting"});
    }
    void closed(sim::ClientId id) override
    {
        std::erase(m_clients, id);
        m_heard.update([](Heard& heard) { ++heard.closed; });
    }
    void message(sim::ClientId id, std::string_view text, const sim::Market&, Nanos now, sim::Outbox& out) override
    {
        m_heard.update([&](Heard& heard) {
            heard.messages.emplace_back(text);
            heard.times.push_back(now);
        });
        const auto number = [&](std::size_t skip) { return std::stoul(std::string(text.substr(skip))); };
        if (text.starts_with("size "))
            out.send(id, {.text = std::string(number(5), 'x'), .channel = "big"});
        else if (text.starts_with("many "))
            for (std::size_t i = 0; i < number(5); ++i)
                out.send(id, {.text = "number " + std::to_string(i), .channel = "many"});
        else if (text == "close")
            out.close(id, "as you wish");
    }
    void stepped(const sim::Step&, const sim::Market& market, sim::Outbox& out) override
    {
        for (const sim::ClientId id : m_clients)
            out.send(id, {.text = "step " + std::to_string(market.book(0).version()), .channel = "step"});
    }
    void second(Nanos, sim::Outbox& out) override
    {
        for (const sim::ClientId id : m_clients)
            out.send(id, {.text = "beat", .channel = "beat"});
    }
    void spoilChecksum(std::string&) const override {}
    std::string rateLimitAnswer() const override { return "slow down"; }

private:
    Watched<Heard>& m_heard;
    std::vector<sim::ClientId> m_clients;
};

inline std::unique_ptr<sim::Simulator> makeTestServer(Watched<Heard>& heard, std::uint16_t port = 0)
{
    sim::SimulatorOptions options{.port = port, .paced = false};
    options.listings = {{.base = "A", .quote = "B", .price = 1'000'000, .quantity = 100}};
    return std::make_unique<sim::Simulator>("test", std::move(options), std::make_unique<TestVenue>(heard));
}

inline std::uint16_t portOf(const std::string& url)
{
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

}  // namespace tickdeck::test
