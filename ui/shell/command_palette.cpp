// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/command_palette.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace tickdeck::ui {

namespace {

constexpr int kKindRole = Qt::UserRole;
constexpr int kShortcutRole = Qt::UserRole + 1;
constexpr int kRowsShown = 12;

class CommandDelegate : public QStyledItemDelegate {
public:
    explicit CommandDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {100, m_theme.rowHeight() + 6};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->fillRect(option.rect, m_theme.color(Role::Raised));
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()),
                              m_theme.color(Role::Accent));
        }
        const QRect inner = option.rect.adjusted(12, 0, -12, 0);
        painter->setFont(m_theme.words(kSmall));
        painter->setPen(m_theme.color(Role::Muted));
        painter->drawText(inner, Qt::AlignLeft | Qt::AlignVCenter, index.data(kKindRole).toString());
        painter->setFont(m_theme.numbers(kSmall));
        painter->drawText(inner, Qt::AlignRight | Qt::AlignVCenter, index.data(kShortcutRole).toString());
        painter->setFont(m_theme.words());
        painter->setPen(m_theme.color(Role::Text));
        painter->drawText(inner.adjusted(64, 0, -110, 0), Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
    }

private:
    const Theme& m_theme;
};

}  // namespace

int fuzzyScore(const QString& text, const QString& needle)
{
    int score = 0;
    qsizetype at = 0;
    bool run = false;
    for (const QChar wanted : needle) {
        if (wanted.isSpace())
            continue;
        const qsizetype found = text.indexOf(wanted, at, Qt::CaseInsensitive);
        if (found < 0)
            return -1;
        const bool wordStart = found == 0 || !text[found - 1].isLetterOrNumber();
        score += 1 + (wordStart ? 6 : 0) + (run && found == at ? 4 : 0) -
                 static_cast<int>(std::min<qsizetype>(found - at, 3));
        run = true;
        at = found + 1;
    }
    return std::max(score, 0);
}

CommandPalette::CommandPalette(const Theme& theme, QWidget* parent)
    : QFrame(parent), m_theme(theme), m_line(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setObjectName(QStringLiteral("palette"));
    setAccessibleName(tr("Command palette"));
    setFrameShape(QFrame::NoFrame);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addWidget(m_line);
    column->addWidget(m_list);
    m_line->setPlaceholderText(tr("Symbol, view or action"));
    m_line->setAccessibleName(tr("Symbol, view or action"));
    m_list->setItemDelegate(new CommandDelegate(theme, m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_line->installEventFilter(this);
    connect(m_line, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    hide();
}

void CommandPalette::open(std::vector<Command> commands, Search search)
{
    m_before = QApplication::focusWidget();
    m_commands = std::move(commands);
    m_search = std::move(search);
    m_line->clear();
    fill();
    const int width = std::min(560, parentWidget()->width() - 40);
    const int rows = std::min<int>(kRowsShown, static_cast<int>(m_shown.size()));
    resize(width, 46 + rows * (m_theme.rowHeight() + 6) + 4);
    move((parentWidget()->width() - width) / 2, std::max(20, parentWidget()->height() / 8));
    show();
    raise();
    m_line->setFocus();
}

void CommandPalette::dismiss()
{
    hide();
    if (m_before)
        m_before->setFocus();
}

QString CommandPalette::currentTitle() const
{
    return m_list->currentItem() ? m_list->currentItem()->text() : QString();
}

void CommandPalette::fill()
{
    const QString needle = m_line->text();
    std::vector<std::pair<int, Command>> ranked;
    const auto rank = [&](int score, const Command& command) {
        const auto recent = m_recent.indexOf(command.title);
        ranked.emplace_back(score + (recent >= 0 ? 20 - static_cast<int>(recent) : 0), command);
    };
    if (m_search)
        for (const Command& command : m_search(needle))
            rank(std::max(fuzzyScore(command.title, needle), 0), command);
    for (const Command& command : m_commands)
        if (const int score = fuzzyScore(command.title, needle); score >= 0)
            rank(score, command);
    std::ranges::stable_sort(ranked, std::greater{}, &std::pair<int, Command>::first);
    if (ranked.size() > kMost)
        ranked.resize(kMost);
    m_list->clear();
    m_shown.clear();
    for (auto& [score, command] : ranked) {
        auto* item = new QListWidgetItem(command.title, m_list);
        item->setData(kKindRole, command.kind);
        item->setData(kShortcutRole, command.shortcut);
        m_shown.push_back(std::move(command));
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentRow();
    dismiss();
    if (row < 0)
        return;
    const Command command = m_shown[static_cast<std::size_t>(row)];
    m_recent.removeAll(command.title);
    m_recent.prepend(command.title);
    command.run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut && isVisible())
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (!isAncestorOf(QApplication::focusWidget()))
                    hide();
            },
            Qt::QueuedConnection);
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape: dismiss(); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: runCurrent(); return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown: QApplication::sendEvent(m_list, event); return true;
    default: return QFrame::eventFilter(watched, event);
    }
}

}  // namespace tickdeck::ui
