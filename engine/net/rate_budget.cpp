// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/rate_budget.h"

#include <algorithm>

namespace tickdeck::net {

namespace {

// The part of the venue's window that is left to those who share our address, and to what is under way.
constexpr double kMargin = 0.05;
constexpr Nanos kShortestBan = kSecond;
constexpr Nanos kDay = 24 * 3600 * kSecond;

std::string until(Nanos end, Nanos now)
{
    const Nanos whole = (end + kSecond - 1) / kSecond * kSecond;
    const std::string clock = formatClock(whole).substr(0, 8) + "Z";
    return whole - now < kDay ? clock : formatDate(whole) + "T" + clock;
}

bool coversOpenConnections(int status) { return status == 418 || status == 403; }

}  // namespace

RateBudget::RateBudget(const Rest& rest, const ConnectLimits& connects, Clock& clock, BanPolicy bans,
                       std::uint64_t seed)
    : m_clock(clock),
      m_policy(bans),
      m_connectsAtOnce(std::max<std::size_t>(1, connects.atOnce)),
      m_spread(toNanos(connects.spread)),
      m_windowLimit(rest.weightPerSecond * std::chrono::duration<double>(rest.usedWeightWindow).count()),
      m_window(std::max(kSecond, toNanos(rest.usedWeightWindow))),
      m_weight(rest.weightPerSecond, rest.weightBurst, clock.steady()),
      m_connects(connects.perSecond, connects.burst, clock.steady()),
      m_tooMany(bans.tooMany, seed),
      m_banned(bans.banned, seed + 1),
      m_random(seed + 2)
{
}

Nanos RateBudget::requestWait(double weight)
{
    const std::scoped_lock lock(m_mutex);
    const Nanos now = m_clock.steady();
    if (const Nanos wait = std::max(banLeft(now), m_pausedUntil - now); wait > 0)
        return wait;
    return m_weight.take(now, weight) ? 0 : m_weight.untilNext(now, weight);
}

Nanos RateBudget::connectWait()
{
    const std::scoped_lock lock(m_mutex);
    const Nanos now = m_clock.steady();
    if (const Nanos wait = std::max(banLeft(now), m_nextConnect - now); wait > 0)
        return wait;
    if (m_connecting >= m_connectsAtOnce)
        return std::max(m_spread, 10 * kMillisecond);
    if (!m_connects.take(now))
        return m_connects.untilNext(now);
    ++m_connecting;
    const auto jitter = m_spread > 0 ? static_cast<Nanos>(m_random() % static_cast<std::uint64_t>(m_spread)) : 0;
    m_nextConnect = now + m_spread / 2 + jitter;
    return 0;
}

void RateBudget::connectEnded()
{
    const std::scoped_lock lock(m_mutex);
    if (m_connecting > 0)
        --m_connecting;
}

Nanos RateBudget::sendWait()
{
    const std::scoped_lock lock(m_mutex);
    return coversOpenConnections(m_banStatus) ? banLeft(m_clock.steady()) : 0;
}

void RateBudget::counted(double used)
{
    const std::scoped_lock lock(m_mutex);
    const Nanos now = m_clock.steady();
    m_counted = used;
    m_windowEnd = now + m_window - m_clock.now() % m_window;
    const double left = m_windowLimit - used;
    m_weight.limitTo(now, std::max(0.0, left));
    if (left < m_windowLimit * kMargin)
        m_pausedUntil = m_windowEnd;
}

std::optional<Nanos> RateBudget::refused(int status, std::optional<Nanos> retryAfter)
{
    const bool always = status == 429 || status == 418;
    if (!always && !((status == 403 || status == 503) && retryAfter))
        return {};
    const std::scoped_lock lock(m_mutex);
    const Nanos now = m_clock.steady();
    const Nanos left = banLeft(now);
    if (left > 0 && !retryAfter && (status == m_banStatus || status == 429))
        return left;  // asked before the ban was known
    const Nanos wait = retryAfter ? std::clamp(*retryAfter, kShortestBan, m_policy.longest)
                                  : (status == 418 ? m_banned : m_tooMany).next();
    if (left == 0)
        ++m_bans;
    if (left == 0 || coversOpenConnections(status) || !coversOpenConnections(m_banStatus))
        m_banStatus = status;
    m_banEnd = std::max(m_banEnd, now + wait);
    return banLeft(now);
}

void RateBudget::answered()
{
    const std::scoped_lock lock(m_mutex);
    if (banLeft(m_clock.steady()) > 0)
        return;
    m_tooMany.reset();
    m_banned.reset();
}

void RateBudget::setWaiting(std::size_t requests)
{
    const std::scoped_lock lock(m_mutex);
    m_waiting = requests;
}

BudgetStatus RateBudget::status()
{
    const std::scoped_lock lock(m_mutex);
    const Nanos now = m_clock.steady();
    BudgetStatus out;
    out.usedFraction = std::clamp(m_weight.usedFraction(now), 0.0, 1.0);
    if (now < m_windowEnd && m_windowLimit > 0)
        out.usedFraction = std::max(out.usedFraction, std::min(1.0, m_counted / m_windowLimit));
    out.waiting = m_waiting;
    out.bans = m_bans;
    if (const Nanos left = banLeft(now)) {
        const Nanos wall = m_clock.now();
        out.bannedUntil = wall + left;
        out.reason = (m_banStatus == 503 ? "the venue is not available until " : "banned by the venue until ") +
                     until(out.bannedUntil, wall) + " (HTTP " + std::to_string(m_banStatus) + ")";
    }
    return out;
}

}  // namespace tickdeck::net
