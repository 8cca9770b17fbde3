// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One setting: what it is, an editor for its kind of value, and what the engine says of what was typed.

#include <QWidget>

#include <string>

#include "ui/settings/settings_edit.h"
#include "ui/widgets/theme.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace tickdeck::ui {

class MarkLabel;

// GUI thread. `edit` outlives it. The editors are made once; setKey() chooses the one that fits.
class SettingEditor : public QWidget {
    Q_OBJECT
public:
    SettingEditor(const Theme& theme, SettingsEdit& edit, QWidget* parent = nullptr);

    // Empty or unknown: nothing.
    void setKey(const std::string& key);
    [[nodiscard]] const std::string& key() const { return m_key; }
    // Gives the focus to the value's editor.
    void begin();

Q_SIGNALS:
    // Enter or Esc in an editor: the value is typed.
    void done();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    enum Page : int { kCheck, kChoice, kLine, kLines, kChecks, kSecret };
    enum SecretKind : int { kNotSet, kEnvironment, kFile };

    void build(const Theme& theme);
    void load(const api::Setting& setting);
    void refresh();
    void typed();
    [[nodiscard]] std::string written() const;
    [[nodiscard]] static Page pageOf(const config::FieldSpec& spec);
    [[nodiscard]] QWidget* editorOf(Page page) const;

    SettingsEdit& m_edit;
    std::string m_key;
    Page m_page = kLine;
    std::string m_loaded;  // what the editor holds, as written
    QLabel* m_name;
    QLabel* m_help;
    QStackedWidget* m_editors;
    QCheckBox* m_check;
    QComboBox* m_choice;
    QLineEdit* m_line;
    QPlainTextEdit* m_lines;
    QListWidget* m_checks;
    QComboBox* m_secretKind;
    QLineEdit* m_secretName;
    QLabel* m_unit;
    QLabel* m_allowed;
    MarkLabel* m_faultMark;
    QLabel* m_fault;
    QLabel* m_facts;
    QPushButton* m_revert;
    QPushButton* m_reset;
};

}  // namespace tickdeck::ui
