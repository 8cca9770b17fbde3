// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Some instruments as rows: symbol, venue, native symbol, kind, mid, state.

#include <QAbstractTableModel>

#include <vector>

#include "ui/client/engine_client.h"

namespace tickdeck::ui {

// GUI thread. Prices are asked for visible cells only.
class InstrumentModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Columns : int { kSymbol, kVenue, kNative, kKind, kMid, kState, kColumns };

    explicit InstrumentModel(EngineClient& client, QObject* parent = nullptr);
    void show(std::vector<SymbolId> ids);
    // The prices have moved.
    void refresh();
    [[nodiscard]] SymbolId id(int row) const { return m_ids[static_cast<std::size_t>(row)]; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString textOf(const api::Instrument& instrument, int column) const;

    EngineClient& m_client;
    std::vector<SymbolId> m_ids;
};

}  // namespace tickdeck::ui
