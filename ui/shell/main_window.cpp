// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QKeyEvent>
#include <QMenuBar>
#include <QShortcut>
#include <QStatusBar>
#include <QTimer>

#include "ui/client/words.h"
#include "ui/docks/candle_dock.h"
#include "ui/docks/depth_dock.h"
#include "ui/docks/gaps_dock.h"
#include "ui/docks/health_dock.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/log_dock.h"
#include "ui/docks/stages_dock.h"
#include "ui/docks/trades_dock.h"
#include "ui/docks/watch_dock.h"
#include "ui/shell/export_dialog.h"
#include "ui/shell/key_sheet.h"
#include "ui/shell/status_bar.h"

namespace tickdeck::ui {

MainWindow::MainWindow(Theme& theme, EngineClient& client, LookSettings& look)
    : m_theme(theme),
      m_client(client),
      m_look(look),
      m_layouts(layouts()),
      m_palette(new CommandPalette(theme, this)),
      m_keys(new KeySheet(theme, this))
{
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    makeDocks();
    makeMenus();

    auto* status = new ui::StatusBar(theme, client, this);
    auto* holder = new QStatusBar(this);
    holder->setSizeGripEnabled(false);
    holder->setContentsMargins(0, 0, 0, 0);
    holder->setFixedHeight(status->height());
    holder->setStyleSheet(QStringLiteral("QStatusBar { border: 0; } QStatusBar::item { border: 0; }"));
    holder->addWidget(status, 1);
    setStatusBar(holder);
    connect(status, &ui::StatusBar::dockAsked, this, &MainWindow::showDock);

    connect(&client, &EngineClient::activeChanged, this, &MainWindow::chooseFirstSymbol);
    connect(&client, &EngineClient::identityChanged, this, &MainWindow::updateTitle);
    connect(&theme, &Theme::changed, this, &MainWindow::applyTheme);
    updateTitle();
    applyTheme();
}

MainWindow::~MainWindow() = default;

void MainWindow::makeDocks()
{
    m_docks = {
        new HealthDock(m_theme, m_client),
        new StagesDock(m_theme, m_client),
        new GapsDock(m_theme, m_client),
        new LogDock(m_theme, m_client),
        new WatchDock(m_theme, m_client, m_links),
        new CandleDock(m_theme, m_client, m_links),
        new LadderDock(m_theme, m_client, m_links),
        new TradesDock(m_theme, m_client, m_links),
        new DepthDock(m_theme, m_client, m_links),
    };
    for (Dock* dock : m_docks) {
        dock->setParent(this);
        dock->hide();
        connect(dock, &Dock::stepAsked, this, &MainWindow::step);
    }
}

QAction* MainWindow::addAction(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run)
{
    auto* action = new QAction(text, this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, run);
    menu.addAction(action);
    m_actions.push_back({QString(text).remove(QLatin1Char('&')).remove(QStringLiteral("…")), tr("action"),
                         keys.toString(QKeySequence::NativeText), std::move(run)});
    return action;
}

void MainWindow::makeMenus()
{
    QMenu& file = *menuBar()->addMenu(tr("&File"));
    addAction(file, tr("&Export…"), QKeySequence(Qt::CTRL | Qt::Key_E), [this] { exportDialog(); });
    file.addSeparator();
    addAction(file, tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });

    QMenu& view = *menuBar()->addMenu(tr("&View"));
    addAction(view, tr("&Command palette…"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openPalette(); });
    addAction(view, tr("&Filter the current table"), QKeySequence(Qt::Key_Slash), [this] { openFilter(); });
    addAction(view, tr("&Next view"), QKeySequence(Qt::Key_F6), [this] { focusNextDock(1); });
    addAction(view, tr("&Previous view"), QKeySequence(Qt::SHIFT | Qt::Key_F6), [this] { focusNextDock(-1); });
    addAction(view, tr("&Back"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] { stepBack(); });
    view.addSeparator();
    for (Dock* dock : m_docks)
        view.addAction(dock->toggleViewAction());
    view.addSeparator();
    makeThemeMenu(view);
    addAction(view, tr("F&ull screen"), QKeySequence(Qt::Key_F11),
              [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });

