// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A table of ready cells that compares what it is given with what it has, and tells of the least that changed.

#include <QAbstractTableModel>

#include <vector>

#include "ui/widgets/cell.h"

namespace tickdeck::ui {

struct Cell {
    QString text;
    QVariant sort;  // invalid: the text
    Role tone = Role::Text;
    Mark mark = Mark::None;
    Samples samples;
};

struct Row {
    QString key;  // unique; what makes a row the same row in the next snapshot
    QString tip;  // why: age, source, quality
    std::vector<Cell> cells;
};

struct Column {
    QString title;
    QString tip;
    CellLook look = CellLook::Words;
    bool tints = false;   // a change tints the cell
    bool digits = false;  // the digits that changed last stand out
};

// GUI thread. setRows() emits at most one dataChanged range, beside the insertions and removals.
class CellTable : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit CellTable(std::vector<Column> columns, QObject* parent = nullptr);

    void setRows(std::vector<Row> rows);
    // Ends tints that are over; once a frame.
    void settle();
    [[nodiscard]] const Row& row(int index) const { return m_rows[static_cast<std::size_t>(index)].row; }
    // -1: none of that key.
    [[nodiscard]] int indexOf(const QString& key) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Life {
        qint64 changedAt = 0;
        int brightFrom = -1;
    };
    struct Held {
        Row row;
        std::vector<Life> lives;
    };
    struct Range {
        int first = -1;
        int last = -1;
        void add(int row)
        {
            first = first < 0 ? row : std::min(first, row);
            last = std::max(last, row);
        }
    };

    void matchKeys(const std::vector<Row>& rows);
    bool update(Held& held, Row&& row, qint64 now) const;
    void tell(const Range& range);

    std::vector<Column> m_columns;
    std::vector<Held> m_rows;
    bool m_tinted = false;
};

}  // namespace tickdeck::ui
