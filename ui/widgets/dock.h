// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What every dock has: a header with title, symbol link chip, quality mark and menu, a filter line, and a body.

#include <QDockWidget>
#include <QJsonObject>

#include <functional>

#include "engine/core/time.h"
#include "ui/widgets/mark.h"

class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;
class QVBoxLayout;

namespace tickdeck::ui {

class TableView;

// A small painted mark with a tool tip.
class MarkLabel : public QWidget {
    Q_OBJECT
public:
    explicit MarkLabel(const Theme& theme, QWidget* parent = nullptr);
    void setMark(Mark mark, const QString& why);
    [[nodiscard]] QSize sizeHint() const override { return {14, 16}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    Mark m_mark = Mark::None;
};

// Something to go on with from what is shown.
struct Step {
    QString text;
    std::function<void()> go;
};

// GUI thread. `id` is stable (layouts and settings name docks by it).
class Dock : public QDockWidget {
    Q_OBJECT
public:
    Dock(const QString& id, const QString& title, const Theme& theme);

    // While frozen a view keeps what it shows; Space and the menu freeze it.
    [[nodiscard]] bool isFrozen() const { return m_frozen; }
    [[nodiscard]] bool canFreeze() const;
    void setFrozen(bool frozen);
    [[nodiscard]] virtual bool hasFilter() const { return m_filter != nullptr; }
    // Shows the filter line and gives it the focus.
    virtual void openFilter();
    // Clears and hides the filter line; false when there was none to close.
    virtual bool closeFilter();
    // Narrows the view to what another one asked for: the filter's words, or what a dock makes of them. Empty: all.
    virtual void showOnly(const QString& what);
    [[nodiscard]] const QString& title() const { return m_title; }
    // A picture of the body, for docks that are not tables.
    [[nodiscard]] QPixmap picture();
    // Makes it the n-th of its kind: "ladder-2", "Ladder 2".
    void setNumber(int number);
    // What the user chose in this view, for its layout to keep; setLook({}) is as built. What is not known is ignored.
    [[nodiscard]] virtual QJsonObject look() const { return {}; }
    virtual void setLook(const QJsonObject&) {}

Q_SIGNALS:
    void frozenChanged(bool frozen);
    // One step on: show the dock of that id, narrowed to `what`.
    void stepAsked(const QString& dock, const QString& what);
    // One step to an instant in the chart of that id; of the venue's first instrument where `symbol` is empty.
    void timeAsked(const QString& dock, const QString& venue, const QString& symbol, Nanos at);
    void lookChanged();
    // By the user.
    void closed();

protected:
    [[nodiscard]] const Theme& theme() const { return m_theme; }
    void setBody(QWidget* body);
    // Of a view that does not move by itself.
    void setNeverFrozen();
    // A table gets the filter, and is copied and exported as text. `body`: what holds it, if it is not all of the body.
    void setTable(TableView* table, QWidget* body = nullptr);
    // The table that is copied and exported, of a body that has a filter of its own.
    void setCopied(TableView* table) { m_table = table; }
    // A menu at a point of the screen: why it is as it is, and where to go from there.
    void openSteps(const QPoint& at, const QString& why, const std::vector<Step>& steps);
    // The same at a row of the table; without steps a tool tip.
    void openSteps(const TableView& table, int sourceRow, const QString& why, const std::vector<Step>& steps);
    // Right of the title: the symbol, and what else the dock says in a word or two.
    void setSubtitle(const QString& text);
    void setQuality(Mark mark, const QString& why);
    // A chip that shows which symbol link the dock follows, in the colour of its place (0…3); a click calls `next`.
    void setLinkChip(const QString& letter, const QString& tip, int place, const std::function<void()>& next);
    // Below the body, its full width.
    void setFoot(QWidget* foot);
    // Further controls in the header, left of the menu.
    void addControl(QWidget* control);
    void keyPressEvent(QKeyEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void restyle();
    void copy();
    void exportView();

    const Theme& m_theme;
    QString m_title;
    QWidget* m_header;
    QLabel* m_titleLabel;
    QLabel* m_subtitle;
    QToolButton* m_chip;
    MarkLabel* m_quality;
    QWidget* m_controls;
    QMenu* m_menu;
    QWidget* m_content;
    QVBoxLayout* m_column;
    QWidget* m_body = nullptr;
    TableView* m_table = nullptr;
    QLineEdit* m_filter = nullptr;
    QAction* m_freeze;
    bool m_frozen = false;
};

}  // namespace tickdeck::ui
