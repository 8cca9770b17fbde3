// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A venue in this process: a server for WebSockets and REST on the loopback that tells a random market of known truth.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sim/faults.h"
#include "engine/sim/venue.h"

namespace tickdeck::sim {

struct SimulatorOptions {
    std::uint16_t port = 0;  // 0: a free one
    std::uint64_t seed = 1;
    double rate = 400;  // steps of the market per second
    bool paced = true;  // by the wall clock; false: only advance() moves the market
    Nanos start = 0;    // UTC, when the market begins; 0: when it is made
    std::vector<Fault> faults;
    std::vector<Listing> listings;            // empty: the venue's own (SimulatorSpec::make fills them in)
    std::chrono::milliseconds life{0};        // of a connection, which is then closed; 0: no end
    std::chrono::milliseconds pingEvery{0};   // ping frames; 0: none
    std::chrono::milliseconds pongWithin{0};  // a connection whose last pong is older is closed; 0: never
};

// The market that a simulator with these options tells. `start` is set.
[[nodiscard]] MarketOptions marketOf(const SimulatorOptions& options);

struct SimulatorCounters {
    std::uint64_t connections = 0;  // opened since the start
    std::uint64_t clients = 0;      // connected now
    std::uint64_t received = 0;     // messages
    std::uint64_t sent = 0;         // messages
    std::uint64_t steps = 0;        // of the market
    std::uint64_t faults = 0;       // injected
    std::uint64_t requests = 0;     // over REST
    std::uint64_t pongs = 0;        // to our pings
};

// Runs in a thread of its own, `sim-NAME`, between start() and stop(). Its owner's thread calls; counters() any.
class Simulator {
public:
    Simulator(std::string name, SimulatorOptions options, std::unique_ptr<Venue> venue);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    // Listens on 127.0.0.1 and returns the URL, ws://127.0.0.1:PORT. Exists, where the port is taken.
    [[nodiscard]] Result<std::string> start();
    // The same port for REST, http://127.0.0.1:PORT; empty unless it runs.
    [[nodiscard]] const std::string& restUrl() const noexcept;
    // Closes all connections. Idempotent.
    void stop();

    // Moves the market on by `steps`, at once (after what was asked before).
    void advance(std::uint64_t steps);
    // One on an instrument without `atSeconds` begins at once.
    void inject(Fault fault);
    // Closes every connection, without a closing handshake.
    void cut();
    // While refusing, a new connection and a request over REST are answered with this HTTP status (403, 429, …) and, from
    // 0 up, with so many seconds as Retry-After; status 0: let in.
    void refuse(int httpStatus, int retryAfter = -1);

    // The market from which it all comes: for Market::bookAt.
    [[nodiscard]] MarketOptions market() const;
    [[nodiscard]] SimulatorCounters counters() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::sim

namespace tickdeck {

struct SimulatorSpec {
    std::string_view name;  // the connector's
    std::string_view title;
    std::function<std::unique_ptr<sim::Simulator>(sim::SimulatorOptions)> make;
    bool rest = false;  // whether it answers over REST, too
};

}  // namespace tickdeck
