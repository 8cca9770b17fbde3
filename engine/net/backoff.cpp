// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/backoff.h"

#include <algorithm>

namespace tickdeck::net {

Backoff::Backoff(BackoffPolicy policy, std::uint64_t seed) : m_policy(policy), m_random(seed) {}

Nanos Backoff::next()
{
    Nanos limit = m_policy.first;
    for (unsigned i = 0; i < m_failures && limit < m_policy.cap; ++i)
        limit *= 2;
    limit = std::clamp(limit, m_policy.floor, m_policy.cap);
    ++m_failures;
    const auto span = static_cast<std::uint64_t>(limit - m_policy.floor) + 1;
    return m_policy.floor + static_cast<Nanos>(m_random() % span);
}

}  // namespace tickdeck::net
