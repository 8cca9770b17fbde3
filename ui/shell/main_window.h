// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window: docks, layouts, menus and keys. It holds no domain logic.

#include <QMainWindow>

#include <vector>

#include "ui/client/engine_client.h"
#include "ui/client/symbol_link.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/layouts.h"
#include "ui/shell/look_settings.h"

namespace tickdeck::ui {

class ExportDialog;
class KeySheet;

// GUI thread. Theme, client and look outlive it.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(Theme& theme, EngineClient& client, LookSettings& look);
    ~MainWindow() override;

    // As the user left it, or as built.
    void restore();
    void showLayout(const QString& id);
    // The current layout as built.
    void resetLayout();
    [[nodiscard]] const QString& layoutId() const { return m_layout; }
    [[nodiscard]] Dock* dock(const QString& id) const;
    [[nodiscard]] const std::vector<Dock*>& docks() const { return m_docks; }
    [[nodiscard]] SymbolLinks& links() { return m_links; }
    [[nodiscard]] CommandPalette& palette() { return *m_palette; }
    // Opens it, if it is not open.
    ExportDialog& exportDialog();
    void setThemeChoice(ThemeChoice choice);

protected:
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeDocks();
    void makeMenus();
    QAction* addAction(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run);
    void makeThemeMenu(QMenu& view);
    void clear();
    void arrange(const Layout& layout);
    void storeArrangement();
    void openPalette();
    void openFilter();
    void focusNextDock(int by);
    void showDock(const QString& id);
    // From the dock that has the focus to another one, narrowed; Alt+Left goes back.
    void step(const QString& id, const QString& what);
    void stepBack();
    void chooseFirstSymbol();
    void applyTheme();
    void updateTitle();

    Theme& m_theme;
    EngineClient& m_client;
    LookSettings& m_look;
    SymbolLinks m_links;
    std::vector<Dock*> m_docks;
    std::vector<Layout> m_layouts;
    QString m_layout;
    bool m_arranged = false;  // at its final size
    struct Place {
        QString layout;
        QString dock;
    };
    std::vector<Place> m_places;  // to go back to, newest last
    std::vector<Command> m_actions;
    CommandPalette* m_palette;
    KeySheet* m_keys;
    ExportDialog* m_export = nullptr;
};

}  // namespace tickdeck::ui
