// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a setting is written for people, and back into what the engine reads. A secret is only ever its reference.

#include <QCoreApplication>

#include "engine/api/settings.h"

namespace tickdeck::ui {

class SettingText {
    Q_DECLARE_TR_FUNCTIONS(SettingText)
public:
    // As after the equals sign of --set; a list is an array.
    [[nodiscard]] static std::string written(const config::Value& value);
    [[nodiscard]] static std::string written(const QStringList& list);
    // The elements of a list as it was written; empty where it cannot be read.
    [[nodiscard]] static QStringList elements(const config::FieldSpec& spec, const std::string& written);

    // For a table's cell.
    [[nodiscard]] static QString shown(const config::FieldSpec& spec, const config::Value& value);
    [[nodiscard]] static QString shown(const config::FieldSpec& spec, const std::string& written);
    // "a whole number from 1 to 1,000", "one of: csv, parquet"
    [[nodiscard]] static QString allowed(const config::FieldSpec& spec);
    // "default", "profile demo:3", "--set"
    [[nodiscard]] static QString source(const api::Setting& setting);
    // Why it cannot be changed here; empty: it can.
    [[nodiscard]] static QString locked(const api::Setting& setting);
    // "applies at once", "takes a restart: …"
    [[nodiscard]] static QString effect(const config::FieldSpec& spec);
};

}  // namespace tickdeck::ui
