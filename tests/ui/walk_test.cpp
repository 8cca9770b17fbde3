// SPDX-License-Identifier: GPL-3.0-or-later
// The demo as a new operator walks it, with the keyboard alone, over the real engine: a feed falls silent, which, since
// when, what was missed, its settings, mended. With TICKDECK_PICTURES each step is pictured.
#include <QApplication>
#include <QLabel>
#include <QMenu>

#include <algorithm>

#include "tests/ui/demo_fixture.h"
#include "ui/docks/candle_dock.h"
#include "ui/docks/candle_view.h"
#include "ui/docks/gaps_dock.h"
#include "ui/docks/health_dock.h"
#include "ui/docks/log_dock.h"
#include "ui/docks/settings_dock.h"
#include "ui/settings/settings_view.h"
#include "ui/shell/status_bar.h"
#include "ui/widgets/strip.h"

namespace tickdeck::ui {
namespace {

constexpr const char* kSetting = "connectors.kraken.liveness_timeout_ms";

class DemoWalk : public DemoWindow {
protected:
    // A desk that gives the venue four seconds for a sign of life, and time enough for its answers.
    void SetUp() override
    {
        start("[connectors.kraken]\nliveness_timeout_ms = 4000\nanswer_timeout_ms = 60000\n", {1280, 720});
    }

    // The venue's connection falls silent, and from now on each new one does for its first ten seconds.
    void silenceKraken()
    {
        for (const auto& simulator : demo->simulators()) {
            if (simulator->market().listings.front().symbol() != "BTC/USD")
                continue;
            simulator->inject({.kind = sim::FaultKind::Stall, .target = "status", .count = 1000, .seconds = 10});
            simulator->inject({.kind = sim::FaultKind::Stall, .count = 1});
        }
    }

    // To whatever would get it from a keyboard. A platform without a window manager does not make the window active again
    // when a menu closes.
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QWidget* target = QApplication::activePopupWidget();
        if (!target) {
            window->activateWindow();
            ASSERT_TRUE(QTest::qWaitForWindowActive(window.get(), kPatience));
            target = window->focusWidget();
        }
        ASSERT_TRUE(target);
        QTest::keyClick(target, code, modifiers);
    }
    void type(const QString& text)
    {
        ASSERT_TRUE(window->focusWidget());
        QTest::keyClicks(window->focusWidget(), text);
    }
    // Where the focus is, also while the window is not the active one.
    bool isIn(const char* id) { return window->dock(QLatin1String(id))->isAncestorOf(window->focusWidget()); }

    static QString text(TableView& table, int row, int column)
    {
        return table.model()->index(row, column).data().toString();
    }
    std::ptrdiff_t openGaps(const std::string& venue)
    {
        return std::ranges::count_if(client->overview().gaps,
                                     [&](const api::Gap& gap) { return gap.venue == venue && gap.to == kNoTime; });
    }

    // When something of the venue last came.
    Nanos lastHeard(const std::string& venue)
    {
        Nanos out = 0;
        for (const api::Stream& stream : client->overview().streams)
            if (stream.venue == venue)
                out = std::max(out, stream.lastMessage);
        return out;
    }

