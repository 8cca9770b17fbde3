// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/dock_set.h"

#include <QMainWindow>

#include <algorithm>

namespace tickdeck::ui {

DockSet::DockSet(QMainWindow& window, std::vector<DockKind> kinds)
    : QObject(&window), m_window(window), m_kinds(std::move(kinds))
{
    for (const DockKind& kind : m_kinds)
        make(kind, 1);
}

Dock* DockSet::make(const DockKind& kind, int number)
{
    Dock* dock = kind.make();
    dock->setParent(&m_window);
    dock->hide();
    if (number > 1) {
        dock->setNumber(number);
        connect(dock, &Dock::closed, this, [this, dock] { drop(dock); });
    }
    const auto behind = std::find_if(m_docks.rbegin(), m_docks.rend(), [&](const Dock* other) {
                            return kindOf(*other) == kind.id;
                        }).base();
    m_docks.insert(behind == m_docks.begin() ? m_docks.end() : behind, dock);
    Q_EMIT added(dock);
    Q_EMIT changed();
    return dock;
}

void DockSet::drop(Dock* dock)
{
    if (std::erase(m_docks, dock) == 0)
        return;
    m_window.removeDockWidget(dock);
    dock->setObjectName({});  // until it is gone, nothing finds it
    dock->deleteLater();
    Q_EMIT changed();
}

Dock* DockSet::find(const QString& id) const
{
    const auto found = std::ranges::find(m_docks, id, &QObject::objectName);
    return found == m_docks.end() ? nullptr : *found;
}

Dock* DockSet::another(const QString& kind)
{
    for (int number = 2; number <= kMostOfKind; ++number)
        if (const QString id = QStringLiteral("%1-%2").arg(kind).arg(number); !find(id))
            return need(id);
    return nullptr;
}

Dock* DockSet::need(const QString& id)
{
    if (Dock* there = find(id))
        return there;
    const auto kind = std::ranges::find(m_kinds, id.section(QLatin1Char('-'), 0, 0), &DockKind::id);
    const int number = id.section(QLatin1Char('-'), 1).toInt();
    if (kind == m_kinds.end() || !kind->many || number < 2 || number > kMostOfKind ||
        id != QStringLiteral("%1-%2").arg(kind->id).arg(number))
        return nullptr;
    return make(*kind, number);
}

void DockSet::keepOnly(const QStringList& ids)
{
    const std::vector<Dock*> all = m_docks;
    for (Dock* dock : all)
        if (isFurther(*dock) && !ids.contains(dock->objectName()))
            drop(dock);
}

}  // namespace tickdeck::ui
