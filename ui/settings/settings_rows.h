// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings as rows: their sections, the values of one, their history.

#include <QCoreApplication>

#include "ui/models/cell_table.h"
#include "ui/settings/settings_edit.h"

namespace tickdeck::ui {

class SettingsRows {
    Q_DECLARE_TR_FUNCTIONS(SettingsRows)
public:
    // The key is the section's name; empty: all of them. Each counts what `needle` finds in it.
    [[nodiscard]] static std::vector<Column> sectionColumns();
    [[nodiscard]] static std::vector<Row> sections(const SettingsEdit& edit, const QString& needle);

    // Those of `section` and what is below it (empty: all) in which every word of `needle` stands: in the key, the help,
    // the value or its source. The key is the setting's.
    [[nodiscard]] static std::vector<Column> settingColumns();
    [[nodiscard]] static std::vector<Row> settings(const SettingsEdit& edit, const QString& section,
                                                   const QString& needle);

    // The key is the revision's number.
    [[nodiscard]] static std::vector<Column> historyColumns();
    [[nodiscard]] static std::vector<Row> history(const SettingsEdit& edit);
    // What a return to a revision takes back, a line each.
    [[nodiscard]] static QString takenBack(const SettingsEdit& edit, std::int64_t revision);
};

}  // namespace tickdeck::ui
