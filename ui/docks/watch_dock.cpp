// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/watch_dock.h"

#include <QKeyEvent>

#include <algorithm>
#include <cmath>

#include "ui/models/watch_rows.h"

namespace tickdeck::ui {

WatchDock::WatchDock(const Theme& theme, EngineClient& client, SymbolLinks& links, WatchList& list)
    : OverviewDock(QStringLiteral("watch"), tr("Watch"), theme, client, WatchRows::columns()),
      m_links(links),
      m_list(list)
{
    table().setWidths({124, 80, 80, 74, 78, 124, 74, 76});
    table().setSelectionMode(QAbstractItemView::SingleSelection);
    table().setNotice({Mark::Starting, tr("No quotes have come yet."),
                       tr("Choose instruments in the settings: connectors.NAME.symbols.")});
    // Not the current row: a table that gets the focus has one, and nobody chose it.
    connect(table().selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (const auto rows = table().selectedRows(); !rows.empty())
            m_links.setSymbol(0, model().row(rows.front()).key.toUInt());
    });
    connect(&client, &EngineClient::overviewChanged, this, &WatchDock::sample);
    connect(&client, &EngineClient::instrumentsChanged, this, &WatchDock::choose);
    connect(&client, &EngineClient::activeChanged, this, &WatchDock::choose);
    connect(&list, &WatchList::changed, this, &WatchDock::choose);
    choose();
}

void WatchDock::choose()
{
    m_shown.clear();
    m_unlisted = 0;
    if (!m_list.isChosen()) {
        const auto& active = client().active();
        m_shown.assign(active.begin(),
                       active.begin() + static_cast<std::ptrdiff_t>(std::min(active.size(), WatchList::kMost)));
    }
    for (const SymbolName& name : m_list.isChosen() ? m_list.names() : std::vector<SymbolName>())
        if (const api::Instrument* found = client().instrument(name); !found)
            ++m_unlisted;
        else if (std::ranges::find(m_shown, found->id, &api::Instrument::id) == m_shown.end())
            m_shown.push_back(*found);
    if (m_unlisted > 0)
        setSubtitle(tr("%1 chosen, %2 not listed now").arg(m_list.names().size()).arg(m_unlisted));
    else if (m_list.isChosen())
        setSubtitle(tr("%1 chosen").arg(m_shown.size()));
    else
        setSubtitle(tr("%1 of %2 listed").arg(m_shown.size()).arg(client().instruments().size()));
}

std::vector<SymbolName> WatchDock::shown() const
{
    std::vector<SymbolName> out;
    for (const api::Instrument& instrument : m_shown)
        out.push_back(instrument.name);
    return out;
}

void WatchDock::sample()
{
    if (!m_mids.due(client().now()))
        return;
    for (const api::Instrument& instrument : m_shown)
        m_mids.add(QString::number(instrument.id), WatchRows::mid(client().engine().quote(instrument.id)));
}

std::vector<Row> WatchDock::rows()
{
    std::vector<Row> out;
    out.reserve(m_shown.size());
    bool marks = false;
    for (const api::Instrument& instrument : m_shown) {
        const auto mark = client().engine().mark(instrument.id);
        marks |= mark.has_value();
        out.push_back(WatchRows::row(instrument, client().engine().quote(instrument.id), mark, client().now(),
                                     m_mids.of(QString::number(instrument.id))));
    }
    for (const int column : {WatchRows::kMark, WatchRows::kFunding})
        if (table().isColumnHidden(column) == marks)
            table().setColumnHidden(column, !marks);
    return out;
}

void WatchDock::keyPressEvent(QKeyEvent* event)
{
    const int row = table().currentRow();
    if (event->key() != Qt::Key_Delete || row < 0) {
        OverviewDock::keyPressEvent(event);
        return;
    }
    if (const api::Instrument* found = client().instrument(model().row(row).key.toUInt()))
        m_list.remove(SymbolName(found->name), shown());
}

}  // namespace tickdeck::ui
