// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/forced_order_model.h"

#include "ui/client/words.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

const Decimal& priceOf(const api::ForcedOrder& order)
{
    return order.averagePrice && !(*order.averagePrice).isZero() ? *order.averagePrice : order.price;
}

const Decimal& sizeOf(const api::ForcedOrder& order)
{
    return order.filled && !(*order.filled).isZero() ? *order.filled : order.quantity;
}

}  // namespace

ForcedOrderModel::ForcedOrderModel(EngineClient& client, QObject* parent)
    : NewestRows(kKept, kShown, parent), m_client(client)
{
}

double ForcedOrderModel::notional(const api::ForcedOrder& order)
{
    return priceOf(order).toDouble() * sizeOf(order).toDouble();
}

int ForcedOrderModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QString ForcedOrderModel::textOf(const api::ForcedOrder& order, int column) const
{
    const api::Instrument* of = m_client.instrument(order.symbol);
    switch (column) {
    case kTime: return clockText(order.exchangeTime == kNoTime ? order.receiveTime : order.exchangeTime);
    case kSymbol: return of ? words::symbol(*of) : QStringLiteral("–");
    // A venue sells to close a long.
    case kSide: return order.side == Side::Sell ? tr("sell: long closed") : tr("buy: short closed");
    case kPrice: return numberText(priceOf(order), of ? of->pricePrecision : -1);
    case kQuantity: return numberText(sizeOf(order), of ? of->quantityPrecision : -1);
    case kNotional: return countText(static_cast<std::uint64_t>(std::max(0.0, notional(order) + 0.5)));
    default: return QString::fromStdString(order.status);
    }
}

QVariant ForcedOrderModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const api::ForcedOrder& order = item(index.row());
    const int column = index.column();
    const bool word = column == kSymbol || column == kSide || column == kStatus;
    switch (role) {
    case Qt::DisplayRole: return textOf(order, column);
    case kLookRole: return static_cast<int>(word ? CellLook::Words : CellLook::Number);
    case kToneRole:
        if (column == kSide || column == kPrice)
            return static_cast<int>(order.side == Side::Buy ? Role::Bid : Role::Ask);
        return static_cast<int>(column == kTime || column == kStatus ? Role::Muted : Role::Text);
    case kSortRole:
        switch (column) {
        case kTime: return static_cast<qlonglong>(order.receiveTime);
        case kPrice: return priceOf(order).toDouble();
        case kQuantity: return sizeOf(order).toDouble();
        case kNotional: return notional(order);
        default: return textOf(order, column);
        }
    case Qt::ToolTipRole:
        return tr("Forced order, limit %1, %2 of %3 filled, %4; number %5, received %6 UTC")
            .arg(numberText(order.price, -1), order.filled ? numberText(*order.filled, -1) : tr("unknown"),
                 numberText(order.quantity, -1), QString::fromStdString(order.status), countText(order.seq),
                 clockText(order.receiveTime));
    default: return {};
    }
}

QVariant ForcedOrderModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const bool word = section == kSymbol || section == kSide || section == kStatus;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment((word ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case kTime: return tr("Time UTC");
    case kSymbol: return tr("Symbol");
    case kSide: return tr("Side");
    case kPrice: return tr("Price");
    case kQuantity: return tr("Size");
    case kNotional: return tr("Notional");
    default: return tr("Status");
    }
}

}  // namespace tickdeck::ui
