// SPDX-License-Identifier: GPL-3.0-or-later
// Price chart, mark and funding, the grouped ladder.
#include <QLabel>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include "tests/ui/window_fixture.h"
#include "ui/docks/candle_dock.h"
#include "ui/docks/candle_view.h"
#include "ui/docks/grouped_depth.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/ladder_view.h"
#include "ui/docks/mark_dock.h"
#include "ui/docks/mark_head.h"
#include "ui/docks/mark_view.h"

namespace tickdeck::ui {
namespace {

class ChartTest : public WindowTest {
protected:
    ChartTest() { engine.addBinance(); }
    // The window with Kraken's BTC on link A.
    void open(QSize size = {1440, 900})
    {
        WindowTest::open(size);
        window->links().setSymbol(0, 1);
        frame();
    }
    // Seen once a second.
    void pass(int seconds)
    {
        for (int i = 0; i < seconds; ++i) {
            engine.advance(kSecond);
            frame();
        }
    }
    template <class T>
    T& dock(const char* id)
    {
        return dynamic_cast<T&>(*window->dock(QLatin1String(id)));
    }
    void wheel(QWidget& widget, QPointF at, int steps, Qt::KeyboardModifiers modifiers = {})
    {
        QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, 120 * steps}, Qt::NoButton, modifiers, Qt::NoScrollPhase,
                          false);
        QCoreApplication::sendEvent(&widget, &event);
    }
};

