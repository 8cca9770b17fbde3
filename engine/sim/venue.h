// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a venue's simulator knows of its wire; everything else is the same for all venues.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sim/faults.h"
#include "engine/sim/http.h"
#include "engine/sim/market.h"

namespace tickdeck::sim {

using ClientId = std::uint64_t;  // counts connections from 1

// A message to a client; channel and symbol are what faults aim at (views of texts that live as long as the venue).
struct OutFrame {
    std::string text;
    std::string_view channel;
    std::string_view symbol;
    bool hasChecksum = false;
};

// Where a venue puts its messages. In the simulator's thread; never calls back.
class Outbox {
public:
    virtual ~Outbox() = default;
    virtual void send(ClientId client, OutFrame frame) = 0;
    virtual void close(ClientId client, std::string_view reason) = 0;
};

// A venue's side of the wire. Called in the simulator's thread only; times are UTC nanoseconds.
class Venue {
public:
    virtual ~Venue() = default;
    // `path` is what the client asked for when it connected: "/public/stream?streams=a/b".
    virtual void opened(ClientId client, std::string_view path, Nanos now, Outbox& out) = 0;
    virtual void closed(ClientId client) = 0;
    virtual void message(ClientId client, std::string_view text, const Market& market, Nanos now, Outbox& out) = 0;
    // After each step of the market.
    virtual void stepped(const Step& step, const Market& market, Outbox& out) = 0;
    // In a market that follows the wall clock: all steps up to `now` are done. Some 200 times a second.
    virtual void caughtUp(Nanos /*now*/, const Market& /*market*/, Outbox& /*out*/) {}
    // Once a second.
    virtual void second(Nanos now, Outbox& out) = 0;
    // Answers a GET request.
    [[nodiscard]] virtual HttpAnswer get(const HttpRequest& /*request*/, const Market& /*market*/, Nanos /*now*/)
    {
        return {.status = 404, .body = {}, .headers = {}};
    }
    // What stands in a 429 or, until `until`, a 418.
    [[nodiscard]] virtual std::string refusal(int /*status*/, Nanos /*until*/) const { return "{}"; }
    // A fault of FaultObject::Instrument begins.
    virtual void disturb(const Fault& /*fault*/, const Market& /*market*/, Nanos /*now*/, Outbox& /*out*/) {}
    // Makes a frame's checksum wrong.
    virtual void spoilChecksum(std::string& frame) const = 0;
    // What it answers to a client that sends too much.
    [[nodiscard]] virtual std::string rateLimitAnswer() const = 0;
};

}  // namespace tickdeck::sim
