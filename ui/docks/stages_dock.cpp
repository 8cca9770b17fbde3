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

std::vector<Row> StagesDock::rows() { return HealthRows::stages(client().overview(), client().now()); }

std::vector<Step> StagesDock::steps(const QString& key)
{
    QString section = QStringLiteral("journal");
    QString name = section;
    for (const api::Stage& stage : client().overview().stages)
        if (HealthRows::stageKey(stage) == key) {
            name = QString::fromStdString(stage.name);
            section =
                (stage.kind == api::StageKind::Sink ? QStringLiteral("sinks.") : QStringLiteral("pipelines.")) + name;
        }
    return {stepTo(tr("&Log of %1").arg(name), QStringLiteral("log"), name),
            stepTo(tr("&Settings of %1").arg(name), QStringLiteral("settings"), section),
            stepTo(tr("&Dead letters of %1").arg(name), QStringLiteral("dead_letters"), name)};
}

}  // namespace tickdeck::ui
