// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/layout_keeper.h"

#include <QEvent>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMenuBar>
#include <QScopedValueRollback>
#include <QScreen>
#include <QStatusBar>

#include <algorithm>

namespace tickdeck::ui {

namespace {

constexpr int kKeepAfter = 400;  // milliseconds without a change

QString ownKey(const QString& id) { return QStringLiteral("saved_") + id; }

}  // namespace

LayoutKeeper::LayoutKeeper(QMainWindow& window, DockSet& docks, LookSettings& look)
    : QObject(&window), m_window(window), m_docks(docks), m_look(look), m_built(layouts())
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kKeepAfter);
    connect(&m_soon, &QTimer::timeout, this, &LayoutKeeper::store);
    for (Dock* dock : docks.docks())
        watch(dock);
    connect(&docks, &DockSet::added, this, &LayoutKeeper::watch);
    connect(&docks, &DockSet::changed, this, &LayoutKeeper::changedSoon);
    for (const auto each : QJsonDocument::fromJson(m_look.ownLayouts()).array()) {
        const Entry entry{each.toObject()[QStringLiteral("id")].toString(),
                          each.toObject()[QStringLiteral("title")].toString().left(kLongestName), true};
        if (entry.id.startsWith(QStringLiteral("own-")) && !entry.title.isEmpty() && !isOwn(entry.id) &&
            m_own.size() < static_cast<std::size_t>(kMostOwn))
            m_own.push_back(entry);
    }
}

void LayoutKeeper::watch(Dock* dock)
{
    dock->installEventFilter(this);
    connect(dock, &QDockWidget::dockLocationChanged, this, &LayoutKeeper::changedSoon);
    connect(dock, &QDockWidget::topLevelChanged, this, &LayoutKeeper::changedSoon);
    connect(dock, &QDockWidget::visibilityChanged, this, &LayoutKeeper::changedSoon);
    connect(dock, &Dock::lookChanged, this, &LayoutKeeper::changedSoon);
}

bool LayoutKeeper::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::Move)
        changedSoon();
    return QObject::eventFilter(watched, event);
}

void LayoutKeeper::changedSoon()
{
    if (!m_applying && m_settled && m_window.isVisible())
        m_soon.start();
}

std::vector<LayoutKeeper::Entry> LayoutKeeper::list() const
{
    std::vector<Entry> out;
    for (const Layout& layout : m_built)
        out.push_back({layout.id, layout.title, false});
    out.insert(out.end(), m_own.begin(), m_own.end());
    return out;
}

bool LayoutKeeper::isOwn(const QString& id) const { return std::ranges::find(m_own, id, &Entry::id) != m_own.end(); }

QString LayoutKeeper::homeOf(const QString& dock) const
{
    const auto home = std::ranges::find_if(m_built, [&](const Layout& each) { return each.docks.contains(dock); });
    return home == m_built.end() ? QString() : home->id;
}

QSize LayoutKeeper::room() const
{
    return {m_window.width(), m_window.height() - m_window.menuBar()->height() - m_window.statusBar()->height()};
}

void LayoutKeeper::restore()
{
    m_current.clear();
    const QString last = m_look.layout();
    const auto all = list();
    const bool known = std::ranges::any_of(all, [&](const Entry& each) { return each.id == last; });
    show(known ? last : QStringLiteral("market"));
}

void LayoutKeeper::show(const QString& id)
{
    const auto built = std::ranges::find(m_built, id, &Layout::id);
    if (built == m_built.end() && !isOwn(id))
        return;
    store();
    m_current = id;
    m_look.setLayout(id);
    m_settled = apply(unpack(m_look.arrangement(id))) ||
                (built == m_built.end() && apply(unpack(m_look.arrangement(ownKey(id)))));
    if (!m_settled)
        build(built == m_built.end() ? m_built.front() : *built);
    const auto first = std::ranges::find_if(m_docks.docks(), [](const Dock* dock) { return !dock->isHidden(); });
    if (Dock* focused = built != m_built.end() ? m_docks.find(built->docks.front()) : nullptr;
        focused && !focused->isHidden())
        focused->setFocus();
    else if (first != m_docks.docks().end())
        (*first)->setFocus();
}

void LayoutKeeper::reset()
{
    m_look.setArrangement(m_current, {});
    if (const auto built = std::ranges::find(m_built, m_current, &Layout::id); built != m_built.end())
        build(*built);
    else if (!apply(unpack(m_look.arrangement(ownKey(m_current)))))
        build(m_built.front());
}

