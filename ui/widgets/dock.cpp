// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/dock.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QStyle>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWidgetAction>

#include <algorithm>

#include "ui/widgets/table_view.h"

namespace tickdeck::ui {

MarkLabel::MarkLabel(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setFixedSize(14, 16);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MarkLabel::setMark(Mark mark, const QString& why)
{
    if (toolTip() != why) {
        setToolTip(why);
        setAccessibleName(why);
    }
    if (mark == m_mark)
        return;
    m_mark = mark;
    update();
}

void MarkLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintMark(painter, rect(), m_mark, m_theme);
}

namespace {

// Gives way when there is no room: the window may be smaller than what its headers say.
class ShortLabel final : public QLabel {
public:
    using QLabel::QLabel;
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, QLabel::minimumSizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        if (QLabel::sizeHint().width() <= width()) {
            QLabel::paintEvent(event);
            return;
        }
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(text(), Qt::ElideRight, width()));
    }
};

}  // namespace

Dock::Dock(const QString& id, const QString& title, const Theme& theme) : m_theme(theme), m_title(title)
{
    setObjectName(id);
    setWindowTitle(title);
    setAccessibleName(title);
    setFeatures(DockWidgetClosable | DockWidgetMovable | DockWidgetFloatable);

    m_header = new QWidget(this);
    m_header->setObjectName(QStringLiteral("dockHeader"));
    m_header->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(m_header);
    row->setContentsMargins(8, 0, 4, 0);
    row->setSpacing(8);
    m_titleLabel = new QLabel(title, m_header);
    m_titleLabel->setObjectName(QStringLiteral("dockTitle"));
    m_chip = new QToolButton(m_header);
    m_chip->setFixedSize(20, 16);
    m_chip->hide();
    m_subtitle = new ShortLabel(m_header);
    m_subtitle->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_subtitle->setObjectName(QStringLiteral("dockSubtitle"));
    m_quality = new MarkLabel(theme, m_header);
    m_controls = new QWidget(m_header);
    auto* controls = new QHBoxLayout(m_controls);
    controls->setContentsMargins(0, 0, 0, 0);
    controls->setSpacing(2);
    auto* menuButton = new QToolButton(m_header);
    menuButton->setText(QStringLiteral("⋯"));
    menuButton->setToolTip(tr("Menu of this view"));
    menuButton->setAccessibleName(tr("Menu of %1").arg(title));
    menuButton->setPopupMode(QToolButton::InstantPopup);
    m_menu = new QMenu(menuButton);
    menuButton->setMenu(m_menu);
    row->addWidget(m_titleLabel);
    row->addWidget(m_chip);
    row->addWidget(m_subtitle);
    row->addWidget(m_quality);
    row->addStretch(1);
    row->addWidget(m_controls);
    row->addWidget(menuButton);
    setTitleBarWidget(m_header);

    m_menu->addAction(tr("Export this view…"), this, &Dock::exportView);
    m_menu->addAction(tr("Copy"), this, &Dock::copy);
    m_freeze = m_menu->addAction(tr("Freeze"));
    m_freeze->setCheckable(true);
    connect(m_freeze, &QAction::toggled, this, &Dock::setFrozen);
    m_menu->addSeparator();
    m_menu->addAction(tr("Float"), this, [this] { setFloating(!isFloating()); });
    m_menu->addAction(tr("Close"), this, &QWidget::close);

    m_content = new QWidget(this);
    m_column = new QVBoxLayout(m_content);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    setWidget(m_content);
    restyle();
    connect(&theme, &Theme::changed, this, &Dock::restyle);
}

void Dock::restyle() { m_header->setFixedHeight(m_theme.rowHeight() + 4); }

void Dock::setBody(QWidget* body)
{
    m_body = body;
    m_column->addWidget(body, 1);
    setFocusProxy(body);
}

void Dock::setTable(TableView* table, QWidget* body)
{
    m_table = table;
    m_filter = new QLineEdit(m_content);
    m_filter->setPlaceholderText(tr("Filter: part of any cell; Esc clears"));
    m_filter->setAccessibleName(tr("Filter of %1").arg(m_title));
    m_filter->setClearButtonEnabled(true);
    m_filter->hide();
    m_column->addWidget(m_filter);
    connect(m_filter, &QLineEdit::textChanged, table, &TableView::setNeedle);
    connect(m_filter, &QLineEdit::returnPressed, table, qOverload<>(&QWidget::setFocus));
    if (body)
        body->setFocusProxy(table);
    setBody(body ? body : table);
}

void Dock::showOnly(const QString& what)
{
    if (!m_filter)
        return;
    m_filter->setText(what);
    m_filter->setVisible(!what.isEmpty());
}

