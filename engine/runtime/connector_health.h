// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the states of a connector's connections, and a ban by its venue, mean for its health.

#include <map>
#include <string>

#include "engine/net/rate_budget.h"
#include "engine/net/session.h"
#include "engine/ops/health.h"

namespace tickdeck::runtime {

// The worst of its connections speaks for the connector, and a ban for all of them. In the lane's thread.
class ConnectorHealth {
public:
    explicit ConnectorHealth(ops::Component& component) : m_component(&component) {}

    void connection(const std::string& name, const net::SessionStatus& status);
    void budget(const net::BudgetStatus& status);
    // For good: nothing that is told later hides it.
    void fail(const std::string& reason);

private:
    void tell();

    ops::Component* m_component;
    std::map<std::string, net::SessionStatus> m_connections;
    std::string m_ban;  // empty: none
    bool m_failed = false;
};

}  // namespace tickdeck::runtime
