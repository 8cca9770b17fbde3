// SPDX-License-Identifier: GPL-3.0-or-later
// The runner's rules, one turn at a time, over a store that fails as it is told.

#include <gmock/gmock.h>
#include <map>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/sinks/work.h"
#include "tests/sinks/scripted.h"
#include "tests/sinks/temporary_folder.h"

namespace tickdeck::test {
namespace {

using sinks::Breaker;
using std::chrono::milliseconds;

class WorkTest : public ::testing::Test {
protected:
    WorkTest() : batches(events.take(60)) { store.durableAtOnce = true; }

    sinks::RunnerOptions options()
    {
        sinks::RunnerOptions out;
        out.name = "scripted";
        out.firstDelay = milliseconds(100);
        out.longestDelay = milliseconds(1600);
        out.failuresToOpen = 3;
        out.openFeed = [this](Seq after) -> Result<std::unique_ptr<sinks::Feed>> {
            ++feedsOpened;
            return std::make_unique<ScriptedFeed>(batches, after);
        };
        out.onPosition = [this](Seq position) { positions.push_back(position); };
        out.deadLetter = [this](const sinks::DeadLetter& letter) -> Result<> {
            if (deadLetterFails > 0) {
                --deadLetterFails;
                return fail(ErrorCode::Io, "state.db is busy");
            }
            std::vector<Seq>& refused = letters.emplace_back();
            for (const EventView& event : letter.events)
                refused.push_back(event.seq());
            return {};
        };
        out.onState = [this](ops::State state, const std::string&) { states.push_back(state); };
        return out;
    }
    sinks::Work& start(sinks::RunnerOptions with, EventFilter filter = {})
    {
        work = std::make_unique<sinks::Work>(std::move(with), std::make_unique<ScriptedSink>(store), events.context(),
                                             std::move(filter), clock);
        return *work;
    }
    sinks::Work& start() { return start(options()); }

    // Turns until all is written or `most` turns are over; the clock jumps over each wait.
    void run(int most = 2000)
    {
        for (int i = 0; i < most && !work->drained() && !work->failedForGood(); ++i)
            clock.advance(std::max<Nanos>(work->turn(true).count(), 0) + kMillisecond);
    }
    [[nodiscard]] std::vector<Seq> eventsWithout(std::set<Seq> left) const
    {
        std::vector<Seq> out;
        for (const Batch& batch : batches)
            for (const EventView event : batch)
                if (!left.contains(event.seq()))
                    out.push_back(event.seq());
        return out;
    }
    [[nodiscard]] Seq last() const { return batches.back().lastSeq(); }

