// SPDX-License-Identifier: GPL-3.0-or-later
// What an operator does when something is wrong: alerts, gaps, dead letters, and the way from one to the other.
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/client/alerts.h"
#include "ui/docks/alerts_dock.h"
#include "ui/docks/candle_dock.h"
#include "ui/docks/candle_view.h"
#include "ui/docks/dead_letters_dock.h"
#include "ui/docks/gaps_dock.h"
#include "ui/docks/health_dock.h"
#include "ui/docks/settings_dock.h"
#include "ui/settings/settings_view.h"
#include "ui/shell/notifier.h"
#include "ui/shell/status_bar.h"
#include "ui/widgets/bytes_view.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/strip.h"

namespace tickdeck::ui {
namespace {

using Mode = QAbstractItemModelTester::FailureReportingMode;

class OperationsTest : public WindowTest {
protected:
    void openOperations(QSize size = {1600, 1000})
    {
        open(size);
        window->showLayout(QStringLiteral("operations"));
        for (const char* id : {"gaps", "alerts", "health"})
            testers.push_back(std::make_unique<QAbstractItemModelTester>(&overviewDock(id).model(), Mode::Fatal));
        testers.push_back(std::make_unique<QAbstractItemModelTester>(&letters().model(), Mode::Fatal));
        run(500 * kMillisecond);
    }

    template <class T>
    T& dockOf(const char* id)
    {
        return dynamic_cast<T&>(*window->dock(QLatin1String(id)));
    }
    OverviewDock& overviewDock(const char* id) { return dockOf<OverviewDock>(id); }
    DeadLettersDock& letters() { return dockOf<DeadLettersDock>("dead_letters"); }
    Dock& overviewOrLetters(const char* id) { return *window->dock(QLatin1String(id)); }
    GapsDock& gaps() { return dockOf<GapsDock>("gaps"); }

    static QString text(const QAbstractItemModel& model, int row, int column)
    {
        return model.index(row, column).data().toString();
    }

    void key(int code, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QWidget* target = QApplication::activePopupWidget();
        if (!target)
            target = QApplication::focusWidget();
        ASSERT_TRUE(target);
        QTest::keyClick(target, static_cast<Qt::Key>(code), modifiers);
        frame();
    }

    // Opens the steps of that gap of the ledger.
    void askOfGap(const char* id)
    {
        const int row = gaps().model().indexOf(QLatin1String(id));
        ASSERT_GE(row, 0) << id;
        gaps().setFocus();
        gaps().table().select(row);
        key(Qt::Key_Return);
        ASSERT_TRUE(qobject_cast<QMenu*>(QApplication::activePopupWidget()));
    }

    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
};

TEST_F(OperationsTest, ASilentFeedIsFollowedToItsSettingsAndMendedWithTheKeyboardAlone)
{
    open({1600, 1000});
    run(2 * kSecond);
    engine.openGap();
    run(12 * kSecond);
    // Which: the worst stands first.
    key(Qt::Key_1, Qt::ControlModifier);
    run(500 * kMillisecond);
    auto& health = dockOf<HealthDock>("health");
    ASSERT_TRUE(health.isAncestorOf(QApplication::focusWidget()));
    key(Qt::Key_Home, Qt::ControlModifier);
    EXPECT_EQ(text(*health.table().model(), 0, 1), QStringLiteral("trade"));
    // Since when, and why.
    key(Qt::Key_Return);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    ASSERT_TRUE(menu);
    EXPECT_TRUE(menu->accessibleName().contains(QStringLiteral("degraded since")))
        << qPrintable(menu->accessibleName());
    EXPECT_TRUE(menu->accessibleName().contains(QStringLiteral("the venue closed the connection")));
    // What was missed.
    key(Qt::Key_G);
    run(500 * kMillisecond);
    ASSERT_TRUE(gaps().isAncestorOf(QApplication::focusWidget()));
    EXPECT_EQ(gaps().table().model()->rowCount(), 1);
    EXPECT_TRUE(text(*gaps().table().model(), 0, 6).startsWith(QStringLiteral("trades")));
    EXPECT_TRUE(text(*gaps().table().model(), 0, 6).contains(QStringLiteral("still missing")));
    // Its settings.
    key(Qt::Key_Down);
    key(Qt::Key_Home, Qt::ControlModifier);
    key(Qt::Key_Return);
    key(Qt::Key_S);
    auto& view = dockOf<SettingsDock>("settings").view();
    ASSERT_TRUE(view.isAncestorOf(QApplication::focusWidget()));
    ASSERT_GT(view.settings().rowCount(), 0);
    EXPECT_TRUE(view.settings().row(0).key.startsWith(QStringLiteral("connectors.kraken.")));
    // Mended: a longer wait before the stream is called silent, say.
    for (int i = 0; i < 5; ++i)
        key(Qt::Key_Down);
    key(Qt::Key_Return);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("90"));
    key(Qt::Key_Return);
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
            client.pull();
            return view.edit().canApply();
        },
        5000));
    key(Qt::Key_S, Qt::ControlModifier);
    frame();
    EXPECT_EQ(view.edit().value("connectors.kraken.silent_after_s"), "90");
    EXPECT_EQ(engine.settings()->revision, 3);
    // And back to where it began.
    key(Qt::Key_Left, Qt::AltModifier);
    EXPECT_TRUE(gaps().isAncestorOf(QApplication::focusWidget()));
    key(Qt::Key_Left, Qt::AltModifier);
    EXPECT_TRUE(health.isAncestorOf(QApplication::focusWidget()));
    EXPECT_EQ(window->layoutId(), QStringLiteral("operations"));
}

