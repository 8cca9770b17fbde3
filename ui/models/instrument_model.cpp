// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/instrument_model.h"

#include "ui/client/words.h"
#include "ui/models/watch_rows.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

InstrumentModel::InstrumentModel(EngineClient& client, QObject* parent) : QAbstractTableModel(parent), m_client(client)
{
}

void InstrumentModel::show(std::vector<SymbolId> ids)
{
    beginResetModel();
    m_ids = std::move(ids);
    endResetModel();
}

void InstrumentModel::refresh()
{
    if (!m_ids.empty())
        Q_EMIT dataChanged(index(0, kMid), index(rowCount() - 1, kState));
}

int InstrumentModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

int InstrumentModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QString InstrumentModel::textOf(const api::Instrument& instrument, int column) const
{
    switch (column) {
    case kSymbol: return words::symbol(instrument);
    case kVenue: return QString::fromStdString(instrument.name.venue);
    case kNative: return QString::fromStdString(instrument.name.native);
    case kKind: return words::instrumentKind(instrument.kind);
    case kMid: return WatchRows::midText(m_client.engine().quote(instrument.id), instrument.pricePrecision);
    default: return instrument.status.empty() ? QStringLiteral("–") : QString::fromStdString(instrument.status);
    }
}

QVariant InstrumentModel::data(const QModelIndex& index, int role) const
{
    const api::Instrument* instrument = index.isValid() ? m_client.instrument(id(index.row())) : nullptr;
    if (!instrument)
        return {};
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return textOf(*instrument, column);
    case kLookRole: return static_cast<int>(column == kMid ? CellLook::Number : CellLook::Words);
    case kToneRole: return static_cast<int>(column == kSymbol || column == kMid ? Role::Text : Role::Muted);
    case kMarkRole:
        if (column != kState)
            return static_cast<int>(Mark::None);
        // Of one without prices nothing more is known.
        return static_cast<int>(m_client.isActive(instrument->id) ? Mark::Ok : Mark::Stopped);
    case Qt::ToolTipRole:
        return m_client.isActive(instrument->id)
                   ? tr("%1 on %2: prices are coming in").arg(words::symbol(*instrument), textOf(*instrument, kVenue))
                   : tr("%1 on %2: listed, but not subscribed; choose it in the settings: connectors.%2.symbols")
                         .arg(words::symbol(*instrument), textOf(*instrument, kVenue));
    default: return {};
    }
}

QVariant InstrumentModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment((section == kMid ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case kSymbol: return tr("Symbol");
    case kVenue: return tr("Venue");
    case kNative: return tr("The venue's name");
    case kKind: return tr("Kind");
    case kMid: return tr("Mid");
    default: return tr("State");
    }
}

}  // namespace tickdeck::ui
