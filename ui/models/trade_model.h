// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The newest trades of one instrument, newest first.

#include "ui/models/newest_rows.h"

namespace tickdeck::ui {

// GUI thread. Texts are made for visible cells only.
class TradeModel : public NewestRows<api::Trade> {
    Q_OBJECT
public:
    static constexpr std::size_t kKept = 20'000;
    static constexpr int kShown = 2'000;
    enum Columns : int { kTime, kPrice, kQuantity, kSide, kColumns };

    explicit TradeModel(QObject* parent = nullptr);
    [[nodiscard]] const api::Trade& trade(int row) const { return item(row); }

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString textOf(const api::Trade& trade, int column) const;
};

}  // namespace tickdeck::ui