TEST_F(ChartTest, TheCrosshairMovesByKeyboardAndTellsWhy)
{
    open();
    pass(30);
    CandleView& view = dock<CandleDock>("candles").view();
    EXPECT_TRUE(view.why().contains(QStringLiteral("built by the engine from the trades of kraken")))
        << qPrintable(view.why());
    EXPECT_TRUE(view.why().contains(QStringLiteral("Whole: no gap touches it")));
    QTest::keyClick(&view, Qt::Key_Left, Qt::ShiftModifier);
    const QString first = view.why();
    QTest::keyClick(&view, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_NE(view.why(), first) << "one candle further";
    EXPECT_TRUE(view.isLive()) << "the chart itself stays";
    QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_EQ(view.why(), first);
    for (int i = 0; i < 500; ++i)
        QTest::keyClick(&view, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_TRUE(view.isLive() || !view.why().isEmpty());
    QTest::keyClick(&view, Qt::Key_Escape);
    QTest::keyClick(&view, Qt::Key_End);
    EXPECT_TRUE(view.why().contains(QStringLiteral("still open")) || view.why().contains(QStringLiteral("closed")));
}

TEST_F(ChartTest, AGapIsSaidOfTheCandlesThatItTouches)
{
    open();
    pass(12);
    engine.openGap();
    pass(4);
    CandleView& view = dock<CandleDock>("candles").view();
    QTest::keyClick(&view, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_TRUE(view.why().contains(QStringLiteral("a gap is open"))) << qPrintable(view.why());
    EXPECT_TRUE(view.why().contains(QStringLiteral("nothing was traded"))) << qPrintable(view.why());
    engine.closeGap();
    run(kSecond);
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(&view, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_TRUE(view.why().contains(QStringLiteral("a gap from"))) << qPrintable(view.why());
    for (int i = 0; i < 6; ++i)
        QTest::keyClick(&view, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_TRUE(view.why().contains(QStringLiteral("Whole"))) << qPrintable(view.why());
}

TEST_F(ChartTest, ZoomKeepsTheInstantUnderTheMouse)
{
    open();
    pass(200);
    CandleView& view = dock<CandleDock>("candles").view();
    const QPointF at(view.width() / 2.0, view.height() / 2.0);
    QTest::keyClick(&view, Qt::Key_Left);
    QTest::keyClick(&view, Qt::Key_Left);
    ASSERT_FALSE(view.isLive());
    QTest::mouseMove(&view, at.toPoint());
    QMouseEvent move(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
    QCoreApplication::sendEvent(&view, &move);
    const QString before = view.why().section(QLatin1Char('\n'), 0, 0);
    wheel(view, at, 2);
    EXPECT_EQ(view.why().section(QLatin1Char('\n'), 0, 0), before);
    wheel(view, at, -2);
    EXPECT_EQ(view.why().section(QLatin1Char('\n'), 0, 0), before);
    wheel(view, at, 3, Qt::ShiftModifier);
    EXPECT_NE(view.why().section(QLatin1Char('\n'), 0, 0), before);
    QTest::keyClick(&view, Qt::Key_End);
    EXPECT_TRUE(view.isLive());
    QTest::keyClick(&view, Qt::Key_Home);
    EXPECT_FALSE(view.isLive());
}

TEST_F(ChartTest, TheVenuesOwnCandlesAreOfferedWhereThereAreAny)
{
    open();
    pass(2);
    auto& candles = dock<CandleDock>("candles");
    const auto venue = [&] {
        for (QToolButton* button : candles.findChildren<QToolButton*>())
            if (button->text() == QStringLiteral("Venue"))
                return button;
        return static_cast<QToolButton*>(nullptr);
    }();
    ASSERT_TRUE(venue);
    EXPECT_FALSE(venue->isVisible()) << "Kraken's candles are the engine's alone";
    window->links().setSymbol(0, 4);
    run(kSecond);
    ASSERT_TRUE(venue->isVisible());
    venue->click();
    run(kSecond);
    EXPECT_EQ(candles.built(), BuiltBy::Venue);
    EXPECT_EQ(candles.interval(), 60 * kSecond) << "the only width that the venue has";
    EXPECT_TRUE(candles.view().why().contains(QStringLiteral("built by binance itself")))
        << qPrintable(candles.view().why());
    const QJsonObject chosen = candles.look();
    candles.setLook({});
    run(kSecond);
    EXPECT_EQ(candles.built(), BuiltBy::Engine);
    candles.setLook(chosen);
    run(kSecond);
    EXPECT_EQ(candles.built(), BuiltBy::Venue);
}

TEST_F(ChartTest, MarkAndFundingAreShownOfPerpetualsAlone)
{
    open({1920, 1080});
    window->showLayout(QStringLiteral("perpetuals"));
    frame();
    auto& mark = dock<MarkDock>("mark");
    EXPECT_EQ(window->links().symbol(0), 1u) << "that the watch list got the focus chooses nothing";
    mark.setFocus();
    pass(5);
    EXPECT_FALSE(mark.head().isVisible()) << "spot has no mark";
    window->links().setSymbol(0, 4);
    pass(30);
    ASSERT_TRUE(mark.head().isVisible());
    const QString said = mark.head().said().join(QLatin1Char('|'));
    EXPECT_TRUE(said.contains(QStringLiteral("Mark USDT: 118"))) << qPrintable(said);
    EXPECT_TRUE(said.contains(QStringLiteral("longs pay"))) << qPrintable(said);
    EXPECT_TRUE(said.contains(QStringLiteral("Next payment in: 07:59:"))) << qPrintable(said);
    // 0.0134 % three times a day, 365 days.
    EXPECT_TRUE(said.contains(QStringLiteral("Funding %: 0.0134"))) << qPrintable(said);
    EXPECT_TRUE(said.contains(QStringLiteral("A year, at this rate %: 14.67"))) << qPrintable(said);
    EXPECT_TRUE(mark.view().why().contains(QStringLiteral("as binance told them"))) << qPrintable(mark.view().why());
    QTest::keyClick(&mark.view(), Qt::Key_Minus);
    QTest::keyClick(&mark.view(), Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_FALSE(mark.view().why().isEmpty());

    pass(60);
    const int own = mark.model().rowCount();
    const auto every = mark.findChildren<QToolButton*>();
    for (QToolButton* button : every)
        if (button->text() == QStringLiteral("All symbols"))
            button->click();
    EXPECT_GT(mark.model().rowCount(), own);
    mark.setFrozen(true);
    const int frozen = mark.model().rowCount();
    pass(30);
    EXPECT_EQ(mark.model().rowCount(), frozen);
    mark.setFrozen(false);
    EXPECT_GT(mark.model().rowCount(), frozen);
    window->openAnother(QStringLiteral("mark"));
    frame();
    EXPECT_GT(dock<MarkDock>("mark-2").model().rowCount() + 1, 0);
}

TEST_F(ChartTest, AnOldMarkIsSaidToBeOld)
{
    open();
    window->showLayout(QStringLiteral("perpetuals"));
    window->links().setSymbol(0, 4);
    pass(3);
    auto& mark = dock<MarkDock>("mark");
    EXPECT_FALSE(mark.head().said().join(QLatin1Char('|')).isEmpty());
    engine.openGap();  // all books stand still, no marks come
    pass(15);
    const auto labels = mark.findChildren<QLabel*>();
    EXPECT_TRUE(
        std::ranges::any_of(labels, [](QLabel* label) { return label->text().endsWith(QStringLiteral(" old")); }));
}

TEST(MarkHead, CountsDown)
{
    EXPECT_EQ(MarkHead::countdown(8 * 3600 * kSecond), QStringLiteral("08:00:00"));
    EXPECT_EQ(MarkHead::countdown(61 * kSecond + 1), QStringLiteral("00:01:01"));
    EXPECT_EQ(MarkHead::countdown(-1), QStringLiteral("due"));
}

TEST(Premium, IsInHundredthsOfAPercentOfTheIndex)
{
    EXPECT_NEAR(premiumPoints(Decimal(10'010, 1), Decimal(1'000, 0)), 10, 1e-9);
    EXPECT_TRUE(std::isnan(premiumPoints(Decimal(1, 0), {})));
    EXPECT_TRUE(std::isnan(premiumPoints(Decimal(1, 0), Decimal(0, 0))));
}

TEST(GroupedDepth, SumsWhatFallsTogetherAndLooksNoBetter)
{
    Depth depth;
    depth.bidCount = 4;
    depth.askCount = 3;
    depth.bids[0] = {1009, 1};
    depth.bids[1] = {1001, 2};
    depth.bids[2] = {1000, 4};
    depth.bids[3] = {999, 8};
    depth.asks[0] = {1010, 1};
    depth.asks[1] = {1011, 2};
    depth.asks[2] = {1021, 4};
    const GroupedDepth out = grouped(depth, 10);
    ASSERT_EQ(out.depth.bidCount, 2);
    EXPECT_EQ(out.depth.bids[0].price, 1000);
    EXPECT_EQ(out.depth.bids[0].quantity, 7);
    EXPECT_EQ(out.depth.bids[1].price, 990);
    ASSERT_EQ(out.depth.askCount, 3);
    EXPECT_EQ(out.depth.asks[0].price, 1010) << "on the grid already";
    EXPECT_EQ(out.depth.asks[1].price, 1020);
    EXPECT_EQ(out.depth.asks[2].price, 1030);
    EXPECT_FALSE(out.bidsCut) << "all levels are there";
    depth.bidCount = kDepthLevels;
    EXPECT_TRUE(grouped(depth, 10).bidsCut);
    EXPECT_FALSE(grouped(depth, 1).bidsCut);
    Depth negative;
    negative.bidCount = negative.askCount = 1;
    negative.bids[0] = {-5, 1};
    negative.asks[0] = {-3, 1};
    EXPECT_EQ(grouped(negative, 10).depth.bids[0].price, -10);
    EXPECT_EQ(grouped(negative, 10).depth.asks[0].price, 0);
}

TEST_F(ChartTest, TheLadderIsGroupedByKeysAndKeepsItsGroup)
{
    open();
    run(kSecond);
    auto& ladder = dock<LadderDock>("ladder");
    EXPECT_EQ(ladder.view().group(), 1);
    QTest::keyClick(&ladder.view(), Qt::Key_BracketLeft);
    EXPECT_EQ(ladder.view().group(), 1) << "there is nothing finer";
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(&ladder.view(), Qt::Key_BracketRight);
    EXPECT_EQ(ladder.view().group(), 10);
    EXPECT_TRUE(ladder.view().why(1).contains(QStringLiteral("grouped by 10 ticks")))
        << qPrintable(ladder.view().why(1));
    EXPECT_TRUE(ladder.view().why(1).contains(QStringLiteral(".0 USD"))) << qPrintable(ladder.view().why(1));
    run(kSecond);
    window->close();
    window.reset();
    open();
    EXPECT_EQ(dock<LadderDock>("ladder").view().group(), 10);
    for (int i = 0; i < 30; ++i)
        QTest::keyClick(&dock<LadderDock>("ladder").view(), Qt::Key_BracketRight);
    EXPECT_EQ(dock<LadderDock>("ladder").view().group(), LadderView::kGroups.back());
    run(kSecond);
}

}  // namespace
}  // namespace tickdeck::ui
