// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/key_sheet.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>

namespace tickdeck::ui {

namespace {

constexpr int kPad = 20;
constexpr int kKeyColumn = 150;
constexpr int kHead = 40;

}  // namespace

KeySheet::KeySheet(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Keys"));
    m_keys = {
        {tr("Ctrl+K"), tr("Command palette: symbols, views, actions")},
        {tr("Ctrl+P"), tr("Find an instrument of any venue")},
        {tr("Alt+1…3, Alt+0"), tr("This view follows link A, B, C; or is pinned")},
        {tr("Ctrl+D, Ctrl+W"), tr("Another of this view; close this view")},
        {tr("Ctrl+1 … 9"), tr("Layouts; Ctrl+Shift+S saves one of your own")},
        {tr("F6, Shift+F6"), tr("Next and previous view")},
        {tr("/"), tr("Filter the current table; Esc clears")},
        {tr("Arrows"), tr("Move in tables, ladder and charts")},
        {tr("Enter"), tr("Why: source, age, quality; where to go from there")},
        {tr("Alt+Left"), tr("Back to the view before")},
        {tr("Space"), tr("Freeze this view, and go on")},
        {tr("+  −  Home End"), tr("Charts: zoom; the oldest; go live")},
        {tr("Shift+arrows"), tr("Charts: move the crosshair; Esc hides it")},
        {tr("[  ]"), tr("Ladder: finer and coarser groups of ticks")},
        {tr("Del"), tr("Watch list: take the row out")},
        {tr("Ctrl+E"), tr("Export data")},
        {tr("Ctrl+T"), tr("Dark or light theme")},
        {tr("F11"), tr("Full screen")},
        {tr("Esc"), tr("Back out")},
        {tr("?"), tr("This sheet")},
    };
    QString all;
    for (const Key& key : m_keys)
        all += key.keys + QStringLiteral(": ") + key.does + QLatin1Char('\n');
    setAccessibleDescription(all);
    hide();
}

void KeySheet::open()
{
    m_before = QApplication::focusWidget();
    const int row = m_theme.rowHeight() + 2;
    resize(540, kHead + static_cast<int>(m_keys.size()) * row + kPad);
    move((parentWidget()->width() - width()) / 2, (parentWidget()->height() - height()) / 2);
    show();
    raise();
    setFocus();
}

void KeySheet::keyPressEvent(QKeyEvent* event)
{
    hide();
    if (m_before)
        m_before->setFocus();
    event->accept();
}

void KeySheet::focusOutEvent(QFocusEvent*) { hide(); }

void KeySheet::mousePressEvent(QMouseEvent*) { hide(); }

void KeySheet::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Panel));
    painter.setPen(m_theme.color(Role::Line));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    painter.setFont(m_theme.words(kLarge, true));
    painter.setPen(m_theme.color(Role::Text));
    painter.drawText(QRect(kPad, 4, width() - 2 * kPad, kHead - 4), Qt::AlignVCenter, tr("Keys"));
    const int row = m_theme.rowHeight() + 2;
    int y = kHead;
    for (const Key& key : m_keys) {
        painter.setFont(m_theme.numbers(kBase));
        painter.setPen(m_theme.color(Role::Accent));
        painter.drawText(QRect(kPad, y, kKeyColumn, row), Qt::AlignVCenter, key.keys);
        painter.setFont(m_theme.words());
        painter.setPen(m_theme.color(Role::Text));
        painter.drawText(QRect(kPad + kKeyColumn, y, width() - 2 * kPad - kKeyColumn, row), Qt::AlignVCenter, key.does);
        y += row;
    }
}

}  // namespace tickdeck::ui