TEST_F(OperationsTest, TheLedgerHasOpenGapsFirstAndGoesBackAsFarAsAsked)
{
    engine.addOldGaps(60);
    openOperations();
    const int day = gaps().model().rowCount();
    EXPECT_GT(day, 20);
    EXPECT_LT(day, 40);
    gaps().setRange(3);
    run(500 * kMillisecond);
    EXPECT_EQ(gaps().model().rowCount(), 60);
    engine.openGap();
    run(500 * kMillisecond);
    EXPECT_EQ(gaps().model().rowCount(), 61);
    EXPECT_EQ(text(gaps().model(), 0, 0), QStringLiteral("open"));
    EXPECT_TRUE(gaps().counts().startsWith(QStringLiteral("1 open, 61 ")));
    run(2 * kSecond);
    engine.closeGap();
    run(500 * kMillisecond);
    EXPECT_EQ(text(gaps().model(), 0, 0), QStringLiteral("closed"));
    EXPECT_EQ(text(gaps().model(), 0, 9), QStringLiteral("snapshot"));
    EXPECT_TRUE(text(gaps().model(), 0, 6).contains(QStringLiteral("whole again")));
    EXPECT_EQ(gaps().model().rowCount(), 61) << "none twice";
}

TEST_F(OperationsTest, TheLedgerIsFilteredByVenueChannelAndSymbol)
{
    engine.addOldGaps(60);
    openOperations();
    gaps().setRange(3);
    gaps().showOnly(QStringLiteral("binance BTC-USD"));
    run(500 * kMillisecond);
    const auto* shown = gaps().table().model();
    ASSERT_GT(shown->rowCount(), 0);
    for (int row = 0; row < shown->rowCount(); ++row) {
        EXPECT_EQ(text(*shown, row, 3), QStringLiteral("binance"));
        EXPECT_EQ(text(*shown, row, 5), QStringLiteral("BTC-USD"));
    }
}

