// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/depth_dock.h"

#include "ui/docks/book_quality.h"
#include "ui/docks/depth_view.h"

namespace tickdeck::ui {

DepthDock::DepthDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : SymbolDock(QStringLiteral("depth"), tr("Depth"), theme, client, links), m_view(new DepthView(theme))
{
    m_view->setNotice(
        {Mark::Starting, tr("No instrument is chosen."), tr("The first with quotes is chosen; or press Ctrl+K.")});
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
    (void)client().engine().depth(instrument().id, m_depth);  // else it shows what it had
    const Nanos now = client().now();
    const BookQuality quality = qualityOf(m_depth, now);
    setQuality(quality.mark, quality.why);
    setAge(quality.mark == Mark::Stale || quality.mark == Mark::Suspect ? now - m_depth.receiveTime : kNoTime);
    m_view->setNotice(quality.notice);
    if (quality.notice.isEmpty())
        m_view->setDepth(m_depth);
}

}  // namespace tickdeck::ui
