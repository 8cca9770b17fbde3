// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A rate budget: what a venue allows us to send.

#include "engine/core/time.h"

namespace tickdeck::net {

// `burst` tokens at first, refilled at `perSecond` up to `burst`. Its time is given to it (steady nanoseconds, never
// going back). One thread.
class TokenBucket {
public:
    // Both above 0; a burst below one token counts as one.
    TokenBucket(double perSecond, double burst, Nanos now) noexcept;

    [[nodiscard]] bool take(Nanos now) noexcept;
    // How long until take() succeeds; 0: it does now.
    [[nodiscard]] Nanos untilNext(Nanos now) noexcept;

private:
    void refill(Nanos now) noexcept;

    double m_perNano;
    double m_burst;
    double m_tokens;
    Nanos m_at;
};

}  // namespace tickdeck::net
