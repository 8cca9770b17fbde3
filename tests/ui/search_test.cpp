// SPDX-License-Identifier: GPL-3.0-or-later
// The search for instruments, and the list of those that are watched.
#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/watch_dock.h"
#include "ui/models/forced_order_model.h"
#include "ui/shell/instrument_picker.h"

namespace tickdeck::ui {
namespace {

class SearchTest : public WindowTest {
protected:
    SearchTest()
    {
        engine.addBinance();
        engine.addInstruments(300, false);
    }

    [[nodiscard]] QString best(const char* text)
    {
        const auto found = window->picker().find(QLatin1String(text), 10);
        const api::Instrument* instrument = found.best.empty() ? nullptr : client.instrument(found.best.front());
        return instrument ? QString::fromStdString(instrument->name.venue + ":" + instrument->name.symbol) : QString();
    }
    void type(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&window->picker().line(), key, modifiers);
    }
};

TEST_F(SearchTest, AFewLettersFindWhatIsMeant)
{
    open();
    EXPECT_EQ(best("btc perp"), QStringLiteral("binance:BTC-USDT-PERP"));
    EXPECT_EQ(best("perp btc"), QStringLiteral("binance:BTC-USDT-PERP"));
    EXPECT_EQ(best("bin eth"), QStringLiteral("binance:ETH-USDT-PERP"));
    EXPECT_EQ(best("kra eth"), QStringLiteral("kraken:ETH-USD"));
    EXPECT_EQ(best("1000pepe"), QStringLiteral("binance:1000PEPE-USDT-PERP"));
    EXPECT_EQ(best("pepe"), QStringLiteral("binance:1000PEPE-USDT-PERP"));
    EXPECT_EQ(best("BTCUSDT"), QStringLiteral("binance:BTC-USDT-PERP")) << "as the venue writes it";
    EXPECT_EQ(best("eth/usd"), QStringLiteral("kraken:ETH-USD"));
    EXPECT_EQ(best("sol spot"), QStringLiteral("kraken:SOL-USD"));
    EXPECT_EQ(best("btc kraken"), QStringLiteral("kraken:BTC-USD"));
    EXPECT_EQ(best("btc zzz"), QString());
    EXPECT_EQ(window->picker().find({}, 10'000).count, 306u);
}

TEST_F(SearchTest, WhatWasChosenLatelyAndWhatIsInUseComesFirst)
{
    open();
    const auto first = [&] { return client.instrument(window->picker().find({}, 1).best.front())->name.symbol; };
    EXPECT_TRUE(client.isActive(window->picker().find({}, 1).best.front()));
    window->picker().remember(1000 + 7);
    EXPECT_EQ(first(), client.instrument(1007)->name.symbol);
}

TEST_F(SearchTest, TheKeyboardAloneOpensAnInstrumentInTheCurrentViewsLink)
{
    open();
    auto& ladder = dynamic_cast<LadderDock&>(*window->dock(QStringLiteral("ladder")));
    ladder.setLink(1);
    ladder.setFocus();
    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier);
    ASSERT_TRUE(window->picker().isVisible());
    EXPECT_EQ(window->picker().link(), 1);
    QTest::keyClicks(&window->picker().line(), QStringLiteral("btc perp"));
    type(Qt::Key_Return);
    frame();
    EXPECT_FALSE(window->picker().isVisible());
    EXPECT_EQ(window->links().symbol(1), 4u);
    EXPECT_EQ(ladder.symbol(), 4u);
    EXPECT_TRUE(ladder.isAncestorOf(QApplication::focusWidget())) << "the view has the focus again";

    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier);
    QTest::keyClicks(&window->picker().line(), QStringLiteral("kraken"));
    type(Qt::Key_Down);
    type(Qt::Key_Down);
    const SymbolId third = window->picker().current();
    type(Qt::Key_3, Qt::AltModifier);
    EXPECT_EQ(window->picker().link(), 2);
    type(Qt::Key_Return);
    EXPECT_EQ(window->links().symbol(2), third);
    EXPECT_EQ(ladder.link(), 1) << "the keys were the picker's";

    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier);
    QTest::keyClicks(&window->picker().line(), QStringLiteral("pepe"));
    type(Qt::Key_0, Qt::AltModifier);
    type(Qt::Key_Return);
    EXPECT_EQ(ladder.link(), kPinned);
    EXPECT_EQ(ladder.symbol(), 6u);
    EXPECT_EQ(window->links().symbol(1), 4u);

    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier);
    type(Qt::Key_Escape);
    EXPECT_FALSE(window->picker().isVisible());
}

