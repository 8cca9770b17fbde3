// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/candle_view.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr double kVolumePart = 0.16;  // of the plot's height
constexpr double kSlot = 8;           // pixels a candle takes at first
constexpr double kLeastSlot = 1;      // one candle a pixel column
constexpr double kMostSlot = 40;
constexpr double kHead = 22;  // the readout's row

}  // namespace

CandleView::CandleView(const Theme& theme, QWidget* parent) : TimePlot(theme, parent)
{
    setAccessibleName(tr("Price chart"));
}

void CandleView::setInstrument(const api::Instrument& instrument)
{
    if (instrument.id != m_instrument.id)
        m_mids.clear();
    m_instrument = instrument;
    m_series.reset();
    m_mid.reset();
    setReach(0, 0);
    setGaps({});
    goLive();
}

void CandleView::setSeries(std::shared_ptr<const api::CandleSeries> series)
{
    if (series == m_series)
        return;
    const bool other = series && (!m_series || m_series->interval != series->interval);
    m_series = std::move(series);
    if (other) {
        const auto interval = static_cast<double>(m_series->interval);
        setScale(interval / kSlot, interval / kMostSlot, interval / kLeastSlot, m_series->interval);
    }
    update();
}

void CandleView::setNow(Nanos now)
{
    m_now = now;
    if (isEmpty())
        return;
    const Nanos interval = m_series->interval;
    setReach(m_series->candles.front().openTime,
             std::max(now / interval * interval, m_series->candles.back().openTime) + interval);
}

void CandleView::setMid(std::optional<Decimal> mid)
{
    if (mid && (m_mids.empty() || m_now - m_mids.back().time >= kSecond)) {
        m_mids.push_back({m_now, mid->toDouble()});
        if (m_mids.size() > kMidsKept)
            m_mids.pop_front();
    }
    if (mid == m_mid)
        return;
    m_mid = mid;
    if (m_showsMid)
        update();
}

void CandleView::setShowsMid(bool shows)
{
    if (shows == m_showsMid)
        return;
    m_showsMid = shows;
    update();
}

CandleView::Frame CandleView::frame() const
{
    const auto& candles = m_series->candles;
    const QRectF plot = area();
    Frame out;
    out.time = timeAxis();
    out.slot = static_cast<double>(m_series->interval) / scale();
    const auto opens = [](const api::Candle& candle) { return candle.openTime; };
    out.first = static_cast<std::size_t>(
        std::ranges::lower_bound(candles, out.time.low() - m_series->interval, {}, opens) - candles.begin());
    out.last =
        static_cast<std::size_t>(std::ranges::upper_bound(candles, out.time.high(), {}, opens) - candles.begin());
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    double volume = 0;
    for (std::size_t i = out.first; i < out.last; ++i) {
        low = std::min(low, candles[i].low.toDouble());
        high = std::max(high, candles[i].high.toDouble());
        volume = std::max(volume, candles[i].volume.toDouble());
    }
    if (m_showsMid && m_mid && isLive()) {
        low = std::min(low, m_mid->toDouble());
        high = std::max(high, m_mid->toDouble());
    }
    if (!(high >= low))
        low = high = candles.back().close.toDouble();
    const double tick = std::pow(10.0, -std::max(m_instrument.pricePrecision, 0));
    const double pad = std::max((high - low) * 0.06, tick * 2);
    const double split = plot.bottom() - plot.height() * kVolumePart;
    out.price = {low - pad, high + pad, split - 4, kHead};
    out.volume = {0, volume > 0 ? volume : 1, plot.bottom(), split};
    return out;
}

