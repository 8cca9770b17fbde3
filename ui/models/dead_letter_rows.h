// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Dead letters as rows.

#include <QCoreApplication>

#include "engine/api/dead_letter.h"
#include "ui/models/cell_table.h"

namespace tickdeck::ui {

class DeadLetterRows {
    Q_DECLARE_TR_FUNCTIONS(DeadLetterRows)
public:
    [[nodiscard]] static std::vector<Column> columns();
    // Newest first. The key is the letter's id.
    [[nodiscard]] static std::vector<Row> rows(const api::DeadLetters& letters);
};

}  // namespace tickdeck::ui
