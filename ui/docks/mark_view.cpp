// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/mark_view.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr double kHead = 22;              // the readout's row
constexpr double kFundingPart = 0.3;      // of the plot's height
constexpr double kScale = 1.0 * kSecond;  // a second a pixel at first
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double percent(const Nullable<Decimal>& rate) { return rate ? 100 * (*rate).toDouble() : kNone; }

Axis padded(double low, double high, double least, double from, double to)
{
    if (!(high >= low))
        low = high = 0;
    const double pad = std::max((high - low) * 0.1, least);
    return {low - pad, high + pad, from, to};
}

}  // namespace

double premiumPoints(const Nullable<Decimal>& mark, const Nullable<Decimal>& index)
{
    if (!mark || !index || (*index).isZero())
        return kNone;
    return 1e4 * ((*mark).toDouble() - (*index).toDouble()) / (*index).toDouble();
}

MarkView::MarkView(const Theme& theme, QWidget* parent) : TimePlot(theme, parent)
{
    setAccessibleName(tr("Premium and funding over time"));
    setScale(kScale, kScale / 50, kScale * 20, kSecond);
}

void MarkView::setInstrument(const api::Instrument& instrument)
{
    m_instrument = instrument;
    m_series.reset();
    setReach(0, 0);
    setGaps({});
    goLive();
}

void MarkView::setSeries(std::shared_ptr<const api::MarkSeries> series)
{
    if (series == m_series)
        return;
    m_series = std::move(series);
    update();
}

void MarkView::setNow(Nanos now)
{
    m_now = now;
    if (!isEmpty())
        setReach(m_series->points.front().time, std::max(now / kSecond * kSecond, m_series->points.back().time));
}