void CandleView::paintCandles(QPainter& painter, const Frame& at) const
{
    const Nanos half = m_series->interval / 2;
    const double body = std::max(1.0, std::floor(at.slot * 0.7));
    const QColor up = theme().color(Role::Bid);
    const QColor down = theme().color(Role::Ask);
    for (std::size_t i = at.first; i < at.last; ++i) {
        const api::Candle& candle = m_series->candles[i];
        const bool rises = candle.close >= candle.open;
        const QColor color = rises ? up : down;
        const double x = std::floor(at.time.pixel(candle.openTime + half));
        const double high = std::floor(at.price.pixel(candle.high.toDouble()));
        const double low = std::floor(at.price.pixel(candle.low.toDouble()));
        const double open = std::floor(at.price.pixel(candle.open.toDouble()));
        const double close = std::floor(at.price.pixel(candle.close.toDouble()));
        const double top = std::min(open, close);
        const double height = std::max(1.0, std::abs(open - close));
        const double left = x - std::floor(body / 2);
        painter.fillRect(QRectF(left, std::floor(at.volume.pixel(candle.volume.toDouble())), body,
                                std::ceil(at.volume.from - at.volume.pixel(candle.volume.toDouble()))),
                         theme().tint(rises ? Role::Bid : Role::Ask, 0.35));
        if (at.slot < 3) {
            painter.fillRect(QRectF(x, high, 1, std::max(1.0, low - high)), color);
            continue;
        }
        // A rising candle is hollow, a falling one is full: not told by colour alone.
        painter.fillRect(QRectF(x, high, 1, top - high), color);
        painter.fillRect(QRectF(x, top + height, 1, std::max(0.0, low - top - height)), color);
        if (rises && body >= 4 && height >= 3) {
            painter.setPen(color);
            painter.setBrush(theme().color(Role::Panel));
            painter.drawRect(QRectF(left + 0.5, top + 0.5, body - 1, height - 1));
        } else {
            painter.fillRect(QRectF(left, top, body, height), color);
        }
    }
}

void CandleView::paintMids(QPainter& painter, const Frame& at) const
{
    if (!m_showsMid)
        return;
    const auto times = [](const Mid& mid) { return mid.time; };
    auto from = std::ranges::lower_bound(m_mids, at.time.low(), {}, times);
    const auto to = std::ranges::upper_bound(m_mids, at.time.high(), {}, times);
    if (from != m_mids.begin())
        --from;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(Role::Accent), 1.2));
    QPolygonF line;
    for (auto mid = from; mid != to; ++mid) {
        if (!line.isEmpty() && mid->time - std::prev(mid)->time > kMidHole) {
            painter.drawPolyline(line);
            line.clear();
        }
        line << QPointF(at.time.pixel(mid->time), at.price.pixel(mid->price));
    }
    painter.drawPolyline(line);
    painter.restore();
}

const api::Candle* CandleView::pointed() const
{
    const auto time = pointedTime();
    if (!time || isEmpty())
        return nullptr;
    const auto after = std::ranges::upper_bound(m_series->candles, *time, {}, &api::Candle::openTime);
    if (after == m_series->candles.begin() || *time >= std::prev(after)->openTime + m_series->interval)
        return nullptr;
    return &*std::prev(after);
}

QString CandleView::why() const
{
    if (isEmpty())
        return {};
    const auto time = pointedTime();
    const api::Candle* candle = time ? pointed() : &m_series->candles.back();
    const Nanos interval = m_series->interval;
    if (!candle) {
        const Nanos open = *time / interval * interval;
        return tr("%1 UTC: nothing was traded").arg(dateTimeText(open)) + QLatin1Char('\n') +
               qualityOf(open, open + interval);
    }
    const QString source =
        m_series->built == BuiltBy::Venue
            ? tr("built by %1 itself").arg(QString::fromStdString(m_instrument.name.venue))
            : tr("built by the engine from the trades of %1").arg(QString::fromStdString(m_instrument.name.venue));
    const QString age =
        candle->closed
            ? tr("closed, ended %1 ago").arg(ageText(std::max<Nanos>(m_now - candle->openTime - interval, 0)))
            : tr("still open, began %1 ago").arg(ageText(std::max<Nanos>(m_now - candle->openTime, 0)));
    return tr("%1 of %2 from %3 UTC, %4 trades")
               .arg(words::interval(interval), words::symbol(m_instrument), dateTimeText(candle->openTime),
                    countText(candle->trades)) +
           QLatin1Char('\n') + source + QStringLiteral("; ") + age + QLatin1Char('\n') +
           qualityOf(candle->openTime, candle->openTime + interval);
}

