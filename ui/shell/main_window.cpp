// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QInputDialog>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QMenuBar>
#include <QStatusBar>

#include <algorithm>

#include "ui/client/words.h"
#include "ui/docks/symbol_dock.h"
#include "ui/docks/watch_dock.h"
#include "ui/shell/dock_kinds.h"
#include "ui/shell/export_dialog.h"
#include "ui/shell/instrument_picker.h"
#include "ui/shell/key_sheet.h"
#include "ui/shell/link_keeper.h"
#include "ui/shell/main_menus.h"
#include "ui/shell/notifier.h"
#include "ui/shell/status_bar.h"

namespace tickdeck::ui {

MainWindow::MainWindow(Theme& theme, EngineClient& client, LookSettings& look)
    : m_theme(theme),
      m_client(client),
      m_look(look),
      m_alerts(client),
      m_docks(*this, dockKinds(theme, client, m_links, m_watch, m_alerts)),
      m_keeper(*this, m_docks, look),
      m_palette(new CommandPalette(theme, this)),
      m_picker(new InstrumentPicker(theme, client, this)),
      m_keys(new KeySheet(theme, this)),
      m_menus(nullptr),
      m_notifier(new Notifier(m_alerts, look, theme, this))
{
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    m_menus = new MainMenus(*this);
    addStatusBar();
    new LinkKeeper(client, m_links, look, this);
    m_watch.fromJson(QJsonDocument::fromJson(look.watched()).array());
    connect(&m_watch, &WatchList::changed, this,
            [this] { m_look.setWatched(QJsonDocument(m_watch.toJson()).toJson(QJsonDocument::Compact)); });
    connect(m_picker, &InstrumentPicker::chosen, this, &MainWindow::showSymbol);
    connect(m_picker, &InstrumentPicker::watchAsked, this, &MainWindow::watchSymbol);
    const auto listen = [this](Dock* dock) {
        connect(dock, &Dock::stepAsked, this,
                [this, dock](const QString& id, const QString& what) { step(dock, id, what); });
        connect(dock, &Dock::timeAsked, this,
                [this, dock](const QString& id, const QString& venue, const QString& symbol, Nanos at) {
                    stepToTime(dock, id, venue, symbol, at);
                });
    };
    std::ranges::for_each(docks(), listen);
    connect(&m_docks, &DockSet::added, this, listen);
    connect(m_notifier, &Notifier::asked, this, [this] {
        show();
        raise();
        activateWindow();
        showDock(QStringLiteral("alerts"));
    });
    connect(&client, &EngineClient::identityChanged, this, &MainWindow::updateTitle);
    connect(&theme, &Theme::changed, this, &MainWindow::applyTheme);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { focusMoved(now); });
    updateTitle();
    applyTheme();
}

// The focus still moves while the docks end.
MainWindow::~MainWindow() { disconnect(qApp, nullptr, this, nullptr); }

void MainWindow::addStatusBar()
{
    auto* status = new ui::StatusBar(m_theme, m_client, m_alerts, this);
    auto* holder = new QStatusBar(this);
    holder->setSizeGripEnabled(false);
    holder->setContentsMargins(0, 0, 0, 0);
    holder->setFixedHeight(status->height());
    holder->addWidget(status, 1);
    setStatusBar(holder);
    connect(status, &ui::StatusBar::dockAsked, this, &MainWindow::showDock);
}

void MainWindow::setThemeChoice(ThemeChoice choice)
{
    m_look.setTheme(choice);
    m_theme.setName(choice == ThemeChoice::System ? systemTheme()
                    : choice == ThemeChoice::Dark ? ThemeName::Dark
                                                  : ThemeName::Light);
}

void MainWindow::applyTheme()
{
    // Each of these polishes every widget anew. The sheet is the window's: with the application's, Qt polishes each
    // widget once for each of its ancestors.
    if (const QFont font = m_theme.words(); font != QApplication::font())
        QApplication::setFont(font);
    if (const QPalette palette = m_theme.palette(); palette != QApplication::palette())
        QApplication::setPalette(palette);
    if (const QString sheet = m_theme.styleSheet(); sheet != styleSheet())
        setStyleSheet(sheet);
}

