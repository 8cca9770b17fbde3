// SPDX-License-Identifier: GPL-3.0-or-later

// A lane between a server on the loopback and a ring: what it journals, in which order, and what it does when there is
// no room.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/net/lane.h"
#include "tests/net/test_venue.h"

namespace tickdeck::net {
namespace {

using test::Heard;
using test::Watched;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

// Counts frames in a status event each, fails on "bad", takes "beat" as a sign of life, says "hi" when opened, and does what
// ControlKind::Wanted says ("send:TEXT", "reconnect").
class CountingDecoder final : public Decoder {
public:
    Result<> onFrame(const Frame& frame, Emit& emit) override
    {
        if (frame.bytes == "beat") {
            emit.alive(frame.connection);
            emit.ignored("beat");
            return {};
        }
        ++m_frames;
        Status& status = emit.events().add<Status>(0, kNoTime, BatchBuilder::room(20));
        emit.events().setText(status.state, std::to_string(m_frames));
        if (frame.bytes.size() == 17)
            throw std::runtime_error("seventeen bytes");
        if (frame.bytes.size() == 13)
            return fail(ErrorCode::Malformed, "thirteen bytes", Remedy::None, 7);
        return {};
    }
    Result<> onControl(const Control& control, Emit& emit) override
    {
        if (control.kind == ControlKind::Opened)
            emit.send(control.connection, "hi");
        if (control.kind == ControlKind::Wanted && control.payload.starts_with("send:"))
            emit.send(0, std::string(control.payload.substr(5)));
        if (control.kind == ControlKind::Wanted && control.payload == "reconnect")
            emit.reconnect(0, "as the decoder wants it");
        return {};
    }
    void save(std::string& out) const override { out = "frames " + std::to_string(m_frames); }
    Result<> load(std::string_view) override { return {}; }

private:
    int m_frames = 0;
};

struct Taken {
    std::vector<Batch> batches;
    std::vector<std::string> errors;
    std::vector<std::uint64_t> observed;
    std::vector<SessionState> states;

    [[nodiscard]] std::vector<ControlKind> controls() const
    {
        std::vector<ControlKind> out;
        for (const Batch& batch : batches)
            if (batch.header().kind == BatchKind::Control && batch.header().control != ControlKind::Tick)
                out.push_back(batch.header().control);
        return out;
    }
    [[nodiscard]] std::string payloadOf(ControlKind kind) const
    {
        const auto found = std::ranges::find_if(batches, [&](const Batch& b) { return b.header().control == kind; });
        return found == batches.end() ? "none" : std::string(found->payload());
    }
    [[nodiscard]] std::vector<std::string> steps() const
    {
        std::vector<std::string> out;
        for (const Batch& batch : batches)
            if (batch.payload().starts_with("step "))
                out.emplace_back(batch.payload());
        return out;
    }
    // Those that come with time are not counted.
    [[nodiscard]] std::size_t frames() const
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            batches, [](const Batch& b) { return b.header().kind == BatchKind::Frame && b.payload() != "beat"; }));
    }
};

class LaneTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto url = m_server->start();
        ASSERT_TRUE(url) << url.error().text();
        m_url = *url;
    }

    Lane& make(std::size_t heldBytes = 16u << 20)
    {
        LaneOptions options;
        options.lane = 5;
        Endpoint& endpoint = options.endpoints.emplace_back();
        endpoint.name = "main";
        endpoint.url = m_url;
        endpoint.messagesPerSecond = endpoint.messageBurst = 100;
        options.wanted = R"({"subscriptions":[]})";
        options.previous = 123;
        options.tick = 50ms;
        options.heldBytes = heldBytes;
        options.session.backoff = {.first = 20 * kMillisecond, .cap = 50 * kMillisecond, .floor = 5 * kMillisecond};
        LaneHooks hooks;
        hooks.push = [this](Batch&& batch) {
            if (!m_room)
                return false;
            m_taken.update([&](Taken& taken) { taken.batches.push_back(std::move(batch)); });
            return true;
        };
        hooks.status = [this](const Endpoint&, const SessionStatus& status) {
            m_taken.update([&](Taken& taken) { taken.states.push_back(status.state); });
        };
        hooks.observe = [this](const Batch& batch) {
            m_taken.update([&](Taken& taken) { taken.observed.push_back(batch.header().ordinal); });
        };
        hooks.error = [this](const Error& error, const Batch& batch) {
            m_taken.update([&](Taken& taken) {
                taken.errors.push_back(error.detail + " at " + std::to_string(error.offset.value_or(0)) + ": " +
                                       std::string(batch.payload()));
                EXPECT_EQ(batch.header().eventCount, 0u);
            });
        };
        m_lane = std::make_unique<Lane>(m_thread, std::move(options), std::make_unique<CountingDecoder>(), m_pool,
                                        m_clock, nullptr, std::move(hooks));
        return *m_lane;
    }

    bool waitForFrames(std::size_t count)
    {
        return m_taken.waitUntil([&](const Taken& taken) { return taken.frames() >= count; });
    }

    // Counters have no signal of their own.
    template <class Holds>
    bool waitForCounters(Holds&& holds)
    {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!holds(m_lane->counters()))
            if (std::chrono::steady_clock::now() > until)
                return false;
            else
                m_thread.run([] {});
        return true;
    }

    Watched<Heard> m_heard;
    std::unique_ptr<sim::Simulator> m_server = test::makeTestServer(m_heard);
    std::string m_url;
    SystemClock m_clock;
    BufferPool m_pool;
    Watched<Taken> m_taken;
    std::atomic<bool> m_room{true};
    IoThread m_thread{"io-0"};
    std::unique_ptr<Lane> m_lane;
};

TEST_F(LaneTest, JournalsControlsAndFramesInTheirOrder)
{
    make().start();
    ASSERT_TRUE(waitForFrames(1));
    m_lane->stop(5s);
    const Taken taken = m_taken.get();
    EXPECT_THAT(taken.controls(),
                ElementsAre(ControlKind::Started, ControlKind::Wanted, ControlKind::Opened, ControlKind::Closed));
    EXPECT_EQ(taken.payloadOf(ControlKind::Started), R"({"previous":123})");
    EXPECT_EQ(taken.payloadOf(ControlKind::Wanted), R"({"subscriptions":[]})");
    EXPECT_EQ(taken.payloadOf(ControlKind::Opened), R"({"name":"main","url":")" + m_url + R"("})");
    EXPECT_EQ(taken.payloadOf(ControlKind::Closed), R"({"name":"main","reason":"stopped","state":"stopped"})");
    for (std::size_t i = 0; i < taken.batches.size(); ++i) {
        const BatchHeader& header = taken.batches[i].header();
        EXPECT_EQ(header.ordinal, i + 1);
        EXPECT_EQ(header.lane, 5u);
        EXPECT_EQ(header.firstSeq, 0u);
        if (i > 0) {
            EXPECT_GE(header.receiveTime, taken.batches[i - 1].header().receiveTime);
        }
    }
    const auto frame =
        std::ranges::find(taken.batches, BatchKind::Frame, [](const Batch& b) { return b.header().kind; });
    EXPECT_EQ(frame->payload(), "hello");
    EXPECT_EQ(frame->header().eventCount, 1u);
    EXPECT_TRUE(m_heard.waitUntil([](const Heard& heard) { return heard.messages == std::vector<std::string>{"hi"}; }));
    EXPECT_EQ(m_lane->counters().connects, 1u);
    EXPECT_EQ(m_lane->statuses()[0].state, SessionState::Stopped);
}

TEST_F(LaneTest, TellsTheDecoderThatTimeGoesOn)
{
    make().start();
    EXPECT_TRUE(m_taken.waitUntil([](const Taken& taken) {
        return std::ranges::count(taken.batches, ControlKind::Tick,
                                  [](const Batch& b) { return b.header().control; }) >= 3;
    }));
}