TEST_F(SearchTest, CtrlEnterWatchesAndTheListIsKept)
{
    open();
    auto* watch = dynamic_cast<WatchDock*>(window->dock(QStringLiteral("watch")));
    frame();
    ASSERT_EQ(watch->shown().size(), 6u) << "all that have quotes";
    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier);
    QTest::keyClicks(&window->picker().line(), QString::fromStdString(client.instrument(1001)->name.native));
    type(Qt::Key_Return, Qt::ControlModifier);
    EXPECT_TRUE(window->picker().isVisible()) << "for more";
    type(Qt::Key_Escape);
    EXPECT_EQ(watch->shown().size(), 7u);
    EXPECT_EQ(watch->shown().back(), client.instrument(1001)->name);

    run(kSecond);
    watch->setFocus();
    watch->table().selectRow(0);
    const SymbolName gone = client.instrument(watch->model().row(watch->table().currentRow()).key.toUInt())->name;
    QTest::keyClick(&watch->table(), Qt::Key_Delete);
    EXPECT_EQ(watch->shown().size(), 6u);
    const auto before = watch->shown();
    EXPECT_EQ(std::ranges::count(before, gone), 0);
    window->close();
    open();
    watch = dynamic_cast<WatchDock*>(window->dock(QStringLiteral("watch")));
    EXPECT_EQ(watch->shown(), before);
    window->watchList().clear();
    EXPECT_EQ(watch->shown().size(), 6u);
    EXPECT_EQ(std::ranges::count(watch->shown(), gone), 1);
    for (SymbolId id = 1000; id < 1300; ++id)
        window->watchList().add(client.instrument(id)->name, watch->shown());
    EXPECT_EQ(watch->shown().size(), WatchList::kMost);
}

TEST_F(SearchTest, TheWatchListShowsMarkAndFundingOnlyWhereThereAreAny)
{
    open();
    auto& watch = dynamic_cast<WatchDock&>(*window->dock(QStringLiteral("watch")));
    run(3 * kSecond);
    EXPECT_FALSE(watch.table().isColumnHidden(5));
    for (SymbolId id = 4; id <= 6; ++id)
        window->watchList().remove(client.instrument(id)->name, watch.shown());
    run(kSecond);
    EXPECT_TRUE(watch.table().isColumnHidden(5)) << "spot has no mark";
}

TEST_F(SearchTest, TenThousandInstrumentsStallNoKeystroke)
{
    engine.addInstruments(10'000, true);
    open({1920, 1080});
    run(kSecond / 2);
    ASSERT_GT(client.active().size(), 10'000u);
    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier);
    for (const char* text : {"btc perp", "usdt", "a b c", "zzzzzz", "kraken eur", ""}) {
        window->picker().line().clear();
        for (const char letter : std::string_view(text)) {
            client.pull();
            const Nanos begin = StallWatch::threadTime();
            QTest::keyClick(&window->picker().line(), letter);
            QCoreApplication::processEvents();
            const Nanos took = StallWatch::threadTime() - begin;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
            EXPECT_LT(took, StallWatch::kLimit) << text << ' ' << letter;
#endif
        }
    }
    EXPECT_GT(window->picker().model().rowCount(), 0);
    EXPECT_LE(window->picker().model().rowCount(), static_cast<int>(InstrumentPicker::kMost));
}

TEST(InstrumentModel, KeepsTheRulesOfModels)
{
    FakeEngine engine;
    engine.addBinance();
    EngineClient client(engine);
    client.pull();
    InstrumentModel model(client);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.show({1, 4, 77});
    EXPECT_EQ(model.index(1, InstrumentModel::kNative).data().toString(), QStringLiteral("BTCUSDT"));
    EXPECT_EQ(model.index(1, InstrumentModel::kKind).data().toString(), QStringLiteral("perpetual"));
    EXPECT_TRUE(model.index(0, InstrumentModel::kMid).data().toString().startsWith(QStringLiteral("11834")));
    EXPECT_TRUE(model.index(2, 0).data().isNull()) << "no longer listed";
    model.refresh();
    model.show({});
}

TEST(ForcedOrderModel, ShowsOneInstrumentOrAllWithTheirNotional)
{
    FakeEngine engine;
    engine.addBinance();
    EngineClient client(engine);
    client.pull();
    ForcedOrderModel model(client);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    engine.advance(60 * kSecond);
    const auto all = engine.forcedOrders(0, 10'000).items;
    ASSERT_GT(all.size(), 5u);
    model.setInstrument(*client.instrument(5));
    model.add(all);
    EXPECT_EQ(model.rowCount(), std::ranges::count(all, 5u, &api::ForcedOrder::symbol));
    model.setEvery(true);
    EXPECT_EQ(model.rowCount(), static_cast<int>(all.size()));
    const api::ForcedOrder& newest = model.order(0);
    EXPECT_NEAR(ForcedOrderModel::notional(newest), newest.price.toDouble() * newest.quantity.toDouble(), 1e-6);
    EXPECT_EQ(model.index(0, ForcedOrderModel::kSide).data().toString().startsWith(QStringLiteral("sell")),
              newest.side == Side::Sell);
    for (int i = 0; i < 10; ++i)
        model.add(std::vector<api::ForcedOrder>(900, newest));
    EXPECT_EQ(model.rowCount(), ForcedOrderModel::kShown);
}

}  // namespace
}  // namespace tickdeck::ui
