// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/layouts.h"

#include <QCoreApplication>

#include <algorithm>

namespace tickdeck::ui {

namespace {

struct LayoutWords {
    Q_DECLARE_TR_FUNCTIONS(Layouts)
};

// From here on three pairs stand side by side.
bool operationsAreWide(QSize room) { return room.width() >= 1400; }

void arrangeOperations(QMainWindow& window, const FindDock& dock, QSize room)
{
    window.addDockWidget(Qt::LeftDockWidgetArea, dock("health"));
    window.splitDockWidget(dock("health"), dock("stages"), Qt::Vertical);
    window.splitDockWidget(dock("stages"), dock("log"), Qt::Vertical);
    window.splitDockWidget(dock("stages"), dock("gaps"), Qt::Horizontal);
    if (operationsAreWide(room)) {
        window.splitDockWidget(dock("health"), dock("alerts"), Qt::Horizontal);
        window.splitDockWidget(dock("log"), dock("dead_letters"), Qt::Horizontal);
        return;
    }
    window.tabifyDockWidget(dock("gaps"), dock("alerts"));
    window.tabifyDockWidget(dock("log"), dock("dead_letters"));
    dock("gaps")->raise();
    dock("log")->raise();
}

void resizeOperations(QMainWindow& window, const FindDock& dock, QSize room)
{
    const int height = room.height();
    const auto pair = [&](const char* left, const char* right, int share) {
        window.resizeDocks({dock(left), dock(right)}, {room.width() * share / 100, room.width() * (100 - share) / 100},
                           Qt::Horizontal);
    };
    window.resizeDocks({dock("health"), dock("stages"), dock("log")},
                       {height * 32 / 100, height * 26 / 100, height * 42 / 100}, Qt::Vertical);
    pair("stages", "gaps", operationsAreWide(room) ? 42 : 36);
    if (operationsAreWide(room)) {
        pair("health", "alerts", 64);
        pair("log", "dead_letters", 50);
    }
}

void arrangeSettings(QMainWindow& window, const FindDock& dock, QSize)
{
    window.addDockWidget(Qt::LeftDockWidgetArea, dock("settings"));
}

void resizeSettings(QMainWindow&, const FindDock&, QSize) {}

struct MarketColumns {
    int watch;
    int middle;
    int ladder;

    explicit MarketColumns(QSize room)
        : watch(std::clamp(room.width() * 27 / 100, 252, 520)),
          middle(0),
          ladder(std::clamp(room.width() / 5, 270, 420))
    {
        middle = room.width() - watch - ladder;
    }
    // Whether trades and depth have room side by side.
    [[nodiscard]] bool wide() const { return middle >= 700; }
};

void arrangeMarket(QMainWindow& window, const FindDock& dock, QSize room)
{
    window.addDockWidget(Qt::LeftDockWidgetArea, dock("watch"));
    window.splitDockWidget(dock("watch"), dock("candles"), Qt::Horizontal);
    window.splitDockWidget(dock("candles"), dock("ladder"), Qt::Horizontal);
    window.splitDockWidget(dock("candles"), dock("trades"), Qt::Vertical);
    if (MarketColumns(room).wide()) {
        window.splitDockWidget(dock("trades"), dock("depth"), Qt::Horizontal);
    } else {
        window.tabifyDockWidget(dock("trades"), dock("depth"));
        dock("trades")->raise();
    }
}

void resizeMarket(QMainWindow& window, const FindDock& dock, QSize room)
{
    const MarketColumns columns(room);
    window.resizeDocks({dock("watch"), dock("candles"), dock("ladder")},
                       {columns.watch, columns.middle, columns.ladder}, Qt::Horizontal);
    if (columns.wide()) {
        const int trades = std::clamp(columns.middle * 42 / 100, 340, 430);
        window.resizeDocks({dock("trades"), dock("depth")}, {trades, columns.middle - trades}, Qt::Horizontal);
    }
    window.resizeDocks({dock("candles"), dock("trades")}, {room.height() * 60 / 100, room.height() * 40 / 100},
                       Qt::Vertical);
}

void arrangePerpetuals(QMainWindow& window, const FindDock& dock, QSize)
{
    window.addDockWidget(Qt::LeftDockWidgetArea, dock("watch"));
    window.splitDockWidget(dock("watch"), dock("candles"), Qt::Horizontal);
    window.splitDockWidget(dock("candles"), dock("ladder"), Qt::Horizontal);
    window.splitDockWidget(dock("candles"), dock("mark"), Qt::Vertical);
}

void resizePerpetuals(QMainWindow& window, const FindDock& dock, QSize room)
{
    const MarketColumns columns(room);
    window.resizeDocks({dock("watch"), dock("candles"), dock("ladder")},
                       {columns.watch, columns.middle, columns.ladder}, Qt::Horizontal);
    window.resizeDocks({dock("candles"), dock("mark")}, {room.height() * 40 / 100, room.height() * 60 / 100},
                       Qt::Vertical);
}

}  // namespace

std::vector<Layout> layouts()
{
    const auto ids = [](std::initializer_list<const char*> names) {
        QStringList out;
        for (const char* name : names)
            out << QLatin1String(name);
        return out;
    };
    return {
        {QStringLiteral("operations"), LayoutWords::tr("Operations"),
         ids({"health", "alerts", "stages", "gaps", "log", "dead_letters"}), arrangeOperations, resizeOperations},
        {QStringLiteral("market"), LayoutWords::tr("Market"), ids({"watch", "candles", "ladder", "trades", "depth"}),
         arrangeMarket, resizeMarket},
        {QStringLiteral("perpetuals"), LayoutWords::tr("Perpetuals"), ids({"watch", "candles", "ladder", "mark"}),
         arrangePerpetuals, resizePerpetuals},
        {QStringLiteral("settings"), LayoutWords::tr("Settings"), ids({"settings"}), arrangeSettings, resizeSettings}};
}

}  // namespace tickdeck::ui
