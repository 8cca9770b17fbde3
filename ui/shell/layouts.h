// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window's layouts: which docks each shows, and where.

#include <QMainWindow>
#include <QString>

#include <functional>
#include <vector>

#include "ui/widgets/dock.h"

namespace tickdeck::ui {

using FindDock = std::function<Dock*(const char*)>;

struct Layout {
    QString id;
    QString title;
    QStringList docks;  // ids of those it shows
    // Places them in an empty window with this much room. `dock` finds one by its id.
    std::function<void(QMainWindow&, const FindDock& dock, QSize room)> arrange;
    // Shares the room out; holds only once the window has its size.
    std::function<void(QMainWindow&, const FindDock& dock, QSize room)> resize;
};

// In the order of Ctrl+1…9.
[[nodiscard]] std::vector<Layout> layouts();

}  // namespace tickdeck::ui
