// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All settings of an engine, from their schema: search, sections, values, one editor; apply, revert, history.

#include <QWidget>

#include "ui/models/cell_table.h"
#include "ui/settings/settings_edit.h"
#include "ui/widgets/theme.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace tickdeck::ui {

class SettingEditor;
class Strip;
class TableView;

// GUI thread. It knows no setting by name.
class SettingsView : public QWidget {
    Q_OBJECT
public:
    SettingsView(const Theme& theme, EngineClient& client, QWidget* parent = nullptr);

    // A section's name, else words to search for; empty: all.
    void showOnly(const QString& what);
    // Chooses a setting by its key, if it is listed.
    void choose(const QString& key);
    void focusSearch();
    // Clears the search; false where there was none.
    bool clearSearch();
    void showHistory(bool shown);

    [[nodiscard]] SettingsEdit& edit() { return m_edit; }
    [[nodiscard]] CellTable& sections() { return m_sections; }
    [[nodiscard]] CellTable& settings() { return m_settings; }
    [[nodiscard]] CellTable& history() { return m_history; }
    [[nodiscard]] TableView& table() { return *m_settingTable; }
    [[nodiscard]] SettingEditor& editor() { return *m_editor; }
    [[nodiscard]] Strip& strip() { return *m_strip; }
    // What would happen, as the lower edge says it.
    [[nodiscard]] QString outlook() const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void build();
    void fill();
    void fillHistory();
    void sayOutlook();
    [[nodiscard]] QString planText() const;
    void askRollBack();
    void searched();

    SettingsEdit m_edit;
    CellTable m_sections;
    CellTable m_settings;
    CellTable m_history;
    QString m_section;
    QWidget* m_searchBar;
    QLineEdit* m_search;
    Strip* m_strip;
    QStackedWidget* m_pages;
    QSplitter* m_columns;
    QSplitter* m_inner;  // values and editor
    TableView* m_sectionTable;
    TableView* m_settingTable;
    SettingEditor* m_editor;
    TableView* m_historyTable;
    QLabel* m_outlook;
    QPushButton* m_historyButton;
    QPushButton* m_rollBack;
    QPushButton* m_revert;
    QPushButton* m_apply;
};

}  // namespace tickdeck::ui
