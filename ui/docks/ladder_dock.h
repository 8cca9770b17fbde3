// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One instrument's book as a ladder.

#include "ui/docks/symbol_dock.h"

namespace tickdeck::ui {

class LadderView;

class LadderDock final : public SymbolDock {
    Q_OBJECT
public:
    LadderDock(const Theme& theme, EngineClient& client, SymbolLinks& links);
    [[nodiscard]] LadderView& view() { return *m_view; }

private:
    void instrumentChanged() override;
    void refresh() override;

    LadderView* m_view;
    Depth m_depth;
};

}  // namespace tickdeck::ui