TEST_F(LaneTest, AFrameThatCannotBeDecodedIsJournalledWithoutEventsAndTold)
{
    make().start();
    ASSERT_TRUE(waitForFrames(1));
    m_lane->setWanted("send:size 13");
    ASSERT_TRUE(m_taken.waitUntil([](const Taken& taken) { return !taken.errors.empty(); }));
    m_lane->setWanted("send:size 14");
    ASSERT_TRUE(waitForFrames(3));
    const Taken taken = m_taken.get();
    EXPECT_THAT(taken.errors, ElementsAre("thirteen bytes at 7: xxxxxxxxxxxxx"));
    const auto bad = std::ranges::find(taken.batches, "xxxxxxxxxxxxx"sv, &Batch::payload);
    ASSERT_NE(bad, taken.batches.end());
    EXPECT_EQ(bad->header().eventCount, 0u);
    const auto next = std::ranges::find(taken.batches, "xxxxxxxxxxxxxx"sv, &Batch::payload);
    ASSERT_NE(next, taken.batches.end());
    EXPECT_EQ(next->header().eventCount, 1u);
    EXPECT_EQ(m_lane->counters().errors, 1u);
}

TEST_F(LaneTest, ADecoderThatThrewGetsNoFurtherFrameAndItsStateIsNotWritten)
{
    make().start();
    ASSERT_TRUE(waitForFrames(1));
    m_lane->setWanted("send:size 17");
    ASSERT_TRUE(m_taken.waitUntil(
        [](const Taken& taken) { return std::ranges::count(taken.controls(), ControlKind::Closed) == 1; }));
    EXPECT_EQ(m_taken.get().payloadOf(ControlKind::Closed),
              R"({"name":"main","reason":"the decoder failed","state":"backing_off"})");
    ASSERT_TRUE(m_taken.waitUntil([](const Taken& taken) { return taken.states.back() == SessionState::Held; }));
    m_lane->requestState();
    m_lane->stop(5s);
    const Taken taken = m_taken.get();
    EXPECT_THAT(taken.errors, ElementsAre(HasSubstr("the decoder threw: seventeen bytes")));
    EXPECT_EQ(taken.frames(), 2u);
    EXPECT_EQ(std::ranges::count(taken.controls(), ControlKind::State), 0);
    EXPECT_EQ(m_lane->counters().connects, 1u);
}

TEST_F(LaneTest, DoesWhatTheDecoderAsksFor)
{
    make().start();
    ASSERT_TRUE(waitForFrames(1));
    m_lane->setWanted("reconnect");
    ASSERT_TRUE(m_taken.waitUntil(
        [](const Taken& taken) { return std::ranges::count(taken.controls(), ControlKind::Opened) == 2; }));
    EXPECT_EQ(m_taken.get().payloadOf(ControlKind::Closed),
              R"({"name":"main","reason":"as the decoder wants it","state":"backing_off"})");
}

TEST_F(LaneTest, ReconnectsAndTellsBothEnds)
{
    make().start();
    ASSERT_TRUE(waitForFrames(1));
    m_server->cut();
    ASSERT_TRUE(m_taken.waitUntil(
        [](const Taken& taken) { return std::ranges::count(taken.controls(), ControlKind::Opened) == 2; }));
    EXPECT_THAT(m_taken.get().controls(), ElementsAre(ControlKind::Started, ControlKind::Wanted, ControlKind::Opened,
                                                      ControlKind::Closed, ControlKind::Opened));
}

TEST_F(LaneTest, AFailedAttemptIsJournalledOnceForEachReason)
{
    m_server->refuse(403);
    make().start();
    ASSERT_TRUE(m_taken.waitUntil([](const Taken& taken) { return taken.controls().size() == 3; }));
    EXPECT_EQ(m_taken.get().payloadOf(ControlKind::Closed),
              R"j({"name":"main","reason":"the venue refuses this connection (HTTP 403)","state":"refused"})j");
    m_server->stop();
    m_lane->stop(5s);
    EXPECT_EQ(m_taken.get().controls().size(), 3u);
}

TEST_F(LaneTest, WritesItsStateWhenASegmentBegins)
{
    make().start();
    ASSERT_TRUE(waitForFrames(1));
    m_lane->requestState();
    ASSERT_TRUE(m_taken.waitUntil([](const Taken& taken) { return taken.payloadOf(ControlKind::State) != "none"; }));
    EXPECT_EQ(m_taken.get().payloadOf(ControlKind::State), "frames 1");
}

