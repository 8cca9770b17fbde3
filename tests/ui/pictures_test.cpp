// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the window and of each dock, in both themes, small and large. Written where TICKDECK_PICTURES points;
// without it they are only painted.
#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QPixmap>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/ladder_view.h"
#include "ui/docks/settings_dock.h"
#include "ui/settings/setting_editor.h"
#include "ui/settings/settings_view.h"
#include "ui/shell/export_dialog.h"
#include "ui/shell/instrument_picker.h"
#include "ui/widgets/strip.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/time_plot.h"

namespace tickdeck::ui {
namespace {

struct Shot {
    const char* name;
    QSize size;
    ThemeName theme;
};

void PrintTo(const Shot& shot, std::ostream* out) { *out << shot.name; }

// Not one flat colour: something was painted.
bool hasContent(const QImage& image)
{
    const QRgb first = image.pixel(0, 0);
    for (int y = 0; y < image.height(); y += 3)
        for (int x = 0; x < image.width(); x += 3)
            if (image.pixel(x, y) != first)
                return true;
    return false;
}

class Pictures : public WindowTest, public testing::WithParamInterface<Shot> {
protected:
    // Where they are kept; empty: nowhere.
    static QString kept() { return qEnvironmentVariable("TICKDECK_PICTURES"); }

    // The market moves on, seen once a second.
    void pass(int seconds)
    {
        for (int i = 0; i < seconds; ++i) {
            engine.advance(kSecond);
            client.pull();
        }
    }

    // Some frames; for pictures that are kept at the pace of the clock, so that tints are as strong as they are for people.
    void watch()
    {
        for (int i = 0; i < 12; ++i) {
            engine.advance(33 * kMillisecond);
            frame();
            if (!kept().isEmpty())
                QTest::qWait(33);
        }
    }

    void shoot(QWidget& widget, const QString& name)
    {
        frame();  // layouts that wait
        const QPixmap picture = widget.grab();
        EXPECT_TRUE(hasContent(picture.toImage())) << qPrintable(name);
        if (!kept().isEmpty()) {
            const QString file =
                QDir(kept()).filePath(QStringLiteral("%1_%2.png").arg(name, QLatin1String(GetParam().name)));
            EXPECT_TRUE(picture.save(file)) << qPrintable(file);
        }
    }
};

TEST_P(Pictures, OfTheWindowAndEachDock)
{
    open(GetParam().size, GetParam().theme);
    pass(150);
    engine.openGap();
    pass(6);
    engine.closeGap();
    pass(70);
    for (const char* layout : {"operations", "market"}) {
        window->showLayout(QLatin1String(layout));
        watch();
        shoot(*window, QStringLiteral("window_%1").arg(QLatin1String(layout)));
        for (Dock* dock : window->docks())
            if (dock->isVisible())
                shoot(*dock, QStringLiteral("dock_%1").arg(dock->objectName()));
    }
    QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
    shoot(*window, QStringLiteral("window_palette"));
    QTest::keyClick(&window->palette(), Qt::Key_Escape);
    window->palette().dismiss();
    QTest::keyClick(window.get(), Qt::Key_Question);
    shoot(*window, QStringLiteral("window_keys"));
    ExportDialog& dialog = window->exportDialog();
    frame();
    shoot(dialog, QStringLiteral("dialog_export"));
}

TEST_P(Pictures, OfTwoVenues)
{
    engine.addBinance();
    engine.addInstruments(400, false);
    open(GetParam().size, GetParam().theme);
    window->links().setSymbol(0, 4);
    window->links().setSymbol(1, 5);
    pass(400);
    engine.openGap();
    pass(20);
    engine.closeGap();
    pass(90);
    for (const char* layout : {"operations", "perpetuals"}) {
        window->showLayout(QLatin1String(layout));
        watch();
        if (layout == std::string_view("perpetuals")) {
            auto* chart = window->dock(QStringLiteral("mark"))->findChild<TimePlot*>();
            for (int i = 0; i < 40; ++i)
                QTest::keyClick(chart, Qt::Key_Left, Qt::ShiftModifier);
        }
        shoot(*window, QStringLiteral("two_%1").arg(QLatin1String(layout)));
    }
    shoot(*window->dock(QStringLiteral("mark")), QStringLiteral("two_dock_mark"));
    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier);
    QTest::keyClicks(&window->picker().line(), QStringLiteral("usdt perp"));
    QCoreApplication::processEvents();
    shoot(*window, QStringLiteral("two_picker"));
    window->picker().dismiss();

