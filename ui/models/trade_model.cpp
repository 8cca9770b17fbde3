// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trade_model.h"

#include "ui/client/words.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

TradeModel::TradeModel(QObject* parent) : NewestRows(kKept, kShown, parent) {}

int TradeModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QString TradeModel::textOf(const api::Trade& trade, int column) const
{
    switch (column) {
    case kTime: return clockText(trade.exchangeTime == kNoTime ? trade.receiveTime : trade.exchangeTime);
    case kPrice: return numberText(trade.price, instrument().pricePrecision);
    case kQuantity: return numberText(trade.quantity, instrument().quantityPrecision);
    default: return words::side(trade.side);
    }
}

QVariant TradeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const api::Trade& trade = item(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return textOf(trade, column);
    case kLookRole: return static_cast<int>(column == kSide ? CellLook::Words : CellLook::Number);
    case kToneRole:
        if (column == kPrice || column == kSide)
            return static_cast<int>(trade.side == Side::Buy ? Role::Bid : Role::Ask);
        return static_cast<int>(column == kTime ? Role::Muted : Role::Text);
    case kBrightFromRole: {
        // The digits in which a price differs from the trade before stand out.
        const int before = index.row() + 1;
        if (column != kPrice || before >= rowCount())
            return -1;
        const QString now = textOf(trade, column);
        const int from = changedFrom(textOf(item(before), column), now);
        return from >= now.size() ? -1 : from;
    }
    case kSortRole:
        if (column == kTime)
            return static_cast<qlonglong>(trade.receiveTime);
        if (column == kPrice || column == kQuantity)
            return (column == kPrice ? trade.price : trade.quantity).toDouble();
        return static_cast<int>(trade.side);
    case Qt::ToolTipRole:
        return tr("Trade %1, number %2, received %3 UTC%4")
            .arg(QString::fromStdString(trade.tradeId), countText(trade.seq), clockText(trade.receiveTime),
                 trade.backfilled ? tr(", back-filled") : QString());
    default: return {};
    }
}

QVariant TradeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment((section == kSide ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case kTime: return tr("Time UTC");
    case kPrice: return tr("Price %1").arg(words::quote(instrument()));
    case kQuantity: return tr("Size %1").arg(words::base(instrument()));
    default: return tr("Taker");
    }
}

}  // namespace tickdeck::ui
