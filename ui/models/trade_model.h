// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The newest trades of one instrument, newest first.

#include <QAbstractTableModel>

#include <deque>

#include "engine/api/snapshots.h"

namespace tickdeck::ui {

// GUI thread. Keeps the newest kKept trades of all instruments, so that a change of the instrument has something to show.
// Texts are made for visible cells only.
class TradeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr std::size_t kKept = 20'000;
    static constexpr int kShown = 2'000;
    enum Columns : int { kTime, kPrice, kQuantity, kSide, kColumns };

    explicit TradeModel(QObject* parent = nullptr);

    void add(const std::vector<api::Trade>& trades);
    // What is shown; units go into the headers.
    void setInstrument(const api::Instrument& instrument);
    [[nodiscard]] const api::Trade& trade(int row) const { return m_shown[static_cast<std::size_t>(row)]; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString textOf(const api::Trade& trade, int column) const;

    std::deque<api::Trade> m_all;    // oldest first
    std::deque<api::Trade> m_shown;  // newest first, of m_instrument
    api::Instrument m_instrument;
};

}  // namespace tickdeck::ui
