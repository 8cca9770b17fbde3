// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window's docks: one or several of each kind.

#include <QObject>

#include <functional>
#include <vector>

#include "ui/widgets/dock.h"

class QMainWindow;

namespace tickdeck::ui {

struct DockKind {
    QString id;  // also that of its first dock; further ones are "ladder-2", "ladder-3", …
    QString title;
    std::function<Dock*()> make;
    bool many = false;  // the user may open further ones
};

// GUI thread. The first dock of each kind is there for life; further ones are made and end with their close button or
// their layout. The docks are children of the window.
class DockSet : public QObject {
    Q_OBJECT
public:
    static constexpr int kMostOfKind = 8;

    DockSet(QMainWindow& window, std::vector<DockKind> kinds);

    [[nodiscard]] const std::vector<DockKind>& kinds() const { return m_kinds; }
    // In the order of kinds, then as opened.
    [[nodiscard]] const std::vector<Dock*>& docks() const { return m_docks; }
    // Null: none of that id.
    [[nodiscard]] Dock* find(const QString& id) const;
    // A further one, hidden; null when there are kMostOfKind already or only one is allowed.
    Dock* another(const QString& kind);
    // The dock of this id, made if it is a further one; null for an id that cannot be.
    Dock* need(const QString& id);
    // Ends further docks that are not named.
    void keepOnly(const QStringList& ids);

    [[nodiscard]] static QString kindOf(const Dock& dock) { return dock.objectName().section(QLatin1Char('-'), 0, 0); }
    [[nodiscard]] static bool isFurther(const Dock& dock) { return dock.objectName().contains(QLatin1Char('-')); }

Q_SIGNALS:
    void added(Dock* dock);
    void changed();

private:
    Dock* make(const DockKind& kind, int number);
    void drop(Dock* dock);

    QMainWindow& m_window;
    std::vector<DockKind> m_kinds;
    std::vector<Dock*> m_docks;
};

}  // namespace tickdeck::ui