void Dock::openSteps(const QPoint& at, const QString& why, const std::vector<Step>& steps)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(why);
    auto* label = new QLabel(why);
    label->setObjectName(QStringLiteral("stepsWhy"));
    label->setWordWrap(true);
    label->setFixedWidth(std::clamp(label->fontMetrics().horizontalAdvance(why) + 56, 200, 460));
    auto* heading = new QWidgetAction(menu);
    heading->setDefaultWidget(label);
    heading->setEnabled(false);
    menu->addAction(heading);
    menu->addSeparator();
    QAction* first = nullptr;
    for (const Step& step : steps) {
        QAction* action = menu->addAction(step.text, this, step.go);
        first = first ? first : action;
    }
    menu->popup(at);
    menu->setActiveAction(first);
}

void Dock::openSteps(const TableView& table, int sourceRow, const QString& why, const std::vector<Step>& steps)
{
    const QPoint at = table.viewport()->mapToGlobal(table.rectOf(sourceRow).bottomLeft() + QPoint(8, 0));
    if (steps.empty())
        QToolTip::showText(at, why, this);
    else
        openSteps(at, why, steps);
}

void Dock::openFilter()
{
    if (!m_filter)
        return;
    m_filter->show();
    m_filter->setFocus();
    m_filter->selectAll();
}

bool Dock::closeFilter()
{
    if (!m_filter || !m_filter->isVisible())
        return false;
    m_filter->clear();
    m_filter->hide();
    m_body->setFocus();
    return true;
}

void Dock::setFrozen(bool frozen)
{
    if (frozen == m_frozen || !canFreeze())
        return;
    m_frozen = frozen;
    m_freeze->setChecked(frozen);
    m_titleLabel->setText(frozen ? tr("%1 (frozen)").arg(m_title) : m_title);
    Q_EMIT frozenChanged(frozen);
}

bool Dock::canFreeze() const { return m_freeze->isVisible(); }

void Dock::setNeverFrozen() { m_freeze->setVisible(false); }

void Dock::setSubtitle(const QString& text)
{
    if (m_subtitle->text() != text)
        m_subtitle->setText(text);
}

void Dock::setQuality(Mark mark, const QString& why) { m_quality->setMark(mark, why); }

void Dock::setNumber(int number)
{
    setObjectName(QStringLiteral("%1-%2").arg(objectName()).arg(number));
    m_title = QStringLiteral("%1 %2").arg(m_title).arg(number);
    setWindowTitle(m_title);
    setAccessibleName(m_title);
    m_titleLabel->setText(m_title);
}

void Dock::closeEvent(QCloseEvent* event)
{
    QDockWidget::closeEvent(event);
    if (event->isAccepted())
        Q_EMIT closed();
}

void Dock::setFoot(QWidget* foot) { m_column->addWidget(foot); }

void Dock::setLinkChip(const QString& letter, const QString& tip, int place, const std::function<void()>& next)
{
    // The sheet's rules by name are looked up anew.
    m_chip->setObjectName(QStringLiteral("link%1").arg(place));
    m_chip->style()->unpolish(m_chip);
    m_chip->style()->polish(m_chip);
    m_chip->setText(letter);
    m_chip->setToolTip(tip);
    m_chip->setAccessibleName(m_chip->toolTip());
    m_chip->disconnect(this);
    connect(m_chip, &QToolButton::clicked, this, next);
    m_chip->show();
}

void Dock::addControl(QWidget* control) { m_controls->layout()->addWidget(control); }

void Dock::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && closeFilter())
        return;
    if (event->key() == Qt::Key_Space && canFreeze()) {
        setFrozen(!m_frozen);
        return;
    }
    QDockWidget::keyPressEvent(event);
}

QPixmap Dock::picture() { return m_content->grab(); }

void Dock::copy()
{
    if (m_table)
        QGuiApplication::clipboard()->setText(m_table->copyText());
    else
        QGuiApplication::clipboard()->setPixmap(picture());
}

void Dock::exportView()
{
    const QString suffix = m_table ? QStringLiteral("csv") : QStringLiteral("png");
    auto* dialog =
        new QFileDialog(this, tr("Export %1").arg(m_title), {}, m_table ? tr("CSV (*.csv)") : tr("Picture (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(objectName() + QLatin1Char('.') + suffix);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        QSaveFile out(file);
        const bool written = out.open(QIODevice::WriteOnly) &&
                             (m_table ? out.write(m_table->csv()) >= 0 : picture().save(&out, "PNG")) && out.commit();
        if (!written)
            setSubtitle(tr("Not exported: %1").arg(out.errorString()));
    });
    dialog->open();
}

}  // namespace tickdeck::ui
