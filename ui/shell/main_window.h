// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window: docks, layouts, menus and keys. It holds no domain logic.

#include <QMainWindow>
#include <QPointer>

#include <vector>

#include "ui/client/alerts.h"
#include "ui/client/engine_client.h"
#include "ui/client/symbol_link.h"
#include "ui/client/watch_list.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/layout_keeper.h"
#include "ui/shell/look_settings.h"

namespace tickdeck::ui {

class ExportDialog;
class InstrumentPicker;
class KeySheet;
class MainMenus;
class Notifier;
class SymbolDock;

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
    [[nodiscard]] const QString& layoutId() const { return m_keeper.current(); }
    [[nodiscard]] Dock* dock(const QString& id) const { return m_docks.find(id); }
    [[nodiscard]] const std::vector<Dock*>& docks() const { return m_docks.docks(); }
    [[nodiscard]] DockSet& dockSet() { return m_docks; }
    [[nodiscard]] LayoutKeeper& keeper() { return m_keeper; }
    [[nodiscard]] SymbolLinks& links() { return m_links; }
    [[nodiscard]] WatchList& watchList() { return m_watch; }
    [[nodiscard]] AlertCentre& alerts() { return m_alerts; }
    [[nodiscard]] Notifier& notifier() { return *m_notifier; }
    [[nodiscard]] CommandPalette& palette() { return *m_palette; }
    [[nodiscard]] InstrumentPicker& picker() { return *m_picker; }
    [[nodiscard]] Theme& theme() { return m_theme; }
    [[nodiscard]] LookSettings& look() { return m_look; }

    // What menus and keys do.
    ExportDialog& exportDialog();  // opens it, if it is not open
    void setThemeChoice(ThemeChoice choice);
    void openPalette();
    void openPicker();
    void openFilter();
    void openKeys();
    void focusNextDock(int by);
    void closeCurrentDock();
    void showDock(const QString& id);
    // From one dock to another, narrowed to `what`; stepBack() goes back.
    void step(Dock* from, const QString& id, const QString& what);
    // To an instant in a chart.
    void stepToTime(Dock* from, const QString& id, const QString& venue, const QString& symbol, Nanos at);
    void stepBack();
    // A further dock of this kind, beside its like; of the current view's kind if none is named.
    void openAnother(const QString& kind);
    void setCurrentLink(int link);
    void askLayoutName();
    // The view with the focus, or that had it last; null: none.
    [[nodiscard]] Dock* currentDock() const;
    [[nodiscard]] SymbolDock* currentSymbolDock() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void addStatusBar();
    void applyTheme();
    void updateTitle();
    void focusMoved(QWidget* now);
    void showSymbol(SymbolId id, int link);
    void watchSymbol(SymbolId id);

    Theme& m_theme;
    EngineClient& m_client;
    LookSettings& m_look;
    SymbolLinks m_links;
    WatchList m_watch;
    AlertCentre m_alerts;
    DockSet m_docks;
    LayoutKeeper m_keeper;
    QPointer<Dock> m_current;
    struct Place {
        QString layout;
        QString dock;
    };
    std::vector<Place> m_places;  // to go back to, newest last
    CommandPalette* m_palette;
    InstrumentPicker* m_picker;
    KeySheet* m_keys;
    MainMenus* m_menus;
    Notifier* m_notifier;
    ExportDialog* m_export = nullptr;
};

}  // namespace tickdeck::ui
