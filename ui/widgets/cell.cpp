// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/cell.h"

#include <QAbstractItemView>
#include <QPainter>

#include <chrono>

#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr int kCellPad = 8;

}  // namespace

qint64 steadyMilliseconds()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

double tintStrength(qint64 changedAt, qint64 now)
{
    constexpr double kFull = 0.14;
    if (changedAt == 0 || now - changedAt >= kTintMilliseconds)
        return 0;
    return kFull * (1 - static_cast<double>(now - changedAt) / kTintMilliseconds);
}

CellDelegate::CellDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const auto look = static_cast<CellLook>(index.data(kLookRole).toInt());
    if (look == CellLook::Sparkline || look == CellLook::Trend)
        return {96, m_theme.rowHeight()};
    const QFontMetrics metrics(look == CellLook::Number || look == CellLook::Code ? m_theme.numbers()
                                                                                  : m_theme.words());
    const int mark = index.data(kMarkRole).toInt() != 0 ? 18 : 0;
    return {metrics.horizontalAdvance(index.data().toString()) + mark + 2 * kCellPad, m_theme.rowHeight()};
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QRect rect = option.rect;
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected || index.row() == m_hovered)
        painter->fillRect(rect, m_theme.color(Role::Raised));
    const double tint = tintStrength(index.data(kChangedAtRole).toLongLong(), steadyMilliseconds());
    if (m_theme.motion() && tint > 0)
        painter->fillRect(rect, m_theme.tint(Role::Accent, tint));
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    // The row that Enter acts on is marked also where none is selected.
    const bool current = view && view->hasFocus() && view->currentIndex().row() == index.row();
    if ((selected || current) && index.column() == 0)
        painter->fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), m_theme.color(Role::Accent));
    painter->setPen(m_theme.tint(Role::Line, 0.5));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());

    QRectF inner = QRectF(rect).adjusted(kCellPad, 0, -kCellPad, -1);
    const auto look = static_cast<CellLook>(index.data(kLookRole).toInt());
    if (look == CellLook::Sparkline || look == CellLook::Trend) {
        if (const auto samples = index.data(kSamplesRole).value<Samples>())
            paintSparkline(*painter, inner.adjusted(0, 3, 0, -2), *samples, m_theme,
                           static_cast<Role>(index.data(kToneRole).toInt()), look == CellLook::Sparkline);
        return;
    }
    if (const auto mark = static_cast<Mark>(index.data(kMarkRole).toInt()); mark != Mark::None) {
        paintMark(*painter, QRectF(inner.left(), inner.top(), 10, inner.height()), mark, m_theme);
        inner.setLeft(inner.left() + 18);
    }
    const QString text = index.data(Qt::DisplayRole).toString();
    const QColor color = m_theme.color(static_cast<Role>(index.data(kToneRole).toInt()));
    if (look == CellLook::Number) {
        painter->setFont(m_theme.numbers());
        paintNumber(*painter, inner, text, index.data(kBrightFromRole).toInt(), color, m_theme.color(Role::Muted));
        return;
    }
    painter->setFont(look == CellLook::Code ? m_theme.numbers() : m_theme.words());
    painter->setPen(color);
    painter->drawText(inner, Qt::AlignLeft | Qt::AlignVCenter,
                      QFontMetricsF(painter->font()).elidedText(text, Qt::ElideRight, inner.width()));
}

}  // namespace tickdeck::ui
