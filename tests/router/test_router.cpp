// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <random>

#include "tests/router/router_fixture.h"

namespace tickdeck::test {
namespace {

// Each batch begins where the one before ended, and each lane's ordinals count on.
void expectExact(const std::vector<Batch>& batches, Seq first, std::map<SymbolId, std::uint64_t> ordinals = {})
{
    for (const Batch& batch : batches) {
        ASSERT_EQ(batch.firstSeq(), first);
        first = batch.lastSeq() + 1;
        std::uint64_t& last = ordinals[batch.header().lane];
        ASSERT_EQ(batch.header().ordinal, last + 1);
        last = batch.header().ordinal;
        for (const EventView event : batch)
            ASSERT_EQ(event.as<Trade>()->quantity, Decimal(static_cast<Int128>(last), 0));
    }
}

TEST_F(RouterTest, BringsAllInputsIntoOneOrder)
{
    open();
    Input& a = router->addInput("a", 64);
    Input& b = router->addInput("b", 64);
    auto all = reader({.after = 0});
    router->start();
    constexpr std::uint64_t kEach = 2000;
    std::vector<std::jthread> producers;
    for (Input* input : {&a, &b})
        producers.emplace_back([this, input] {
            BatchBuilder builder(pool);
            const SymbolId id = lane(input->name());
            for (std::uint64_t i = 1; i <= kEach; ++i) {
                Batch batch = frame(builder, id, i, static_cast<unsigned>(i % 4));
                while (!input->tryPush(std::move(batch)))
                    std::this_thread::yield();
            }
        });
    const auto batches = take(*all, 2 * kEach);
    expectExact(batches, router->firstOfRun());
    EXPECT_EQ(router->newest(), batches.back().lastSeq());
    EXPECT_EQ(all->position(), router->newest());
    EXPECT_EQ(all->behind(), 0u);
    producers.clear();
    all.reset();
    close();
    // What was read is what the journal holds, to the byte.
    open();
    auto again = reader({.after = 0, .withFrames = true});
    const auto stored = take(*again, 2 * kEach);
    for (std::size_t i = 0; i < stored.size(); ++i)
        ASSERT_TRUE(std::ranges::equal(stored[i].bytes(), batches[i].bytes())) << i;
    EXPECT_EQ(again->counters().fromJournal, 2 * kEach);
}

TEST_F(RouterTest, AFullInputRefusesAndEveryInputHasItsTurn)
{
    open();
    BatchBuilder builder(pool);
    for (const char* name : {"a", "b", "c"}) {
        Input& input = router->addInput(name, 1024);
        for (std::uint64_t i = 1; i <= 1024; ++i)
            ASSERT_TRUE(input.tryPush(frame(builder, lane(name), i, 1)));
        Batch refused = frame(builder, lane(name), 1025, 1);
        EXPECT_FALSE(input.tryPush(std::move(refused)));
        EXPECT_TRUE(refused) << "untouched";
        EXPECT_EQ(input.refused(), 1u);
    }
    auto all = reader({.after = 0});
    router->start();
    const auto batches = take(*all, 3 * 1024);
    expectExact(batches, 1);
    std::map<SymbolId, int> early;
    for (std::size_t i = 0; i < 300; ++i)
        ++early[batches[i].header().lane];
    EXPECT_EQ(early.size(), 3u) << "one full input does not keep the others waiting";
}

TEST_F(RouterTest, GoesOnAfterARestartWithoutLossOrDoubling)
{
    std::map<SymbolId, std::uint64_t> ordinals;
    Seq expected = 1;
    std::uint64_t ordinal = 0;
    Seq position = 0;
    for (int run = 0; run < 4; ++run) {
        open();
        EXPECT_EQ(router->firstOfRun(), expected) << "a clean stop leaves no hole";
        Input& input = router->addInput("a", 4096);
        router->start();
        BatchBuilder builder(pool);
        for (int i = 0; i < 500; ++i)
            ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), ++ordinal, 2)));
        // Behind by half a run: the rest of the last one comes from the journal, this one's from the ring.
        auto resumed = reader({.after = position});
        const auto batches = take(*resumed, run == 0 ? 250 : 500);
        expectExact(batches, position + 1, {{lane("a"), ordinals[lane("a")]}});
        position = resumed->position();
        ordinals[lane("a")] = batches.back().header().ordinal;
        resumed.reset();
        close();
        expected += 1000;
    }
}

