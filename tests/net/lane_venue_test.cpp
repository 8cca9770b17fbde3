// SPDX-License-Identifier: GPL-3.0-or-later

// All connections and requests of a lane share one budget of their venue.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/net/lane.h"
#include "tests/net/http_server.h"

namespace tickdeck::net {
namespace {

using test::HttpReply;
using test::httpReply;
using test::HttpSeen;
using test::HttpServer;
using test::Watched;
using testing::HasSubstr;
using namespace std::chrono_literals;

// Asks for /ask when that is wanted.
class SilentDecoder final : public Decoder {
public:
    Result<> onFrame(const Frame&, Emit&) override { return {}; }
    Result<> onControl(const Control& control, Emit& emit) override
    {
        if (control.kind == ControlKind::Wanted)
            emit.request("/ask");
        return {};
    }
    void save(std::string& out) const override { out.clear(); }
    Result<> load(std::string_view) override { return {}; }
};

struct Told {
    std::vector<SessionStatus> statuses;
    std::vector<std::string> closed;
    std::vector<BudgetStatus> budgets;
};

class LaneVenueTest : public testing::Test {
protected:
    void start(LaneOptions options)
    {
        options.session.backoff = {.first = 20 * kMillisecond, .cap = 50 * kMillisecond, .floor = 5 * kMillisecond};
        LaneHooks hooks;
        hooks.push = [this](Batch&& batch) {
            if (batch.header().control == ControlKind::Closed)
                m_told.update([&](Told& told) { told.closed.emplace_back(batch.payload()); });
            return true;
        };
        hooks.status = [this](const Endpoint&, const SessionStatus& status) {
            m_told.update([&](Told& told) { told.statuses.push_back(status); });
        };
        hooks.budget = [this](const BudgetStatus& budget) {
            m_told.update([&](Told& told) { told.budgets.push_back(budget); });
        };
        m_lane = std::make_unique<Lane>(m_thread, std::move(options), std::make_unique<SilentDecoder>(), m_pool,
                                        m_clock, nullptr, std::move(hooks));
        m_lane->start();
    }
    static void addEndpoint(LaneOptions& options, const HttpServer& server)
    {
        Endpoint& endpoint = options.endpoints.emplace_back();
        endpoint.name = "e" + std::to_string(options.endpoints.size());
        endpoint.url = server.wsUrl();
    }

    SystemClock m_clock;
    BufferPool m_pool;
    Watched<Told> m_told;
    IoThread m_thread{"io-0"};
    std::unique_ptr<Lane> m_lane;
};

TEST_F(LaneVenueTest, ConnectsAreSpreadAtTheStartAndAfterACommonCut)
{
    HttpServer server([](const std::string&) { return HttpReply{.upgrade = true}; });
    LaneOptions options;
    for (int i = 0; i < 4; ++i)
        addEndpoint(options, server);
    options.connects.spread = 100ms;
    Nanos before = m_clock.now();
    start(std::move(options));
    // When each attempt began.
    const auto begun = [&] {
        std::vector<Nanos> times;
        for (const SessionStatus& status : m_told.get().statuses)
            if (status.state == SessionState::Connecting && status.reason == server.wsUrl())
                times.push_back(status.since);
        return times;
    };
    ASSERT_TRUE(server.seen().waitUntil([](const HttpSeen& seen) { return seen.times.size() == 4; }));
    ASSERT_EQ(begun().size(), 4u);
    // Half the spread at least lies between two of them.
    EXPECT_GE(begun()[3] - before, 3 * 50 * kMillisecond);
    before = m_clock.now();
    m_lane->reconnect("all at once");
    ASSERT_TRUE(server.seen().waitUntil([](const HttpSeen& seen) { return seen.times.size() == 8; }));
    ASSERT_EQ(begun().size(), 8u);
    EXPECT_GE(begun()[7] - before, 3 * 50 * kMillisecond);
    EXPECT_EQ(std::ranges::count(m_told.get().statuses, SessionState::RateLimited, &SessionStatus::state), 0);
}

TEST_F(LaneVenueTest, NoMoreThanSoManyAttemptsAreUnderWay)
{
    HttpServer silent([](const std::string&) { return HttpReply{}; });
    LaneOptions options;
    for (int i = 0; i < 4; ++i)
        addEndpoint(options, silent);
    options.connects.spread = 10ms;
    options.connects.atOnce = 2;
    start(std::move(options));
    ASSERT_TRUE(silent.seen().waitUntil([](const HttpSeen& seen) { return seen.paths.size() == 2; }));
    EXPECT_FALSE(silent.seen().waitUntil([](const HttpSeen& seen) { return seen.opened > 2; }, 300ms));
}

TEST_F(LaneVenueTest, ABanOverRestStopsNewConnectionsUntilItsEnd)
{
    std::atomic<bool> banned{true};
    HttpServer server([&](const std::string& path) {
        return path != "/ask" ? HttpReply{.upgrade = true}
               : banned       ? httpReply(418, "", "Retry-After: 4\r\n")
                              : httpReply(200, "1");
    });
    LaneOptions options;
    addEndpoint(options, server);
    options.rest.url = server.url();
    options.tick = 50ms;
    start(std::move(options));
    ASSERT_TRUE(m_told.waitUntil([](const Told& told) { return told.statuses.back().state == SessionState::Open; }));
    m_lane->setWanted("ask");
    ASSERT_TRUE(m_told.waitUntil([](const Told& told) { return told.budgets.size() == 1; }));
    EXPECT_NE(m_lane->budget().bannedUntil, kNoTime);
    EXPECT_EQ(m_lane->statuses()[0].state, SessionState::Open) << "what is open stays";
    m_lane->reconnect("cut");
    ASSERT_TRUE(m_told.waitUntil([](const Told& told) {
        return told.statuses.back().state == SessionState::RateLimited && told.closed.size() == 2;
    }));
    EXPECT_THAT(m_told.get().closed[1], HasSubstr("banned by the venue until"));
    const std::size_t asked = server.seen().get().paths.size();
    ASSERT_TRUE(m_told.waitUntil([](const Told& told) { return told.statuses.back().state == SessionState::Open; }));
    const HttpSeen seen = server.seen().get();
    EXPECT_EQ(seen.paths.size(), asked + 1);
    EXPECT_GE(seen.times.back() - seen.times[1], 4 * kSecond) << "after the ban's end";
    ASSERT_TRUE(m_told.waitUntil([](const Told& told) { return told.budgets.size() == 2; }));
    EXPECT_EQ(m_told.get().budgets[1].reason, "");
}

TEST_F(LaneVenueTest, ASharedBudgetCarriesABanOverToTheNextLane)
{
    HttpServer server([](const std::string&) { return HttpReply{.upgrade = true}; });
    LaneOptions options;
    addEndpoint(options, server);
    options.budget = std::make_shared<RateBudget>(options.rest, options.connects, m_clock);
    ASSERT_TRUE(options.budget->refused(418, 3600 * kSecond));
    start(std::move(options));
    ASSERT_TRUE(m_told.waitUntil([](const Told& told) { return !told.closed.empty(); }));
    EXPECT_EQ(m_lane->statuses()[0].state, SessionState::RateLimited);
    EXPECT_GT(m_lane->statuses()[0].retryAt - m_clock.now(), 3500 * kSecond);
    EXPECT_EQ(server.seen().get().opened, 0);
}

}  // namespace
}  // namespace tickdeck::net