    RandomEvents events{31};
    std::vector<Batch> batches;
    ManualClock clock;
    Store store;
    int feedsOpened = 0;
    int deadLetterFails = 0;
    std::vector<Seq> positions;
    std::vector<std::vector<Seq>> letters;  // the events of each
    std::vector<ops::State> states;
    std::unique_ptr<sinks::Work> work;
};

TEST_F(WorkTest, WritesEverythingOnceInOrder)
{
    start();
    run();
    EXPECT_EQ(store.events, eventsWithout({}));
    EXPECT_EQ(positions.back(), last());
    EXPECT_EQ(work->status().position, last());
    EXPECT_EQ(work->status().behind, 0u);
    EXPECT_EQ(work->status().batches, batches.size());
    EXPECT_THAT(states, testing::ElementsAre(ops::State::Ok));
}

TEST_F(WorkTest, BeginsBehindTheStoresPosition)
{
    store.position = batches[29].lastSeq();
    start();
    run();
    EXPECT_EQ(store.events.front(), [&] {
        for (std::size_t i = 30;; ++i)
            if (batches[i].header().eventCount > 0)
                return batches[i].firstSeq();
    }());
}

TEST_F(WorkTest, CollectsForTheLingerAndWritesWhatIsFull)
{
    auto with = options();
    with.linger = milliseconds(50);
    with.batches = 40;
    start(std::move(with));
    static_cast<void>(work->turn(false));
    EXPECT_EQ(store.writes, 1);            // 40 are full
    static_cast<void>(work->turn(false));  // 20 wait
    EXPECT_EQ(store.writes, 1);
    clock.advance(50 * kMillisecond);
    static_cast<void>(work->turn(false));
    EXPECT_EQ(store.writes, 2);
    EXPECT_EQ(store.events, eventsWithout({}));
}

TEST_F(WorkTest, HandsOverNoMoreBytesThanSet)
{
    auto with = options();
    with.bytes = 2000;
    start(std::move(with));
    run();
    EXPECT_GT(store.writes, 5);
    EXPECT_LE(store.largestWrite, 2000u + 4000u);  // one batch more than fits
    EXPECT_EQ(store.events, eventsWithout({}));
}

TEST_F(WorkTest, RetriesWithGrowingDelaysAndThenOpensTheBreaker)
{
    store.failWrites = {6, {ErrorCode::Disconnected, Remedy::Retry, "gone", {}, {}}};
    start();
    std::vector<Nanos> waits;
    std::vector<Breaker> breakers;
    for (int i = 0; i < 7; ++i) {
        const Nanos wait = work->turn(true).count();
        waits.push_back(wait);
        breakers.push_back(work->status().breaker);
        if (wait > 0) {
            EXPECT_GT(work->turn(true).count(), 0) << "too early: nothing happens";
            EXPECT_EQ(store.writes, i + 1);
            clock.advance(wait);
        }
    }
    for (std::size_t i = 0; i < 6; ++i) {
        const Nanos full = std::min<Nanos>(100 << i, 1600) * kMillisecond;
        EXPECT_GE(waits[i], full / 2) << i;
        EXPECT_LE(waits[i], full) << i;
    }
    EXPECT_THAT(breakers, testing::ElementsAre(Breaker::Closed, Breaker::Closed, Breaker::Open, Breaker::Open,
                                               Breaker::Open, Breaker::Open, Breaker::Closed));
    EXPECT_EQ(store.events, eventsWithout({}));
    EXPECT_THAT(states, testing::ElementsAre(ops::State::Degraded, ops::State::Ok));
    EXPECT_EQ(feedsOpened, 1);
}

TEST_F(WorkTest, TheBreakerIsHalfOpenDuringItsOneTry)
{
    store.failWrites = {4, {ErrorCode::Disconnected, Remedy::Retry, "gone", {}, {}}};
    start();
    std::vector<Breaker> during;
    store.onWrite = [&] { during.push_back(work->breaker()); };
    run();
    EXPECT_THAT(during, testing::ElementsAre(Breaker::Closed, Breaker::Closed, Breaker::Closed, Breaker::HalfOpen,
                                             Breaker::HalfOpen));
}

TEST_F(WorkTest, OpensAgainAndReadsAnewWhatTheStoreLost)
{
    store.durableAtOnce = false;  // position moves with idle() only
    store.idleMakesDurable = true;
    auto with = options();
    with.batches = 7;
    start(std::move(with));
    static_cast<void>(work->turn(true));
    static_cast<void>(work->turn(true));
    clock.advance(200 * kMillisecond);
    static_cast<void>(work->turn(true));  // durable up to the third write
    const Seq durable = work->status().position;
    EXPECT_EQ(durable, batches[20].lastSeq());
    static_cast<void>(work->turn(true));  // not durable
    store.failWrites = {1, {ErrorCode::Io, Remedy::Reconnect, "disk", {}, {}}};
    run();
    EXPECT_EQ(feedsOpened, 2);
    EXPECT_EQ(work->status().reopened, 1u);
    EXPECT_EQ(store.opened, 2);
    store.makeDurable();
    EXPECT_EQ(store.events, eventsWithout({}));
}

TEST_F(WorkTest, AStoreThatWillNotOpenIsTriedUntilItDoes)
{
    store.failOpens = {5, {ErrorCode::Refused, Remedy::Reconnect, "refused", {}, {}}};
    start();
    run();
    EXPECT_EQ(store.opened, 6);
    EXPECT_EQ(store.events, eventsWithout({}));
    EXPECT_EQ(work->status().state, ops::State::Ok);
}

TEST_F(WorkTest, AFeedThatFailsIsTriedAgain)
{
    int failures = 2;
    auto with = options();
    with.openFeed = [this, &failures](Seq after) -> Result<std::unique_ptr<sinks::Feed>> {
        if (failures-- > 0)
            return fail(ErrorCode::Io, "journal", Remedy::Retry);
        return std::make_unique<ScriptedFeed>(batches, after);
    };
    start(std::move(with));
    run();
    EXPECT_EQ(store.events, eventsWithout({}));
}

TEST_F(WorkTest, AFatalErrorEndsIt)
{
    store.failWrites = {1, {ErrorCode::Invalid, Remedy::Fatal, "no such schema", {}, {}}};
    start();
    run();
    EXPECT_TRUE(work->failedForGood());
    EXPECT_EQ(work->status().state, ops::State::Failed);
    EXPECT_EQ(work->status().reason, "no such schema");
    static_cast<void>(work->turn(true));
    EXPECT_EQ(store.writes, 1);
}

TEST_F(WorkTest, APoisonEventIsDeadLetteredAndItsNeighboursAreStored)
{
    const Batch poison = events.poison(2, 3);
    batches.push_back(poison);
    for (Batch& batch : events.take(20))
        batches.push_back(batch);
    store.refusedEvents = {poison.firstSeq() + 2};
    store.tells = true;
    start();
    run();
    EXPECT_THAT(letters, testing::ElementsAre(std::vector<Seq>{poison.firstSeq() + 2}));
    EXPECT_EQ(store.events, eventsWithout(store.refusedEvents));
    EXPECT_EQ(work->status().position, last());
    EXPECT_EQ(work->status().deadLetters, 1u);
    EXPECT_EQ(work->status().state, ops::State::Ok);
}

TEST_F(WorkTest, APoisonThatTheStoreCannotNameIsDeadLetteredAsABatch)
{
    std::set<Seq> left;
    std::map<Seq, std::vector<Seq>> refused;  // by the batch
    for (const std::size_t i : {std::size_t{0}, std::size_t{17}, std::size_t{18}, batches.size() - 1}) {
        std::size_t at = i;
        while (batches[at].header().eventCount == 0 || left.contains(batches[at].firstSeq()))
            --at;
        store.refusedEvents.insert(batches[at].lastSeq());
        for (const EventView event : batches[at]) {
            left.insert(event.seq());
            refused[batches[at].firstSeq()].push_back(event.seq());
        }
    }
    start();
    run();
    std::vector<std::vector<Seq>> expected;
    for (const auto& [first, seqs] : refused)
        expected.push_back(seqs);
    EXPECT_EQ(letters, expected);
    EXPECT_EQ(store.events, eventsWithout(left));
    EXPECT_EQ(work->status().position, last());
}

TEST_F(WorkTest, ThePositionWaitsUntilTheDeadLetterIsKept)
{
    const Batch poison = events.poison();
    batches.push_back(poison);
    store.refusedEvents = {poison.firstSeq()};
    store.tells = true;
    deadLetterFails = 3;
    start();
    for (int i = 0; i < 100 && deadLetterFails > 0; ++i) {
        EXPECT_LT(work->status().position, poison.firstSeq());
        clock.advance(std::max<Nanos>(work->turn(true).count(), 0) + kMillisecond);
    }
    run();
    EXPECT_EQ(letters.size(), 1u);
    EXPECT_EQ(work->status().position, last());
}

TEST_F(WorkTest, ALostConnectionDuringTheSearchForPoisonLosesNothing)
{
    const Batch poison = events.poison(1, 1);
    batches.insert(batches.end(), {poison});
    for (Batch& batch : events.take(30))
        batches.push_back(batch);
    store.refusedEvents = {poison.firstSeq() + 1};
    store.tells = true;
    // Every third write fails in passing, too.
    store.flaky = 3;
    start();
    run();
    EXPECT_EQ(store.events, eventsWithout(store.refusedEvents));
    EXPECT_EQ(letters.size(), 1u);
}

TEST_F(WorkTest, AStoreThatRefusesEverythingIsBrokenNotItsData)
{
    for (Batch& batch : events.take(200))
        batches.push_back(batch);
    for (const Batch& batch : batches)
        for (const EventView event : batch)
            store.refusedEvents.insert(event.seq());
    start();
    run();
    EXPECT_TRUE(work->failedForGood());
    EXPECT_LE(letters.size(), 101u);
    EXPECT_THAT(work->status().reason, testing::HasSubstr("refuses everything"));
}

TEST_F(WorkTest, FlushMakesDurable)
{
    store.durableAtOnce = false;
    start();
    run();
    EXPECT_EQ(work->status().position, 0u);
    EXPECT_EQ(work->status().behind, last());
    EXPECT_NE(work->status().oldestWaiting, kNoTime);
    ASSERT_TRUE(work->flush());
    EXPECT_EQ(work->status().position, last());
    EXPECT_EQ(work->status().oldestWaiting, kNoTime);
}

TEST_F(WorkTest, WhatAnEarlierRunSkippedIsNotAskedOfTheStoreAgain)
{
    const Batch& poison = *std::ranges::find_if(batches, [](const Batch& b) { return b.header().eventCount > 1; });
    store.refusedEvents = {poison.firstSeq()};
    auto with = options();
    std::vector<Seq> asked;
    with.skipped = [&](Seq after) -> Result<std::vector<sinks::SeqRange>> {
        asked.push_back(after);
        return std::vector<sinks::SeqRange>{{poison.firstSeq(), poison.firstSeq()}};
    };
    start(std::move(with));
    run();
    EXPECT_EQ(store.events, eventsWithout({poison.firstSeq()}));
    EXPECT_TRUE(letters.empty()) << "it was dead-lettered in its time";
    EXPECT_EQ(work->status().failures, 0u);
    EXPECT_THAT(asked, testing::ElementsAre(0));
}

TEST_F(WorkTest, TheSkipsMustBeKnownBeforeAnythingIsWritten)
{
    auto with = options();
    int failures = 2;
    with.skipped = [&](Seq) -> Result<std::vector<sinks::SeqRange>> {
        if (failures-- > 0)
            return fail(ErrorCode::Io, "the journal cannot be read", Remedy::Retry);
        return std::vector<sinks::SeqRange>{};
    };
    start(std::move(with));
    static_cast<void>(work->turn(true));
    EXPECT_EQ(store.writes, 0);
    EXPECT_EQ(states.back(), ops::State::Degraded);
    run();
    EXPECT_EQ(store.events, eventsWithout({}));
}

TEST_F(WorkTest, WhatTheStoreRefusedCanBeRestored)
{
    const Batch& poison = *std::ranges::find_if(batches, [](const Batch& b) { return b.header().eventCount > 2; });
    const Seq seq = poison.firstSeq();
    store.tells = true;
    store.refusedEvents = {seq, seq + 1};
    start();
    run();
    ASSERT_EQ(letters.size(), 2u);
    const auto refused = work->restore(poison, {seq});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().remedy, Remedy::None);
    store.refusedEvents = {seq + 1};
    ASSERT_TRUE(work->restore(poison, {seq}));
    EXPECT_THAT(store.restored, testing::ElementsAre(seq));
    EXPECT_EQ(work->status().restored, 1u);
    EXPECT_EQ(work->status().state, ops::State::Ok);
    EXPECT_EQ(work->status().position, last());
}

TEST_F(WorkTest, ARestoreOfWhatTheFilterLeavesOutNowIsRefused)
{
    start(options(),
          *EventFilter::of(config::Section("sinks.scripted", {{"venues", std::vector<std::string>{"none"}}})));
    run();
    const Batch& some = *std::ranges::find_if(batches, [](const Batch& b) { return b.header().eventCount > 0; });
    const auto refused = work->restore(some, {some.firstSeq()});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Refused);
    EXPECT_THAT(store.restored, testing::IsEmpty());
    EXPECT_EQ(work->status().restored, 0u);
    EXPECT_EQ(work->status().state, ops::State::Ok);
}

