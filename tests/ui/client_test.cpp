// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QSignalSpy>

#include "tests/ui/fake_engine.h"
#include "ui/client/engine_client.h"

namespace tickdeck::ui {
namespace {

TEST(EngineClient, HandsOnWhatIsNewOnce)
{
    FakeEngine engine;
    EngineClient client(engine);
    QSignalSpy overview(&client, &EngineClient::overviewChanged);
    QSignalSpy instruments(&client, &EngineClient::instrumentsChanged);
    QSignalSpy frames(&client, &EngineClient::frame);
    int trades = 0;
    QObject::connect(&client, &EngineClient::tradesArrived,
                     [&](const std::vector<api::Trade>& items) { trades += static_cast<int>(items.size()); });
    client.pull();
    client.pull();
    EXPECT_EQ(overview.size(), 1);
    EXPECT_EQ(instruments.size(), 1);
    EXPECT_EQ(frames.size(), 2);
    engine.advance(kSecond);
    client.pull();
    EXPECT_EQ(overview.size(), 2) << "four overviews were taken, the newest is handed on";
    EXPECT_EQ(trades, static_cast<int>(engine.trades(0, 10'000).items.size()));
    client.pull();
    EXPECT_EQ(trades, static_cast<int>(engine.trades(0, 10'000).items.size())) << "none twice";
}

TEST(EngineClient, KnowsWhichInstrumentsAreActive)
{
    FakeEngine engine;
    EngineClient client(engine);
    client.pull();
    ASSERT_EQ(client.active().size(), 3u);
    EXPECT_EQ(client.instrument(2)->name.symbol, "ETH-USD");
    EXPECT_EQ(client.instrument(77), nullptr);
}

TEST(StallWatch, CountsWorkAndNotWaiting)
{
    StallWatch watch;
    watch.turn();
    const Nanos begin = StallWatch::threadTime();
    while (StallWatch::threadTime() - begin < StallWatch::kLimit + 5 * kMillisecond) {}
    watch.turn();
    watch.turn();
    EXPECT_EQ(watch.stalls(), 1u);
    EXPECT_EQ(watch.turns(), 3u);
}

}  // namespace
}  // namespace tickdeck::ui
