// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Shows layouts, keeps each as the user leaves it, and keeps the user's own.

#include <QObject>
#include <QTimer>

#include <optional>
#include <vector>

#include "ui/shell/arrangement.h"
#include "ui/shell/dock_set.h"
#include "ui/shell/layouts.h"
#include "ui/shell/look_settings.h"

namespace tickdeck::ui {

// GUI thread. Window, docks and look outlive it. A change is kept once nothing has moved for a moment. What is kept and
// cannot be read is as if it were not there: the layout comes as built.
class LayoutKeeper : public QObject {
    Q_OBJECT
public:
    struct Entry {
        QString id;
        QString title;
        bool own = false;  // the user's
    };
    static constexpr int kMostOwn = 20;
    static constexpr qsizetype kLongestName = 40;

    LayoutKeeper(QMainWindow& window, DockSet& docks, LookSettings& look);

    // The built ones, then the user's: the order of Ctrl+1…9.
    [[nodiscard]] std::vector<Entry> list() const;
    [[nodiscard]] const QString& current() const { return m_current; }
    [[nodiscard]] bool isOwn(const QString& id) const;
    // The built layout that shows this dock; empty: none.
    [[nodiscard]] QString homeOf(const QString& dock) const;

    // The one that was shown last; the market at first.
    void restore();
    void show(const QString& id);
    // The current one as built; one of the user's as it was saved.
    void reset();
    // Keeps what is shown under a name and goes on with that; a name that is there already is replaced. False: no name,
    // or too many.
    bool saveAs(const QString& name);
    // One of the user's; the market is shown if it was this one.
    void remove(const QString& id);
    // Keeps the current one now.
    void store();

Q_SIGNALS:
    void listChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void watch(Dock* dock);
    void changedSoon();
    [[nodiscard]] Arrangement taken() const;
    [[nodiscard]] bool apply(const std::optional<Arrangement>& arrangement);
    void build(const Layout& layout);
    void clear();
    void bringIntoSight();
    [[nodiscard]] QSize room() const;

    QMainWindow& m_window;
    DockSet& m_docks;
    LookSettings& m_look;
    std::vector<Layout> m_built;
    std::vector<Entry> m_own;
    QString m_current;
    bool m_settled = false;  // at its final size: worth keeping
    bool m_applying = false;
    QTimer m_soon;
};

}  // namespace tickdeck::ui