    QMenu& layout = *menuBar()->addMenu(tr("&Layout"));
    for (std::size_t i = 0; i < m_layouts.size(); ++i)
        addAction(layout, m_layouts[i].title,
                  QKeySequence(Qt::CTRL | static_cast<Qt::Key>(static_cast<int>(Qt::Key_1) + static_cast<int>(i))),
                  [this, id = m_layouts[i].id] { showLayout(id); });
    layout.addSeparator();
    addAction(layout, tr("&Reset layout"), {}, [this] { resetLayout(); });

    QMenu& help = *menuBar()->addMenu(tr("&Help"));
    addAction(help, tr("&Keys"), QKeySequence(Qt::Key_Question), [this] { m_keys->open(); });
}

void MainWindow::makeThemeMenu(QMenu& view)
{
    QMenu& menu = *view.addMenu(tr("&Look"));
    auto* themes = new QActionGroup(this);
    const auto theme = [&](const QString& text, ThemeChoice choice) {
        QAction* action = addAction(menu, text, {}, [this, choice] { setThemeChoice(choice); });
        action->setCheckable(true);
        action->setChecked(m_look.theme() == choice);
        themes->addAction(action);
    };
    theme(tr("Theme of the &system"), ThemeChoice::System);
    theme(tr("&Dark theme"), ThemeChoice::Dark);
    theme(tr("&Light theme"), ThemeChoice::Light);
    addAction(menu, tr("Switch dark and light"), QKeySequence(Qt::CTRL | Qt::Key_T), [this, themes] {
        const bool dark = m_theme.name() == ThemeName::Dark;
        themes->actions().at(dark ? 2 : 1)->setChecked(true);
        setThemeChoice(dark ? ThemeChoice::Light : ThemeChoice::Dark);
    });
    menu.addSeparator();
    auto* densities = new QActionGroup(this);
    const auto density = [&](const QString& text, Density value) {
        QAction* action = addAction(menu, text, {}, [this, value] {
            m_look.setDensity(value);
            m_theme.setDensity(value);
        });
        action->setCheckable(true);
        action->setChecked(m_theme.density() == value);
        densities->addAction(action);
    };
    density(tr("&Compact rows"), Density::Compact);
    density(tr("&Normal rows"), Density::Normal);
    density(tr("&Roomy rows"), Density::Roomy);
    menu.addSeparator();
    auto* still = menu.addAction(tr("&Reduced motion"));
    still->setCheckable(true);
    still->setChecked(!m_theme.motion());
    connect(still, &QAction::toggled, this, [this](bool on) {
        m_look.setMotion(!on);
        m_theme.setMotion(!on);
    });
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
    QApplication::setFont(m_theme.words());
    QApplication::setPalette(m_theme.palette());
    qApp->setStyleSheet(m_theme.styleSheet());
}

void MainWindow::updateTitle()
{
    const api::Identity& identity = m_client.identity();
    setWindowTitle(identity.mode == api::Mode::Live ? tr("Tickdeck")
                                                    : tr("Tickdeck – %1").arg(words::mode(identity.mode)));
}

Dock* MainWindow::dock(const QString& id) const
{
    for (Dock* dock : m_docks)
        if (dock->objectName() == id)
            return dock;
    return nullptr;
}

void MainWindow::restore()
{
    if (!restoreGeometry(m_look.geometry()))
        resize(1440, 900);
    m_layout.clear();
    const QString layout = m_look.layout();
    const bool known = std::ranges::any_of(m_layouts, [&](const Layout& each) { return each.id == layout; });
    showLayout(known ? layout : QStringLiteral("market"));
}

void MainWindow::storeArrangement()
{
    if (!m_layout.isEmpty() && m_arranged)
        m_look.setArrangement(m_layout, saveState(LookSettings::kVersion));
}