TEST_F(OperationsTest, ADeadLetterShowsItsBytesAndTheFault)
{
    openOperations();
    letters().setFocus();
    ASSERT_EQ(letters().model().rowCount(), 2);
    EXPECT_EQ(text(letters().model(), 0, 1), QStringLiteral("sinks.parquet"));
    key(Qt::Key_Down);
    EXPECT_TRUE(letters().bytes().copyText().contains(QStringLiteral("4318.7x")));
    EXPECT_TRUE(std::ranges::any_of(letters().findChildren<QLabel*>(), [](QLabel* label) {
        return label->text().contains(QStringLiteral("The fault is at byte 90."));
    }));
    key(Qt::Key_H);
    EXPECT_TRUE(letters().bytes().isHex());
    EXPECT_TRUE(letters().bytes().copyText().startsWith(QStringLiteral("00000000  7b 22 63")))
        << qPrintable(letters().bytes().copyText());
}

TEST_F(OperationsTest, DeadLettersAreTriedAgainOrDroppedAfterAQuestion)
{
    openOperations();
    letters().setFocus();
    key(Qt::Key_Home, Qt::ControlModifier);
    key(Qt::Key_R);
    EXPECT_EQ(letters().strip().text(), QStringLiteral("1 passed, 0 failed again"));
    run(500 * kMillisecond);
    ASSERT_EQ(letters().model().rowCount(), 1);
    letters().table().select(0);
    key(Qt::Key_R);
    EXPECT_TRUE(letters().strip().text().startsWith(QStringLiteral("None of the selected")));
    key(Qt::Key_Delete);
    ASSERT_TRUE(letters().strip().isAsking());
    key(Qt::Key_Escape);
    EXPECT_EQ(engine.overview()->deadLetters, 1u) << "Esc is no";
    key(Qt::Key_Delete);
    key(Qt::Key_Return);
    run(500 * kMillisecond);
    EXPECT_EQ(engine.overview()->deadLetters, 0u);
    EXPECT_EQ(letters().model().rowCount(), 0);
    EXPECT_EQ(letters().bytes().copyText(), QString());
}

TEST_F(OperationsTest, NothingIsTriedAgainWhileAQuestionIsOpen)
{
    openOperations();
    letters().setFocus();
    key(Qt::Key_Home, Qt::ControlModifier);
    key(Qt::Key_Delete);
    ASSERT_TRUE(letters().strip().isAsking());
    key(Qt::Key_R);
    letters().retry();
    run(500 * kMillisecond);
    EXPECT_TRUE(letters().strip().isAsking());
    EXPECT_EQ(engine.overview()->deadLetters, 2u);
    key(Qt::Key_Escape);
    EXPECT_FALSE(letters().strip().isAsking());
    key(Qt::Key_R);
    EXPECT_EQ(letters().strip().text(), QStringLiteral("1 passed, 0 failed again"));
}

TEST_F(OperationsTest, TheRowThatEnterActsOnIsMarked)
{
    openOperations();
    auto& table = overviewDock("health").table();
    const auto bar = [&](int row) {
        const QRect cell = table.visualRect(table.model()->index(row, 0));
        return table.viewport()->grab().toImage().pixelColor(cell.left(), cell.center().y()) ==
               theme.color(Role::Accent);
    };
    table.setFocus();
    key(Qt::Key_Home, Qt::ControlModifier);
    ASSERT_FALSE(table.selectionModel()->hasSelection());
    EXPECT_TRUE(bar(0));
    EXPECT_FALSE(bar(1));
    letters().setFocus();
    frame();
    EXPECT_FALSE(bar(0)) << "the focus is elsewhere";
}

