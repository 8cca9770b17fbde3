// SPDX-License-Identifier: GPL-3.0-or-later
// The window over the real engine, fed by the simulators of the demo. With TICKDECK_PICTURES it watches for a minute
// before it takes its pictures.
#include <gtest/gtest.h>

#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include "engine/runtime/demo.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/settings.h"
#include "ui/docks/candle_dock.h"
#include "ui/docks/candle_view.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/ladder_view.h"
#include "ui/docks/mark_dock.h"
#include "ui/docks/mark_head.h"
#include "ui/docks/mark_view.h"
#include "ui/docks/settings_dock.h"
#include "ui/docks/trades_dock.h"
#include "ui/settings/settings_view.h"
#include "ui/shell/export_dialog.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/strip.h"

namespace tickdeck::ui {
namespace {

class DemoWindow : public testing::Test {
protected:
    void SetUp() override
    {
        auto opened =
            runtime::openSettings({.profiles = {"demo"},
                                   .overrides = {"serve.http_port=0", "serve.metrics_port=0"},
                                   .ownFile = folder.filePath(QStringLiteral("tickdeck.toml")).toStdString()});
        ASSERT_TRUE(opened) << opened.error().text();
        auto started = runtime::Demo::start(opened->settings);
        ASSERT_TRUE(started) << started.error().text();
        demo.emplace(std::move(*started));
        auto running = runtime::Engine::start({.settings = std::move(opened->settings),
                                               .input = std::move(opened->input),
                                               .settingsFile = std::move(opened->file),
                                               .dataDirectory = folder.filePath(QStringLiteral("data")).toStdString(),
                                               .mode = api::Mode::Demo,
                                               .profile = "default",
                                               .version = "0.1.0",
                                               .commit = "test"});
        ASSERT_TRUE(running) << running.error().text();
        engine = std::move(*running);
        look.emplace(folder.filePath(QStringLiteral("look.ini")));
        client.emplace(*engine);
        window = std::make_unique<MainWindow>(theme, *client, *look);
        window->setThemeChoice(ThemeChoice::Dark);
        window->restore();
        window->resize(1920, 1080);
        client->start();
        window->show();
    }

    void TearDown() override
    {
        window.reset();
        client.reset();
        if (engine) {
            const auto stopped = engine->stop();
            EXPECT_TRUE(stopped) << stopped.error().text();
        }
    }

    template <class T>
    T& dock(const char* id)
    {
        return dynamic_cast<T&>(*window->dock(QLatin1String(id)));
    }

    void shoot(QWidget& widget, const QString& name)
    {
        const QString file = QDir(pictures).filePath(QStringLiteral("demo_%1.png").arg(name));
        EXPECT_TRUE(widget.grab().save(file)) << qPrintable(file);
    }

    // A connector restarts with another depth, the rest runs on; then it is taken back.
    void changeASetting()
    {
        constexpr int kPatience = 30'000;  // milliseconds
        const std::string key = "connectors.kraken.book_depth";
        SettingsView& view = dock<SettingsDock>("settings").view();
        ASSERT_TRUE(QTest::qWaitFor([&] { return view.edit().find(key) != nullptr; }, kPatience));
        const std::string before = view.edit().value(key);
        const std::int64_t revision = view.edit().view()->revision;
        view.edit().edit(key, "3");
        ASSERT_TRUE(QTest::qWaitFor([&] { return !view.edit().fault(key).isEmpty(); }, kPatience));
        view.edit().edit(key, before == "25" ? "100" : "25");
        ASSERT_TRUE(QTest::qWaitFor([&] { return view.edit().canApply(); }, kPatience)) << qPrintable(view.outlook());
        EXPECT_TRUE(view.outlook().contains(QStringLiteral("restarts kraken"))) << qPrintable(view.outlook());
        view.edit().apply();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !view.edit().isApplying(); }, kPatience));
        EXPECT_TRUE(view.strip().text().startsWith(QStringLiteral("Applied"))) << qPrintable(view.strip().text());
        EXPECT_TRUE(QTest::qWaitFor([&] { return view.edit().value(key) != before; }, kPatience));
        EXPECT_EQ(view.edit().find(key)->origin, config::Origin::File);
        view.edit().rollBack(revision);
        ASSERT_TRUE(QTest::qWaitFor([&] { return !view.edit().isApplying(); }, kPatience));
        EXPECT_TRUE(QTest::qWaitFor([&] { return view.edit().value(key) == before; }, kPatience))
            << qPrintable(view.strip().text());
        EXPECT_TRUE(QTest::qWaitFor([&] { return view.edit().history().size() >= 3; }, kPatience));
    }

    const QString pictures = qEnvironmentVariable("TICKDECK_PICTURES");
    QTemporaryDir folder;
    std::optional<runtime::Demo> demo;
    std::unique_ptr<runtime::Engine> engine;
    std::optional<LookSettings> look;
    Theme theme;
    std::optional<EngineClient> client;
    std::unique_ptr<MainWindow> window;
};

