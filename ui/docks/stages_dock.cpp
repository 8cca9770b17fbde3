// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/stages_dock.h"

#include "ui/models/health_rows.h"

namespace tickdeck::ui {

StagesDock::StagesDock(const Theme& theme, EngineClient& client)
    : OverviewDock(QStringLiteral("stages"), tr("Sinks and pipelines"), theme, client, HealthRows::stageColumns())
{
    table().setWidths({92, 84, 104, 108, 84, 84, 84, 84, 92});
    table().setNotice({Mark::Starting, tr("The engine is starting."), tr("This takes a moment.")});
}

std::vector<Row> StagesDock::rows() { return HealthRows::stages(client().overview()); }

}  // namespace tickdeck::ui
