// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window's menu bar: every action with its key, once.

#include <QKeySequence>
#include <QObject>

#include <functional>
#include <vector>

#include "ui/shell/command_palette.h"

class QAction;
class QMenu;

namespace tickdeck::ui {

class MainWindow;

// GUI thread. Part of the window.
class MainMenus : public QObject {
    Q_OBJECT
public:
    explicit MainMenus(MainWindow& window);
    // All actions, for the palette.
    [[nodiscard]] std::vector<Command> commands() const;

private:
    struct Entry {
        QAction* action;
        Command command;
    };
    QAction* add(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run);
    void makeFile(QMenu& menu);
    void makeView(QMenu& menu);
    void makeSymbol(QMenu& menu);
    void makeLook(QMenu& menu);
    void fillLayouts();

    MainWindow& m_window;
    QMenu* m_layouts;
    std::vector<Entry> m_entries;
};

}  // namespace tickdeck::ui
