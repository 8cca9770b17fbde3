// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/simulator_rest.h"

#include "engine/connectors/binance/simulator_wire.h"

namespace tickdeck::binance::simulated {

namespace {

sim::HttpAnswer refusal(int status, Nanos until, Nanos now)
{
    return {.status = status,
            .body = refusalText(status, until),
            .headers = {{"Retry-After", std::to_string((until - now + kSecond - 1) / kSecond)}}};
}

}  // namespace

std::optional<sim::HttpAnswer> RequestMeter::charge(int weight, Nanos now)
{
    if (now / kMinute != m_minute) {
        m_minute = now / kMinute;
        m_used = 0;
        m_refused = 0;
    }
    m_used += weight;
    if (now < m_bannedUntil)
        return refusal(418, m_bannedUntil, now);
    if (m_used <= kMostInAMinute)
        return std::nullopt;
    if (++m_refused > kMostRefused) {
        m_bannedUntil = now + kBan;
        return refusal(418, m_bannedUntil, now);
    }
    return refusal(429, (m_minute + 1) * kMinute, now);
}

std::pair<std::string, std::string> RequestMeter::header() const
{
    return {"X-MBX-USED-WEIGHT-1M", std::to_string(m_used)};
}

std::string refusalText(int status, Nanos until)
{
    if (status == 418)
        return errorText(-1003, "Way too many requests; IP(127.0.0.1) banned until " + milliseconds(until) +
                                    ". Please use the websocket for live updates to avoid bans.");
    return errorText(-1003, "Too many requests; current limit of IP(127.0.0.1) is " +
                                std::to_string(RequestMeter::kMostInAMinute) + " requests per minute.");
}

std::optional<int> snapshotWeight(std::size_t levels) noexcept
{
    switch (levels) {
    case 5:
    case 10:
    case 20:
    case 50: return 2;
    case 100: return 5;
    case 500: return 10;
    case 1000: return 20;
    default: return std::nullopt;
    }
}

}  // namespace tickdeck::binance::simulated
