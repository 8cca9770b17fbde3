// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The gap ledger as rows.

#include <QCoreApplication>

#include "engine/api/snapshots.h"
#include "ui/models/cell_table.h"

namespace tickdeck::ui {

class GapRows {
    Q_DECLARE_TR_FUNCTIONS(GapRows)
public:
    [[nodiscard]] static std::vector<Column> columns();
    // Open ones first, then the newest. The key is the gap's id.
    [[nodiscard]] static std::vector<Row> rows(const std::vector<api::Gap>& gaps, Nanos now);
    // What the channel carries, and what became of it: "trades; fetched later", "book changes; whole again".
    [[nodiscard]] static QString missed(const api::Gap& gap);
};

}  // namespace tickdeck::ui
