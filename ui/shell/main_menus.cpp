// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_menus.h"

#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>

#include <algorithm>

#include "ui/docks/symbol_dock.h"
#include "ui/shell/main_window.h"

namespace tickdeck::ui {

MainMenus::MainMenus(MainWindow& window) : QObject(&window), m_window(window), m_layouts(nullptr)
{
    makeFile(*window.menuBar()->addMenu(tr("&File")));
    makeView(*window.menuBar()->addMenu(tr("&View")));
    makeSymbol(*window.menuBar()->addMenu(tr("&Symbol")));
    m_layouts = window.menuBar()->addMenu(tr("&Layout"));
    fillLayouts();
    // Not while one of its own actions runs.
    connect(&window.keeper(), &LayoutKeeper::listChanged, this, &MainMenus::fillLayouts, Qt::QueuedConnection);
    QMenu& help = *window.menuBar()->addMenu(tr("&Help"));
    add(help, tr("&Keys"), QKeySequence(Qt::Key_Question), [this] { m_window.openKeys(); });
}

QAction* MainMenus::add(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run)
{
    auto* action = new QAction(text, &menu);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, run);
    menu.addAction(action);
    m_entries.push_back({action,
                         {QString(text).remove(QLatin1Char('&')).remove(QStringLiteral("…")), tr("action"),
                          keys.toString(QKeySequence::NativeText), std::move(run)}});
    return action;
}

std::vector<Command> MainMenus::commands() const
{
    std::vector<Command> out;
    for (const Entry& entry : m_entries)
        out.push_back(entry.command);
    return out;
}

void MainMenus::makeFile(QMenu& menu)
{
    add(menu, tr("&Export…"), QKeySequence(Qt::CTRL | Qt::Key_E), [this] { m_window.exportDialog(); });
    menu.addSeparator();
    add(menu, tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { m_window.close(); });
}

void MainMenus::makeView(QMenu& menu)
{
    add(menu, tr("&Command palette…"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] { m_window.openPalette(); });
    add(menu, tr("&Filter the current table"), QKeySequence(Qt::Key_Slash), [this] { m_window.openFilter(); });
    add(menu, tr("&Next view"), QKeySequence(Qt::Key_F6), [this] { m_window.focusNextDock(1); });
    add(menu, tr("&Previous view"), QKeySequence(Qt::SHIFT | Qt::Key_F6), [this] { m_window.focusNextDock(-1); });
    add(menu, tr("&Back"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] { m_window.stepBack(); });
    add(menu, tr("C&lose this view"), QKeySequence(Qt::CTRL | Qt::Key_W), [this] { m_window.closeCurrentDock(); });
    menu.addSeparator();
    for (Dock* dock : m_window.docks())
        menu.addAction(dock->toggleViewAction());
    QMenu& another = *menu.addMenu(tr("&Another"));
    for (const DockKind& kind : m_window.dockSet().kinds())
        if (kind.many)
            add(another, tr("Another %1").arg(kind.title.toLower()), {},
                [this, id = kind.id] { m_window.openAnother(id); });
    add(menu, tr("An&other of this view"), QKeySequence(Qt::CTRL | Qt::Key_D), [this] { m_window.openAnother({}); });
    menu.addSeparator();
    makeLook(*menu.addMenu(tr("Loo&k")));
    add(menu, tr("F&ull screen"), QKeySequence(Qt::Key_F11),
        [this] { m_window.setWindowState(m_window.windowState() ^ Qt::WindowFullScreen); });
}

