// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/cell_table.h"

#include <QSet>

#include <algorithm>

#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

CellTable::CellTable(std::vector<Column> columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns))
{
}

int CellTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CellTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

int CellTable::indexOf(const QString& key) const
{
    const auto found = std::ranges::find_if(m_rows, [&](const Held& held) { return held.row.key == key; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

QVariant CellTable::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Held& held = m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    const Cell& cell = held.row.cells[column];
    const Life& life = held.lives[column];
    switch (role) {
    case Qt::DisplayRole: return cell.text;
    case Qt::ToolTipRole: return held.row.tip.isEmpty() ? cell.text : held.row.tip;
    case kLookRole: return static_cast<int>(m_columns[column].look);
    case kToneRole: return static_cast<int>(cell.tone);
    case kMarkRole: return static_cast<int>(cell.mark);
    case kSamplesRole: return QVariant::fromValue(cell.samples);
    case kChangedAtRole: return life.changedAt;
    case kBrightFromRole: return life.brightFrom;
    case kSortRole: return cell.sort.isValid() ? cell.sort : QVariant(cell.text);
    default: return {};
    }
}

QVariant CellTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const Column& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole: return column.title;
    case Qt::ToolTipRole: return column.tip;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((column.look == CellLook::Number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    default: return {};
    }
}

// Afterwards m_rows has the same keys in the same order as `rows`.
void CellTable::matchKeys(const std::vector<Row>& rows)
{
    const auto same = [](const Held& held, const Row& row) { return held.row.key == row.key; };
    if (std::ranges::equal(m_rows, rows, same))
        return;
    QSet<QString> wanted;
    for (const Row& row : rows)
        wanted.insert(row.key);
    QSet<QString> had;
    for (const Held& held : m_rows)
        had.insert(held.row.key);
    const auto gone = [&](int i) { return !wanted.contains(m_rows[static_cast<std::size_t>(i)].row.key); };
    for (int last = static_cast<int>(m_rows.size()) - 1; last >= 0; --last) {
        if (!gone(last))
            continue;
        int first = last;
        while (first > 0 && gone(first - 1))
            --first;
        beginRemoveRows({}, first, last);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
        endRemoveRows();
        last = first;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i < m_rows.size() && m_rows[i].row.key == rows[i].key)
            continue;
        const auto at = static_cast<int>(i);
        if (had.contains(rows[i].key)) {
            const int from = indexOf(rows[i].key);
            beginMoveRows({}, from, from, {}, at);
            std::rotate(m_rows.begin() + at, m_rows.begin() + from, m_rows.begin() + from + 1);
            endMoveRows();
            continue;
        }
        // New rows that stand together come in together.
        std::vector<Held> fresh;
        for (std::size_t n = i; n < rows.size() && !had.contains(rows[n].key); ++n)
            fresh.push_back({rows[n], std::vector<Life>(m_columns.size())});
        beginInsertRows({}, at, at + static_cast<int>(fresh.size()) - 1);
        m_rows.insert(m_rows.begin() + at, std::make_move_iterator(fresh.begin()),
                      std::make_move_iterator(fresh.end()));
        endInsertRows();
    }
}

bool CellTable::update(Held& held, Row&& row, qint64 now) const
{
    bool changed = held.row.tip != row.tip;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Cell& before = held.row.cells[i];
        const Cell& after = row.cells[i];
        changed |= before.tone != after.tone || before.mark != after.mark || before.samples != after.samples ||
                   before.sort != after.sort;
        if (before.text == after.text)
            continue;
        changed = true;
        if (m_columns[i].tints)
            held.lives[i].changedAt = now;
        if (m_columns[i].digits)
            held.lives[i].brightFrom = changedFrom(before.text, after.text);
    }
    held.row = std::move(row);
    return changed;
}

void CellTable::setRows(std::vector<Row> rows)
{
    matchKeys(rows);
    const qint64 now = steadyMilliseconds();
    Range range;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (update(m_rows[i], std::move(rows[i]), now))
            range.add(static_cast<int>(i));
    m_tinted = true;
    tell(range);
}

void CellTable::settle()
{
    if (!m_tinted)
        return;
    m_tinted = false;
    const qint64 now = steadyMilliseconds();
    Range range;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        for (Life& life : m_rows[i].lives) {
            if (life.changedAt == 0)
                continue;
            if (now - life.changedAt < kTintMilliseconds) {
                m_tinted = true;
                continue;
            }
            life.changedAt = 0;
            range.add(static_cast<int>(i));
        }
    tell(range);
}

void CellTable::tell(const Range& range)
{
    if (range.first >= 0)
        Q_EMIT dataChanged(index(range.first, 0), index(range.last, columnCount() - 1));
}

}  // namespace tickdeck::ui
