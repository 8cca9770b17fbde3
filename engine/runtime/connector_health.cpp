// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/connector_health.h"

#include <algorithm>
#include <utility>

namespace tickdeck::runtime {

namespace {

ops::State healthOf(net::SessionState state)
{
    switch (state) {
    case net::SessionState::Open: return ops::State::Ok;
    case net::SessionState::Connecting: return ops::State::Starting;
    case net::SessionState::Stopped: return ops::State::Stopped;
    case net::SessionState::BackingOff:
    case net::SessionState::NoNetwork:
    case net::SessionState::Refused:
    case net::SessionState::RateLimited:
    case net::SessionState::Held: break;
    }
    return ops::State::Degraded;
}

// Higher is worse; a connector is stopped only when all of its connections are.
int badness(ops::State state)
{
    switch (state) {
    case ops::State::Stopped: return 0;
    case ops::State::Ok: return 1;
    case ops::State::Starting: return 2;
    case ops::State::Degraded: return 3;
    case ops::State::Failed: break;
    }
    return 4;
}

}  // namespace

void ConnectorHealth::connection(const std::string& name, const net::SessionStatus& status)
{
    m_connections[name] = status;
    tell();
}

void ConnectorHealth::budget(const net::BudgetStatus& status)
{
    m_ban = status.reason;
    tell();
}

void ConnectorHealth::fail(const std::string& reason)
{
    if (std::exchange(m_failed, true))
        return;
    m_component->set(ops::State::Failed, reason);
}

void ConnectorHealth::tell()
{
    if (m_failed)
        return;
    if (m_connections.empty())
        return;
    const auto worst = std::ranges::max_element(
        m_connections, {}, [](const auto& entry) { return badness(healthOf(entry.second.state)); });
    const ops::State state = healthOf(worst->second.state);
    if (state != ops::State::Stopped && !m_ban.empty()) {
        m_component->set(ops::State::Degraded, m_ban);
        return;
    }
    const std::string& reason = worst->second.reason;
    const bool named = m_connections.size() > 1 && !reason.empty() && state != ops::State::Stopped;
    m_component->set(state, named ? worst->first + ": " + reason : reason);
}

}  // namespace tickdeck::runtime
