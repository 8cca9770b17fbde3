// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every dock that the shell knows: a new one is tested without an edit here.
#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QAbstractProxyModel>
#include <QApplication>
#include <QLineEdit>
#include <QSet>
#include <QTest>

#include <map>

#include "tests/ui/window_fixture.h"
#include "ui/docks/symbol_dock.h"

namespace tickdeck::ui {
namespace {

class EveryDock : public WindowTest {
protected:
    EveryDock() { engine.addBinance(); }

    // The dock alone in the window.
    void showAlone(Dock& dock)
    {
        for (Dock* other : window->docks())
            other->hide();
        if (window->dockWidgetArea(&dock) == Qt::NoDockWidgetArea)
            window->addDockWidget(Qt::LeftDockWidgetArea, &dock);
        dock.show();
        QCoreApplication::processEvents();
    }

    // What a dock goes through in a day.
    void live(Dock& dock)
    {
        run(kSecond / 4);
        engine.openGap();
        run(kSecond / 4);
        window->links().setSymbol(0, 4);
        run(kSecond / 4);
        engine.closeGap();
        dock.setFrozen(true);
        run(kSecond / 4);
        dock.setFrozen(false);
        if (dock.hasFilter()) {
            dock.openFilter();
            dock.showOnly(QStringLiteral("a"));
            run(kSecond / 4);
            dock.closeFilter();
        }
        dock.setLook(dock.look());
        window->links().setSymbol(0, 1);
        run(kSecond / 4);
    }

