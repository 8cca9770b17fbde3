// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/trades_dock.h"

#include <QScrollBar>
#include <QToolTip>

#include "ui/widgets/table_view.h"

namespace tickdeck::ui {

TradesDock::TradesDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : SymbolDock(QStringLiteral("trades"), tr("Trades"), theme, client, links), m_table(new TableView(theme, m_model))
{
    m_table->setAccessibleName(tr("Trades"));
    m_model.add(client.recentTrades());
    m_table->setNotice({Mark::Starting, tr("No trades yet."), tr("They appear as they happen.")});
    m_table->setWidths({108, 96, 112});
    setTable(m_table);
    connect(&client, &EngineClient::tradesArrived, this, &TradesDock::take);
    connect(this, &Dock::frozenChanged, this, [this](bool frozen) {
        if (!frozen)
            m_model.add(std::exchange(m_waiting, {}));
    });
    // Scrolled down, the rows in sight stay in sight while new ones come in above.
    connect(&m_table->sorted(), &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first, int last) {
                QScrollBar* bar = m_table->verticalScrollBar();
                if (bar->value() > 0 && first == 0)
                    bar->setValue(bar->value() + (last - first + 1) * this->theme().rowHeight());
            });
    connect(m_table, &TableView::rowAsked, this, [this](int row) {
        const QModelIndex index = m_model.index(row, 0);
        const QRect rect = m_table->visualRect(m_table->sorted().mapFromSource(index));
        QToolTip::showText(m_table->viewport()->mapToGlobal(rect.bottomLeft()), index.data(Qt::ToolTipRole).toString(),
                           m_table);
    });
}

void TradesDock::instrumentChanged() { m_model.setInstrument(instrument()); }

void TradesDock::refresh() {}

void TradesDock::take(const std::vector<api::Trade>& trades)
{
    if (!isFrozen()) {
        m_model.add(trades);
        return;
    }
    m_waiting.insert(m_waiting.end(), trades.begin(), trades.end());
    if (m_waiting.size() > TradeModel::kKept)
        m_waiting.erase(m_waiting.begin(), m_waiting.end() - static_cast<std::ptrdiff_t>(TradeModel::kKept));
}

}  // namespace tickdeck::ui
