// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Whether venues can be reached from this machine, and what their clocks say.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/time.h"

namespace tickdeck::net {

// How far an attempt came before it failed.
enum class ReachFault : std::uint8_t { None, Address, Name, Connection, Certificate };

struct Reached {
    std::string url;
    ReachFault fault = ReachFault::None;
    std::string detail;           // of the fault, English
    Nanos took = 0;               // until the connection stood, with TLS its handshake
    bool encrypted = false;       // with a certificate that was verified
    std::optional<Nanos> offset;  // its clock minus ours, by the Date of an HTTP answer: exact to about a second
};

// Connects to all of them at once (ws, wss, http, https), asks each for one HTTP header, and lets go again. In the order
// of `urls`; takes no longer than `limit`. Needs a QCoreApplication and runs an event loop on the calling thread. A name
// that the system is still looking up then holds up the application's end: leave by std::_Exit where `hanging`.
[[nodiscard]] std::vector<Reached> reach(const std::vector<std::string>& urls, std::chrono::milliseconds limit,
                                         bool* hanging = nullptr);

}  // namespace tickdeck::net
