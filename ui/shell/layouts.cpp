// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/layouts.h"

#include <QCoreApplication>

namespace tickdeck::ui {

namespace {

struct LayoutWords {
    Q_DECLARE_TR_FUNCTIONS(Layouts)
};

using FindDock = std::function<Dock*(const char*)>;

void operations(QMainWindow& window, const FindDock& dock, QSize size)
{
    window.addDockWidget(Qt::LeftDockWidgetArea, dock("health"));
    window.splitDockWidget(dock("health"), dock("stages"), Qt::Vertical);
    window.splitDockWidget(dock("stages"), dock("log"), Qt::Vertical);
    window.splitDockWidget(dock("stages"), dock("gaps"), Qt::Horizontal);
    const int height = size.height();
    window.resizeDocks({dock("health"), dock("stages"), dock("log")},
                       {height * 30 / 100, height * 24 / 100, height * 46 / 100}, Qt::Vertical);
    window.resizeDocks({dock("stages"), dock("gaps")}, {size.width() * 56 / 100, size.width() * 44 / 100},
                       Qt::Horizontal);
}

void market(QMainWindow& window, const FindDock& dock, QSize size)
{
    window.addDockWidget(Qt::LeftDockWidgetArea, dock("watch"));
    window.splitDockWidget(dock("watch"), dock("candles"), Qt::Horizontal);
    window.splitDockWidget(dock("candles"), dock("ladder"), Qt::Horizontal);
    window.splitDockWidget(dock("candles"), dock("trades"), Qt::Vertical);
    const int ladder = std::clamp(size.width() / 5, 270, 420);
    const int watch = std::clamp(size.width() * 27 / 100, 252, 520);
    const int middle = size.width() - ladder - watch;
    const int trades = std::clamp(middle * 42 / 100, 340, 430);
    // Side by side where both have room.
    const bool wide = middle >= 700;
    if (wide) {
        window.splitDockWidget(dock("trades"), dock("depth"), Qt::Horizontal);
    } else {
        window.tabifyDockWidget(dock("trades"), dock("depth"));
        dock("trades")->raise();
    }
    window.resizeDocks({dock("watch"), dock("candles"), dock("ladder")}, {watch, middle, ladder}, Qt::Horizontal);
    if (wide)
        window.resizeDocks({dock("trades"), dock("depth")}, {trades, middle - trades}, Qt::Horizontal);
    window.resizeDocks({dock("candles"), dock("trades")}, {size.height() * 60 / 100, size.height() * 40 / 100},
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
    return {{QStringLiteral("operations"), LayoutWords::tr("Operations"), ids({"health", "stages", "gaps", "log"}),
             operations},
            {QStringLiteral("market"), LayoutWords::tr("Market"),
             ids({"watch", "candles", "ladder", "trades", "depth"}), market}};
}

}  // namespace tickdeck::ui