void MainWindow::updateTitle()
{
    const api::Identity& identity = m_client.identity();
    setWindowTitle(identity.mode == api::Mode::Live ? tr("Tickdeck")
                                                    : tr("Tickdeck – %1").arg(words::mode(identity.mode)));
}

void MainWindow::restore()
{
    if (!restoreGeometry(m_look.geometry()))
        resize(1440, 900);
    m_keeper.restore();
}

void MainWindow::showLayout(const QString& id) { m_keeper.show(id); }

void MainWindow::resetLayout() { m_keeper.reset(); }

void MainWindow::askLayoutName()
{
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save layout as"));
    dialog->setLabelText(tr("Name of the layout; one of the same name is replaced"));
    if (m_keeper.isOwn(m_keeper.current()))
        for (const LayoutKeeper::Entry& each : m_keeper.list())
            if (each.id == m_keeper.current())
                dialog->setTextValue(each.title);
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& name) { m_keeper.saveAs(name); });
    dialog->open();
}

void MainWindow::showDock(const QString& id)
{
    Dock* wanted = dock(id);
    if (!wanted)
        return;
    if (!wanted->isVisible()) {
        if (const QString home = m_keeper.homeOf(id); !home.isEmpty() && home != layoutId())
            showLayout(home);
        wanted->show();
    }
    wanted->raise();
    wanted->setFocus();
}

void MainWindow::step(Dock* from, const QString& id, const QString& what)
{
    constexpr std::size_t kPlaces = 20;
    Dock* target = dock(id);
    if (!target)
        return;
    m_places.push_back({layoutId(), from->objectName()});
    if (m_places.size() > kPlaces)
        m_places.erase(m_places.begin());
    showDock(id);
    target->showOnly(what);
}

void MainWindow::stepToTime(Dock* from, const QString& id, const QString& venue, const QString& symbol, Nanos at)
{
    step(from, id, {});
    if (auto* chart = qobject_cast<SymbolDock*>(dock(id)))
        chart->showAt(venue, symbol, at);
}

void MainWindow::stepBack()
{
    if (m_places.empty())
        return;
    const Place place = m_places.back();
    m_places.pop_back();
    if (place.layout != layoutId())
        showLayout(place.layout);
    showDock(place.dock);
}

void MainWindow::focusMoved(QWidget* now)
{
    for (Dock* dock : docks())
        if (now && dock->isAncestorOf(now))
            m_current = dock;
}

Dock* MainWindow::currentDock() const { return m_current && !m_current->isHidden() ? m_current.data() : nullptr; }

SymbolDock* MainWindow::currentSymbolDock() const { return qobject_cast<SymbolDock*>(currentDock()); }

void MainWindow::setCurrentLink(int link)
{
    if (SymbolDock* dock = currentSymbolDock())
        dock->setLink(link);
}

void MainWindow::closeCurrentDock()
{
    Dock* dock = currentDock();
    if (!dock)
        return;
    focusNextDock(1);
    dock->close();
}

void MainWindow::openAnother(const QString& kind)
{
    Dock* current = currentDock();
    const QString wanted = !kind.isEmpty() ? kind : current ? DockSet::kindOf(*current) : QString();
    Dock* dock = m_docks.another(wanted);
    if (!dock)
        return;
    Dock* beside = current && !current->isFloating() && DockSet::kindOf(*current) == wanted ? current : nullptr;
    for (Dock* other : docks())
        if (!beside && other != dock && !other->isHidden() && !other->isFloating() && DockSet::kindOf(*other) == wanted)
            beside = other;
    if (beside) {
        const bool across = beside->width() > beside->height() * 2;
        const int half = (across ? beside->width() : beside->height()) / 2;
        splitDockWidget(beside, dock, across ? Qt::Horizontal : Qt::Vertical);
        dock->show();
        resizeDocks({beside, dock}, {half, half}, across ? Qt::Horizontal : Qt::Vertical);
    } else {
        addDockWidget(Qt::RightDockWidgetArea, dock);
    }
    // The first link that none of its like follows.
    if (auto* symbolDock = qobject_cast<SymbolDock*>(dock)) {
        int link = 0;
        const auto taken = [&] {
            return std::ranges::any_of(docks(), [&](Dock* other) {
                const auto* like = qobject_cast<SymbolDock*>(other);
                return like && other != dock && !other->isHidden() && DockSet::kindOf(*other) == wanted &&
                       like->link() == link;
            });
        };
        while (link < kPinned && taken())
            ++link;
        symbolDock->setLink(link == kPinned ? 0 : link);
        if (link == kPinned)
            symbolDock->setLink(kPinned);
    }
    dock->show();
    dock->setFocus();
}

