// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Who is connected to the simulated venue, what each has subscribed to, and how the venue answers them.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/connectors/binance/simulator_streams.h"
#include "engine/connectors/binance/simulator_wire.h"
#include "engine/sim/venue.h"

namespace tickdeck::binance::simulated {

// In the simulator's thread. `contracts` outlive it.
class Clients {
public:
    static constexpr std::size_t kMostStreams = 1024;  // of one connection
    static constexpr int kMostMessages = 10;           // of one connection in a second

    explicit Clients(std::span<const Contract> contracts) : m_contracts(contracts) {}

    // "/public/stream?streams=a/b", "/market/ws/a/b", "/ws": the connection's route, form and first streams.
    void opened(sim::ClientId id, std::string_view path, sim::Outbox& out);
    void closed(sim::ClientId id);
    void message(sim::ClientId id, std::string_view text, sim::Outbox& out);
    // Once a second.
    void second();

    // Whether anybody is served this stream.
    [[nodiscard]] bool want(const Stream& stream) const { return m_listeners.contains(stream); }
    // Sends what `payload` gives to all who are, each in the form of its connection.
    template <class Payload>
    void tell(const Stream& stream, std::string_view channel, std::string_view symbol, Payload&& payload,
              sim::Outbox& out) const
    {
        const auto found = m_listeners.find(stream);
        if (found == m_listeners.end())
            return;
        const std::string text = payload();
        for (const auto& [id, name] : found->second)
            out.send(
                id,
                {.text = m_clients.at(id).wraps ? wrapped(name, text) : text, .channel = channel, .symbol = symbol});
    }

private:
    struct Client {
        Route route = Route::Root;
        bool wraps = false;
        int messages = 0;  // in this second
        std::vector<std::string> streams;
    };

    void subscribe(sim::ClientId id, Client& client, const std::string& name);
    void unsubscribe(sim::ClientId id, Client& client, const std::string& name);

    std::span<const Contract> m_contracts;
    std::map<sim::ClientId, Client> m_clients;
    std::map<Stream, std::map<sim::ClientId, std::string>> m_listeners;  // with the stream's name
};

}  // namespace tickdeck::binance::simulated
