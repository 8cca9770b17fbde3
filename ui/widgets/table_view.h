// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one table of the window: dense rows, painted cells, keyboard first, a filter, and sorting that holds still.

#include <QSortFilterProxyModel>
#include <QTableView>

#include "ui/widgets/cell.h"

namespace tickdeck::ui {

// Sorts by kSortRole, stably, and filters by words, each of which must stand in some column. While held, rows stay where they are although their
// values change; new rows are still sorted in.
class HeldSortModel : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit HeldSortModel(QObject* parent = nullptr);
    void setHeld(bool held);
    void setNeedle(const QString& needle);

protected:
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
};

// GUI thread. `source` outlives the view. Sorting is off until a header is clicked or sortBy() is called, so that a model
// with an order of its own keeps it.
class TableView : public QTableView {
    Q_OBJECT
public:
    TableView(const Theme& theme, QAbstractItemModel& source, QWidget* parent = nullptr);

    void setNotice(const Notice& notice);
    void setNeedle(const QString& needle);
    void sortBy(int column, Qt::SortOrder order);
    // Widths in pixels; the last column takes the rest. 0: as wide as its header.
    void setWidths(const std::vector<int>& widths);

    // Selected rows, or all: tab-separated with a header, and CSV.
    [[nodiscard]] QString copyText() const;
    [[nodiscard]] QByteArray csv() const;
    [[nodiscard]] HeldSortModel& sorted() { return m_sorted; }

    // Rows of the source model, as shown from the top.
    [[nodiscard]] std::vector<int> selectedRows() const;
    // -1: none.
    [[nodiscard]] int currentRow() const;
    // Makes a row of the source model the current and the only selected one.
    void select(int sourceRow);
    // Of a row of the source model, in the viewport.
    [[nodiscard]] QRect rectOf(int sourceRow) const;

Q_SIGNALS:
    // Enter, a double click or the context menu's button or key on a row of the source model.
    void rowAsked(int sourceRow);
    // The current row of the source model; -1: none.
    void currentChangedTo(int sourceRow);

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

private:
    void restyle();
    void updateHeld();
    void setHovered(int row);

    const Theme& m_theme;
    HeldSortModel m_sorted;
    CellDelegate m_delegate;
    Notice m_notice;
    int m_hovered = -1;
    bool m_mouseOver = false;
};

}  // namespace tickdeck::ui
