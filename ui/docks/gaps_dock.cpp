// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/gaps_dock.h"

#include "ui/models/health_rows.h"

namespace tickdeck::ui {

GapsDock::GapsDock(const Theme& theme, EngineClient& client)
    : OverviewDock(QStringLiteral("gaps"), tr("Gaps"), theme, client, HealthRows::gapColumns())
{
    table().setWidths({88, 168, 84, 76, 84, 84, 124});
    table().setNotice({Mark::Ok, tr("Nothing was missed."), tr("Gaps of all streams are listed here, newest first.")});
}

std::vector<Row> GapsDock::rows() { return HealthRows::gaps(client().overview().gaps, client().now()); }

}  // namespace tickdeck::ui
