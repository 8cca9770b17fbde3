// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The newest forced orders (the venue's liquidations), newest first.

#include "ui/client/engine_client.h"
#include "ui/models/newest_rows.h"

namespace tickdeck::ui {

// GUI thread. Texts are made for visible cells only.
class ForcedOrderModel : public NewestRows<api::ForcedOrder> {
    Q_OBJECT
public:
    static constexpr std::size_t kKept = 5'000;
    static constexpr int kShown = 1'000;
    enum Columns : int { kTime, kSymbol, kSide, kPrice, kQuantity, kNotional, kStatus, kColumns };

    explicit ForcedOrderModel(EngineClient& client, QObject* parent = nullptr);
    [[nodiscard]] const api::ForcedOrder& order(int row) const { return item(row); }
    // Price times size of what was filled, or, before that is known, of the order. For the eye.
    [[nodiscard]] static double notional(const api::ForcedOrder& order);

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString textOf(const api::ForcedOrder& order, int column) const;

    EngineClient& m_client;
};

}  // namespace tickdeck::ui
