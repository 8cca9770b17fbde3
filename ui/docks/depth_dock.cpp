// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/depth_dock.h"

#include "ui/docks/book_quality.h"
#include "ui/docks/depth_view.h"

namespace tickdeck::ui {

DepthDock::DepthDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : SymbolDock(QStringLiteral("depth"), tr("Depth"), theme, client, links), m_view(new DepthView(theme))
{
    m_view->setNotice({Mark::Starting, tr("No instrument is chosen."), tr("Press Ctrl+K and type a symbol.")});
    setBody(m_view);
}

void DepthDock::instrumentChanged()
{
    m_depth = {};
    m_view->setInstrument(instrument());
}

void DepthDock::refresh()
{
    if (!hasInstrument())
        return;
    (void)client().engine().depth(instrument().id, m_depth);   // else it shows what it had
    const BookQuality quality = qualityOf(m_depth, client().now());
    setQuality(quality.mark, quality.why);
    m_view->setNotice(quality.notice);
    if (quality.notice.isEmpty())
        m_view->setDepth(m_depth);
}

}  // namespace tickdeck::ui
