// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Tells when a connection's own sign of life is overdue.

#include "engine/core/time.h"

namespace tickdeck::net {

// Fed with the venue's liveness signal alone (heartbeat, ping): data that does not come says nothing, a quiet book is not
// a dead one. Steady nanoseconds. One thread.
class Watchdog {
public:
    explicit Watchdog(Nanos timeout) noexcept : m_timeout(timeout) {}

    void alive(Nanos now) noexcept { m_last = now; }
    [[nodiscard]] bool overdue(Nanos now) const noexcept { return now - m_last >= m_timeout; }
    // How long until it would be overdue; 0 or less: it is.
    [[nodiscard]] Nanos remaining(Nanos now) const noexcept { return m_last + m_timeout - now; }

private:
    Nanos m_timeout;
    Nanos m_last = 0;
};

}  // namespace tickdeck::net
