// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/bytes_view.h"

#include <QPainter>
#include <QScrollBar>

#include <algorithm>

#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr int kPad = 8;
constexpr int kMarkWidth = 16;
constexpr int kOffsetDigits = 8;
constexpr std::size_t kHexRow = 16;

QChar shown(char byte)
{
    const auto code = static_cast<unsigned char>(byte);
    return code >= 0x20 && code < 0x7f ? QChar(QLatin1Char(byte)) : QChar(u'·');
}

}  // namespace

BytesView::BytesView(const Theme& theme, QWidget* parent) : QAbstractScrollArea(parent), m_theme(theme)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&theme, &Theme::changed, this, &BytesView::place);
}

void BytesView::setBytes(std::string bytes, std::optional<std::uint64_t> fault, std::uint64_t whole)
{
    m_bytes = std::move(bytes);
    m_fault = fault && *fault < m_bytes.size() ? fault : std::nullopt;
    m_whole = whole;
    place();
    verticalScrollBar()->setValue(0);
    showFault();
}

void BytesView::setHex(bool hex)
{
    if (m_hex == hex)
        return;
    m_hex = hex;
    place();
    showFault();
}

void BytesView::setNotice(const Notice& notice)
{
    m_notice = notice;
    viewport()->update();
}

std::size_t BytesView::rows() const { return (m_bytes.size() + m_perRow - 1) / m_perRow; }

void BytesView::place()
{
    const int advance = QFontMetrics(m_theme.numbers()).horizontalAdvance(QLatin1Char('0'));
    const int room = (viewport()->width() - 2 * kPad - kMarkWidth) / std::max(advance, 1) - kOffsetDigits - 2;
    // Hexadecimal takes three characters a byte, and one for its letter.
    m_perRow = m_hex ? (room >= 4 * static_cast<int>(kHexRow) + 1 ? kHexRow : kHexRow / 2)
                     : static_cast<std::size_t>(std::max(16, room / 8 * 8));
    const int seen = std::max(1, viewport()->height() / m_theme.rowHeight());
    const auto count = static_cast<int>(rows()) + (m_whole > m_bytes.size() && !m_bytes.empty() ? 1 : 0);
    verticalScrollBar()->setRange(0, std::max(0, count - seen));
    verticalScrollBar()->setPageStep(seen);
    viewport()->update();
}

void BytesView::showFault()
{
    if (!m_fault)
        return;
    const auto row = static_cast<int>(*m_fault / m_perRow);
    verticalScrollBar()->setValue(row - verticalScrollBar()->pageStep() / 2);
}

QString BytesView::rowText(std::size_t row) const
{
    const std::size_t from = row * m_perRow;
    const std::size_t to = std::min(from + m_perRow, m_bytes.size());
    QString letters;
    for (std::size_t i = from; i < to; ++i)
        letters += shown(m_bytes[i]);
    if (!m_hex)
        return letters;
    QString out;
    for (std::size_t i = from; i < from + m_perRow; ++i)
        out += i < to ? QStringLiteral("%1 ").arg(static_cast<unsigned char>(m_bytes[i]), 2, 16, QLatin1Char('0'))
                      : QStringLiteral("   ");
    return out + QLatin1Char(' ') + letters;
}

int BytesView::column(std::size_t inRow) const { return static_cast<int>(m_hex ? inRow * 3 : inRow); }

QString BytesView::copyText() const
{
    if (!m_hex)
        return QString::fromUtf8(m_bytes.data(), static_cast<qsizetype>(m_bytes.size()));
    QString out;
    for (std::size_t row = 0; row < rows(); ++row)
        out += QStringLiteral("%1  %2\n")
                   .arg(static_cast<qulonglong>(row * m_perRow), kOffsetDigits, 16, QLatin1Char('0'))
                   .arg(rowText(row));
    return out;
}

void BytesView::paintRow(QPainter& painter, std::size_t row, double y) const
{
    const QFontMetricsF metrics(painter.font());
    const double advance = metrics.horizontalAdvance(QLatin1Char('0'));
    const double height = m_theme.rowHeight();
    const double baseline = y + (height + metrics.ascent() - metrics.descent()) / 2;
    const double left = kPad + kMarkWidth;
    const double body = left + advance * (kOffsetDigits + 2);
    if (m_fault && *m_fault / m_perRow == row) {
        paintMark(painter, QRectF(kPad, y, 10, height), Mark::Failed, m_theme);
        const auto mark = [&](int at, int wide) {
            const QRectF where(body + advance * at - 1, y + 2, advance * wide + 2, height - 4);
            painter.fillRect(where, m_theme.tint(Role::Bad, 0.25));
            painter.setPen(QPen(m_theme.color(Role::Bad), 1));
            painter.drawRect(where);
        };
        const auto inRow = static_cast<std::size_t>(*m_fault % m_perRow);
        mark(column(inRow), m_hex ? 2 : 1);
        if (m_hex)
            mark(static_cast<int>(m_perRow) * 3 + 1 + static_cast<int>(inRow), 1);
    }
    painter.setPen(m_theme.color(Role::Muted));
    painter.drawText(QPointF(left, baseline),
                     QStringLiteral("%1").arg(static_cast<qulonglong>(row * m_perRow), kOffsetDigits, m_hex ? 16 : 10,
                                              QLatin1Char(m_hex ? '0' : ' ')));
    painter.setPen(m_theme.color(Role::Text));
    painter.drawText(QPointF(body, baseline), rowText(row));
}

void BytesView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_theme.color(Role::Panel));
    if (m_bytes.empty()) {
        paintNotice(painter, viewport()->rect(), m_notice, m_theme);
    } else {
        painter.setFont(m_theme.numbers());
        double y = 0;
        auto row = static_cast<std::size_t>(verticalScrollBar()->value());
        for (; row < rows() && y < viewport()->height(); ++row, y += m_theme.rowHeight())
            paintRow(painter, row, y);
        if (row == rows() && m_whole > m_bytes.size()) {
            painter.setFont(m_theme.words(kSmall));
            painter.setPen(m_theme.color(Role::Muted));
            painter.drawText(
                QRectF(kPad + kMarkWidth, y, viewport()->width(), m_theme.rowHeight()), Qt::AlignVCenter,
                tr("cut here: %1 of %2 bytes are kept").arg(countText(m_bytes.size()), countText(m_whole)));
        }
    }
    if (hasFocus()) {
        painter.setPen(m_theme.color(Role::Accent));
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
}

void BytesView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    place();
    showFault();
}

void BytesView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void BytesView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

}  // namespace tickdeck::ui