TEST_F(OperationsTest, AGapLeadsToItsTimeInTheChart)
{
    engine.addBinance();
    openOperations();
    window->links().setSymbol(0, 4);
    run(20 * kSecond);
    const Nanos from = engine.now();
    engine.openGap();
    run(3 * kSecond);
    engine.closeGap();
    run(60 * kSecond);
    gaps().setFocus();
    gaps().showOnly(QStringLiteral("kraken trade"));
    run(500 * kMillisecond);
    ASSERT_EQ(gaps().table().model()->rowCount(), 1);
    gaps().setFocus();
    key(Qt::Key_Home, Qt::ControlModifier);
    key(Qt::Key_Return);
    key(Qt::Key_C);
    EXPECT_EQ(window->layoutId(), QStringLiteral("market"));
    run(500 * kMillisecond);
    CandleView& view = dockOf<CandleDock>("candles").view();
    ASSERT_TRUE(view.isAncestorOf(QApplication::focusWidget()) || &view == QApplication::focusWidget());
    EXPECT_EQ(window->links().symbol(0), 1u) << "an instrument of the gap's venue";
    EXPECT_FALSE(view.isLive());
    EXPECT_TRUE(view.why().contains(QStringLiteral("a gap from ") + dateTimeText(from))) << qPrintable(view.why());
    run(5 * kSecond);
    EXPECT_TRUE(view.why().contains(QStringLiteral("a gap from ") + dateTimeText(from))) << "it stays there";
    key(Qt::Key_End);
    EXPECT_TRUE(view.isLive());
    run(kSecond);
    EXPECT_TRUE(view.isLive());
    key(Qt::Key_Left, Qt::AltModifier);
    EXPECT_TRUE(gaps().isAncestorOf(QApplication::focusWidget()));
}

TEST_F(OperationsTest, AGapLeadsToItsTimeInAFrozenChartAndEscHidesTheCrosshair)
{
    engine.addBinance();
    openOperations();
    window->showLayout(QStringLiteral("market"));
    window->links().setSymbol(0, 4);
    run(20 * kSecond);
    auto& chart = dockOf<CandleDock>("candles");
    chart.setFrozen(true);
    window->showLayout(QStringLiteral("operations"));
    engine.openGap();
    run(3 * kSecond);
    engine.closeGap();
    run(30 * kSecond);
    askOfGap("g-4");
    key(Qt::Key_C);
    run(500 * kMillisecond);
    EXPECT_FALSE(chart.isFrozen());
    EXPECT_EQ(chart.symbol(), 1u);
    EXPECT_FALSE(chart.view().isLive());
    EXPECT_TRUE(chart.view().why().contains(QStringLiteral("a gap from"))) << qPrintable(chart.view().why());
    // One step back out: the crosshair goes and stays away, the chart stays where it is.
    key(Qt::Key_Escape);
    run(3 * kSecond);
    EXPECT_TRUE(chart.view().why().contains(QStringLiteral("still open"))) << qPrintable(chart.view().why());
    EXPECT_FALSE(chart.view().isLive());
}

TEST_F(OperationsTest, AGapLeadsToNoOtherInstrumentsChart)
{
    engine.addInstruments(8, false);
    engine.addOldGaps(4);
    openOperations();
    window->links().setSymbol(0, 1);
    run(500 * kMillisecond);
    // Of a symbol that the venue does not list.
    askOfGap("old-0");
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    for (const QAction* action : menu->actions())
        EXPECT_FALSE(action->text().contains(QStringLiteral("Chart"))) << qPrintable(action->text());
    key(Qt::Key_Escape);
    // Of a venue of which nothing is active.
    askOfGap("old-3");
    key(Qt::Key_C);
    run(500 * kMillisecond);
    const api::Instrument* shown = client.instrument(dockOf<CandleDock>("candles").symbol());
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->name.venue, "binance");
    EXPECT_FALSE(client.isActive(shown->id));
}

