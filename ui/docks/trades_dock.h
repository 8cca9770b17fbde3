// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One instrument's trades, newest first.

#include "ui/docks/symbol_dock.h"
#include "ui/models/trade_model.h"

namespace tickdeck::ui {

class TradesDock final : public SymbolDock {
    Q_OBJECT
public:
    TradesDock(const Theme& theme, EngineClient& client, SymbolLinks& links);
    [[nodiscard]] TradeModel& model() { return m_model; }

private:
    void instrumentChanged() override;
    void refresh() override;
    void take(const std::vector<api::Trade>& trades);

    TradeModel m_model;
    TableView* m_table;
    std::vector<api::Trade> m_waiting;  // while frozen; bounded as the model is
};

}  // namespace tickdeck::ui