TEST_F(WorkTest, ALetterHasWhatTheFilterLetsPassAndIsRestoredWhole)
{
    const auto of = [](const Batch& batch, bool trades) {
        std::vector<Seq> out;
        for (const EventView event : batch)
            if ((event.type() == EventType::Trade) == trades)
                out.push_back(event.seq());
        return out;
    };
    const Batch& mixed = *std::ranges::find_if(
        batches, [&](const Batch& batch) { return !of(batch, true).empty() && !of(batch, false).empty(); });
    const std::vector<Seq> trades = of(mixed, true);
    const auto only = [](const char* type) {
        return *EventFilter::of(config::Section("sinks.scripted", {{"events", std::vector<std::string>{type}}}));
    };
    store.refusedEvents = {trades.front()};
    start(options(), only("trade"));
    run();
    EXPECT_THAT(letters, testing::ElementsAre(trades));

    // Of what the store was to have, nothing may get lost: not even where a part of it passes.
    std::vector<Seq> all;
    for (const EventView event : mixed)
        all.push_back(event.seq());
    store.refusedEvents.clear();
    const auto refused = work->restore(mixed, all);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Refused);
    EXPECT_THAT(store.restored, testing::IsEmpty());
    ASSERT_TRUE(work->restore(mixed, trades));
    EXPECT_EQ(store.restored, trades);
}

