// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Whether an address can be listened on, and why not.

#include <cstdint>
#include <string>

#include "engine/core/result.h"

namespace tickdeck::ops {

// Binds and lets go again; port 0 is always free. Exists: taken; Refused: not permitted to this user; Invalid: not a
// numeric address; Io: anything else.
[[nodiscard]] Result<> probePort(const std::string& address, std::uint16_t port);

// A numeric loopback address (127.0.0.0/8, ::1) or "localhost".
[[nodiscard]] bool isLoopback(const std::string& address);

}  // namespace tickdeck::ops