void CandleView::paintTags(QPainter& painter, const Frame& at) const
{
    const QColor ink = theme().color(Role::Panel);
    const int precision = m_instrument.pricePrecision;
    const api::Candle& last = m_series->candles.back();
    const double lastAt = at.price.pixel(last.close.toDouble());
    paintTag(painter, TagSide::Right, lastAt, numberText(last.close, precision),
             theme().color(last.close >= last.open ? Role::Bid : Role::Ask), ink);
    if (m_showsMid && m_mid) {
        // Beside the last price, not over it.
        constexpr double kApart = 17;
        double mid = at.price.pixel(m_mid->toDouble());
        if (std::abs(mid - lastAt) < kApart)
            mid = lastAt + (mid <= lastAt ? -kApart : kApart);
        paintTag(painter, TagSide::Right, mid, numberText(*m_mid, precision), theme().color(Role::Accent), ink);
    }
    if (const auto cross = crosshair()) {
        paintCrosshair(painter);
        if (cross->y() <= at.price.from)
            paintTag(painter, TagSide::Right, cross->y(),
                     QString::number(at.price.value(cross->y()), 'f', std::max(precision, 0)),
                     theme().color(Role::Muted), ink);
        paintTag(painter, TagSide::Bottom, cross->x(), dateTimeText(at.time.time(cross->x())),
                 theme().color(Role::Muted), ink);
    }
}

void CandleView::paintLabels(QPainter& painter, const Frame& at) const
{
    paintTags(painter, at);
    const int precision = m_instrument.pricePrecision;
    const api::Candle* over = pointed();
    if (const auto time = pointedTime(); time && !over) {
        paintReadout(painter, {{secondsText(*time / m_series->interval * m_series->interval), tr("nothing was traded"),
                                Role::Muted}});
        return;
    }
    const api::Candle& candle = over ? *over : m_series->candles.back();
    const Role role = candle.close >= candle.open ? Role::Bid : Role::Ask;
    const double change =
        candle.open.isZero() ? 0 : 100 * (candle.close.toDouble() - candle.open.toDouble()) / candle.open.toDouble();
    std::vector<Readout> parts{
        {QString(), secondsText(candle.openTime), Role::Muted},
        {tr("O"), numberText(candle.open, precision), role},
        {tr("H"), numberText(candle.high, precision), role},
        {tr("L"), numberText(candle.low, precision), role},
        {tr("C"), numberText(candle.close, precision), role},
        {QString(), (change >= 0 ? QStringLiteral("+") : QString()) + fixedText(change, 2) + QStringLiteral(" %"),
         role},
        {tr("Volume %1").arg(words::base(m_instrument)), numberText(candle.volume, m_instrument.quantityPrecision),
         Role::Text},
        {tr("Trades"), countText(candle.trades), Role::Text}};
    if (m_showsMid && m_mid)
        parts.push_back({tr("Mid"), numberText(*m_mid, precision), Role::Accent});
    if (m_series->built == BuiltBy::Venue)
        parts.push_back({tr("by"), words::builtBy(m_series->built), Role::Muted});
    paintReadout(painter, parts);
}

void CandleView::paintChart(QPainter& painter)
{
    const int digits = std::max(m_instrument.pricePrecision, 0);
    setRightCharacters(std::max(8, static_cast<int>(numberText(m_series->candles.back().close, digits).size()) + 2));
    const QRectF plot = area();
    const Frame at = frame();
    const double last = at.price.pixel(m_series->candles.back().close.toDouble());
    paintValueAxis(painter, at.price,
                   numberTicks(at.price.low, at.price.high, std::max(2, static_cast<int>(plot.height() / 44)), digits),
                   last);
    paintTimes(painter, at.time);
    painter.setClipRect(QRectF(plot.left(), 0, plot.width(), plot.bottom()));
    paintGaps(painter, at.time);
    paintCandles(painter, at);
    paintMids(painter, at);
    painter.setPen(QPen(theme().tint(Role::Muted, 0.6), 1, Qt::DotLine));
    painter.drawLine(QPointF(plot.left(), std::floor(last) + 0.5), QPointF(plot.right(), std::floor(last) + 0.5));
    painter.setClipping(false);
    paintLabels(painter, at);
}

}  // namespace tickdeck::ui
