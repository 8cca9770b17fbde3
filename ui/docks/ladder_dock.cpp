// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/ladder_dock.h"

#include "ui/docks/book_quality.h"
#include "ui/docks/ladder_view.h"

namespace tickdeck::ui {

LadderDock::LadderDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : SymbolDock(QStringLiteral("ladder"), tr("Ladder"), theme, client, links), m_view(new LadderView(theme))
{
    m_view->setNotice(
        {Mark::Starting, tr("No instrument is chosen."), tr("The first with quotes is chosen; or press Ctrl+K.")});
    setBody(m_view);
}

void LadderDock::instrumentChanged()
{
    m_depth = {};
    m_view->setInstrument(instrument());
}

void LadderDock::refresh()
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
        m_view->setDepth(m_depth, now);
}

}  // namespace tickdeck::ui
