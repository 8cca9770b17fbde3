// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/watch_dock.h"

#include "ui/models/watch_rows.h"

namespace tickdeck::ui {

WatchDock::WatchDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : OverviewDock(QStringLiteral("watch"), tr("Watch"), theme, client, WatchRows::columns()), m_links(links)
{
    table().setWidths({76, 80, 80, 74, 78, 58});
    table().setSelectionMode(QAbstractItemView::SingleSelection);
    table().setNotice({Mark::Starting, tr("No quotes have come yet."),
                       tr("Choose instruments in the settings: connectors.NAME.symbols.")});
    connect(table().selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (index.isValid())
            m_links.setSymbol(0, model().row(table().sorted().mapToSource(index).row()).key.toUInt());
    });
    connect(&client, &EngineClient::overviewChanged, this, [this] {
        if (!m_mids.due(this->client().now()))
            return;
        for (const api::Instrument& instrument : this->client().active())
            m_mids.add(QString::number(instrument.id), WatchRows::mid(this->client().engine().quote(instrument.id)));
    });
}

std::vector<Row> WatchDock::rows()
{
    std::vector<Row> out;
    out.reserve(client().active().size());
    for (const api::Instrument& instrument : client().active())
        out.push_back(WatchRows::row(instrument, client().engine().quote(instrument.id), client().now(),
                                     m_mids.of(QString::number(instrument.id))));
    if (client().instruments().size() > out.size())
        setSubtitle(tr("%1 of %2 listed").arg(out.size()).arg(client().instruments().size()));
    return out;
}

}  // namespace tickdeck::ui
