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

    // More than the burst is let through once the bucket is full, and is then owed.
    [[nodiscard]] bool take(Nanos now, double tokens = 1) noexcept;
    // How long until take() succeeds; 0: it does now.
    [[nodiscard]] Nanos untilNext(Nanos now, double tokens = 1) noexcept;
    // No more than so many are left.
    void limitTo(Nanos now, double tokens) noexcept;
    // 0: full, 1: empty, more: owed.
    [[nodiscard]] double usedFraction(Nanos now) noexcept;

private:
    void refill(Nanos now) noexcept;

    double m_perNano;
    double m_burst;
    double m_tokens;
    Nanos m_at;
};

}  // namespace tickdeck::net
