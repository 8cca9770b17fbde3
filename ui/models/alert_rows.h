// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Alerts as rows.

#include <QCoreApplication>

#include "ui/client/alerts.h"
#include "ui/models/cell_table.h"

namespace tickdeck::ui {

class AlertRows {
    Q_DECLARE_TR_FUNCTIONS(AlertRows)
public:
    [[nodiscard]] static std::vector<Column> columns();
    [[nodiscard]] static std::vector<Row> rows(const std::vector<Alert>& alerts, Nanos now);
};

}  // namespace tickdeck::ui
