// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One instrument's book as a depth chart.

#include "ui/docks/symbol_dock.h"

namespace tickdeck::ui {

class DepthView;

class DepthDock final : public SymbolDock {
    Q_OBJECT
public:
    DepthDock(const Theme& theme, EngineClient& client, SymbolLinks& links);
    [[nodiscard]] DepthView& view() { return *m_view; }

private:
    void instrumentChanged() override;
    void refresh() override;

    DepthView* m_view;
    Depth m_depth;
};

}  // namespace tickdeck::ui
