// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/docks/candle_dock.h"
#include "ui/docks/candle_view.h"
#include "ui/docks/health_dock.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/ladder_view.h"
#include "ui/docks/trades_dock.h"
#include "ui/shell/export_dialog.h"
#include "ui/shell/status_bar.h"
#include "ui/widgets/table_view.h"

namespace tickdeck::ui {
namespace {

QWidget* focus() { return QApplication::focusWidget(); }

template <class T>
T& dockOf(MainWindow& window, const char* id)
{
    return dynamic_cast<T&>(*window.dock(QLatin1String(id)));
}

TEST_F(WindowTest, CtrlKOpensThePaletteWhichRunsWhatIsTyped)
{
    open();
    QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
    ASSERT_TRUE(window->palette().isVisible());
    QTest::keyClicks(&window->palette().line(), QStringLiteral("eth"));
    EXPECT_EQ(window->palette().currentTitle(), QStringLiteral("ETH-USD · kraken"));
    QTest::keyClick(&window->palette().line(), Qt::Key_Return);
    EXPECT_FALSE(window->palette().isVisible());
    EXPECT_EQ(window->links().symbol(0), 2u);

    QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
    EXPECT_EQ(window->palette().currentTitle(), QStringLiteral("ETH-USD · kraken")) << "the recent one comes first";
    QTest::keyClick(&window->palette().line(), Qt::Key_Escape);
    EXPECT_FALSE(window->palette().isVisible());
}

TEST_F(WindowTest, CtrlDigitsSwitchLayoutsAndEachKeepsItsOwnArrangement)
{
    open();
    EXPECT_EQ(window->layoutId(), QStringLiteral("market"));
    QTest::keyClick(window.get(), Qt::Key_1, Qt::ControlModifier);
    EXPECT_EQ(window->layoutId(), QStringLiteral("operations"));
    QCoreApplication::processEvents();
    EXPECT_TRUE(window->dock(QStringLiteral("health"))->isVisible());
    EXPECT_FALSE(window->dock(QStringLiteral("ladder"))->isVisible());

    window->dock(QStringLiteral("log"))->close();
    QTest::keyClick(window.get(), Qt::Key_2, Qt::ControlModifier);
    QCoreApplication::processEvents();
    EXPECT_TRUE(window->dock(QStringLiteral("ladder"))->isVisible());
    EXPECT_FALSE(window->dock(QStringLiteral("health"))->isVisible());
    QTest::keyClick(window.get(), Qt::Key_1, Qt::ControlModifier);
    QCoreApplication::processEvents();
    EXPECT_TRUE(window->dock(QStringLiteral("health"))->isVisible());
    EXPECT_FALSE(window->dock(QStringLiteral("log"))->isVisible()) << "closed by the user, stays closed";
    window->resetLayout();
    QCoreApplication::processEvents();
    EXPECT_TRUE(window->dock(QStringLiteral("log"))->isVisible());
}

TEST_F(WindowTest, ALayoutOutlivesTheWindow)
{
    open();
    window->showLayout(QStringLiteral("operations"));
    QCoreApplication::processEvents();
    window->dock(QStringLiteral("gaps"))->setFloating(true);
    window->close();
    open();
    EXPECT_EQ(window->layoutId(), QStringLiteral("operations"));
    EXPECT_TRUE(window->dock(QStringLiteral("gaps"))->isFloating());
}

TEST_F(WindowTest, SlashFiltersTheCurrentTableAndEscBacksOut)
{
    open();
    window->showLayout(QStringLiteral("operations"));
    frame();
    run(kSecond);
    auto& health = dockOf<HealthDock>(*window, "health");
    health.setFocus();
    ASSERT_EQ(health.table().model()->rowCount(), 5);
    QTest::keyClick(focus(), Qt::Key_Slash);
    ASSERT_TRUE(qobject_cast<QLineEdit*>(focus()));
    QTest::keyClicks(focus(), QStringLiteral("tick"));
    EXPECT_EQ(health.table().model()->rowCount(), 1);
    QTest::keyClick(focus(), Qt::Key_Escape);
    EXPECT_EQ(health.table().model()->rowCount(), 5);
    EXPECT_EQ(focus(), &health.table());
}

TEST_F(WindowTest, F6WalksThroughEveryView)
{
    open();
    QSet<QString> seen;
    for (int i = 0; i < 5; ++i) {
        QTest::keyClick(window.get(), Qt::Key_F6);
        for (Dock* dock : window->docks())
            if (focus() && dock->isAncestorOf(focus()))
                seen.insert(dock->objectName());
    }
    EXPECT_EQ(seen.size(), 5);
}

TEST_F(WindowTest, ExportShowsTheGapsAndCanBeCancelled)
{
    open();
    run(kSecond);
    engine.openGap();
    run(kSecond);
    engine.closeGap();
    ExportDialog& dialog = window->exportDialog();
    dialog.setFile(folder.filePath(QStringLiteral("out.csv")));
    frame();
    const auto labels = dialog.findChildren<QLabel*>();
    EXPECT_TRUE(std::ranges::any_of(
        labels, [](QLabel* label) { return label->text().startsWith(QStringLiteral("Gaps in the range: 1.")); }));
    EXPECT_TRUE(dialog.commandLine().startsWith(QStringLiteral("tickdeck --demo --data '/home/desk/")));
    EXPECT_TRUE(dialog.commandLine().contains(QStringLiteral(" export trade --from 2026-08-16T23:00:02.0")))
        << qPrintable(dialog.commandLine());
    dialog.startExport();
    ASSERT_TRUE(engine.lastJob);
    EXPECT_EQ(engine.lastJob->request().type, EventType::Trade);
    EXPECT_LT(engine.lastJob->request().from, engine.lastJob->request().to);
    engine.lastJob->set({api::JobState::Running, 12'345, 678'900, 0.5, {}});
    frame();
    EXPECT_EQ(dialog.message(), QStringLiteral("12,345 rows, 679 kB"));
    dialog.cancelExport();
    frame();
    EXPECT_FALSE(dialog.isRunning());
    EXPECT_TRUE(dialog.message().startsWith(QStringLiteral("Cancelled")));
}

TEST_F(WindowTest, AFailedExportSaysWhy)
{
    open();
    ExportDialog& dialog = window->exportDialog();
    dialog.startExport();
    engine.lastJob->set(
        {api::JobState::Failed, 0, 0, 0, Error{ErrorCode::Full, Remedy::None, "write: ENOSPC", {}, {}}});
    frame();
    EXPECT_FALSE(dialog.isRunning());
    EXPECT_TRUE(dialog.message().contains(QStringLiteral("There is no room left."))) << qPrintable(dialog.message());
    EXPECT_TRUE(dialog.message().contains(QStringLiteral("ENOSPC")));
}

TEST_F(WindowTest, TheLadderMovesItsSelectionAndTellsWhy)
{
    open();
    run(kSecond);
    LadderView& ladder = dockOf<LadderDock>(*window, "ladder").view();
    ladder.setFocus();
    QTest::keyClick(&ladder, Qt::Key_Up);
    EXPECT_EQ(ladder.selectedLevel(), 1);
    QTest::keyClick(&ladder, Qt::Key_Down);
    EXPECT_EQ(ladder.selectedLevel(), -1) << "from the best ask over the mid to the best bid";
    EXPECT_TRUE(ladder.why(-1).contains(QStringLiteral("checksum or chain agrees"))) << qPrintable(ladder.why(-1));
    QTest::keyClick(&ladder, Qt::Key_Escape);
    EXPECT_EQ(ladder.selectedLevel(), 0);
}

TEST_F(WindowTest, AnUnchangedBookIsNotPaintedAgain)
{
    theme.setMotion(false);
    open();
    run(kSecond);
    LadderView& ladder = dockOf<LadderDock>(*window, "ladder").view();
    frame();
    const auto before = ladder.paints();
    for (int i = 0; i < 10; ++i)
        frame();
    EXPECT_EQ(ladder.paints(), before);
    engine.advance(100 * kMillisecond);
    frame();
    EXPECT_EQ(ladder.paints(), before + 1) << "ten changes, one repaint";
}

TEST_F(WindowTest, FrozenViewsKeepWhatTheyShow)
{
    open();
    run(2 * kSecond);
    auto& trades = dockOf<TradesDock>(*window, "trades");
    trades.setFrozen(true);
    const int before = trades.model().rowCount();
    run(2 * kSecond);
    EXPECT_EQ(trades.model().rowCount(), before);
    trades.setFrozen(false);
    EXPECT_GT(trades.model().rowCount(), before) << "what came meanwhile is there";
}

TEST_F(WindowTest, CandlesScrolledBackStayThereUntilEnd)
{
    open();
    run(20 * kSecond);
    CandleView& view = dockOf<CandleDock>(*window, "candles").view();
    EXPECT_TRUE(view.isLive());
    QTest::keyClick(&view, Qt::Key_Left);
    EXPECT_FALSE(view.isLive());
    run(3 * kSecond);
    EXPECT_FALSE(view.isLive());
    QTest::keyClick(&view, Qt::Key_End);
    EXPECT_TRUE(view.isLive());
}

TEST_F(WindowTest, TheStatusBarNamesTheModeAndTheWorstState)
{
    open();
    auto* status = window->findChild<ui::StatusBar*>();
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->said().startsWith(QStringLiteral("DEMO |"))) << qPrintable(status->said());
    EXPECT_TRUE(status->said().contains(QStringLiteral("| ok |")));
    engine.openGap();
    frame();
    EXPECT_TRUE(status->said().contains(QStringLiteral("| degraded |")));
    EXPECT_TRUE(status->said().contains(QStringLiteral("open gaps 1")));
    engine.setMode(api::Mode::Live);
    frame();
    EXPECT_TRUE(status->said().startsWith(QStringLiteral("LIVE |")));
    EXPECT_EQ(window->windowTitle(), QStringLiteral("Tickdeck"));
}

TEST_F(WindowTest, CtrlTSwitchesTheThemeAndTheChoiceIsKept)
{
    open();
    QTest::keyClick(window.get(), Qt::Key_T, Qt::ControlModifier);
    EXPECT_EQ(theme.name(), ThemeName::Light);
    EXPECT_EQ(QApplication::palette().color(QPalette::Base), theme.color(Role::Panel));
    EXPECT_EQ(look.theme(), ThemeChoice::Light);
}

TEST_F(WindowTest, DocksOfOneLinkFollowItAndOthersDoNot)
{
    open();
    auto& ladder = dockOf<LadderDock>(*window, "ladder");
    auto& trades = dockOf<TradesDock>(*window, "trades");
    trades.setLink(1);
    window->links().setSymbol(0, 3);
    run(5 * kSecond);
    EXPECT_TRUE(ladder.view().why(1).contains(QStringLiteral("SOL-USD"))) << qPrintable(ladder.view().why(1));
    ASSERT_GT(trades.model().rowCount(), 0);
    EXPECT_EQ(trades.model().trade(0).symbol, 2u) << "link B has the second instrument";
}

TEST_F(WindowTest, EveryViewAndControlHasAnAccessibleName)
{
    open();
    const auto named = [](const QWidget& widget) {
        return !widget.accessibleName().isEmpty() || widget.inherits("QAbstractButton") ||
               widget.inherits("QScrollBar");
    };
    for (Dock* dock : window->docks())
        for (QWidget* widget : dock->findChildren<QWidget*>()) {
            const bool ofAnother = widget->isWindow() || widget->window() != window.get() ||
                                   widget->parentWidget()->inherits("QAbstractScrollArea") ||
                                   widget->parentWidget()->inherits("QAbstractItemView");
            if (widget->focusPolicy() != Qt::NoFocus && !ofAnother) {
                EXPECT_TRUE(named(*widget))
                    << qPrintable(dock->objectName()) << ' ' << widget->metaObject()->className();
            }
        }
}

TEST_F(WindowTest, AMovingMarketStallsNoTurn)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers take time of their own";
#endif
    open({1920, 1080});
    run(3 * kSecond);
    EXPECT_GT(client.stalls().turns(), 60u);
    EXPECT_EQ(client.stalls().stalls(), 0u) << "longest turn " << client.stalls().longest() / kMillisecond << " ms";
}

}  // namespace
}  // namespace tickdeck::ui
