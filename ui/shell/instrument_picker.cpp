// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/instrument_picker.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/client/symbol_link.h"
#include "ui/client/words.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/table_view.h"

namespace tickdeck::ui {

namespace {

constexpr int kRowsShown = 12;
constexpr int kRecents = 10;

}  // namespace

InstrumentPicker::InstrumentPicker(const Theme& theme, EngineClient& client, QWidget* parent)
    : QFrame(parent),
      m_theme(theme),
      m_client(client),
      m_model(client),
      m_line(new QLineEdit(this)),
      m_table(new TableView(theme, m_model, this)),
      m_foot(new QLabel(this))
{
    setObjectName(QStringLiteral("picker"));
    setAccessibleName(tr("Find an instrument"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addWidget(m_line);
    column->addWidget(m_table, 1);
    column->addWidget(m_foot);
    m_line->setPlaceholderText(tr("Instrument: part of symbol, venue, kind (btc perp, bin eth, 1000pepe)"));
    m_line->setAccessibleName(tr("Instrument"));
    m_table->setAccessibleName(tr("Instruments found"));
    m_table->setFocusPolicy(Qt::NoFocus);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setSortingEnabled(false);
    m_table->setNotice({Mark::Stopped, tr("No instrument has all of these words."),
                        tr("Fewer letters find more; venues that are off list nothing.")});
    m_foot->setTextFormat(Qt::PlainText);
    m_line->installEventFilter(this);
    connect(m_line, &QLineEdit::textChanged, this, &InstrumentPicker::fill);
    connect(m_table, &QTableView::clicked, this, &InstrumentPicker::choose);
    connect(&client, &EngineClient::instrumentsChanged, this, [this] {
        m_index.set(m_client.instruments());
        if (isVisible())
            fill();
    });
    connect(&client, &EngineClient::frame, this, [this] {
        if (isVisible() && ++m_frames % kFramesOfPrices == 0)
            m_model.refresh();
    });
    m_index.set(client.instruments());
    hide();
}

InstrumentIndex::Found InstrumentPicker::find(const QString& text, std::size_t most) const
{
    return m_index.find(text, most, [this](SymbolId id) {
        const auto recent = m_recent.indexOf(id);
        return (m_client.isActive(id) ? 8 : 0) + (recent >= 0 ? 20 - static_cast<int>(recent) : 0);
    });
}

void InstrumentPicker::open(int link, bool canPin)
{
    m_before = QApplication::focusWidget();
    m_canPin = canPin;
    m_link = link;
    m_watched.clear();
    m_line->clear();
    const int width = std::min(760, parentWidget()->width() - 40);
    const int height = 46 + (kRowsShown + 1) * m_theme.rowHeight() + 34;
    resize(width, std::min(height, parentWidget()->height() - 60));
    QFrame::move((parentWidget()->width() - width) / 2, std::max(20, parentWidget()->height() / 8));
    m_table->setWidths({width * 25 / 100, width * 11 / 100, width * 20 / 100, width * 12 / 100, width * 15 / 100});
    fill();
    show();
    raise();
    m_line->setFocus();
}

void InstrumentPicker::dismiss()
{
    hide();
    if (m_before)
        m_before->setFocus();
}

void InstrumentPicker::fill()
{
    InstrumentIndex::Found found = find(m_line->text(), kMost);
    m_count = found.count;
    m_model.show(std::move(found.best));
    if (m_model.rowCount() > 0)
        m_table->selectRow(0);
    m_table->scrollToTop();
    say();
}

void InstrumentPicker::say()
{
    const QString count = m_count > kMost ? tr("%1 of %2 found").arg(countText(kMost), countText(m_count))
                                          : tr("%1 found").arg(countText(m_count));
    const QString target =
        m_link == kPinned ? tr("Enter: into this view alone") : tr("Enter: link %1").arg(SymbolLinks::letter(m_link));
    const QString links = m_canPin ? tr("Alt+1…3 another link, Alt+0 this view alone") : tr("Alt+1…3 another link");
    QString text = count + QStringLiteral("  ·  ") + target + QStringLiteral("  ·  ") + links +
                   QStringLiteral("  ·  ") + tr("Ctrl+Enter watch");
    if (!m_watched.isEmpty())
        text += QStringLiteral("  ·  ") + m_watched;
    m_foot->setText(text);
}

void InstrumentPicker::setLink(int link)
{
    if (link == kPinned && !m_canPin)
        return;
    m_link = link;
    say();
}

SymbolId InstrumentPicker::current() const
{
    const int row = m_table->currentRow();
    return row < 0 || row >= m_model.rowCount() ? 0 : m_model.id(row);
}

void InstrumentPicker::remember(SymbolId id)
{
    m_recent.removeAll(id);
    m_recent.prepend(id);
    while (m_recent.size() > kRecents)
        m_recent.removeLast();
}

void InstrumentPicker::choose()
{
    const SymbolId id = current();
    dismiss();
    if (id == 0)
        return;
    remember(id);
    Q_EMIT chosen(id, m_link);
}

bool InstrumentPicker::keyPressed(int key, Qt::KeyboardModifiers modifiers)
{
    if (modifiers.testFlag(Qt::AltModifier)) {
        if (key >= Qt::Key_1 && key < Qt::Key_1 + kLinkCount)
            setLink(key - Qt::Key_1);
        else if (key == Qt::Key_0)
            setLink(kPinned);
        else
            return false;
        return true;
    }
    switch (key) {
    case Qt::Key_Escape: dismiss(); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!modifiers.testFlag(Qt::ControlModifier)) {
            choose();
        } else if (const api::Instrument* instrument = m_client.instrument(current())) {
            m_watched = tr("%1 is watched").arg(words::symbol(*instrument));
            Q_EMIT watchAsked(instrument->id);
            say();
        }
        return true;
    default: return false;
    }
}

bool InstrumentPicker::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut && isVisible())
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (!isAncestorOf(QApplication::focusWidget()))
                    hide();
            },
            Qt::QueuedConnection);
    // Before the window's own keys are looked at.
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->modifiers().testFlag(Qt::AltModifier)) {
        event->accept();
        return true;
    }
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const auto* press = static_cast<QKeyEvent*>(event);
    switch (press->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown: QApplication::sendEvent(m_table, event); return true;
    default: return keyPressed(press->key(), press->modifiers()) || QFrame::eventFilter(watched, event);
    }
}

void InstrumentPicker::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setPen(m_theme.color(Role::Line));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

}  // namespace tickdeck::ui