TEST_F(RouterTest, NeverGivesANumberTwiceAfterACrash)
{
    open();
    Input& input = router->addInput("a", 4096);
    auto all = reader({.after = 0});
    router->start();
    BatchBuilder builder(pool);
    for (std::uint64_t i = 1; i <= 300; ++i)
        ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), i, 3)));
    const auto before = take(*all, 300);
    ASSERT_TRUE(router->waitCommitted(before[199].lastSeq(), 10s));
    // As a power cut might leave it while the engine goes on: numbers were given that the journal does not hold.
    fs::copy(folder / "journal", folder / "crashed", fs::copy_options::recursive);
    for (std::uint64_t i = 301; i <= 400; ++i)
        ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), i, 3)));
    ASSERT_TRUE(router->waitNumbered(10s));
    all.reset();
    const Seq given = router->newest();
    close();
    fs::remove_all(folder / "journal");
    fs::rename(folder / "crashed", folder / "journal");

    open();
    EXPECT_GT(router->firstOfRun(), given);
    Input& next = router->addInput("a", 16);
    router->start();
    ASSERT_TRUE(next.tryPush(frame(builder, lane("a"), 1000, 1)));
    // A reader that stood inside what was committed steps over the numbers that nobody has.
    auto resumed = reader({.after = before[99].lastSeq()});
    std::vector<Batch> after = take(*resumed, 101);
    for (std::size_t i = 0; i < 100; ++i)
        ASSERT_EQ(after[i].firstSeq(), before[100 + i].firstSeq());
    while (after.back().header().ordinal != 1000) {
        ASSERT_LE(after.back().lastSeq(), given);
        after = take(*resumed, 1);
    }
    EXPECT_EQ(after.back().firstSeq(), router->firstOfRun());
}

// A tiny ring and a slow reader: it is lapped again and again, and still sees everything once.
TEST_F(RouterTest, ALappedReaderResumesFromTheJournalAndJoinsAgain)
{
    RouterOptions options;
    options.ringBatches = 32;
    open(options);
    Input& input = router->addInput("a", 256);
    auto slow = reader({.after = 0});
    auto committed = reader({.after = 0, .committedOnly = true}, "committed");
    router->start();
    constexpr std::uint64_t kBatches = 20'000;
    std::jthread producer([&] {
        BatchBuilder builder(pool);
        for (std::uint64_t i = 1; i <= kBatches; ++i) {
            Batch batch = frame(builder, lane("a"), i, static_cast<unsigned>(i % 3));
            while (!input.tryPush(std::move(batch)))
                std::this_thread::yield();
        }
    });
    std::jthread second([&] {
        std::vector<Batch> seen;
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (seen.size() < kBatches && std::chrono::steady_clock::now() < deadline) {
            ASSERT_TRUE(committed->step(seen, 64, 50ms));
            if (!seen.empty()) {
                ASSERT_LE(seen.back().lastSeq(), journal->committed());
            }
        }
        ASSERT_EQ(seen.size(), kBatches);
        expectExact(seen, 1);
    });
    std::mt19937 random(5);
    std::vector<Batch> seen;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    bool behindOnce = false;
    while (seen.size() < kBatches && std::chrono::steady_clock::now() < deadline) {
        ASSERT_TRUE(slow->step(seen, 1 + random() % 50, 50ms));
        // Lags by more than a ring at times: waits until the router is well ahead.
        if (random() % 40 == 0)
            while (slow->behind() < 100 && router->newest() < kBatches && std::chrono::steady_clock::now() < deadline)
                std::this_thread::yield();
        behindOnce = behindOnce || !slow->live();
    }
    ASSERT_EQ(seen.size(), kBatches);
    expectExact(seen, 1);
    EXPECT_TRUE(behindOnce);
    EXPECT_GT(slow->counters().lapped, 0u);
    EXPECT_GT(slow->counters().fromJournal, 0u);
    EXPECT_EQ(slow->counters().batches, kBatches);
    EXPECT_EQ(slow->counters().lost, 0u);
    // Quiet now: it finds its way back into the ring.
    BatchBuilder builder(pool);
    producer.join();
    second.join();
    while (!slow->live() && std::chrono::steady_clock::now() < deadline)
        ASSERT_TRUE(slow->step(seen, 1, 10ms));
    EXPECT_TRUE(slow->live());
    ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), kBatches + 1, 1)));
    EXPECT_EQ(take(*slow, 1).front().header().ordinal, kBatches + 1);
}

