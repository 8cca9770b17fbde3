// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "engine/config/field_check.h"
#include "ui/settings/setting_text.h"
#include "ui/widgets/dock.h"

namespace tickdeck::ui {

namespace {

constexpr int kLinesShown = 6;

// Labels take the palette's roles: a rule of the sheet by property would be tried on every widget.
QLabel* wrapped(QPalette::ColorRole role = QPalette::WindowText)
{
    auto* label = new QLabel;
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setFocusPolicy(Qt::NoFocus);
    label->setForegroundRole(role);
    return label;
}

QString view(std::string_view utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

}  // namespace

SettingEditor::SettingEditor(const Theme& theme, SettingsEdit& edit, QWidget* parent)
    : QWidget(parent),
      m_edit(edit),
      m_name(wrapped()),
      m_help(wrapped()),
      m_editors(new QStackedWidget),
      m_check(new QCheckBox),
      m_choice(new QComboBox),
      m_line(new QLineEdit),
      m_lines(new QPlainTextEdit),
      m_checks(new QListWidget),
      m_secretKind(new QComboBox),
      m_secretName(new QLineEdit),
      m_unit(new QLabel),
      m_allowed(wrapped(QPalette::PlaceholderText)),
      m_faultMark(new MarkLabel(theme)),
      m_fault(wrapped()),
      m_facts(wrapped(QPalette::PlaceholderText)),
      m_revert(new QPushButton(tr("Undo edit"))),
      m_reset(new QPushButton(tr("Reset to default")))
{
    setObjectName(QStringLiteral("detail"));
    setAttribute(Qt::WA_StyledBackground);
    build(theme);
    connect(m_check, &QCheckBox::toggled, this, &SettingEditor::typed);
    connect(m_choice, &QComboBox::currentTextChanged, this, &SettingEditor::typed);
    connect(m_line, &QLineEdit::textEdited, this, &SettingEditor::typed);
    connect(m_lines, &QPlainTextEdit::textChanged, this, &SettingEditor::typed);
    connect(m_checks, &QListWidget::itemChanged, this, &SettingEditor::typed);
    connect(m_secretKind, &QComboBox::currentIndexChanged, this, &SettingEditor::typed);
    connect(m_secretName, &QLineEdit::textEdited, this, &SettingEditor::typed);
    connect(m_revert, &QPushButton::clicked, this, [this] { m_edit.revert(m_key); });
    connect(m_reset, &QPushButton::clicked, this, [this] { m_edit.reset(m_key); });
    connect(&edit, &SettingsEdit::editsChanged, this, &SettingEditor::refresh);
    connect(&edit, &SettingsEdit::planChanged, this, &SettingEditor::refresh);
    setKey({});
}

void SettingEditor::build(const Theme& theme)
{
    m_name->setFont(theme.numbers(kBase, true));
    for (QWidget* coded :
         {static_cast<QWidget*>(m_line), static_cast<QWidget*>(m_lines), static_cast<QWidget*>(m_choice),
          static_cast<QWidget*>(m_checks), static_cast<QWidget*>(m_secretName)})
        coded->setFont(theme.numbers());
    m_line->setAccessibleName(tr("Value"));
    m_lines->setAccessibleName(tr("Value, one element a line"));
    m_choice->setAccessibleName(tr("Value"));
    m_checks->setAccessibleName(tr("Values"));
    m_secretKind->setAccessibleName(tr("Where the secret is kept"));
    m_secretName->setAccessibleName(tr("Name of the variable, or path of the file"));
    m_secretKind->addItems({tr("not set"), tr("variable env:"), tr("file file:")});
    m_lines->setTabChangesFocus(true);
    const int lines = theme.rowHeight() * kLinesShown;
    m_lines->setFixedHeight(lines);
    m_checks->setFixedHeight(lines);
    auto* secret = new QWidget;
    auto* secretRow = new QHBoxLayout(secret);
    secretRow->setContentsMargins(0, 0, 0, 0);
    secretRow->addWidget(m_secretKind);
    secretRow->addWidget(m_secretName, 1);
    for (QWidget* page :
         {static_cast<QWidget*>(m_check), static_cast<QWidget*>(m_choice), static_cast<QWidget*>(m_line),
          static_cast<QWidget*>(m_lines), static_cast<QWidget*>(m_checks), secret})
        m_editors->addWidget(page);
    for (QWidget* watched :
         {static_cast<QWidget*>(m_check), static_cast<QWidget*>(m_choice), static_cast<QWidget*>(m_line),
          static_cast<QWidget*>(m_lines), static_cast<QWidget*>(m_checks), static_cast<QWidget*>(m_secretKind),
          static_cast<QWidget*>(m_secretName)})
        watched->installEventFilter(this);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(m_name);
    column->addWidget(m_help);
    auto* valueRow = new QHBoxLayout;
    valueRow->addWidget(m_editors, 1);
    valueRow->addWidget(m_unit, 0, Qt::AlignTop);
    m_unit->setForegroundRole(QPalette::PlaceholderText);
    m_unit->setContentsMargins(0, 5, 0, 0);
    column->addLayout(valueRow);
    column->addWidget(m_allowed);
    auto* faultRow = new QHBoxLayout;
    faultRow->addWidget(m_faultMark, 0, Qt::AlignTop);
    faultRow->addWidget(m_fault, 1);
    column->addLayout(faultRow);
    column->addWidget(m_facts);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_revert);
    buttons->addWidget(m_reset);
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addStretch(1);
}

SettingEditor::Page SettingEditor::pageOf(const config::FieldSpec& spec)
{
    if (config::isSecret(spec))
        return kSecret;
    switch (spec.type) {
    case config::ValueType::Bool: return kCheck;
    case config::ValueType::List: return spec.choices.empty() ? kLines : kChecks;
    case config::ValueType::Integer:
    case config::ValueType::Number:
    case config::ValueType::Text: return spec.choices.empty() ? kLine : kChoice;
    case config::ValueType::Secret: break;
    }
    return kSecret;
}

QWidget* SettingEditor::editorOf(Page page) const
{
    switch (page) {
    case kCheck: return m_check;
    case kChoice: return m_choice;
    case kLine: return m_line;
    case kLines: return m_lines;
    case kChecks: return m_checks;
    case kSecret: return m_secretKind->currentIndex() == kNotSet ? static_cast<QWidget*>(m_secretKind) : m_secretName;
    }
    return m_line;
}

void SettingEditor::setKey(const std::string& key)
{
    const api::Setting* setting = m_edit.find(key);
    m_key = setting ? key : std::string{};
    for (QWidget* widget :
         {static_cast<QWidget*>(m_editors), static_cast<QWidget*>(m_revert), static_cast<QWidget*>(m_reset)})
        widget->setVisible(setting != nullptr);
    if (!setting) {
        m_name->setText(tr("No setting chosen"));
        m_help->setText(tr("Choose one in the table; Enter edits it."));
        for (QLabel* label : {m_unit, m_allowed, m_fault, m_facts})
            label->clear();
        m_faultMark->setMark(Mark::None, {});
        return;
    }
    m_page = pageOf(setting->spec);
    m_editors->setCurrentIndex(m_page);
    // As high as the page that is shown.
    m_editors->setFixedHeight(m_page == kLines || m_page == kChecks ? m_lines->height() : m_line->sizeHint().height());
    m_name->setText(QString::fromStdString(key));
    m_help->setText(view(setting->spec.info.help));
    m_unit->setText(view(setting->spec.info.unit));
    m_allowed->setText(SettingText::allowed(setting->spec));
    load(*setting);
    refresh();
}

void SettingEditor::load(const api::Setting& setting)
{
    m_loaded = m_edit.value(m_key);
    const QString text = QString::fromStdString(m_loaded);
    const QSignalBlocker blockers[] = {QSignalBlocker(m_check), QSignalBlocker(m_choice), QSignalBlocker(m_lines),
                                       QSignalBlocker(m_checks), QSignalBlocker(m_secretKind)};
    switch (m_page) {
    case kCheck:
        m_check->setText(tr("on"));
        m_check->setChecked(m_loaded == "true");
        break;
    case kChoice:
        m_choice->clear();
        for (const std::string& choice : setting.spec.choices)
            m_choice->addItem(QString::fromStdString(choice));
        m_choice->setCurrentText(text);
        break;
    case kLine: m_line->setText(text); break;
    case kLines: m_lines->setPlainText(SettingText::elements(setting.spec, m_loaded).join(QLatin1Char('\n'))); break;
    case kChecks: {
        const QStringList chosen = SettingText::elements(setting.spec, m_loaded);
        m_checks->clear();
        for (const std::string& choice : setting.spec.choices) {
            auto* item = new QListWidgetItem(QString::fromStdString(choice), m_checks);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            item->setCheckState(chosen.contains(item->text()) ? Qt::Checked : Qt::Unchecked);
        }
        m_checks->setCurrentRow(0);
        break;
    }
    case kSecret:
        m_secretKind->setCurrentIndex(m_loaded.starts_with("env:")    ? kEnvironment
                                      : m_loaded.starts_with("file:") ? kFile
                                                                      : kNotSet);
        m_secretName->setText(m_loaded.empty() ? QString() : text.section(QLatin1Char(':'), 1));
        break;
    }
}

std::string SettingEditor::written() const
{
    switch (m_page) {
    case kCheck: return m_check->isChecked() ? "true" : "false";
    case kChoice: return m_choice->currentText().toStdString();
    case kLine: return m_line->text().toStdString();
    case kLines: {
        QStringList list;
        for (const QString& line : m_lines->toPlainText().split(QLatin1Char('\n')))
            if (const QString element = line.trimmed(); !element.isEmpty())
                list << element;
        return SettingText::written(list);
    }
    case kChecks: {
        QStringList list;
        for (int i = 0; i < m_checks->count(); ++i)
            if (m_checks->item(i)->checkState() == Qt::Checked)
                list << m_checks->item(i)->text();
        return SettingText::written(list);
    }
    case kSecret: {
        const std::string name = m_secretName->text().trimmed().toStdString();
        switch (m_secretKind->currentIndex()) {
        case kEnvironment: return "env:" + name;
        case kFile: return "file:" + name;
        default: return {};
        }
    }
    }
    return {};
}

void SettingEditor::typed()
{
    if (m_key.empty())
        return;
    m_loaded = written();
    m_edit.edit(m_key, m_loaded);
    refresh();
}

void SettingEditor::refresh()
{
    const api::Setting* setting = m_edit.find(m_key);
    if (!setting)
        return;
    // Changed by someone else: reverted, reset, applied.
    if (m_edit.value(m_key) != m_loaded)
        load(*setting);
    const QString locked = SettingText::locked(*setting);
    const QString fault = m_edit.fault(m_key);
    m_editors->setEnabled(locked.isEmpty());
    m_secretName->setEnabled(m_secretKind->currentIndex() != kNotSet);
    m_faultMark->setMark(!locked.isEmpty() ? Mark::Stopped : !fault.isEmpty() ? Mark::Failed : Mark::None, {});
    m_fault->setText(locked.isEmpty() ? fault : locked);
    m_fault->setAccessibleName(m_fault->text());
    QStringList facts{tr("In force: %1, set in: %2")
                          .arg(SettingText::shown(setting->spec, setting->value), SettingText::source(*setting)),
                      tr("Default: %1").arg(SettingText::shown(setting->spec, setting->spec.initial)),
                      tr("A change %1.").arg(SettingText::effect(setting->spec))};
    if (m_edit.isReset(m_key))
        facts << tr("It will be taken out of your file; what profiles or the default say holds then.");
    m_facts->setText(facts.join(QLatin1Char('\n')));
    m_revert->setEnabled(m_edit.isEdited(m_key));
    m_reset->setEnabled(locked.isEmpty() && !m_edit.isReset(m_key) &&
                        (setting->origin == config::Origin::File ||
                         m_edit.value(m_key) != SettingText::written(setting->spec.initial)));
    m_reset->setText(setting->origin == config::Origin::File ? tr("Take out of my file") : tr("Reset to default"));
}

void SettingEditor::begin()
{
    if (m_key.empty() || !m_editors->isEnabled())
        return;
    QWidget* editor = editorOf(m_page);
    editor->setFocus();
    if (editor == m_line)
        m_line->selectAll();
}

bool SettingEditor::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (key->key() == Qt::Key_Escape || (enter && watched != m_lines && key->modifiers() == Qt::NoModifier)) {
            Q_EMIT done();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace tickdeck::ui
