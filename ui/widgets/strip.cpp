// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/strip.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

#include <utility>

#include "ui/widgets/dock.h"

namespace tickdeck::ui {

Strip::Strip(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_mark(new MarkLabel(theme)),
      m_label(new QLabel),
      m_yes(new QPushButton),
      m_no(new QPushButton(tr("Cancel")))
{
    setObjectName(QStringLiteral("strip"));
    setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_label->setFocusPolicy(Qt::NoFocus);
    row->addWidget(m_mark, 0, Qt::AlignTop);
    row->addWidget(m_label, 1);
    row->addWidget(m_yes);
    row->addWidget(m_no);
    connect(m_yes, &QPushButton::clicked, this, [this] { answer(true); });
    connect(m_no, &QPushButton::clicked, this, [this] { answer(false); });
    hide();
}

void Strip::put(Mark mark, const QString& text)
{
    m_mark->setMark(mark, {});
    m_label->setText(text);
    setAccessibleName(text);
    setVisible(!text.isEmpty());
}

void Strip::say(Mark mark, const QString& text)
{
    if (isAsking()) {
        m_later = {mark, text};
        return;
    }
    m_yes->hide();
    m_no->setText(tr("Close"));
    m_no->show();
    put(mark, text);
}

void Strip::ask(const QString& text, const QString& yes, std::function<void()> run)
{
    if (!isAsking())
        m_before = QApplication::focusWidget();
    m_run = std::move(run);
    m_yes->setText(yes);
    m_yes->show();
    m_no->setText(tr("Cancel"));
    m_no->show();
    put(Mark::Degraded, text);
    m_yes->setFocus();
    Q_EMIT askingChanged();
}

QString Strip::text() const { return isHidden() ? QString() : m_label->text(); }

void Strip::answer(bool yes)
{
    const auto run = std::exchange(m_run, nullptr);
    put(Mark::None, {});
    if (m_before)
        m_before->setFocus();
    m_before = nullptr;
    if (const auto later = std::exchange(m_later, std::nullopt))
        say(later->first, later->second);
    if (yes && run)
        run();
    if (run)
        Q_EMIT askingChanged();
}

void Strip::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        answer(false);
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        answer(m_yes->hasFocus());
        return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace tickdeck::ui
