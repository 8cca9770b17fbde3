// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A perpetual's mark, index, premium and funding, now and over time, with the venue's forced orders.

#include "ui/docks/gap_watch.h"
#include "ui/docks/symbol_dock.h"
#include "ui/models/forced_order_model.h"
#include "ui/widgets/table_view.h"

class QToolButton;

namespace tickdeck::ui {

class MarkHead;
class MarkView;

class MarkDock final : public SymbolDock {
    Q_OBJECT
public:
    MarkDock(const Theme& theme, EngineClient& client, SymbolLinks& links);
    [[nodiscard]] MarkView& view() { return *m_view; }
    [[nodiscard]] MarkHead& head() { return *m_head; }
    [[nodiscard]] ForcedOrderModel& model() { return m_model; }
    [[nodiscard]] QJsonObject look() const override;
    void setLook(const QJsonObject& look) override;

private:
    void instrumentChanged() override;
    void refresh() override;
    void showTime(Nanos at) override;
    void take(const std::vector<api::ForcedOrder>& orders);

    ForcedOrderModel m_model;
    TableView* m_table;
    MarkHead* m_head;
    MarkView* m_view;
    QToolButton* m_every;
    GapWatch m_gaps;
    std::vector<api::ForcedOrder> m_waiting;  // while frozen; bounded as the model is
};

}  // namespace tickdeck::ui
