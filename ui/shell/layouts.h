// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window's layouts: which docks each shows, and where.

#include <QMainWindow>
#include <QString>

#include <functional>
#include <vector>

#include "ui/widgets/dock.h"

namespace tickdeck::ui {

struct Layout {
    QString id;
    QString title;
    QStringList docks;  // ids of those it shows
    // Places them in an empty window of this size. `dock` finds one by its id.
    std::function<void(QMainWindow&, const std::function<Dock*(const char*)>& dock, QSize size)> arrange;
};

// In the order of Ctrl+1…9.
[[nodiscard]] std::vector<Layout> layouts();

}  // namespace tickdeck::ui
