// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/ladder_dock.h"

#include <QToolButton>

#include <algorithm>

#include "ui/client/words.h"
#include "ui/docks/book_quality.h"
#include "ui/docks/ladder_view.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

LadderDock::LadderDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : SymbolDock(QStringLiteral("ladder"), tr("Ladder"), theme, client, links),
      m_view(new LadderView(theme)),
      m_group(new QToolButton)
{
    m_view->setNotice(
        {Mark::Starting, tr("No instrument is chosen."), tr("The first with quotes is chosen; or press Ctrl+K.")});
    setBody(m_view);
    addControl(m_group);
    connect(m_group, &QToolButton::clicked, this, [this] { changeGroup(1, true); });
    connect(m_view, &LadderView::groupAsked, this, [this](int by) { changeGroup(by, false); });
    sayGroup();
}

void LadderDock::changeGroup(int by, bool wraps)
{
    constexpr auto kCount = static_cast<int>(LadderView::kGroups.size());
    const int at =
        static_cast<int>(std::ranges::find(LadderView::kGroups, m_view->group()) - LadderView::kGroups.begin());
    const int next = wraps ? (at + by) % kCount : std::clamp(at + by, 0, kCount - 1);
    setGroup(LadderView::kGroups[static_cast<std::size_t>(next)]);
}

void LadderDock::setGroup(int ticks)
{
    m_view->setGroup(ticks);
    sayGroup();
    Q_EMIT lookChanged();
}

void LadderDock::sayGroup()
{
    const int precision = std::max(instrument().pricePrecision, 0);
    const QString step = numberText(m_view->group(), precision, precision);
    m_group->setText(step);
    m_group->setToolTip(tr("Levels in groups of %1 %2; [ and ] change it").arg(step, words::quote(instrument())));
    m_group->setAccessibleName(m_group->toolTip());
}

QJsonObject LadderDock::look() const
{
    QJsonObject out = SymbolDock::look();
    out[QStringLiteral("group")] = m_view->group();
    return out;
}

void LadderDock::setLook(const QJsonObject& look)
{
    SymbolDock::setLook(look);
    const int ticks = look[QStringLiteral("group")].toInt(1);
    setGroup(std::ranges::find(LadderView::kGroups, ticks) == LadderView::kGroups.end() ? 1 : ticks);
}

void LadderDock::instrumentChanged()
{
    m_depth = {};
    m_view->setInstrument(instrument());
    sayGroup();
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