TEST_F(WorkTest, ARestoreFirstMakesDurableWhatWasWritten)
{
    store.durableAtOnce = false;
    start();
    run();
    ASSERT_EQ(store.position, 0u);
    const Batch& some = *std::ranges::find_if(batches, [](const Batch& b) { return b.header().eventCount > 0; });
    ASSERT_TRUE(work->restore(some, {some.firstSeq()}));
    EXPECT_EQ(store.position, last());
    EXPECT_THAT(store.restored, testing::ElementsAre(some.firstSeq()));
}

// What a process that dies in the store's hands leaves behind.
TEST_F(WorkTest, AnInputThatKillsTheProcessIsSkippedInTheEnd)
{
    TemporaryFolder folder;
    const std::vector<Batch> some(batches.begin() + 20, batches.begin() + 40);
    const Batch& poison = *std::ranges::find_if(some, [](const Batch& b) { return b.header().eventCount > 1; });
    const auto withMarker = [&] {
        auto with = options();
        with.inFlight = folder.path() / "scripted.inflight";
        return with;
    };
    int died = 0;
    for (; died < 10; ++died) {
        const pid_t child = ::fork();
        if (child == 0) {
            // The store keeps nothing of a process that dies, so each one begins at the start.
            store.fatal = poison.firstSeq();
            start(withMarker());
            run();
            ::_exit(store.events == eventsWithout({}) ? 1 : 0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        if (WIFEXITED(status)) {
            EXPECT_EQ(WEXITSTATUS(status), 0) << "all was written, the poison too";
            break;
        }
    }
    EXPECT_EQ(died, 3) << "once with its neighbours, twice alone";
    // And the next one knows what was skipped: nothing is tried a fourth time.
    store.fatal = poison.firstSeq();
    auto with = withMarker();
    const Seq lastOfPoison = poison.lastSeq();
    with.skipped = [&](Seq) -> Result<std::vector<sinks::SeqRange>> {
        return std::vector<sinks::SeqRange>{{poison.firstSeq(), lastOfPoison}};
    };
    start(std::move(with));
    run();
    std::set<Seq> left;
    for (const EventView event : poison)
        left.insert(event.seq());
    EXPECT_EQ(store.events, eventsWithout(left));
    EXPECT_TRUE(letters.empty());
}

}  // namespace
}  // namespace tickdeck::test