bool LayoutKeeper::saveAs(const QString& name)
{
    const QString title = name.simplified().left(kLongestName);
    auto own = std::ranges::find(m_own, title, &Entry::title);
    if (title.isEmpty() || (own == m_own.end() && m_own.size() >= static_cast<std::size_t>(kMostOwn)))
        return false;
    store();
    if (own == m_own.end()) {
        int number = 1;
        while (isOwn(QStringLiteral("own-%1").arg(number)))
            ++number;
        own = m_own.insert(m_own.end(), {QStringLiteral("own-%1").arg(number), title, true});
    }
    m_current = own->id;
    m_settled = true;
    m_look.setLayout(m_current);
    m_look.setArrangement(ownKey(m_current), pack(taken()));
    store();
    QJsonArray names;
    for (const Entry& each : m_own)
        names.append(QJsonObject{{QStringLiteral("id"), each.id}, {QStringLiteral("title"), each.title}});
    m_look.setOwnLayouts(QJsonDocument(names).toJson(QJsonDocument::Compact));
    Q_EMIT listChanged();
    return true;
}

void LayoutKeeper::remove(const QString& id)
{
    if (std::erase_if(m_own, [&](const Entry& each) { return each.id == id; }) == 0)
        return;
    m_soon.stop();
    QJsonArray names;
    for (const Entry& each : m_own)
        names.append(QJsonObject{{QStringLiteral("id"), each.id}, {QStringLiteral("title"), each.title}});
    m_look.setOwnLayouts(QJsonDocument(names).toJson(QJsonDocument::Compact));
    if (m_current == id) {
        m_settled = false;
        show(QStringLiteral("market"));
    }
    m_look.setArrangement(id, {});
    m_look.setArrangement(ownKey(id), {});
    Q_EMIT listChanged();
}

void LayoutKeeper::store()
{
    m_soon.stop();
    if (!m_current.isEmpty() && m_settled)
        m_look.setArrangement(m_current, pack(taken()));
}

Arrangement LayoutKeeper::taken() const
{
    Arrangement out;
    out.state = m_window.saveState(LookSettings::kVersion);
    for (const Dock* dock : m_docks.docks())
        out.docks.push_back({dock->objectName(), dock->look()});
    return out;
}

bool LayoutKeeper::apply(const std::optional<Arrangement>& arrangement)
{
    if (!arrangement || arrangement->state.isEmpty())
        return false;
    const QScopedValueRollback guard(m_applying, true);
    QStringList ids;
    for (const Arrangement::Kept& kept : arrangement->docks)
        ids << kept.id;
    m_docks.keepOnly(ids);
    for (const Arrangement::Kept& kept : arrangement->docks)
        if (Dock* dock = m_docks.need(kept.id))
            dock->setLook(kept.look);
    clear();
    if (!m_window.restoreState(arrangement->state, LookSettings::kVersion))
        return false;
    bringIntoSight();
    return true;
}

// Docks that a kept arrangement does not know would stay where they are.
void LayoutKeeper::clear()
{
    for (Dock* dock : m_docks.docks()) {
        dock->setFloating(false);
        dock->hide();  // first: what is removed while it is seen is kept as seen in the window's next state
        m_window.removeDockWidget(dock);
    }
}

// Floating docks of a screen that is no longer there.
void LayoutKeeper::bringIntoSight()
{
    const QScreen* home = m_window.screen() ? m_window.screen() : QGuiApplication::primaryScreen();
    for (Dock* dock : m_docks.docks()) {
        if (!dock->isFloating() || dock->isHidden())
            continue;
        const QRect frame = dock->frameGeometry();
        if (QGuiApplication::screenAt(QPoint(frame.center().x(), frame.top() + 8)) || !home)
            continue;
        const QRect free = home->availableGeometry();
        dock->resize(frame.size().boundedTo(free.size()));
        dock->move(free.topLeft() +
                   QPoint(std::min(40, free.width() - dock->width()), std::min(40, free.height() - dock->height())));
    }
}

void LayoutKeeper::build(const Layout& layout)
{
    const QScopedValueRollback guard(m_applying, true);
    m_docks.keepOnly({});
    for (Dock* dock : m_docks.docks())
        dock->setLook({});
    clear();
    const auto find = [this](const char* id) { return m_docks.find(QLatin1String(id)); };
    layout.arrange(m_window, find, room());
    for (const QString& id : layout.docks)
        m_docks.find(id)->show();
    layout.resize(m_window, find, room());
    m_settled = false;
    // Sizes hold only once the window has its own.
    QTimer::singleShot(0, this, [this, layout, find, current = m_current] {
        if (current != m_current || m_settled)
            return;
        layout.resize(m_window, find, room());
        m_settled = m_window.isVisible();
    });
}

}  // namespace tickdeck::ui
