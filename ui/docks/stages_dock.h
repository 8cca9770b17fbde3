// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The journal, the sinks and the pipelines: how far each has come.

#include "ui/docks/overview_dock.h"

namespace tickdeck::ui {

class StagesDock final : public OverviewDock {
    Q_OBJECT
public:
    StagesDock(const Theme& theme, EngineClient& client);

private:
    std::vector<Row> rows() override;
    std::vector<Step> steps(const QString& key) override;
};

}  // namespace tickdeck::ui
