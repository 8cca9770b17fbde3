// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The health matrix: one row for each venue × channel.

#include "ui/docks/overview_dock.h"
#include "ui/models/health_rows.h"

namespace tickdeck::ui {

class HealthDock final : public OverviewDock {
    Q_OBJECT
public:
    HealthDock(const Theme& theme, EngineClient& client);

private:
    std::vector<Row> rows() override;
    void summarise();
    std::vector<Step> steps(const QString& key) override;
    RateHistory m_rates;
};

}  // namespace tickdeck::ui