TEST_F(RouterTest, ADroppingReaderCountsWhatItLost)
{
    RouterOptions options;
    options.ringBatches = 16;
    open(options);
    Input& input = router->addInput("a", 4096);
    auto dropping = reader({.policy = WhenLapped::Drop});
    router->start();
    BatchBuilder builder(pool);
    std::vector<Batch> seen;
    std::uint64_t ordinal = 0;
    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 40; ++i)
            ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), ++ordinal, 2)));
        const Seq all = 2 * ordinal;
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (router->newest() < all && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        ASSERT_TRUE(dropping->step(seen, 8, 0ms));
    }
    ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), ++ordinal, 2)));
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (dropping->position() < 2 * ordinal && std::chrono::steady_clock::now() < deadline)
        ASSERT_TRUE(dropping->step(seen, 100, 10ms));
    for (std::size_t i = 1; i < seen.size(); ++i)
        ASSERT_GT(seen[i].firstSeq(), seen[i - 1].lastSeq());
    EXPECT_GT(dropping->counters().lapped, 0u);
    EXPECT_EQ(dropping->counters().lost + 2 * seen.size(), 2 * ordinal);
    EXPECT_EQ(dropping->counters().fromJournal, 0u);
}

TEST_F(RouterTest, AReaderIsWokenFromItsWait)
{
    open();
    router->start();
    auto waiting = reader({});
    std::jthread waker([&] { waiting->wake(); });
    std::vector<Batch> none;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(waiting->step(none, 1, 10'000ms).value(), 0u);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 9s);
}

TEST_F(RouterTest, RefusesAReaderAheadOfItAndTooManyReaders)
{
    open();
    EXPECT_EQ(router->addReader("ahead", {.after = 5}).error().code, ErrorCode::Invalid);
    std::vector<std::unique_ptr<Reader>> many;
    for (int i = 0; i < 63; ++i)
        many.push_back(reader({.after = 0}));
    EXPECT_EQ(router->addReader("one more", {.after = 0}).error().code, ErrorCode::Full);
    many.pop_back();
    EXPECT_TRUE(router->addReader("one more", {.after = 0}));
}

TEST_F(RouterTest, AProducerThatWaitsIsLetInOrStopped)
{
    open();
    Input& input = router->addInput("a", 2);
    BatchBuilder builder(pool);
    ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), 1, 1)));
    ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), 2, 1)));
    std::stop_source stop;
    std::atomic<int> outcome{0};
    std::jthread stopped([&] { outcome = input.push(frame(builder, lane("a"), 3, 1), stop.get_token()) ? 1 : 2; });
    stop.request_stop();
    stopped.join();
    EXPECT_EQ(outcome, 2);
    std::jthread waiting([&] { outcome = input.push(frame(builder, lane("a"), 3, 1), {}) ? 1 : 2; });
    router->start();
    waiting.join();
    EXPECT_EQ(outcome, 1);
    auto all = reader({.after = 0});
    expectExact(take(*all, 3), 1);
}

TEST_F(RouterTest, SaysWhenTheNumbersFileIsDamaged)
{
    open();
    Input& input = router->addInput("a", 8);
    router->start();
    BatchBuilder builder(pool);
    ASSERT_TRUE(input.tryPush(frame(builder, lane("a"), 1, 5)));
    close();
    fs::resize_file(folder / "journal" / "numbers", 3);
    std::string told;
    RouterOptions options;
    options.onNotice = [&](const Error& error) { told = error.text(); };
    open(options);
    EXPECT_NE(told.find("numbers"), std::string::npos) << told;
    EXPECT_GT(router->firstOfRun(), std::uint64_t{1} << 32);
    auto all = reader({.after = 0});
    Input& next = router->addInput("a", 8);
    router->start();
    ASSERT_TRUE(next.tryPush(frame(builder, lane("a"), 2, 1)));
    const auto batches = take(*all, 2);
    EXPECT_EQ(batches[0].firstSeq(), 1u);
    EXPECT_EQ(batches[1].firstSeq(), router->firstOfRun());
}

}  // namespace
}  // namespace tickdeck::test
