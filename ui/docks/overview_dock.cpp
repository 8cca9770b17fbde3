// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/overview_dock.h"

namespace tickdeck::ui {

OverviewDock::OverviewDock(const QString& id, const QString& title, const Theme& theme, EngineClient& client,
                           std::vector<Column> columns)
    : Dock(id, title, theme), m_client(client), m_model(std::move(columns)), m_table(new TableView(theme, m_model))
{
    m_table->setAccessibleName(title);
    setTable(m_table);
    connect(&client, &EngineClient::frame, this, &OverviewDock::frame);
    connect(m_table, &TableView::rowAsked, this, [this](int row) {
        const Row& asked = m_model.row(row);
        openSteps(*m_table, row, asked.tip, steps(asked.key));
    });
}

Step OverviewDock::stepTo(const QString& text, const QString& dock, const QString& what)
{
    return {text, [this, dock, what] { Q_EMIT stepAsked(dock, what); }};
}

void OverviewDock::frame()
{
    if (!isVisible() || isFrozen())
        return;
    m_model.settle();
    if (m_frames++ % kFrames == 0)
        m_model.setRows(rows());
}

}  // namespace tickdeck::ui