TEST_F(DemoWindow, ShowsTheSimulatedMarket)
{
    constexpr int kPatience = 30'000;  // milliseconds
    ASSERT_TRUE(QTest::qWaitFor([&] { return !client->active().empty(); }, kPatience));
    ASSERT_TRUE(QTest::qWaitFor([&] { return window->links().symbol(0) != 0; }, kPatience));
    Depth depth;
    EXPECT_TRUE(QTest::qWaitFor(
        [&] { return engine->depth(window->links().symbol(0), depth) && depth.state == BookState::Live; }, kPatience));
    EXPECT_EQ(depth.verified, Tristate::Yes);
    EXPECT_TRUE(QTest::qWaitFor(
        [&] { return dock<LadderDock>("ladder").view().why(-1).contains(QStringLiteral("checksum or chain agrees")); },
        kPatience));
    EXPECT_TRUE(QTest::qWaitFor([&] { return dock<TradesDock>("trades").model().rowCount() > 3; }, kPatience));
    EXPECT_TRUE(QTest::qWaitFor(
        [&] {
            const auto series = engine->candles(window->links().symbol(0), kSecond, BuiltBy::Engine);
            return series && series->candles.size() > 2;
        },
        kPatience));
    EXPECT_TRUE(QTest::qWaitFor([&] { return client->overview().worst == api::State::Ok; }, kPatience));
    EXPECT_GE(client->overview().streams.size(), 3u);
    EXPECT_GE(client->overview().stages.size(), 3u);

    // The second venue: a perpetual with its mark, funding and candles of both builders.
    const auto perpetual = [&] {
        const auto& active = client->active();
        const auto found = std::ranges::find_if(active, [](const api::Instrument& instrument) {
            return instrument.kind == InstrumentKind::Perpetual && instrument.name.symbol.starts_with("BTC-");
        });
        return found == active.end() ? SymbolId{0} : found->id;
    };
    ASSERT_TRUE(QTest::qWaitFor([&] { return perpetual() != 0; }, kPatience));
    window->links().setSymbol(0, perpetual());
    window->showLayout(QStringLiteral("perpetuals"));
    auto& mark = dock<MarkDock>("mark");
    EXPECT_TRUE(QTest::qWaitFor([&] { return mark.head().isVisible(); }, kPatience));
    EXPECT_TRUE(QTest::qWaitFor(
        [&] {
            const auto series = engine->marks(perpetual());
            return series && !series->loading && series->points.size() > 2 && series->points.back().fundingRate;
        },
        kPatience));
    EXPECT_FALSE(mark.view().why().isEmpty());
    EXPECT_TRUE(
        QTest::qWaitFor([&] { return !engine->candleIntervals(perpetual(), BuiltBy::Venue).empty(); }, kPatience));
    EXPECT_TRUE(QTest::qWaitFor([&] { return engine->forcedOrders(0, 10).next > 0; }, kPatience));

    ExportDialog& dialog = window->exportDialog();
    dialog.setFile(folder.filePath(QStringLiteral("trades.csv")));
    dialog.startExport();
    EXPECT_TRUE(QTest::qWaitFor([&] { return !dialog.isRunning(); }, kPatience));
    EXPECT_TRUE(dialog.message().startsWith(QStringLiteral("Done"))) << qPrintable(dialog.message());

    changeASetting();

    if (pictures.isEmpty())
        return;
    dialog.hide();
    QTest::qWait(20'000);
    for (const auto name : {ThemeName::Dark, ThemeName::Light}) {
        theme.setName(name);
        for (const QSize size : {QSize(1920, 1080), QSize(1024, 640)}) {
            window->resize(size);
            for (const char* layout : {"operations", "market", "settings", "perpetuals"}) {
                window->showLayout(QLatin1String(layout));
                window->resetLayout();
                QTest::qWait(700);
                shoot(*window, QStringLiteral("%1_%2_%3")
                                   .arg(QLatin1String(layout),
                                        name == ThemeName::Dark ? QStringLiteral("dark") : QStringLiteral("light"),
                                        size.width() > 1100 ? QStringLiteral("large") : QStringLiteral("small")));
            }
        }
    }
    dialog.show();
    QTest::qWait(300);
    shoot(dialog, QStringLiteral("export"));
}

}  // namespace
}  // namespace tickdeck::ui