TEST_F(LaneTest, HoldsRawFramesWhileThereIsNoRoomAndKeepsTheirOrder)
{
    make().start();
    ASSERT_TRUE(waitForFrames(1));
    m_room = false;
    m_server->advance(500);
    ASSERT_TRUE(waitForCounters([](const LaneCounters& counters) { return counters.frames >= 501; }));
    EXPECT_GT(m_lane->counters().heldBytes, 490u * 6);
    EXPECT_TRUE(m_taken.get().steps().empty());
    m_lane->requestState();
    m_room = true;
    ASSERT_TRUE(m_taken.waitUntil([](const Taken& taken) { return taken.steps().size() == 500; }));
    m_lane->stop(5s);
    const Taken taken = m_taken.get();
    for (std::size_t i = 0; i < 500; ++i)
        EXPECT_EQ(taken.steps()[i], "step " + std::to_string(i + 1));
    for (std::size_t i = 0; i < taken.batches.size(); ++i) {
        EXPECT_EQ(taken.batches[i].header().ordinal, i + 1);
        EXPECT_EQ(taken.observed[i], i + 1);
    }
    EXPECT_NE(taken.payloadOf(ControlKind::State), "none");
    EXPECT_EQ(m_lane->counters().lost, 0u);
    EXPECT_EQ(m_lane->counters().heldBytes, 0u);
    EXPECT_EQ(m_lane->counters().overflows, 0u);
}

TEST_F(LaneTest, ClosesTheFeedWhenWhatIsHeldGrowsTooLargeAndComesBackOnceItIsTaken)
{
    make(1000).start();
    ASSERT_TRUE(waitForFrames(1));
    m_room = false;
    m_server->advance(500);
    ASSERT_TRUE(m_taken.waitUntil([](const Taken& taken) { return taken.states.back() == SessionState::Held; }));
    EXPECT_LE(m_lane->counters().heldBytes, 1000u);
    EXPECT_EQ(m_lane->counters().overflows, 1u);
    EXPECT_GE(m_lane->counters().lost, 1u);
    EXPECT_EQ(m_heard.get().opened, 1) << "no new connection while there is no room";

    m_room = true;
    ASSERT_TRUE(m_taken.waitUntil(
        [](const Taken& taken) { return std::ranges::count(taken.controls(), ControlKind::Opened) == 2; }));
    const Taken taken = m_taken.get();
    EXPECT_THAT(taken.controls(), ElementsAre(ControlKind::Started, ControlKind::Wanted, ControlKind::Opened,
                                              ControlKind::Overflow, ControlKind::Closed, ControlKind::Opened));
    EXPECT_THAT(taken.payloadOf(ControlKind::Overflow), testing::MatchesRegex(R"(."bytes":[0-9]+,"frames":1.)"));
    // What was held before is whole and comes before the overflow.
    const std::vector<std::string> steps = taken.steps();
    EXPECT_GT(steps.size(), 100u);
    EXPECT_LT(steps.size(), 500u);
    for (std::size_t i = 0; i < steps.size(); ++i)
        EXPECT_EQ(steps[i], "step " + std::to_string(i + 1));
    EXPECT_EQ(m_lane->counters().overflows, 1u);
}

TEST_F(LaneTest, StopsInBoundedTimeWhenNothingIsEverTaken)
{
    make().start();
    ASSERT_TRUE(waitForFrames(1));
    m_room = false;
    m_server->advance(100);
    ASSERT_TRUE(waitForCounters([](const LaneCounters& counters) { return counters.frames >= 101; }));
    const auto begun = std::chrono::steady_clock::now();
    m_lane->stop(100ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 20s);
    EXPECT_GE(m_lane->counters().lost, 90u) << "some of the frames may be beats, taken before";
    const std::size_t taken = m_taken.get().batches.size();
    m_room = true;
    m_thread.run([] {});
    EXPECT_EQ(m_taken.get().batches.size(), taken) << "no batch comes after stop()";
}

}  // namespace
}  // namespace tickdeck::net