TEST_F(OperationsTest, AnAlertLeadsToWhatItIsAbout)
{
    openOperations();
    engine.failComponent(api::State::Failed, "five restarts in 300 s");
    engine.fillDisk(17'000'000'000);
    engine.addDeadLetter("kraken", ErrorCode::Malformed, "no", "{", 1u);
    engine.openGap();
    run(12 * kSecond);
    const auto leadsTo = [this](const char* alert, const char* dock) {
        auto& alerts = dockOf<AlertsDock>("alerts");
        run(500 * kMillisecond);
        const int row = alerts.model().indexOf(QLatin1String(alert));
        ASSERT_GE(row, 0) << alert;
        alerts.setFocus();
        alerts.table().select(row);
        key(Qt::Key_Return);
        key(Qt::Key_Return);
        run(500 * kMillisecond);
        ASSERT_TRUE(overviewOrLetters(dock).isAncestorOf(QApplication::focusWidget())) << alert;
        EXPECT_GT(dock == std::string_view("dead_letters") ? letters().table().model()->rowCount()
                                                           : overviewDock(dock).table().model()->rowCount(),
                  0)
            << alert << ": what it is about is listed";
        overviewOrLetters(dock).showOnly({});
    };
    leadsTo("failed/kraken", "health");
    leadsTo("disk", "stages");
    leadsTo("letters", "dead_letters");
    leadsTo("gap/kraken trade", "gaps");
}

TEST_F(OperationsTest, ManyDeadLettersStallNoTurn)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers take time of their own";
#endif
    engine.addOldGaps(3000);
    for (int i = 0; i < 600; ++i)
        engine.addDeadLetter("kraken", ErrorCode::Malformed, "book: level is not a pair", std::string(200'000, 'x'),
                             100'000u);
    openOperations({1920, 1080});
    gaps().setRange(3);
    run(kSecond);
    letters().setFocus();
    for (int i = 0; i < 20; ++i)
        key(Qt::Key_Down);
    key(Qt::Key_H);
    run(kSecond);
    EXPECT_EQ(letters().model().rowCount(), 500);
    EXPECT_EQ(gaps().model().rowCount(), static_cast<int>(GapsDock::kShown));
    EXPECT_EQ(client.stalls().stalls(), 0u) << client.stalls().longest() / kMillisecond << " ms";
}

TEST_F(OperationsTest, AnAlertIsRaisedOnceFoldedAndCleared)
{
    openOperations();
    AlertCentre& alerts = window->alerts();
    EXPECT_EQ(alerts.open(), 0u);
    engine.openGap();
    run(9 * kSecond);
    EXPECT_EQ(alerts.open(), 0u) << "not every short gap is told";
    run(2 * kSecond);
    ASSERT_EQ(alerts.open(), 1u);
    EXPECT_EQ(alerts.alerts().front().title, QStringLiteral("kraken trade: gap open"));
    EXPECT_TRUE(window->findChild<ui::StatusBar*>()->said().contains(QStringLiteral("alerts 1")));
    run(5 * kSecond);
    EXPECT_EQ(alerts.alerts().size(), 1u);
    EXPECT_EQ(alerts.alerts().front().count, 1u);
    engine.closeGap();
    run(kSecond);
    EXPECT_EQ(alerts.open(), 0u);
    ASSERT_EQ(alerts.alerts().size(), 1u) << "cleared, and still to be seen";
    engine.openGap();
    run(11 * kSecond);
    ASSERT_EQ(alerts.alerts().size(), 1u);
    EXPECT_EQ(alerts.alerts().front().count, 2u);
}

TEST_F(OperationsTest, AcknowledgedAndSilencedAlertsAreNotCounted)
{
    openOperations();
    auto& dock = dockOf<AlertsDock>("alerts");
    engine.failComponent(api::State::Failed, "five restarts in 300 s");
    run(500 * kMillisecond);
    EXPECT_EQ(window->alerts().open(), 1u);
    dock.setFocus();
    key(Qt::Key_Home, Qt::ControlModifier);
    EXPECT_EQ(text(dock.model(), 0, 0), QStringLiteral("bad"));
    key(Qt::Key_A);
    run(500 * kMillisecond);
    EXPECT_EQ(window->alerts().open(), 0u);
    EXPECT_EQ(text(dock.model(), 0, 0), QStringLiteral("seen"));
    engine.failComponent(api::State::Ok, "");
    run(500 * kMillisecond);
    EXPECT_EQ(dock.model().rowCount(), 0) << "seen and over";

    int told = 0;
    QObject::connect(&window->alerts(), &AlertCentre::raised, [&](const Alert&) { ++told; });
    engine.failComponent(api::State::Failed, "five restarts in 300 s");
    run(500 * kMillisecond);
    EXPECT_EQ(told, 1);
    dock.table().select(0);
    key(Qt::Key_S);
    engine.failComponent(api::State::Ok, "");
    run(500 * kMillisecond);
    engine.failComponent(api::State::Failed, "five restarts in 300 s");
    run(500 * kMillisecond);
    EXPECT_EQ(told, 1) << "silenced";
    EXPECT_EQ(window->alerts().open(), 0u);
    engine.skip(AlertCentre::kSilence);
    engine.failComponent(api::State::Ok, "");
    frame();
    engine.failComponent(api::State::Failed, "five restarts in 300 s");
    frame();
    EXPECT_EQ(told, 2) << "the hour is over";
}

TEST_F(OperationsTest, DeadLettersBansAndAFullDiskAreAlerts)
{
    openOperations();
    const auto has = [this](const char* key) {
        const Alert* alert = window->alerts().find(QLatin1String(key));
        return alert && alert->holds();
    };
    EXPECT_FALSE(has("letters")) << "those from before are no news";
    engine.addDeadLetter("kraken", ErrorCode::Malformed, "no", "{", 1u);
    engine.addDeadLetter("kraken", ErrorCode::Malformed, "no", "{", 1u);
    run(500 * kMillisecond);
    ASSERT_TRUE(has("letters"));
    EXPECT_TRUE(window->alerts().find(QStringLiteral("letters"))->detail.startsWith(QStringLiteral("2 new")));
    engine.skip(AlertCentre::kQuiet + kSecond);
    frame();
    EXPECT_FALSE(has("letters"));
    engine.failComponent(api::State::Degraded, "banned by the venue until 12:34:56Z (HTTP 418)");
    frame();
    EXPECT_TRUE(has("banned/kraken"));
    engine.fillDisk(17'000'000'000);
    frame();
    ASSERT_TRUE(has("disk"));
    EXPECT_FALSE(window->alerts().find(QStringLiteral("disk"))->severe);
    window->alerts().acknowledgeAll();
    engine.fillDisk(21'000'000'000);
    frame();
    EXPECT_TRUE(window->alerts().find(QStringLiteral("disk"))->severe);
    EXPECT_FALSE(window->alerts().find(QStringLiteral("disk"))->acked) << "it got worse";
}

TEST_F(OperationsTest, NotificationsAreFoldedAndCanBeTurnedOff)
{
    openOperations();
    QStringList titles;
    const auto show = [&](const QString& title, const QString&, bool) { titles << title; };
    window->notifier().setShow(show, 100);
    engine.failComponent(api::State::Failed, "five restarts in 300 s");
    frame();
    EXPECT_EQ(titles, QStringList(QStringLiteral("kraken has failed")));
    engine.fillDisk(17'000'000'000);
    frame();
    engine.addDeadLetter("kraken", ErrorCode::Malformed, "no", "{", 1u);
    frame();
    EXPECT_EQ(titles.size(), 1) << "not at once";
    ASSERT_TRUE(QTest::qWaitFor([&] { return titles.size() == 2; }, 5000));
    EXPECT_EQ(titles.back(), QStringLiteral("2 alerts"));
    window->notifier().setShow(show, 0);
    frame();
    const auto failAnew = [this] {
        engine.failComponent(api::State::Ok, "");
        frame();
        engine.failComponent(api::State::Failed, "again");
        frame();
    };
    look.setNotifications(false);
    failAnew();
    EXPECT_EQ(titles.size(), 2) << "turned off";
    look.setNotifications(true);
    failAnew();
    EXPECT_EQ(titles.size(), 3);
}

TEST(BytesView, KeepsWhatIsThere)
{
    const Theme theme;
    BytesView view(theme);
    view.resize(400, 200);
    view.setBytes(std::string("{\"a\":\x01\xff}", 8), 5u, 4000);
    view.setHex(true);
    EXPECT_TRUE(view.copyText().startsWith(QStringLiteral("00000000  7b 22 61 22 3a 01 ff 7d")))
        << qPrintable(view.copyText());
    view.setBytes({}, {}, 0);
    EXPECT_EQ(view.copyText(), QString());
}

}  // namespace
}  // namespace tickdeck::ui