MarkView::Frame MarkView::frame() const
{
    const auto& points = m_series->points;
    const QRectF plot = area();
    Frame out;
    out.time = timeAxis();
    const auto from = std::ranges::lower_bound(points, out.time.low() - kHole, {}, &api::MarkPoint::time);
    const auto to = std::ranges::upper_bound(points, out.time.high(), {}, &api::MarkPoint::time);
    out.first = static_cast<std::size_t>(from - points.begin());
    out.last = static_cast<std::size_t>(to - points.begin());
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    double least = low;
    double most = -low;
    for (auto point = from; point != to; ++point) {
        if (const double value = premiumPoints(point->mark, point->index); !std::isnan(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
        if (const double value = percent(point->fundingRate); !std::isnan(value)) {
            least = std::min(least, value);
            most = std::max(most, value);
        }
    }
    const double split = plot.bottom() - plot.height() * kFundingPart;
    out.premium = padded(low, high, 0.05, split - 6, kHead);
    out.funding = padded(least, most, 0.0005, plot.bottom() - 2, split + 8);
    return out;
}

template <class ValueOf>
void MarkView::paintLine(QPainter& painter, const Frame& at, const Axis& axis, const QColor& color, bool steps,
                         ValueOf&& valueOf) const
{
    painter.setPen(QPen(color, 1.4));
    QPolygonF line;
    Nanos before = 0;
    const auto end = [&] {
        painter.drawPolyline(line);
        line.clear();
    };
    for (std::size_t i = at.first; i < at.last; ++i) {
        const api::MarkPoint& point = m_series->points[i];
        const double value = valueOf(point);
        if (!line.isEmpty() && (std::isnan(value) || point.time - before > kHole))
            end();
        if (std::isnan(value))
            continue;
        const QPointF next(at.time.pixel(point.time), axis.pixel(value));
        if (steps && !line.isEmpty())
            line << QPointF(next.x(), line.last().y());
        line << next;
        before = point.time;
    }
    end();
}

const api::MarkPoint* MarkView::pointed() const
{
    const auto& points = m_series->points;
    const auto time = pointedTime();
    if (!time)
        return &points.back();
    const auto after = std::ranges::upper_bound(points, *time, {}, &api::MarkPoint::time);
    if (after == points.begin() || *time - std::prev(after)->time > kHole)
        return nullptr;
    return &*std::prev(after);
}

QString MarkView::why() const
{
    if (isEmpty())
        return {};
    const api::MarkPoint* point = pointed();
    if (!point) {
        const Nanos time = pointedTime().value_or(m_now);
        return tr("%1 UTC: no mark has come").arg(dateTimeText(time)) + QLatin1Char('\n') +
               qualityOf(time - kHole, time);
    }
    return tr("Mark and index of %1 as %2 told them, received %3 UTC, %4 ago")
               .arg(words::symbol(m_instrument), QString::fromStdString(m_instrument.name.venue),
                    dateTimeText(point->time), ageText(std::max<Nanos>(m_now - point->time, 0))) +
           QLatin1Char('\n') + qualityOf(point->time, point->time + kSecond);
}

void MarkView::paintLabels(QPainter& painter, const Frame& at) const
{
    if (const auto cross = crosshair()) {
        const QColor ink = theme().color(Role::Panel);
        paintCrosshair(painter);
        const bool upper = cross->y() <= at.premium.from;
        paintTag(painter, TagSide::Right, cross->y(),
                 upper ? fixedText(at.premium.value(cross->y()), 2)
                       : QString::number(at.funding.value(cross->y()), 'f', 4),
                 theme().color(Role::Muted), ink);
        paintTag(painter, TagSide::Bottom, cross->x(), dateTimeText(at.time.time(cross->x())),
                 theme().color(Role::Muted), ink);
    }
    const api::MarkPoint* point = pointed();
    if (!point) {
        paintReadout(painter, {{secondsText(pointedTime().value_or(m_now)), tr("no mark"), Role::Muted}});
        return;
    }
    const int precision = m_instrument.pricePrecision;
    const auto text = [&](const Nullable<Decimal>& value) {
        return value ? numberText(*value, precision) : QStringLiteral("–");
    };
    const double premium = premiumPoints(point->mark, point->index);
    const double rate = percent(point->fundingRate);
    paintReadout(painter,
                 {{QString(), secondsText(point->time), Role::Muted},
                  {tr("Mark"), text(point->mark), Role::Text},
                  {tr("Index"), text(point->index), Role::Text},
                  {tr("Premium bp"), std::isnan(premium) ? QStringLiteral("–") : fixedText(premium, 2), Role::Accent},
                  {tr("Funding %"), std::isnan(rate) ? QStringLiteral("–") : fixedText(rate, 4), Role::Warn}});
}

void MarkView::paintChart(QPainter& painter)
{
    setRightCharacters(9);
    const QRectF plot = area();
    const Frame at = frame();
    paintValueAxis(painter, at.premium,
                   numberTicks(at.premium.low, at.premium.high,
                               std::max(2, static_cast<int>((at.premium.from - at.premium.to) / 40)), 2));
    paintValueAxis(painter, at.funding,
                   numberTicks(at.funding.low, at.funding.high,
                               std::max(1, static_cast<int>((at.funding.from - at.funding.to) / 34)), 4));
    paintTimes(painter, at.time);
    painter.setClipRect(QRectF(plot.left(), 0, plot.width(), plot.bottom()));
    paintGaps(painter, at.time);
    painter.setPen(theme().color(Role::Line));
    const double split = std::floor((at.premium.from + at.funding.to) / 2) + 0.5;
    painter.drawLine(QPointF(plot.left(), split), QPointF(plot.right(), split));
    painter.setPen(QPen(theme().tint(Role::Muted, 0.8), 1, Qt::DashLine));
    for (const Axis& axis : {at.premium, at.funding})
        if (axis.low < 0 && axis.high > 0)
            painter.drawLine(QPointF(plot.left(), std::floor(axis.pixel(0)) + 0.5),
                             QPointF(plot.right(), std::floor(axis.pixel(0)) + 0.5));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintLine(painter, at, at.premium, theme().color(Role::Accent), false,
              [](const api::MarkPoint& point) { return premiumPoints(point.mark, point.index); });
    paintLine(painter, at, at.funding, theme().color(Role::Warn), true,
              [](const api::MarkPoint& point) { return percent(point.fundingRate); });
    painter.restore();
    painter.setClipping(false);
    painter.setFont(theme().words(kSmall));
    painter.setPen(theme().color(Role::Muted));
    painter.drawText(QRectF(6, split + 2, plot.width(), 16), Qt::AlignLeft | Qt::AlignVCenter, tr("Funding %"));
    paintLabels(painter, at);
}

}  // namespace tickdeck::ui
