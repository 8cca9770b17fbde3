// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/overview_dock.h"

#include <QToolTip>

namespace tickdeck::ui {

OverviewDock::OverviewDock(const QString& id, const QString& title, const Theme& theme, EngineClient& client,
                           std::vector<Column> columns)
    : Dock(id, title, theme), m_client(client), m_model(std::move(columns)), m_table(new TableView(theme, m_model))
{
    m_table->setAccessibleName(title);
    setTable(m_table);
    connect(&client, &EngineClient::frame, this, &OverviewDock::frame);
    connect(m_table, &TableView::rowAsked, this, [this](int row) {
        const QRect rect = m_table->visualRect(m_table->sorted().mapFromSource(m_model.index(row, 0)));
        QToolTip::showText(m_table->viewport()->mapToGlobal(rect.bottomLeft()), m_model.row(row).tip);
    });
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
