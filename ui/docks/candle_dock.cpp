// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/candle_dock.h"

#include <QButtonGroup>
#include <QToolButton>

#include <algorithm>
#include <utility>

#include "ui/client/words.h"
#include "ui/docks/candle_view.h"

namespace tickdeck::ui {

namespace {

QToolButton* toggle(const QString& text, const QString& tip)
{
    auto* button = new QToolButton;
    button->setText(text);
    button->setCheckable(true);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    return button;
}

}  // namespace

CandleDock::CandleDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : SymbolDock(QStringLiteral("candles"), tr("Chart"), theme, client, links),
      m_view(new CandleView(theme)),
      m_buttons(new QButtonGroup(this)),
      m_venue(toggle(tr("Venue"), tr("Candles as the venue builds them, in place of the engine's"))),
      m_mid(toggle(tr("Mid"), tr("The mid as a line, from when this view first saw it"))),
      m_gaps(client)
{
    m_view->setNotice(
        {Mark::Starting, tr("No instrument is chosen."), tr("The first with quotes is chosen; or press Ctrl+P.")});
    setBody(m_view);
    m_venue->hide();
    m_mid->setChecked(true);
    addControl(m_mid);
    addControl(m_venue);
    connect(m_venue, &QToolButton::toggled, this,
            [this](bool venue) { setBuilt(venue ? BuiltBy::Venue : BuiltBy::Engine); });
    connect(m_mid, &QToolButton::toggled, this, [this](bool on) {
        m_view->setShowsMid(on);
        Q_EMIT lookChanged();
    });
}

QJsonObject CandleDock::look() const
{
    QJsonObject out = SymbolDock::look();
    out[QStringLiteral("interval_s")] = static_cast<double>(m_interval / kSecond);
    out[QStringLiteral("venue")] = m_built == BuiltBy::Venue;
    out[QStringLiteral("mid")] = m_view->showsMid();
    return out;
}

void CandleDock::setLook(const QJsonObject& look)
{
    SymbolDock::setLook(look);
    const double seconds = look[QStringLiteral("interval_s")].toDouble();
    m_interval = seconds >= 1 && seconds <= 1e7 ? static_cast<Nanos>(seconds) * kSecond : 0;
    m_built = look[QStringLiteral("venue")].toBool() ? BuiltBy::Venue : BuiltBy::Engine;
    m_mid->setChecked(look[QStringLiteral("mid")].toBool(true));
    m_intervals.clear();
    m_frames = 0;
    showChoice();
    watchGaps();
}

// Engines come to know their widths while they run.
void CandleDock::offerIntervals()
{
    const bool venues = !client().engine().candleIntervals(instrument().id, BuiltBy::Venue).empty();
    m_venue->setVisible(venues || m_built == BuiltBy::Venue);
    std::vector<Nanos> intervals = client().engine().candleIntervals(instrument().id, m_built);
    if (intervals == m_intervals)
        return;
    m_intervals = std::move(intervals);
    const auto buttons = m_buttons->buttons();
    qDeleteAll(buttons);
    for (const Nanos interval : m_intervals) {
        auto* button = toggle(words::interval(interval), tr("Candles of %1").arg(words::interval(interval)));
        m_buttons->addButton(button);
        addControl(button);
        connect(button, &QToolButton::clicked, this, [this, interval] { setInterval(interval); });
    }
    if (!m_intervals.empty() && std::ranges::find(m_intervals, m_interval) == m_intervals.end()) {
        m_interval = m_intervals.front();
        watchGaps();
    }
    showChoice();
}

void CandleDock::showChoice()
{
    const QSignalBlocker blocker(m_venue);
    m_venue->setChecked(m_built == BuiltBy::Venue);
    const auto buttons = m_buttons->buttons();
    for (std::size_t i = 0; i < m_intervals.size() && i < static_cast<std::size_t>(buttons.size()); ++i)
        buttons[static_cast<qsizetype>(i)]->setChecked(m_intervals[i] == m_interval);
}

void CandleDock::watchGaps()
{
    m_gaps.watch(instrument(), m_built == BuiltBy::Venue ? "candle" : "trade",
                 kCandles * std::max<Nanos>(m_interval, kSecond));
}

// In the narrowest candles that reach back so far, the present ones if they do.
void CandleDock::seek()
{
    if (!m_sought || m_intervals.empty())
        return;
    const Nanos at = *std::exchange(m_sought, std::nullopt);
    const Nanos back = client().now() - at;
    const auto reaches = [back](Nanos interval) { return interval * kCandles > back; };
    if (const auto fit = std::ranges::find_if(m_intervals, reaches); !reaches(m_interval))
        setInterval(fit == m_intervals.end() ? m_intervals.back() : *fit);
    m_view->showTime(at);
}

void CandleDock::instrumentChanged()
{
    m_view->setInstrument(instrument());
    m_intervals.clear();
    m_frames = 0;
    watchGaps();
}

void CandleDock::setInterval(Nanos interval)
{
    m_interval = interval;
    showChoice();
    m_view->setInstrument(instrument());
    watchGaps();
    refresh();
    Q_EMIT lookChanged();
}

void CandleDock::setBuilt(BuiltBy built)
{
    if (built == m_built)
        return;
    m_built = built;
    m_frames = 0;
    setInterval(m_interval);
}

void CandleDock::refresh()
{
    if (!hasInstrument())
        return;
    if (m_frames++ % kFramesOfIntervals == 0)
        offerIntervals();
    if (m_interval == 0 || m_intervals.empty()) {
        m_view->setNotice(
            m_built == BuiltBy::Venue
                ? Notice{Mark::Stopped,
                         tr("%1 gives no candles of this.").arg(QString::fromStdString(instrument().name.venue)),
                         tr("The button above goes back to the engine's.")}
                : Notice{Mark::Starting, tr("No candle has been built yet."),
                         tr("They come from trades, by the pipeline: pipelines.candles.enabled = true.")});
        return;
    }
    seek();
    const auto series = client().engine().candles(instrument().id, m_interval, m_built);
    if (!series || series->candles.empty())
        m_view->setNotice(
            !series || series->loading
                ? Notice{Mark::Starting, tr("Stored candles are being read."), tr("This takes a moment.")}
                : Notice{Mark::Starting, tr("There are no candles yet."), tr("The first comes with the next trade.")});
    else
        m_view->setNotice({});
    m_view->setSeries(series);
    m_view->setNow(client().now());
    const auto quote = client().engine().quote(instrument().id);
    constexpr Nanos kOld = 5 * kSecond;  // an old quote says nothing of the price now
    const bool both = quote && client().now() - quote->receiveTime < kOld && !quote->bidQuantity.isZero() &&
                      !quote->askQuantity.isZero();
    const auto sum = both ? quote->bidPrice.plus(quote->askPrice) : Result<Decimal>(Decimal());
    const auto mid = sum ? sum->times(Decimal(5, 1)) : sum;
    m_view->setMid(both && mid ? std::optional(mid->normalized()) : std::nullopt);
    if (auto gaps = m_gaps.take())
        m_view->setGaps(std::move(*gaps));
}

}  // namespace tickdeck::ui
