// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All instruments with their best prices; choosing one sets the symbol link.

#include "ui/client/symbol_link.h"
#include "ui/docks/overview_dock.h"
#include "ui/models/minute_samples.h"

namespace tickdeck::ui {

class WatchDock final : public OverviewDock {
    Q_OBJECT
public:
    WatchDock(const Theme& theme, EngineClient& client, SymbolLinks& links);

private:
    std::vector<Row> rows() override;
    SymbolLinks& m_links;
    MinuteSamples m_mids;
};

}  // namespace tickdeck::ui