    window->showLayout(QStringLiteral("market"));
    window->openAnother(QStringLiteral("ladder"));
    window->openAnother(QStringLiteral("candles"));
    auto* ladder = dynamic_cast<LadderDock*>(window->dock(QStringLiteral("ladder-2")));
    ladder->view().setGroup(10);
    watch();
    shoot(*window, QStringLiteral("two_several"));
}

TEST_P(Pictures, OfTheStatesWithoutData)
{
    engine.forgetMarkets();
    open(GetParam().size, GetParam().theme);
    run(kSecond);
    shoot(*window, QStringLiteral("window_market_empty"));
}

TEST_P(Pictures, OfALostConnection)
{
    open(GetParam().size, GetParam().theme);
    pass(60);
    engine.openGap();
    pass(5);
    watch();
    shoot(*window, QStringLiteral("window_market_stale"));
    window->showLayout(QStringLiteral("operations"));
    watch();
    shoot(*window, QStringLiteral("window_operations_stale"));
}

TEST_P(Pictures, OfTheOperations)
{
    engine.addOldGaps(40);
    open(GetParam().size, GetParam().theme);
    window->showLayout(QStringLiteral("operations"));
    pass(100);
    engine.addDeadLetter("binance", ErrorCode::Unsupported, "depthUpdate: the stream name is not known",
                         R"({"stream":"btcusdt@depth@1000ms","data":{"e":"depthUpdate","E":1786924899114}})", 11u,
                         true);
    engine.addDeadLetter("kraken", ErrorCode::BadChecksum, "book: the checksum is 2819436712, the book gives 99120377",
                         R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","checksum":2819436712}]})",
                         {});
    engine.openGap();
    pass(25);
    engine.failComponent(api::State::Failed, "five restarts in 300 s; the last: the simulator closed the connection");
    engine.fillDisk(17'400'000'000);
    pass(3);
    watch();
    shoot(*window, QStringLiteral("window_operations_alerts"));
    for (const char* id : {"alerts", "dead_letters", "gaps"}) {
        window->showDock(QLatin1String(id));
        watch();
        shoot(*window->dock(QLatin1String(id)), QStringLiteral("dock_%1").arg(QLatin1String(id)));
    }
    window->showDock(QStringLiteral("dead_letters"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_H);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Delete);
    watch();
    shoot(*window->dock(QStringLiteral("dead_letters")), QStringLiteral("dock_dead_letters_hex"));
    window->showDock(QStringLiteral("health"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    if (QWidget* menu = QApplication::activePopupWidget()) {
        shoot(*menu, QStringLiteral("menu_steps"));
        menu->close();
    }
}

TEST_P(Pictures, OfAGapInTheChart)
{
    open(GetParam().size, GetParam().theme);
    window->links().setSymbol(0, 1);
    pass(150);
    engine.openGap();
    const Nanos from = engine.now();
    pass(6);
    engine.closeGap();
    pass(70);
    window->showLayout(QStringLiteral("market"));
    watch();
    window->showDock(QStringLiteral("candles"));
    dynamic_cast<SymbolDock&>(*window->dock(QStringLiteral("candles"))).showAt(QStringLiteral("kraken"), {}, from);
    watch();
    shoot(*window, QStringLiteral("window_gap"));
    shoot(*window->dock(QStringLiteral("candles")), QStringLiteral("dock_candles_gap"));
}

TEST_P(Pictures, OfTheSettings)
{
    open(GetParam().size, GetParam().theme);
    window->showLayout(QStringLiteral("settings"));
    SettingsView& view = dynamic_cast<SettingsDock&>(*window->dock(QStringLiteral("settings"))).view();
    const auto planned = [&] {
        return QTest::qWaitFor(
            [&] {
                client.pull();
                return view.edit().plan() != nullptr;
            },
            5000);
    };
    view.showOnly(QStringLiteral("connectors.kraken"));
    frame();
    shoot(*window, QStringLiteral("window_settings"));
    view.edit().edit("connectors.kraken.book_depth", "7");
    view.edit().edit("connectors.kraken.silent_after_s", "10");
    view.choose(QStringLiteral("connectors.kraken.book_depth"));
    ASSERT_TRUE(planned());
    view.editor().begin();
    shoot(*window, QStringLiteral("window_settings_fault"));
    view.edit().edit("connectors.kraken.book_depth", "50");
    view.choose(QStringLiteral("connectors.kraken.symbols"));
    ASSERT_TRUE(planned());
    shoot(*window, QStringLiteral("window_settings_edited"));
    view.edit().revertAll();
    view.showOnly(QStringLiteral("sinks.kafka"));
    view.choose(QStringLiteral("sinks.kafka.password"));
    shoot(*window, QStringLiteral("window_settings_secret"));
    view.showOnly(QStringLiteral("port"));
    view.choose(QStringLiteral("serve.http_port"));
    shoot(*window, QStringLiteral("window_settings_locked"));
    view.showHistory(true);
    frame();
    frame();
    auto* table = qobject_cast<TableView*>(view.focusProxy());
    table->setFocus();
    table->select(1);
    QTest::keyClick(table, Qt::Key_Return);
    shoot(*window, QStringLiteral("window_settings_history"));
    view.strip().answer(false);
}

INSTANTIATE_TEST_SUITE_P(Both, Pictures,
                         testing::Values(Shot{"dark_small", {1024, 640}, ThemeName::Dark},
                                         Shot{"dark_large", {1920, 1080}, ThemeName::Dark},
                                         Shot{"light_small", {1024, 640}, ThemeName::Light},
                                         Shot{"light_large", {1920, 1080}, ThemeName::Light}),
                         [](const auto& shot) { return shot.param.name; });

}  // namespace
}  // namespace tickdeck::ui
