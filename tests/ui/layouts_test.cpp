// SPDX-License-Identifier: GPL-3.0-or-later
// Layouts kept and reset, several docks of a kind, symbol links: also between runs, and from damaged settings.
#include <QApplication>
#include <QFile>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/ladder_view.h"
#include "ui/shell/arrangement.h"

namespace tickdeck::ui {
namespace {

class LayoutTest : public WindowTest {
protected:
    SymbolDock& symbolDock(const char* id) { return dynamic_cast<SymbolDock&>(*window->dock(QLatin1String(id))); }

    [[nodiscard]] QStringList shown() const
    {
        QStringList out;
        for (const Dock* dock : window->docks())
            if (!dock->isHidden())
                out << dock->objectName();
        return out;
    }

    // The window as the next start would show it.
    void reopen()
    {
        window->close();
        window.reset();
        open();
    }
};

TEST(Arrangement, ComesBackAsItWasAndNotAtAllWhenDamaged)
{
    const Arrangement before{QByteArray("\x00\xff state", 8),
                             {{QStringLiteral("ladder"), {{QStringLiteral("link"), 2}}}, {QStringLiteral("log"), {}}}};
    const QByteArray packed = pack(before);
    const auto after = unpack(packed);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->state, before.state);
    ASSERT_EQ(after->docks.size(), 2u);
    EXPECT_EQ(after->docks[0].look, before.docks[0].look);
    for (qsizetype cut = 0; cut < packed.size(); cut += 7)
        EXPECT_FALSE(unpack(packed.left(cut))) << cut;
    for (qsizetype at = 0; at < packed.size(); ++at) {
        QByteArray bad = packed;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        const auto read = unpack(bad);
        EXPECT_TRUE(!read || (read->state == before.state && pack(*read) == packed)) << at;
    }
    EXPECT_FALSE(unpack(QByteArray(2 << 20, 'x')));
}

TEST_F(LayoutTest, ALayoutHasItsOwnViewsAlone)
{
    const auto shown = [this] {
        QStringList out;
        for (const Dock* each : window->docks())
            if (!each->isHidden())
                out << each->objectName();
        out.sort();
        return out.join(QLatin1Char(' ')).toStdString();
    };
    open({1280, 720});
    run(kSecond);
    const std::string market = shown();
    QTest::keyClick(window.get(), Qt::Key_1, Qt::ControlModifier);
    run(kSecond);
    const std::string operations = shown();
    EXPECT_EQ(operations.find("watch"), std::string::npos);
    for (int i = 0; i < 3; ++i) {
        SCOPED_TRACE(i);
        window->step(window->dock(QStringLiteral("gaps")), QStringLiteral("candles"), {});
        run(kSecond);
        EXPECT_EQ(shown(), market);
        window->resize(i == 0 ? QSize(1920, 1080) : QSize(1280, 720));
        run(kSecond);
        window->stepBack();
        EXPECT_EQ(shown(), operations);
        run(kSecond);
        EXPECT_EQ(shown(), operations);
    }
}

TEST_F(LayoutTest, FurtherLaddersOpenBesideEachOtherOnTheirOwnLinks)
{
    open();
    window->dock(QStringLiteral("ladder"))->setFocus();
    QTest::keyClick(window.get(), Qt::Key_D, Qt::ControlModifier);
    window->openAnother(QStringLiteral("ladder"));
    frame();
    ASSERT_TRUE(window->dock(QStringLiteral("ladder-2")));
    ASSERT_TRUE(window->dock(QStringLiteral("ladder-3")));
    EXPECT_EQ(window->dock(QStringLiteral("ladder-2"))->title(), QStringLiteral("Ladder 2"));
    EXPECT_EQ(symbolDock("ladder-2").link(), 1);
    EXPECT_EQ(symbolDock("ladder-3").link(), 2);
    run(kSecond);
    for (int i = 1; i <= 3; ++i) {
        auto* ladder = qobject_cast<LadderDock*>(
            window->dock(i == 1 ? QStringLiteral("ladder") : QStringLiteral("ladder-%1").arg(i)));
        ASSERT_TRUE(ladder);
        EXPECT_EQ(ladder->symbol(), static_cast<SymbolId>(i));
        EXPECT_FALSE(ladder->view().why(1).isEmpty());
    }
    for (int i = 0; i < 20; ++i)
        window->openAnother(QStringLiteral("ladder"));
    EXPECT_FALSE(window->dock(QStringLiteral("ladder-9"))) << "their number is bounded";
    window->openAnother(QStringLiteral("log"));
    EXPECT_FALSE(window->dock(QStringLiteral("log-2"))) << "one log is enough";
}

TEST_F(LayoutTest, AFurtherDockEndsWhenItIsClosedAndItsNumberIsFreeAgain)
{
    open();
    window->openAnother(QStringLiteral("trades"));
    frame();
    const QPointer<Dock> second = window->dock(QStringLiteral("trades-2"));
    ASSERT_TRUE(second);
    QTest::keyClick(window.get(), Qt::Key_W, Qt::ControlModifier);
    EXPECT_FALSE(window->dock(QStringLiteral("trades-2")));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    EXPECT_FALSE(second);
    window->openAnother(QStringLiteral("trades"));
    EXPECT_TRUE(window->dock(QStringLiteral("trades-2")));
    window->dock(QStringLiteral("trades"))->close();
    EXPECT_TRUE(window->dock(QStringLiteral("trades"))) << "the first of a kind is only hidden";
}

TEST_F(LayoutTest, FurtherDocksTheirLinksAndPinsOutliveTheWindow)
{
    open();
    window->openAnother(QStringLiteral("ladder"));
    window->openAnother(QStringLiteral("depth"));
    frame();
    symbolDock("ladder-2").setLink(2);
    frame();
    symbolDock("depth-2").setLink(2);
    frame();
    symbolDock("depth-2").setLink(kPinned);
    const SymbolId pinned = symbolDock("depth-2").symbol();
    EXPECT_EQ(pinned, 3u);
    window->links().setSymbol(2, 1);
    frame();
    EXPECT_EQ(symbolDock("ladder-2").symbol(), 1u);
    EXPECT_EQ(symbolDock("depth-2").symbol(), pinned);
    const QStringList before = shown();
    reopen();
    EXPECT_EQ(shown(), before);
    ASSERT_TRUE(window->dock(QStringLiteral("depth-2")));
    EXPECT_EQ(symbolDock("ladder-2").link(), 2);
    EXPECT_EQ(symbolDock("depth-2").link(), kPinned);
    frame();
    EXPECT_EQ(symbolDock("depth-2").symbol(), pinned);
    EXPECT_EQ(symbolDock("ladder-2").symbol(), 1u) << "the links show again what they showed";

    window->showLayout(QStringLiteral("operations"));
    EXPECT_FALSE(window->dock(QStringLiteral("ladder-2"))) << "it belongs to the market layout";
    window->showLayout(QStringLiteral("market"));
    EXPECT_TRUE(window->dock(QStringLiteral("ladder-2")));
    window->resetLayout();
    EXPECT_FALSE(window->dock(QStringLiteral("ladder-2")));
    EXPECT_EQ(symbolDock("ladder").link(), 0);
}

TEST_F(LayoutTest, AChangeIsKeptWithoutTheWindowBeingClosed)
{
    open();
    QCoreApplication::processEvents();
    window->dock(QStringLiteral("depth"))->close();
    EXPECT_TRUE(QTest::qWaitFor([&] { return !look.arrangement(QStringLiteral("market")).isEmpty(); }, 5000));
    const auto kept = unpack(look.arrangement(QStringLiteral("market")));
    ASSERT_TRUE(kept);
    window.reset();  // as if the process had ended
    open();
    EXPECT_FALSE(shown().contains(QStringLiteral("depth")));
}

TEST_F(LayoutTest, KeysChooseTheLinkOfTheCurrentView)
{
    open();
    symbolDock("ladder").setFocus();
    QTest::keyClick(window.get(), Qt::Key_2, Qt::AltModifier);
    frame();
    EXPECT_EQ(symbolDock("ladder").link(), 1);
    EXPECT_EQ(symbolDock("ladder").symbol(), 2u);
    QTest::keyClick(window.get(), Qt::Key_0, Qt::AltModifier);
    window->links().setSymbol(1, 3);
    EXPECT_EQ(symbolDock("ladder").symbol(), 2u) << "pinned";
    symbolDock("ladder").showSymbol(1);
    EXPECT_EQ(symbolDock("ladder").symbol(), 1u);
    EXPECT_EQ(window->links().symbol(1), 3u) << "a pinned view changes no link";
    QTest::keyClick(window.get(), Qt::Key_2, Qt::AltModifier);
    EXPECT_EQ(symbolDock("ladder").symbol(), 3u);
}

TEST_F(LayoutTest, TheUsersOwnLayoutsAreKeptChosenByKeyResetAndDeleted)
{
    open();
    window->dock(QStringLiteral("watch"))->close();
    window->openAnother(QStringLiteral("ladder"));
    frame();
    const QStringList desk = shown();
    EXPECT_FALSE(window->keeper().saveAs(QStringLiteral("  "))) << "a name is needed";
    ASSERT_TRUE(window->keeper().saveAs(QStringLiteral(" My   desk & more ")));
    frame();
    const auto all = window->keeper().list();
    const QString own = all.back().id;
    EXPECT_EQ(all.back().title, QStringLiteral("My desk & more"));
    EXPECT_EQ(window->layoutId(), own);
    const auto digit = static_cast<Qt::Key>(static_cast<int>(Qt::Key_0) + static_cast<int>(all.size()));

    window->showLayout(QStringLiteral("operations"));
    QTest::keyClick(window.get(), digit, Qt::ControlModifier);
    EXPECT_EQ(window->layoutId(), own);
    EXPECT_EQ(shown(), desk);
    window->dock(QStringLiteral("trades"))->close();
    reopen();
    EXPECT_EQ(window->layoutId(), own);
    EXPECT_FALSE(shown().contains(QStringLiteral("trades")));
    window->resetLayout();
    EXPECT_EQ(shown(), desk) << "as it was saved";

    window->keeper().remove(own);
    frame();
    EXPECT_EQ(window->layoutId(), QStringLiteral("market"));
    EXPECT_EQ(window->keeper().list().size() + 1, all.size());
    reopen();
    EXPECT_EQ(window->keeper().list().size() + 1, all.size());
    for (int i = 0; i < 50; ++i)
        window->keeper().saveAs(QString::number(i));
    EXPECT_EQ(window->keeper().list().size(), all.size() - 1 + LayoutKeeper::kMostOwn);
}

TEST_F(LayoutTest, DamagedSettingsShowTheLayoutAsBuilt)
{
    open();
    const QStringList built = shown();
    window->openAnother(QStringLiteral("ladder"));
    window->keeper().store();
    QByteArray bad = look.arrangement(QStringLiteral("market"));
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 3);
    window.reset();
    look.setArrangement(QStringLiteral("market"), bad);
    look.setOwnLayouts("[{\"id\":\"x\"},7,{\"id\":\"own-1\"},");
    look.setLinks("{}[");
    look.setGeometry("garbage");
    look.setLayout(QStringLiteral("own-77"));
    open();
    EXPECT_EQ(shown(), built);
    EXPECT_EQ(window->links().symbol(0), 1u);

    window.reset();
    const QString file = folder.filePath(QStringLiteral("broken.ini"));
    QFile out(file);
    ASSERT_TRUE(out.open(QIODevice::WriteOnly));
    out.write(QByteArray("[look1\n\xff\xfe=\"@ByteArray(\\x0\nlayout", 40));
    out.close();
    LookSettings broken(file);
    MainWindow other(theme, client, broken);
    other.restore();
    EXPECT_EQ(other.layoutId(), QStringLiteral("market"));
}

TEST_F(LayoutTest, AFloatingViewOfAScreenThatIsGoneComesIntoSight)
{
    open();
    Dock* gaps = window->dock(QStringLiteral("trades"));
    gaps->setFloating(true);
    gaps->move(50'000, 40'000);
    QCoreApplication::processEvents();
    reopen();
    gaps = window->dock(QStringLiteral("trades"));
    EXPECT_TRUE(gaps->isFloating());
    EXPECT_TRUE(QGuiApplication::screenAt(gaps->frameGeometry().topLeft() + QPoint(20, 8)))
        << gaps->x() << ' ' << gaps->y();
}

}  // namespace
}  // namespace tickdeck::ui
