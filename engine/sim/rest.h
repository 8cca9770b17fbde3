// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a simulated venue answers over REST, with the faults that were asked for.

#include "engine/sim/door.h"
#include "engine/sim/venue.h"

namespace tickdeck::sim {

// In the simulator's thread; its venue and injector outlive it.
class Rest {
public:
    Rest(Venue& venue, FaultInjector& faults) : m_venue(venue), m_faults(faults) {}

    // `now` is UTC, `elapsed` the time since the simulator's start.
    [[nodiscard]] Door::Reply answer(HttpRequest request, const Market& market, Nanos now, Nanos elapsed);

private:
    [[nodiscard]] HttpAnswer refusal(int status, Nanos until, double retryAfter) const;

    Venue& m_venue;
    FaultInjector& m_faults;
    Nanos m_bannedUntil = 0;  // UTC
    bool m_banTells = false;  // with Retry-After
};

}  // namespace tickdeck::sim
