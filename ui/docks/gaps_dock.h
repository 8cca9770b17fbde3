// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The gap ledger: every interval in which something may have been missed.

#include "ui/docks/overview_dock.h"

namespace tickdeck::ui {

class GapsDock final : public OverviewDock {
    Q_OBJECT
public:
    GapsDock(const Theme& theme, EngineClient& client);

private:
    std::vector<Row> rows() override;
};

}  // namespace tickdeck::ui
