// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_view.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/settings/setting_editor.h"
#include "ui/settings/setting_text.h"
#include "ui/settings/settings_rows.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/strip.h"
#include "ui/widgets/table_view.h"

namespace tickdeck::ui {

namespace {

enum Page : int { kValues, kHistory };

constexpr int kSectionWidth = 300;
constexpr int kNarrowSections = 236;
constexpr int kEditorWidth = 340;
constexpr int kWideFrom = 1150;  // from here on the editor stands beside the values

QString joined(const std::vector<std::string>& names)
{
    QStringList out;
    for (const std::string& name : names)
        out << QString::fromStdString(name);
    return out.join(QStringLiteral(", "));
}

}  // namespace

SettingsView::SettingsView(const Theme& theme, EngineClient& client, QWidget* parent)
    : QWidget(parent),
      m_edit(client),
      m_sections(SettingsRows::sectionColumns()),
      m_settings(SettingsRows::settingColumns()),
      m_history(SettingsRows::historyColumns()),
      m_searchBar(new QWidget),
      m_search(new QLineEdit),
      m_strip(new Strip(theme)),
      m_pages(new QStackedWidget),
      m_columns(new QSplitter(Qt::Horizontal)),
      m_inner(new QSplitter(Qt::Horizontal)),
      m_sectionTable(new TableView(theme, m_sections)),
      m_settingTable(new TableView(theme, m_settings)),
      m_editor(new SettingEditor(theme, m_edit)),
      m_historyTable(new TableView(theme, m_history)),
      m_outlook(new QLabel),
      m_historyButton(new QPushButton(tr("H&istory"))),
      m_rollBack(new QPushButton(tr("Roll back to this"))),
      m_revert(new QPushButton(tr("&Revert"))),
      m_apply(new QPushButton(tr("&Apply")))
{
    build();
    connect(m_search, &QLineEdit::textChanged, this, &SettingsView::searched);
    connect(m_search, &QLineEdit::returnPressed, m_settingTable, qOverload<>(&QWidget::setFocus));
    connect(m_sectionTable, &TableView::currentChangedTo, this, [this](int row) {
        if (row < 0 || m_sections.row(row).key == m_section)
            return;
        m_section = m_sections.row(row).key;
        fill();
    });
    connect(m_sectionTable, &TableView::rowAsked, m_settingTable, qOverload<>(&QWidget::setFocus));
    connect(m_settingTable, &TableView::currentChangedTo, this,
            [this](int row) { m_editor->setKey(row < 0 ? std::string{} : m_settings.row(row).key.toStdString()); });
    connect(m_settingTable, &TableView::rowAsked, this, [this](int) { m_editor->begin(); });
    connect(m_editor, &SettingEditor::done, m_settingTable, qOverload<>(&QWidget::setFocus));
    connect(m_historyTable, &TableView::rowAsked, this, &SettingsView::askRollBack);
    connect(m_rollBack, &QPushButton::clicked, this, &SettingsView::askRollBack);
    connect(m_historyTable, &TableView::currentChangedTo, this, &SettingsView::sayOutlook);
    connect(m_historyButton, &QPushButton::toggled, this, &SettingsView::showHistory);
    connect(m_revert, &QPushButton::clicked, &m_edit, &SettingsEdit::revertAll);
    connect(m_apply, &QPushButton::clicked, &m_edit, &SettingsEdit::apply);
    connect(&m_edit, &SettingsEdit::viewChanged, this, [this] {
        fillHistory();
        m_editor->setKey(m_editor->key());
    });
    connect(&m_edit, &SettingsEdit::editsChanged, this, &SettingsView::fill);
    connect(&m_edit, &SettingsEdit::planChanged, this, &SettingsView::fill);
    connect(&m_edit, &SettingsEdit::historyChanged, this, &SettingsView::fillHistory);
    connect(&m_edit, &SettingsEdit::told, m_strip, &Strip::say);
    fill();
}

void SettingsView::build()
{
    m_search->setPlaceholderText(tr("Search names, help and values"));
    m_search->setAccessibleName(tr("Search the settings"));
    m_search->setClearButtonEnabled(true);
    m_searchBar->setObjectName(QStringLiteral("searchBar"));
    m_searchBar->setAttribute(Qt::WA_StyledBackground);
    auto* searchRow = new QHBoxLayout(m_searchBar);
    searchRow->setContentsMargins(8, 4, 8, 4);
    searchRow->addWidget(m_search);

    m_sectionTable->setAccessibleName(tr("Sections"));
    m_sectionTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_sectionTable->setWidths({172, 64});
    m_settingTable->setAccessibleName(tr("Settings"));
    m_settingTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_settingTable->setWidths({312, 152, 60, 84});
    m_historyTable->setAccessibleName(tr("History of the settings"));
    m_historyTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_historyTable->setWidths({76, 168, 152});
    m_historyTable->setNotice({Mark::Ok, tr("Nothing was changed yet."),
                               tr("Each change that is applied is kept here, and can be taken back.")});

    auto* scroll = new QScrollArea;
    scroll->setWidget(m_editor);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_inner->addWidget(m_settingTable);
    m_inner->addWidget(scroll);
    m_columns->addWidget(m_sectionTable);
    m_columns->addWidget(m_inner);
    for (QSplitter* splitter : {m_columns, m_inner}) {
        splitter->setChildrenCollapsible(false);
        splitter->setHandleWidth(1);
    }
    m_columns->setStretchFactor(1, 1);
    m_inner->setStretchFactor(0, 1);
    m_pages->addWidget(m_columns);
    m_pages->addWidget(m_historyTable);

    auto* bar = new QWidget;
    bar->setObjectName(QStringLiteral("bar"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* barRow = new QHBoxLayout(bar);
    barRow->setContentsMargins(8, 4, 8, 4);
    m_outlook->setWordWrap(true);
    m_historyButton->setCheckable(true);
    m_apply->setToolTip(tr("Ctrl+S"));
    barRow->addWidget(m_outlook, 1);
    barRow->addWidget(m_rollBack);
    barRow->addWidget(m_historyButton);
    barRow->addWidget(m_revert);
    barRow->addWidget(m_apply);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_searchBar);
    column->addWidget(m_strip);
    column->addWidget(m_pages, 1);
    column->addWidget(bar);
    setFocusProxy(m_settingTable);
}

void SettingsView::fill()
{
    const QString needle = m_search->text();
    m_sections.setRows(SettingsRows::sections(m_edit, needle));
    if (m_sections.indexOf(m_section) < 0)
        m_section.clear();
    m_settings.setRows(SettingsRows::settings(m_edit, m_section, needle));
    if (m_sectionTable->currentRow() < 0)
        m_sectionTable->select(m_sections.indexOf(m_section));
    if (m_settingTable->currentRow() < 0 && m_settings.rowCount() > 0)
        m_settingTable->select(0);
    m_settingTable->setNotice(
        m_edit.view() ? Notice{Mark::None, tr("Nothing is found."), tr("Other words may; Esc shows all settings.")}
                      : Notice{Mark::Starting, tr("The settings are not known yet."),
                               tr("The engine gives them once it has started.")});
    sayOutlook();
}

void SettingsView::fillHistory()
{
    m_history.setRows(SettingsRows::history(m_edit));
    if (m_historyTable->currentRow() < 0 && m_history.rowCount() > 0)
        m_historyTable->select(0);
    sayOutlook();
}

QString SettingsView::planText() const
{
    const api::SettingsPlan* plan = m_edit.plan();
    const QString count = m_edit.edits() == 1 ? tr("1 change") : tr("%1 changes").arg(countText(m_edit.edits()));
    if (m_edit.isApplying())
        return tr("Being applied…");
    if (m_edit.view() && m_edit.view()->file.empty())
        return tr("The engine was started without a settings file: nothing can be changed here.");
    if (m_edit.edits() == 0)
        return m_edit.view()
                   ? tr("No changes. Revision %1, in %2.")
                         .arg(QString::number(m_edit.view()->revision), QString::fromStdString(m_edit.view()->file))
                   : QString();
    if (!plan)
        return tr("%1, being checked…").arg(count);
    if (!plan->faults.empty()) {
        const auto& first = plan->faults.front();
        return tr("%1, of which %2 wrong: %3: %4")
            .arg(count, countText(plan->faults.size()), QString::fromStdString(first.key),
                 QString::fromStdString(first.message));
    }
    QStringList parts;
    if (!plan->restarts.empty())
        parts << tr("restarts %1; the rest runs on").arg(joined(plan->restarts));
    if (!plan->live.empty())
        parts << tr("at once: %1").arg(joined(plan->live));
    if (!plan->later.empty())
        parts << tr("from the next start only: %1").arg(joined(plan->later));
    return parts.isEmpty() ? count : tr("%1: %2.").arg(count, parts.join(QStringLiteral("; ")));
}

QString SettingsView::outlook() const { return m_outlook->text(); }

void SettingsView::sayOutlook()
{
    const bool historic = m_pages->currentIndex() == kHistory;
    const QString text = planText();
    if (m_outlook->text() != text) {
        m_outlook->setText(text);
        m_outlook->setAccessibleName(text);
    }
    m_outlook->setForegroundRole(m_edit.plan() && !m_edit.plan()->faults.empty() ? QPalette::BrightText
                                                                                 : QPalette::WindowText);
    m_apply->setEnabled(m_edit.canApply());
    m_revert->setEnabled(m_edit.edits() > 0 && !m_edit.isApplying());
    m_rollBack->setVisible(historic);
    const int row = m_historyTable->currentRow();
    m_rollBack->setEnabled(historic && !m_edit.isApplying() && row >= 0 && m_edit.view() &&
                           m_history.row(row).key.toLongLong() != m_edit.view()->revision);
}

void SettingsView::searched()
{
    // A search is over all of them.
    if (!m_search->text().isEmpty())
        m_section.clear();
    m_sectionTable->clearSelection();
    m_sectionTable->setCurrentIndex({});
    fill();
    if (m_settings.rowCount() > 0)
        m_settingTable->select(0);
}

void SettingsView::showOnly(const QString& what)
{
    showHistory(false);
    m_search->clear();
    const int section = m_sections.indexOf(what);
    if (section >= 0)
        m_sectionTable->select(section);
    else
        m_search->setText(what);
    if (m_settings.rowCount() > 0)
        m_settingTable->select(0);
    m_settingTable->setFocus();
}

void SettingsView::choose(const QString& key)
{
    if (const int row = m_settings.indexOf(key); row >= 0)
        m_settingTable->select(row);
}

void SettingsView::focusSearch()
{
    showHistory(false);
    m_search->setFocus();
    m_search->selectAll();
}

bool SettingsView::clearSearch()
{
    if (m_search->text().isEmpty())
        return false;
    m_search->clear();
    m_settingTable->setFocus();
    return true;
}

void SettingsView::showHistory(bool shown)
{
    m_historyButton->setChecked(shown);
    m_pages->setCurrentIndex(shown ? kHistory : kValues);
    m_searchBar->setVisible(!shown);
    if (shown)
        m_edit.askHistory();
    setFocusProxy(shown ? m_historyTable : m_settingTable);
    if (isAncestorOf(focusWidget()))
        (shown ? m_historyTable : m_settingTable)->setFocus();
    sayOutlook();
}

void SettingsView::askRollBack()
{
    const int row = m_historyTable->currentRow();
    if (row < 0 || !m_rollBack->isEnabled())
        return;
    const std::int64_t revision = m_history.row(row).key.toLongLong();
    m_strip->ask(tr("Make the settings those of revision %1 again? This takes back:\n%2")
                     .arg(QString::number(revision), SettingsRows::takenBack(m_edit, revision)),
                 tr("Roll back"), [this, revision] { m_edit.rollBack(revision); });
}

void SettingsView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool wide = width() >= kWideFrom;
    const Qt::Orientation wanted = wide ? Qt::Horizontal : Qt::Vertical;
    if (m_inner->orientation() == wanted && event->oldSize().isValid())
        return;
    m_inner->setOrientation(wanted);
    m_sectionTable->setColumnHidden(1, !wide);
    const int sections = wide ? kSectionWidth : kNarrowSections;
    m_columns->setSizes({sections, width() - sections});
    if (wide)
        m_inner->setSizes({width() - sections - kEditorWidth, kEditorWidth});
    else
        m_inner->setSizes({height() / 2, height() / 2});
}

void SettingsView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_S && event->modifiers() == Qt::ControlModifier) {
        m_edit.apply();
        return;
    }
    if (event->key() == Qt::Key_Escape) {
        if (m_pages->currentIndex() == kHistory) {
            showHistory(false);
            return;
        }
        if (clearSearch())
            return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace tickdeck::ui
