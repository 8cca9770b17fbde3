// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A link between the engine and a simulator on the loopback, on which things go wrong as told: WebSocket frames one by
// one, and whatever else passes (HTTP) as bytes.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "tests/faults/link_fault.h"

namespace tickdeck::test {

struct LinkStatus {
    bool over = true;  // no fault is under way
    Nanos begun = 0;   // UTC, of the last fault
    Nanos ended = 0;   // UTC
    std::uint64_t hit = 0;
    std::vector<std::string> hits;  // what it fell on, for people
};

// Runs in a thread of its own, `proxy`, from start() to its end. Any thread may call.
class LinkProxy {
public:
    // `target`: ws://127.0.0.1:PORT.
    LinkProxy(std::string name, const std::string& target);
    ~LinkProxy();
    LinkProxy(const LinkProxy&) = delete;
    LinkProxy& operator=(const LinkProxy&) = delete;

    // Listens, and gives its port.
    [[nodiscard]] Result<std::uint16_t> start();
    // One at a time: the one before must be over. A fault that finds nothing to fall on is over after some seconds.
    void inject(const LinkFault& fault);
    [[nodiscard]] LinkStatus status() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::test
