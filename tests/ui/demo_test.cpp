// SPDX-License-Identifier: GPL-3.0-or-later
// The window over the real engine, fed by the simulators of the demo. With TICKDECK_PICTURES it takes pictures, once
// there is something to be seen.
#include <gtest/gtest.h>

#include "tests/ui/demo_fixture.h"
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
#include "ui/widgets/strip.h"

namespace tickdeck::ui {
namespace {

constexpr int kFramesOfTables = 25;  // in which every table is filled anew and the layout has settled

class DemoMarket : public DemoWindow {
protected:
    void SetUp() override { start({}, {1920, 1080}); }

    // A connector restarts with another depth, the rest runs on; then it is taken back.
    void changeASetting()
    {
        const std::string key = "connectors.kraken.book_depth";
        SettingsView& view = dock<SettingsDock>("settings").view();
        ASSERT_TRUE(waitFor([&] { return view.edit().find(key) != nullptr; }));
        const std::string before = view.edit().value(key);
        const std::int64_t revision = view.edit().view()->revision;
        view.edit().edit(key, "3");
        ASSERT_TRUE(waitFor([&] { return !view.edit().fault(key).isEmpty(); }));
        view.edit().edit(key, before == "25" ? "100" : "25");
        ASSERT_TRUE(waitFor([&] { return view.edit().canApply(); })) << qPrintable(view.outlook());
        EXPECT_TRUE(view.outlook().contains(QStringLiteral("restarts kraken"))) << qPrintable(view.outlook());
        view.edit().apply();
        ASSERT_TRUE(waitFor([&] { return !view.edit().isApplying(); }));
        EXPECT_TRUE(view.strip().text().startsWith(QStringLiteral("Applied"))) << qPrintable(view.strip().text());
        EXPECT_TRUE(waitFor([&] { return view.edit().value(key) != before; }));
        EXPECT_EQ(view.edit().find(key)->origin, config::Origin::File);
        view.edit().rollBack(revision);
        ASSERT_TRUE(waitFor([&] { return !view.edit().isApplying(); }));
        EXPECT_TRUE(waitFor([&] { return view.edit().value(key) == before; })) << qPrintable(view.strip().text());
        EXPECT_TRUE(waitFor([&] { return view.edit().history().size() >= 3; }));
    }
};

TEST_F(DemoMarket, ShowsTheSimulatedMarket)
{
    ASSERT_TRUE(waitFor([&] { return !client->active().empty(); }));
    ASSERT_TRUE(waitFor([&] { return window->links().symbol(0) != 0; }));
    Depth depth;
    EXPECT_TRUE(
        waitFor([&] { return engine->depth(window->links().symbol(0), depth) && depth.state == BookState::Live; }));
    EXPECT_EQ(depth.verified, Tristate::Yes);
    EXPECT_TRUE(waitFor([&] {
        return dock<LadderDock>("ladder").view().why(-1).contains(QStringLiteral("checksum or chain agrees"));
    }));
    EXPECT_TRUE(waitFor([&] { return dock<TradesDock>("trades").model().rowCount() > 3; }));
    EXPECT_TRUE(waitFor([&] {
        const auto series = engine->candles(window->links().symbol(0), kSecond, BuiltBy::Engine);
        return series && series->candles.size() > 2;
    }));
    EXPECT_TRUE(waitFor([&] { return client->overview().worst == api::State::Ok; }));
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
    ASSERT_TRUE(waitFor([&] { return perpetual() != 0; }));
    window->links().setSymbol(0, perpetual());
    window->showLayout(QStringLiteral("perpetuals"));
    auto& mark = dock<MarkDock>("mark");
    EXPECT_TRUE(waitFor([&] { return mark.head().isVisible(); }));
    EXPECT_TRUE(waitFor([&] {
        const auto series = engine->marks(perpetual());
        return series && !series->loading && series->points.size() > 2 && series->points.back().fundingRate;
    }));
    EXPECT_FALSE(mark.view().why().isEmpty());
    EXPECT_TRUE(waitFor([&] { return !engine->candleIntervals(perpetual(), BuiltBy::Venue).empty(); }));
    EXPECT_TRUE(waitFor([&] { return engine->forcedOrders(0, 10).next > 0; }));

    ExportDialog& dialog = window->exportDialog();
    dialog.setFile(folder.filePath(QStringLiteral("trades.csv")));
    dialog.startExport();
    EXPECT_TRUE(waitFor([&] { return !dialog.isRunning(); }));
    EXPECT_TRUE(dialog.message().startsWith(QStringLiteral("Done"))) << qPrintable(dialog.message());

    changeASetting();

    if (!takesPictures())
        return;
    dialog.hide();
    EXPECT_TRUE(waitFor([&] {
        const auto series = engine->candles(window->links().symbol(0), kSecond, BuiltBy::Engine);
        return series && series->candles.size() > 25;
    }));
    for (const auto name : {ThemeName::Dark, ThemeName::Light}) {
        theme.setName(name);
        for (const QSize size : {QSize(1920, 1080), QSize(1024, 640)}) {
            window->resize(size);
            for (const char* layout : {"operations", "market", "settings", "perpetuals"}) {
                window->showLayout(QLatin1String(layout));
                window->resetLayout();
                frames(kFramesOfTables);
                shoot(*window, QStringLiteral("%1_%2_%3")
                                   .arg(QLatin1String(layout),
                                        name == ThemeName::Dark ? QStringLiteral("dark") : QStringLiteral("light"),
                                        size.width() > 1100 ? QStringLiteral("large") : QStringLiteral("small")));
            }
        }
    }
    dialog.show();
    frames(kFramesOfTables);
    shoot(dialog, QStringLiteral("export"));
}

}  // namespace
}  // namespace tickdeck::ui
