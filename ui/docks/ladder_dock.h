// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One instrument's book as a ladder.

#include "ui/docks/symbol_dock.h"

class QToolButton;

namespace tickdeck::ui {

class LadderView;

class LadderDock final : public SymbolDock {
    Q_OBJECT
public:
    LadderDock(const Theme& theme, EngineClient& client, SymbolLinks& links);
    [[nodiscard]] LadderView& view() { return *m_view; }
    [[nodiscard]] QJsonObject look() const override;
    void setLook(const QJsonObject& look) override;

private:
    void instrumentChanged() override;
    void refresh() override;
    // By so many of LadderView::kGroups; from the last it goes on with the first when it `wraps`.
    void changeGroup(int by, bool wraps);
    void setGroup(int ticks);
    void sayGroup();

    LadderView* m_view;
    QToolButton* m_group;
    Depth m_depth;
};

}  // namespace tickdeck::ui