void MainMenus::makeSymbol(QMenu& menu)
{
    add(menu, tr("&Find an instrument…"), QKeySequence(Qt::CTRL | Qt::Key_P), [this] { m_window.openPicker(); });
    menu.addSeparator();
    for (int link = 0; link < kLinkCount; ++link)
        add(menu, tr("This view follows link &%1").arg(SymbolLinks::letter(link)),
            QKeySequence(Qt::ALT | static_cast<Qt::Key>(static_cast<int>(Qt::Key_1) + link)),
            [this, link] { m_window.setCurrentLink(link); });
    add(menu, tr("&Pin this view to its instrument"), QKeySequence(Qt::ALT | Qt::Key_0),
        [this] { m_window.setCurrentLink(kPinned); });
    menu.addSeparator();
    add(menu, tr("&Watch all that have quotes"), {}, [this] { m_window.watchList().clear(); });
}

void MainMenus::makeLook(QMenu& menu)
{
    auto* themes = new QActionGroup(this);
    const auto theme = [&](const QString& text, ThemeChoice choice) {
        QAction* action = add(menu, text, {}, [this, choice] { m_window.setThemeChoice(choice); });
        action->setCheckable(true);
        action->setChecked(m_window.look().theme() == choice);
        themes->addAction(action);
    };
    theme(tr("Theme of the &system"), ThemeChoice::System);
    theme(tr("&Dark theme"), ThemeChoice::Dark);
    theme(tr("&Light theme"), ThemeChoice::Light);
    add(menu, tr("Switch dark and light"), QKeySequence(Qt::CTRL | Qt::Key_T), [this, themes] {
        const bool dark = m_window.theme().name() == ThemeName::Dark;
        themes->actions().at(dark ? 2 : 1)->setChecked(true);
        m_window.setThemeChoice(dark ? ThemeChoice::Light : ThemeChoice::Dark);
    });
    menu.addSeparator();
    auto* densities = new QActionGroup(this);
    const auto density = [&](const QString& text, Density value) {
        QAction* action = add(menu, text, {}, [this, value] {
            m_window.look().setDensity(value);
            m_window.theme().setDensity(value);
        });
        action->setCheckable(true);
        action->setChecked(m_window.theme().density() == value);
        densities->addAction(action);
    };
    density(tr("&Compact rows"), Density::Compact);
    density(tr("&Normal rows"), Density::Normal);
    density(tr("&Roomy rows"), Density::Roomy);
    menu.addSeparator();
    auto* still = menu.addAction(tr("&Reduced motion"));
    still->setCheckable(true);
    still->setChecked(!m_window.theme().motion());
    connect(still, &QAction::toggled, this, [this](bool on) {
        m_window.look().setMotion(!on);
        m_window.theme().setMotion(!on);
    });
    auto* told = menu.addAction(tr("Desktop &notifications"));
    told->setCheckable(true);
    told->setChecked(m_window.look().notifications());
    connect(told, &QAction::toggled, this, [this](bool on) { m_window.look().setNotifications(on); });
}

void MainMenus::fillLayouts()
{
    const auto old = m_layouts->actions();
    std::erase_if(m_entries, [&](const Entry& entry) { return old.contains(entry.action); });
    m_layouts->clear();
    int digit = 0;
    const auto all = m_window.keeper().list();
    for (const LayoutKeeper::Entry& entry : all) {
        const QKeySequence keys =
            ++digit > 9 ? QKeySequence()
                        : QKeySequence(Qt::CTRL | static_cast<Qt::Key>(static_cast<int>(Qt::Key_0) + digit));
        add(*m_layouts, QString(entry.title).replace(QLatin1Char('&'), QLatin1String("&&")), keys,
            [this, id = entry.id] { m_window.showLayout(id); });
    }
    m_layouts->addSeparator();
    add(*m_layouts, tr("Save layout &as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
        [this] { m_window.askLayoutName(); });
    add(*m_layouts, tr("&Reset layout"), {}, [this] { m_window.resetLayout(); });
    for (const LayoutKeeper::Entry& entry : all)
        if (entry.own)
            add(*m_layouts, tr("Delete layout %1").arg(entry.title), {},
                [this, id = entry.id] { m_window.keeper().remove(id); });
}

}  // namespace tickdeck::ui
