// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_view.h"

#include <QContextMenuEvent>
#include <QEnterEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace tickdeck::ui {

HeldSortModel::HeldSortModel(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(kSortRole);
    setDynamicSortFilter(true);
}

void HeldSortModel::setHeld(bool held)
{
    if (dynamicSortFilter() == held)
        setDynamicSortFilter(!held);
}

void HeldSortModel::setNeedle(const QString& needle)
{
    m_words = needle.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool HeldSortModel::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(kSortRole);
    const QVariant b = right.data(kSortRole);
    if (const auto order = QVariant::compare(a, b); order != QPartialOrdering::Equivalent)
        return order == QPartialOrdering::Less;
    // Equal values keep the source's order in both directions.
    return sortOrder() == Qt::AscendingOrder ? left.row() < right.row() : left.row() > right.row();
}

bool HeldSortModel::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const int columns = sourceModel()->columnCount(parent);
    return std::ranges::all_of(m_words, [&](const QString& word) {
        for (int column = 0; column < columns; ++column)
            if (sourceModel()->index(row, column, parent).data().toString().contains(word, Qt::CaseInsensitive))
                return true;
        return false;
    });
}

TableView::TableView(const Theme& theme, QAbstractItemModel& source, QWidget* parent)
    : QTableView(parent), m_theme(theme), m_delegate(theme)
{
    m_sorted.setSourceModel(&source);
    setModel(&m_sorted);
    setItemDelegate(&m_delegate);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    auto* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setStretchLastSection(true);
    header->setMinimumSectionSize(28);
    setSortingEnabled(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    m_sorted.sort(-1);
    restyle();
    connect(&theme, &Theme::changed, this, &TableView::restyle);
    connect(this, &QTableView::doubleClicked, this,
            [this](const QModelIndex& index) { Q_EMIT rowAsked(m_sorted.mapToSource(index).row()); });
}

void TableView::restyle()
{
    setFont(m_theme.words());
    horizontalHeader()->setFont(m_theme.words(kSmall));
    horizontalHeader()->setFixedHeight(m_theme.rowHeight());
    verticalHeader()->setMinimumSectionSize(m_theme.rowHeight());
    verticalHeader()->setDefaultSectionSize(m_theme.rowHeight());
    viewport()->update();
}

void TableView::setNotice(const Notice& notice)
{
    if (m_notice == notice)
        return;
    m_notice = notice;
    viewport()->update();
}

std::vector<int> TableView::selectedRows() const
{
    std::vector<int> shown;
    for (const QModelIndex& index : selectionModel()->selectedRows())
        shown.push_back(index.row());
    std::ranges::sort(shown);
    for (int& row : shown)
        row = m_sorted.mapToSource(m_sorted.index(row, 0)).row();
    return shown;
}

int TableView::currentRow() const { return currentIndex().isValid() ? m_sorted.mapToSource(currentIndex()).row() : -1; }

void TableView::select(int sourceRow)
{
    const QModelIndex index = m_sorted.mapFromSource(m_sorted.sourceModel()->index(sourceRow, 0));
    if (!index.isValid())
        return;
    setCurrentIndex(index);
    selectRow(index.row());
    scrollTo(index);
}

QRect TableView::rectOf(int sourceRow) const
{
    return visualRect(m_sorted.mapFromSource(m_sorted.sourceModel()->index(sourceRow, 0)));
}

void TableView::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndex index = event->reason() == QContextMenuEvent::Keyboard ? currentIndex() : indexAt(event->pos());
    if (index.isValid())
        Q_EMIT rowAsked(m_sorted.mapToSource(index).row());
}

void TableView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    viewport()->update();  // the mark of the current row
    Q_EMIT currentChangedTo(currentRow());
}

void TableView::setNeedle(const QString& needle) { m_sorted.setNeedle(needle); }

void TableView::sortBy(int column, Qt::SortOrder order) { sortByColumn(column, order); }

void TableView::setWidths(const std::vector<int>& widths)
{
    for (std::size_t i = 0; i < widths.size(); ++i)
        if (widths[i] > 0)
            setColumnWidth(static_cast<int>(i), widths[i]);
    // The last one takes the rest, and no more.
    horizontalHeader()->resizeSection(m_sorted.columnCount() - 1, horizontalHeader()->minimumSectionSize());
}

QString TableView::copyText() const
{
    QStringList lines;
    QStringList head;
    for (int column = 0; column < m_sorted.columnCount(); ++column)
        head << m_sorted.headerData(column, Qt::Horizontal).toString();
    lines << head.join(QLatin1Char('\t'));
    for (int row = 0; row < m_sorted.rowCount(); ++row) {
        if (selectionModel()->hasSelection() && !selectionModel()->isRowSelected(row))
            continue;
        QStringList cells;
        for (int column = 0; column < m_sorted.columnCount(); ++column)
            cells << m_sorted.index(row, column).data().toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QByteArray TableView::csv() const
{
    const auto quoted = [](QString text) {
        if (text.contains(QLatin1Char(',')) || text.contains(QLatin1Char('"')) || text.contains(QLatin1Char('\n')))
            text = QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
        return text;
    };
    QString out;
    for (int row = -1; row < m_sorted.rowCount(); ++row) {
        for (int column = 0; column < m_sorted.columnCount(); ++column) {
            if (column > 0)
                out += QLatin1Char(',');
            out += quoted((row < 0 ? m_sorted.headerData(column, Qt::Horizontal) : m_sorted.index(row, column).data())
                              .toString());
        }
        out += QLatin1Char('\n');
    }
    return out.toUtf8();
}

void TableView::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    if (m_sorted.rowCount() > 0)
        return;
    QPainter painter(viewport());
    paintNotice(painter, viewport()->rect(), m_notice, m_theme);
}

void TableView::enterEvent(QEnterEvent* event)
{
    m_mouseOver = true;
    updateHeld();
    QTableView::enterEvent(event);
}

void TableView::leaveEvent(QEvent* event)
{
    m_mouseOver = false;
    setHovered(-1);
    updateHeld();
    QTableView::leaveEvent(event);
}

void TableView::mouseMoveEvent(QMouseEvent* event)
{
    setHovered(indexAt(event->pos()).row());
    QTableView::mouseMoveEvent(event);
}

void TableView::setHovered(int row)
{
    if (row == m_hovered)
        return;
    m_hovered = row;
    m_delegate.setHoveredRow(row);
    viewport()->update();
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
        Q_EMIT rowAsked(m_sorted.mapToSource(currentIndex()).row());
        return;
    }
    if (event->key() == Qt::Key_Escape && selectionModel()->hasSelection()) {
        clearSelection();
        return;
    }
    // The dock's: freeze. Ctrl+Space chooses rows.
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
        event->ignore();
        return;
    }
    QTableView::keyPressEvent(event);
}

void TableView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QTableView::selectionChanged(selected, deselected);
    updateHeld();
}

void TableView::updateHeld() { m_sorted.setHeld(m_mouseOver || selectionModel()->hasSelection()); }

}  // namespace tickdeck::ui