void MainWindow::focusNextDock(int by)
{
    std::vector<Dock*> shown;
    std::ranges::copy_if(docks(), std::back_inserter(shown), [](Dock* dock) { return dock->isVisible(); });
    if (shown.empty())
        return;
    const auto current = std::ranges::find_if(shown, [](Dock* dock) {
        return QApplication::focusWidget() && dock->isAncestorOf(QApplication::focusWidget());
    });
    const auto count = static_cast<int>(shown.size());
    const int at = current == shown.end() ? (by > 0 ? -1 : 0) : static_cast<int>(current - shown.begin());
    shown[static_cast<std::size_t>((at + by + count) % count)]->setFocus();
}

void MainWindow::openFilter()
{
    Dock* first = nullptr;
    for (Dock* dock : docks()) {
        if (!dock->isVisible() || !dock->hasFilter())
            continue;
        if (QApplication::focusWidget() && dock->isAncestorOf(QApplication::focusWidget())) {
            dock->openFilter();
            return;
        }
        first = first ? first : dock;
    }
    if (first)
        first->openFilter();
}

void MainWindow::openKeys() { m_keys->open(); }

void MainWindow::openPalette()
{
    if (m_palette->isVisible()) {
        m_palette->dismiss();
        return;
    }
    constexpr std::size_t kSymbols = 20;
    const SymbolDock* current = currentSymbolDock();
    const auto search = [this, link = current ? current->link() : 0](const QString& text) {
        std::vector<Command> out;
        for (const SymbolId id : m_picker->find(text, kSymbols).best)
            if (const api::Instrument* instrument = m_client.instrument(id))
                out.push_back({words::symbol(*instrument) + QStringLiteral(" · ") +
                                   QString::fromStdString(instrument->name.venue),
                               tr("symbol"),
                               {},
                               [this, id, link] {
                                   m_picker->remember(id);
                                   showSymbol(id, link);
                               }});
        return out;
    };
    std::vector<Command> commands;
    for (Dock* dock : docks())
        commands.push_back({dock->title(), tr("view"), {}, [this, id = dock->objectName()] { showDock(id); }});
    const auto actions = m_menus->commands();
    commands.insert(commands.end(), actions.begin(), actions.end());
    m_palette->open(std::move(commands), search);
}

void MainWindow::openPicker()
{
    if (m_picker->isVisible()) {
        m_picker->dismiss();
        return;
    }
    const SymbolDock* current = currentSymbolDock();
    m_picker->open(current ? current->link() : 0, current != nullptr);
}

void MainWindow::showSymbol(SymbolId id, int link)
{
    if (link < kLinkCount) {
        m_links.setSymbol(link, id);
    } else if (SymbolDock* dock = currentSymbolDock()) {
        dock->setLink(kPinned);
        dock->showSymbol(id);
    }
}

void MainWindow::watchSymbol(SymbolId id)
{
    const auto* watch = qobject_cast<WatchDock*>(dock(QStringLiteral("watch")));
    if (const api::Instrument* instrument = m_client.instrument(id); instrument && watch)
        m_watch.add(instrument->name, watch->shown());
}

ExportDialog& MainWindow::exportDialog()
{
    if (!m_export)
        m_export = new ExportDialog(m_theme, m_client, this);
    m_export->show();
    m_export->raise();
    m_export->activateWindow();
    return *m_export;
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_keeper.store();
    m_look.setGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

void MainWindow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && windowState().testFlag(Qt::WindowFullScreen))
        setWindowState(windowState() ^ Qt::WindowFullScreen);
    else
        QMainWindow::keyPressEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    if (m_palette->isVisible())
        m_palette->dismiss();
    if (m_picker->isVisible())
        m_picker->dismiss();
}

}  // namespace tickdeck::ui
