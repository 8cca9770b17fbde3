// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/candle_dock.h"

#include <QButtonGroup>
#include <QToolButton>

#include <algorithm>

#include "ui/client/words.h"
#include "ui/docks/candle_view.h"

namespace tickdeck::ui {

CandleDock::CandleDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : SymbolDock(QStringLiteral("candles"), tr("Candles"), theme, client, links),
      m_view(new CandleView(theme)),
      m_buttons(new QButtonGroup(this))
{
    m_view->setNotice(
        {Mark::Starting, tr("No instrument is chosen."), tr("The first with quotes is chosen; or press Ctrl+K.")});
    setBody(m_view);
    connect(&client, &EngineClient::overviewChanged, this, [this] {
        const auto& gaps = this->client().overview().gaps;
        std::string newest = gaps.empty() ? std::string() : gaps.front().id + std::to_string(gaps.front().to);
        if (newest != m_newestGap) {
            m_newestGap = std::move(newest);
            m_gapsWanted = true;
        }
    });
}

// Engines come to know their widths while they run.
void CandleDock::offerIntervals()
{
    std::vector<Nanos> intervals = client().engine().candleIntervals(instrument().id, BuiltBy::Engine);
    if (intervals == m_intervals)
        return;
    m_intervals = std::move(intervals);
    const auto buttons = m_buttons->buttons();
    qDeleteAll(buttons);
    for (const Nanos interval : m_intervals) {
        auto* button = new QToolButton;
        button->setText(words::interval(interval));
        button->setCheckable(true);
        button->setAccessibleName(tr("Candles of %1").arg(button->text()));
        m_buttons->addButton(button);
        addControl(button);
        connect(button, &QToolButton::clicked, this, [this, interval] { setInterval(interval); });
        if (m_interval == 0)
            m_interval = interval;
        button->setChecked(interval == m_interval);
    }
}

void CandleDock::instrumentChanged()
{
    m_view->setInstrument(instrument());
    m_gapsWanted = true;
}

void CandleDock::setInterval(Nanos interval)
{
    m_interval = interval;
    m_gapsWanted = true;
    instrumentChanged();
    refresh();
}

void CandleDock::askForGaps()
{
    constexpr Nanos kShown = 2000;  // as many candles as a series has at most
    const Nanos now = client().now();
    m_gaps = client().engine().gaps(now - kShown * m_interval, now);
    m_gapsWanted = false;
}

void CandleDock::takeGaps()
{
    const auto* answer = m_gaps ? m_gaps->get() : nullptr;
    if (!answer)
        return;
    std::vector<api::Gap> seen;
    // A failed answer leaves the open gaps of the overview.
    for (const api::Gap& gap : *answer ? **answer : client().overview().gaps)
        if (gap.venue == instrument().name.venue && (gap.symbol.empty() || gap.symbol == instrument().name.symbol) &&
            (gap.channel.empty() || gap.channel == "trade"))
            seen.push_back(gap);
    m_view->setGaps(std::move(seen));
    m_gaps.reset();
}

void CandleDock::refresh()
{
    if (!hasInstrument())
        return;
    if (m_frames++ % kFramesOfIntervals == 0)
        offerIntervals();
    if (m_interval == 0) {
        m_view->setNotice({Mark::Starting, tr("No candle has been built yet."),
                           tr("They come from trades, by the pipeline: pipelines.candles.enabled = true.")});
        return;
    }
    const auto series = client().engine().candles(instrument().id, m_interval, BuiltBy::Engine);
    if (!series || series->candles.empty())
        m_view->setNotice(
            !series || series->loading
                ? Notice{Mark::Starting, tr("Stored candles are being read."), tr("This takes a moment.")}
                : Notice{Mark::Starting, tr("There are no candles yet."), tr("The first comes with the next trade.")});
    else
        m_view->setNotice({});
    m_view->setSeries(series);
    m_view->setNow(client().now());
    if (m_gapsWanted && !m_gaps)
        askForGaps();
    takeGaps();
}

}  // namespace tickdeck::ui
