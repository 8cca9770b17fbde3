// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace tickdeck::net {

TokenBucket::TokenBucket(double perSecond, double burst, Nanos now) noexcept
    : m_perNano(perSecond / 1e9), m_burst(std::max(1.0, burst)), m_tokens(m_burst), m_at(now)
{
}

void TokenBucket::refill(Nanos now) noexcept
{
    m_tokens = std::min(m_burst, m_tokens + static_cast<double>(now - m_at) * m_perNano);
    m_at = now;
}

bool TokenBucket::take(Nanos now, double tokens) noexcept
{
    refill(now);
    if (m_tokens < std::min(tokens, m_burst))
        return false;
    m_tokens -= tokens;
    return true;
}

Nanos TokenBucket::untilNext(Nanos now, double tokens) noexcept
{
    refill(now);
    const double needed = std::min(tokens, m_burst);
    return m_tokens >= needed ? 0 : static_cast<Nanos>(std::ceil((needed - m_tokens) / m_perNano));
}

void TokenBucket::limitTo(Nanos now, double tokens) noexcept
{
    refill(now);
    m_tokens = std::min(m_tokens, tokens);
}

double TokenBucket::usedFraction(Nanos now) noexcept
{
    refill(now);
    return 1.0 - m_tokens / m_burst;
}

}  // namespace tickdeck::net