    // As it is now, in both themes and in both sizes, with the menu that is open.
    void picture(const QString& step)
    {
        if (!takesPictures())
            return;
        for (const auto name : {ThemeName::Light, ThemeName::Dark})
            for (const QSize size : {QSize(1920, 1080), QSize(1280, 720)}) {
                theme.setName(name);
                window->resize(size);
                frames(20);
                const QString file =
                    QStringLiteral("walk_%1_%2_%3")
                        .arg(step, name == ThemeName::Dark ? QStringLiteral("dark") : QStringLiteral("light"))
                        .arg(size.width());
                shoot(*window, file);
                if (QWidget* menu = QApplication::activePopupWidget())
                    shoot(*menu, file + QStringLiteral("_menu"));
            }
    }
};

TEST_F(DemoWalk, ASilentFeedIsFoundFollowedToItsSettingsAndMended)
{
    const auto* status = window->findChild<ui::StatusBar*>();
    ASSERT_TRUE(waitFor([&] { return client->overview().worst == api::State::Ok && openGaps("kraken") == 0; }));
    auto& health = dock<HealthDock>("health");
    ASSERT_TRUE(waitFor([&] { return client->overview().streams.size() > 8; }));
    picture(QStringLiteral("0_well"));

    // A feed falls silent: the window says so wherever the operator looks.
    const Nanos asked = engine->now();
    Nanos heard = 0;
    ASSERT_TRUE(waitFor([&] { return (heard = lastHeard("kraken")) > asked; }));
    silenceKraken();
    ASSERT_TRUE(waitFor([&] { return openGaps("kraken") > 0; }));
    ASSERT_TRUE(waitFor([&] { return status->said().contains(QStringLiteral("degraded")); }))
        << qPrintable(status->said());
    picture(QStringLiteral("1_silent"));

    // Which: the worst stand first.
    key(Qt::Key_1, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([&] { return isIn("health") && text(health.table(), 0, 2) == QStringLiteral("degraded"); }));
    key(Qt::Key_Home, Qt::ControlModifier);
    ASSERT_EQ(text(health.table(), 0, 0), QStringLiteral("kraken"));
    const QString channel = text(health.table(), 0, 1);
    picture(QStringLiteral("2_which"));

    // Since when, and why.
    key(Qt::Key_Return);
    const auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    ASSERT_TRUE(menu);
    EXPECT_TRUE(menu->accessibleName().contains(QStringLiteral("degraded since ")))
        << qPrintable(menu->accessibleName());
    picture(QStringLiteral("3_since_when"));

    // What was missed.
    key(Qt::Key_G);
    auto& gaps = dock<GapsDock>("gaps");
    ASSERT_TRUE(waitFor([&] { return isIn("gaps") && gaps.table().model()->rowCount() > 0; }));
    EXPECT_EQ(text(gaps.table(), 0, 0), QStringLiteral("open"));
    EXPECT_EQ(text(gaps.table(), 0, 4), channel);
    EXPECT_TRUE(text(gaps.table(), 0, 6).contains(QStringLiteral("still missing")))
        << qPrintable(text(gaps.table(), 0, 6));
    const auto& all = client->overview().gaps;
    const auto first = std::ranges::find(all, "kraken", &api::Gap::venue);
    ASSERT_NE(first, all.end());
    EXPECT_GE(first->from, heard) << "no earlier than the last that came";
    picture(QStringLiteral("4_missed"));
    // The same in the chart, and back.
    key(Qt::Key_Home, Qt::ControlModifier);
    key(Qt::Key_Return);
    picture(QStringLiteral("5_steps"));
    key(Qt::Key_C);
    auto& chart = dock<CandleDock>("candles");
    ASSERT_TRUE(waitFor([&] {
        return isIn("candles") && chart.view().why().contains(QStringLiteral("a gap is open"));
    })) << qPrintable(chart.view().why());
    picture(QStringLiteral("6_chart"));
    key(Qt::Key_Left, Qt::AltModifier);
    ASSERT_TRUE(waitFor([&] { return isIn("gaps"); }));

    // What the engine says of it.
    key(Qt::Key_Home, Qt::ControlModifier);
    key(Qt::Key_Return);
    key(Qt::Key_L);
    ASSERT_TRUE(waitFor([&] { return isIn("log"); }));
    picture(QStringLiteral("7_log"));
    key(Qt::Key_Left, Qt::AltModifier);
    ASSERT_TRUE(waitFor([&] { return isIn("gaps"); }));

    // Its settings.
    key(Qt::Key_Home, Qt::ControlModifier);
    key(Qt::Key_Return);
    key(Qt::Key_S);
    auto& view = dock<SettingsDock>("settings").view();
    ASSERT_TRUE(waitFor([&] { return isIn("settings") && view.settings().rowCount() > 0; }));
    EXPECT_TRUE(view.settings().row(0).key.startsWith(QStringLiteral("connectors.kraken.")));
    picture(QStringLiteral("8_settings"));
    key(Qt::Key_Slash);
    type(QStringLiteral("kraken liveness"));
    key(Qt::Key_Return);
    picture(QStringLiteral("9_found"));
    ASSERT_EQ(view.settings().rowCount(), 1);
    ASSERT_EQ(view.settings().row(0).key, QLatin1String(kSetting));
    key(Qt::Key_Return);
    // A slip is told while it is typed, and cannot be applied.
    type(QStringLiteral("20"));
    ASSERT_TRUE(waitFor([&] { return !view.edit().fault(kSetting).isEmpty(); }));
    EXPECT_FALSE(view.edit().canApply());
    picture(QStringLiteral("10_wrong"));
    key(Qt::Key_A, Qt::ControlModifier);
    type(QStringLiteral("20000"));
    key(Qt::Key_Return);
    ASSERT_TRUE(waitFor([&] { return view.edit().canApply(); })) << qPrintable(view.outlook());
    EXPECT_TRUE(view.outlook().contains(QStringLiteral("restarts kraken"))) << qPrintable(view.outlook());
    picture(QStringLiteral("11_edited"));
    EXPECT_GT(openGaps("kraken"), 0) << "it does not mend by itself";
    key(Qt::Key_S, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([&] { return view.strip().text().startsWith(QStringLiteral("Applied")); }))
        << qPrintable(view.strip().text());
    picture(QStringLiteral("12_applied"));

    // Mended: the same places say so.
    key(Qt::Key_Left, Qt::AltModifier);
    ASSERT_TRUE(waitFor([&] { return isIn("gaps"); }));
    EXPECT_TRUE(waitFor([&] { return openGaps("kraken") == 0; }));
    EXPECT_TRUE(waitFor([&] { return text(gaps.table(), 0, 0) == QStringLiteral("closed"); }));
    EXPECT_FALSE(text(gaps.table(), 0, 6).contains(QStringLiteral("missing"))) << qPrintable(text(gaps.table(), 0, 6));
    picture(QStringLiteral("13_ledger"));
    key(Qt::Key_Left, Qt::AltModifier);
    ASSERT_TRUE(isIn("health"));
    EXPECT_TRUE(waitFor([&] { return client->overview().worst == api::State::Ok; }));
    EXPECT_TRUE(waitFor([&] { return text(health.table(), 0, 2) == QStringLiteral("ok"); }));
    picture(QStringLiteral("14_mended"));
}

}  // namespace
}  // namespace tickdeck::ui