    [[nodiscard]] static QSet<QAbstractItemModel*> modelsOf(const Dock& dock)
    {
        QSet<QAbstractItemModel*> out;
        for (const QAbstractItemView* view : dock.findChildren<QAbstractItemView*>())
            for (QAbstractItemModel* model = view->model(); model;) {
                out.insert(model);
                const auto* proxy = qobject_cast<QAbstractProxyModel*>(model);
                model = proxy ? proxy->sourceModel() : nullptr;
            }
        return out;
    }
};

TEST_F(EveryDock, KeepsTheRulesOfModels)
{
    open();
    int models = 0;
    for (Dock* dock : std::vector(window->docks())) {
        SCOPED_TRACE(dock->objectName().toStdString());
        showAlone(*dock);
        std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
        // Reports to Qt's test log are no failures of ours, so broken rules end the test program.
        for (QAbstractItemModel* model : modelsOf(*dock))
            testers.push_back(std::make_unique<QAbstractItemModelTester>(
                model, QAbstractItemModelTester::FailureReportingMode::Fatal));
        models += static_cast<int>(testers.size());
        live(*dock);
        theme.setName(theme.name() == ThemeName::Dark ? ThemeName::Light : ThemeName::Dark);
        theme.setDensity(theme.density() == Density::Roomy ? Density::Compact : Density::Roomy);
        run(kSecond / 4);
    }
    EXPECT_GE(models, 10);
}

TEST_F(EveryDock, StallsNoTurn)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers take time of their own";
#endif
    engine.addInstruments(2000, true);
    open({1920, 1080});
    engine.advance(60 * kSecond);
    run(kSecond / 4);
    for (Dock* dock : std::vector(window->docks())) {
        SCOPED_TRACE(dock->objectName().toStdString());
        showAlone(*dock);
        frame();
        // A busy machine lengthens a turn now and then, a slow view every time.
        const auto stalls = [&] {
            const auto before = client.stalls().stalls();
            live(*dock);
            return client.stalls().stalls() > before;
        };
        EXPECT_FALSE(stalls() && stalls() && stalls())
            << "longest turn so far " << client.stalls().longest() / kMillisecond << " ms";
    }
}

// What another theme costs is the polishing of some hundred widgets; once for each ancestor would be 100 ms and more.
TEST_F(EveryDock, IsNotStyledAnewForEachOfItsAncestors)
{
    struct Count : QObject {
        std::map<QObject*, int> styled;
        bool eventFilter(QObject* watched, QEvent* event) override
        {
            if (event->type() == QEvent::StyleChange && watched->isWidgetType())
                ++styled[watched];
            return false;
        }
    } count;
    open({1920, 1080});
    run(kSecond);
    qApp->installEventFilter(&count);
    QTest::keyClick(window.get(), Qt::Key_T, Qt::ControlModifier);
    EXPECT_EQ(theme.name(), ThemeName::Light);
    EXPECT_GT(count.styled.size(), 100u);
    for (const auto& [widget, times] : count.styled)
        EXPECT_LE(times, 2) << widget->metaObject()->className() << ' ' << qPrintable(widget->objectName());
}

TEST_F(EveryDock, ThatMovesIsFrozenBySpace)
{
    theme.setMotion(false);
    open({1920, 1080});
    run(2 * kSecond);
    for (Dock* dock : std::vector(window->docks())) {
        SCOPED_TRACE(dock->objectName().toStdString());
        showAlone(*dock);
        run(kSecond / 2);
        dock->setFocus();
        ASSERT_TRUE(QApplication::focusWidget());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        EXPECT_EQ(dock->isFrozen(), dock->canFreeze());
        if (!dock->canFreeze())
            continue;
        frame();
        const QImage before = dock->picture().toImage();
        run(2 * kSecond);
        EXPECT_EQ(dock->picture().toImage(), before);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        EXPECT_FALSE(dock->isFrozen());
    }
    EXPECT_FALSE(window->dock(QStringLiteral("settings"))->canFreeze()) << "it does not move by itself";
}

TEST_F(EveryDock, OfWhichThereMayBeSeveralWorksSeveralTimes)
{
    open({1920, 1080});
    run(2 * kSecond);
    for (const DockKind& kind : window->dockSet().kinds()) {
        if (!kind.many)
            continue;
        SCOPED_TRACE(kind.id.toStdString());
        window->resetLayout();
        QCoreApplication::processEvents();
        showAlone(*window->dock(kind.id));
        for (int i = 0; i < 3; ++i)
            window->openAnother(kind.id);
        run(kSecond);
        for (int i = 2; i <= 4; ++i) {
            auto* dock = qobject_cast<SymbolDock*>(window->dock(QStringLiteral("%1-%2").arg(kind.id).arg(i)));
            ASSERT_TRUE(dock) << i;
            EXPECT_TRUE(dock->isVisible()) << i;
            EXPECT_GT(dock->width() * dock->height(), 0);
            EXPECT_NE(dock->symbol(), 0u) << i;
            EXPECT_EQ(dock->look(), (dock->setLook(dock->look()), dock->look())) << "a look comes back as it was";
        }
        for (int i = 2; i <= 4; ++i)
            window->dock(QStringLiteral("%1-%2").arg(kind.id).arg(i))->close();
        run(kSecond / 4);
    }
}

TEST_F(EveryDock, SaysSomethingWithoutData)
{
    engine.forgetMarkets();
    open();
    for (Dock* dock : std::vector(window->docks())) {
        showAlone(*dock);
        run(kSecond / 4);
        const QImage image = dock->picture().toImage();
        const QRgb ground = image.pixel(2, image.height() - 4);
        bool written = false;
        for (int y = 0; y < image.height() && !written; y += 2)
            for (int x = 0; x < image.width() && !written; x += 2)
                written = image.pixel(x, y) != ground;
        EXPECT_TRUE(written) << qPrintable(dock->objectName());
    }
}

TEST_F(EveryDock, TakesNoLookThatIsNotItsOwn)
{
    open();
    const QJsonObject odd{{QStringLiteral("link"), 99},
                          {QStringLiteral("group"), -3},
                          {QStringLiteral("interval_s"), -1e300},
                          {QStringLiteral("venue"), QStringLiteral("x")},
                          {QStringLiteral("pin"), 7},
                          {QStringLiteral("mid"), QJsonObject()}};
    for (Dock* dock : std::vector(window->docks())) {
        dock->setLook(odd);
        run(kSecond / 10);
        if (const auto* symbolDock = qobject_cast<SymbolDock*>(dock)) {
            EXPECT_EQ(symbolDock->link(), 0);
        }
    }
}

TEST_F(EveryDock, AndEveryLayoutFitsASmallScreen)
{
    open({1920, 1080});
    window->links().setSymbol(0, 4);
    for (const LayoutKeeper::Entry& entry : window->keeper().list()) {
        window->resize(1920, 1080);
        window->showLayout(entry.id);
        run(2 * kSecond);
        window->resize(1024, 640);
        run(kSecond / 4);
        EXPECT_TRUE(QTest::qWaitFor([&] { return window->width() <= 1024 && window->height() <= 640; }, 10'000))
            << qPrintable(entry.id) << ' ' << window->width() << 'x' << window->height();
    }
}

}  // namespace
}  // namespace tickdeck::ui
