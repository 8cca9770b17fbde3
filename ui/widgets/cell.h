// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a model tells of a cell beside its text, and the delegate that paints it.

#include <QStyledItemDelegate>

#include "ui/widgets/mark.h"

namespace tickdeck::ui {

enum CellRole : int {
    kLookRole = Qt::UserRole,  // int of CellLook
    kToneRole,                 // int of Role: the text's colour
    kMarkRole,                 // int of Mark, painted before the text
    kSamplesRole,              // Samples
    kChangedAtRole,            // qint64: steady milliseconds when the text changed last; 0: never
    kBrightFromRole,           // int: as paintNumber
    kSortRole,                 // what sorting compares
};

// A sparkline starts at zero; a trend fills the cell from its least to its largest sample. Code: a value as it was
// written, monospace from the left.
enum class CellLook : std::uint8_t { Words, Number, Sparkline, Trend, Code };

inline constexpr qint64 kTintMilliseconds = 300;

// How strong the tint of a cell still is that changed at `changedAt`: from full it fades to 0 over kTintMilliseconds.
[[nodiscard]] double tintStrength(qint64 changedAt, qint64 now);

// Milliseconds of the steady clock, for kChangedAtRole.
[[nodiscard]] qint64 steadyMilliseconds();

// Paints only from the roles above; no widget a cell.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit CellDelegate(const Theme& theme, QObject* parent = nullptr);
    void setHoveredRow(int row) { m_hovered = row; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const Theme& m_theme;
    int m_hovered = -1;
};

}  // namespace tickdeck::ui

Q_DECLARE_METATYPE(tickdeck::ui::Samples)
