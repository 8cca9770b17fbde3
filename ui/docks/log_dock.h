// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The engine's newest log lines; follows the newest unless scrolled up or frozen.

#include "ui/client/engine_client.h"
#include "ui/models/log_model.h"
#include "ui/widgets/dock.h"
#include "ui/widgets/table_view.h"

class QComboBox;
class QToolButton;

namespace tickdeck::ui {

class LogDock final : public Dock {
    Q_OBJECT
public:
    LogDock(const Theme& theme, EngineClient& client);
    [[nodiscard]] LogModel& model() { return m_model; }

private:
    void take(const std::vector<api::LogLine>& lines);

    LogModel m_model;
    TableView* m_table;
    QToolButton* m_pause;
    QComboBox* m_level;
    std::vector<api::LogLine> m_waiting;
    bool m_follows = true;  // the newest line stays in sight
};

}  // namespace tickdeck::ui
