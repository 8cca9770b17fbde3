// SPDX-License-Identifier: GPL-3.0-or-later

// What a connector's connections and a ban mean for its health.

#include <gtest/gtest.h>

#include "engine/runtime/connector_health.h"

namespace tickdeck::runtime {
namespace {

using net::SessionState;

class ConnectorHealthTest : public testing::Test {
protected:
    void set(const char* name, SessionState state, const char* reason = "")
    {
        net::SessionStatus status;
        status.state = state;
        status.reason = reason;
        m_connector.connection(name, status);
    }
    std::string told() const
    {
        const ops::ComponentHealth health = m_component.get();
        return std::string(enumName(health.state)) + ": " + health.reason;
    }

    ManualClock m_clock;
    ops::Health m_health{m_clock};
    ops::Component& m_component = m_health.add("binance", ops::ComponentKind::Connector);
    ConnectorHealth m_connector{m_component};
};

TEST_F(ConnectorHealthTest, TheWorstConnectionSpeaks)
{
    set("public", SessionState::Open);
    EXPECT_EQ(told(), "ok: ");
    set("market", SessionState::Connecting, "wss://x");
    EXPECT_EQ(told(), "starting: market: wss://x");
    set("market", SessionState::BackingOff, "no sign of life");
    EXPECT_EQ(told(), "degraded: market: no sign of life");
    set("public", SessionState::Open);
    EXPECT_EQ(told(), "degraded: market: no sign of life") << "one that is well does not hide it";
    set("market", SessionState::Open);
    EXPECT_EQ(told(), "ok: ");
}

TEST_F(ConnectorHealthTest, ABanIsToldUntilItsEnd)
{
    set("public", SessionState::Open);
    net::BudgetStatus ban;
    ban.reason = "banned by the venue until 12:34:56Z (HTTP 418)";
    m_connector.budget(ban);
    EXPECT_EQ(told(), "degraded: banned by the venue until 12:34:56Z (HTTP 418)");
    set("public", SessionState::RateLimited, "banned by the venue");
    EXPECT_EQ(told(), "degraded: banned by the venue until 12:34:56Z (HTTP 418)");
    set("public", SessionState::Open);
    m_connector.budget({});
    EXPECT_EQ(told(), "ok: ");
}

TEST_F(ConnectorHealthTest, AFailureStays)
{
    set("public", SessionState::Open);
    m_connector.fail("the decoder threw");
    EXPECT_EQ(told(), "failed: the decoder threw");
    set("public", SessionState::BackingOff, "the decoder failed");
    m_connector.budget({});
    m_connector.fail("it threw again");
    EXPECT_EQ(told(), "failed: the decoder threw");
    ConnectorHealth next(m_component);
    next.connection("public", {});
    EXPECT_EQ(told(), "stopped: ") << "the next lane's is its own";
}

TEST_F(ConnectorHealthTest, IsStoppedOnlyWhenAllAre)
{
    set("public", SessionState::Open);
    set("market", SessionState::Open);
    set("public", SessionState::Stopped, "stopped");
    EXPECT_EQ(told(), "ok: ");
    set("market", SessionState::Stopped, "stopped");
    EXPECT_EQ(told(), "stopped: stopped");
}

}  // namespace
}  // namespace tickdeck::runtime