void MainWindow::showLayout(const QString& id)
{
    const auto layout = std::ranges::find(m_layouts, id, &Layout::id);
    if (layout == m_layouts.end())
        return;
    storeArrangement();
    m_layout = id;
    m_look.setLayout(id);
    const QByteArray state = m_look.arrangement(id);
    clear();
    m_arranged = !state.isEmpty() && restoreState(state, LookSettings::kVersion);
    if (!m_arranged)
        arrange(*layout);
    dock(layout->docks.front())->setFocus();
}

void MainWindow::resetLayout()
{
    m_look.setArrangement(m_layout, {});
    if (const auto layout = std::ranges::find(m_layouts, m_layout, &Layout::id); layout != m_layouts.end())
        arrange(*layout);
}

// Docks that a stored arrangement does not know would stay where they are.
void MainWindow::clear()
{
    for (Dock* dock : m_docks) {
        dock->setFloating(false);
        removeDockWidget(dock);
    }
}

void MainWindow::arrange(const Layout& layout)
{
    clear();
    const auto find = [this](const char* id) { return dock(QLatin1String(id)); };
    const auto room = [this] { return QSize(width(), height() - menuBar()->height() - statusBar()->height()); };
    layout.arrange(*this, find, room());
    for (const QString& id : layout.docks)
        dock(id)->show();
    layout.resize(*this, find, room());
    m_arranged = false;
    // Sizes hold only once the window has its own.
    QTimer::singleShot(0, this, [this, layout, find, room] {
        if (layout.id != m_layout || m_arranged)
            return;
        layout.resize(*this, find, room());
        m_arranged = isVisible();
    });
}

void MainWindow::showDock(const QString& id)
{
    Dock* wanted = dock(id);
    if (!wanted)
        return;
    if (!wanted->isVisible()) {
        const auto home = std::ranges::find_if(m_layouts, [&](const Layout& each) { return each.docks.contains(id); });
        if (home != m_layouts.end() && home->id != m_layout)
            showLayout(home->id);
        wanted->show();
    }
    wanted->raise();
    wanted->setFocus();
}

void MainWindow::step(const QString& id, const QString& what)
{
    constexpr std::size_t kPlaces = 20;
    Dock* target = dock(id);
    if (!target)
        return;
    if (const auto* from = qobject_cast<Dock*>(sender())) {
        m_places.push_back({m_layout, from->objectName()});
        if (m_places.size() > kPlaces)
            m_places.erase(m_places.begin());
    }
    showDock(id);
    target->showOnly(what);
}

void MainWindow::stepBack()
{
    if (m_places.empty())
        return;
    const Place place = m_places.back();
    m_places.pop_back();
    if (place.layout != m_layout)
        showLayout(place.layout);
    showDock(place.dock);
}

void MainWindow::focusNextDock(int by)
{
    std::vector<Dock*> shown;
    std::ranges::copy_if(m_docks, std::back_inserter(shown), [](Dock* dock) { return dock->isVisible(); });
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
    for (Dock* dock : m_docks) {
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

void MainWindow::openPalette()
{
    if (m_palette->isVisible()) {
        m_palette->dismiss();
        return;
    }
    std::vector<Command> commands;
    for (const api::Instrument& instrument : m_client.active())
        commands.push_back(
            {words::symbol(instrument) + QStringLiteral(" · ") + QString::fromStdString(instrument.name.venue),
             tr("symbol"),
             {},
             [this, id = instrument.id] { m_links.setSymbol(0, id); }});
    for (Dock* dock : m_docks)
        commands.push_back({dock->title(), tr("view"), {}, [this, dock] { showDock(dock->objectName()); }});
    commands.insert(commands.end(), m_actions.begin(), m_actions.end());
    m_palette->open(std::move(commands));
}

void MainWindow::chooseFirstSymbol()
{
    const auto& active = m_client.active();
    for (int link = 0; link < kLinkCount; ++link)
        if (m_links.symbol(link) == 0 && static_cast<std::size_t>(link) < active.size())
            m_links.setSymbol(link, active[static_cast<std::size_t>(link)].id);
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
    storeArrangement();
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
}

}  // namespace tickdeck::ui
