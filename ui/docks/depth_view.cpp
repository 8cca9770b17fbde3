// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/depth_view.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

// The shown range follows the data only when they leave it or use less than this part of it, so that it holds still.
constexpr double kLeast = 0.55;
constexpr double kRoom = 1.15;

void follow(double& shown, double wanted)
{
    if (wanted > shown || wanted < shown * kLeast)
        shown = wanted * kRoom;
}

}  // namespace

DepthView::DepthView(const Theme& theme, QWidget* parent) : PlotWidget(theme, parent)
{
    setAccessibleName(tr("Depth chart"));
}

void DepthView::setInstrument(const api::Instrument& instrument)
{
    m_instrument = instrument;
    m_depth = {};
    m_bids.clear();
    m_asks.clear();
    m_half = m_top = 0;
    update();
}

void DepthView::setNotice(const Notice& notice)
{
    if (m_notice == notice)
        return;
    m_notice = notice;
    update();
}

std::vector<DepthView::Point> DepthView::cumulate(std::span<const Level> levels, const Depth& depth)
{
    std::vector<Point> out;
    out.reserve(levels.size());
    const double priceUnit = std::pow(10.0, -depth.priceScale);
    const double quantityUnit = std::pow(10.0, -depth.quantityScale);
    std::int64_t sum = 0;
    for (const Level& level : levels) {
        sum += level.quantity;
        out.push_back({static_cast<double>(level.price) * priceUnit, static_cast<double>(sum) * quantityUnit});
    }
    return out;
}

void DepthView::setDepth(const Depth& depth)
{
    if (std::memcmp(&depth, &m_depth, sizeof depth) == 0)
        return;
    m_depth = depth;
    m_bids = cumulate({depth.bids.data(), depth.bidCount}, depth);
    m_asks = cumulate({depth.asks.data(), depth.askCount}, depth);
    rescale();
    update();
}

void DepthView::rescale()
{
    if (m_bids.empty() || m_asks.empty())
        return;
    m_mid = (m_bids.front().price + m_asks.front().price) / 2;
    follow(m_half, std::max(m_mid - m_bids.back().price, m_asks.back().price - m_mid));
    follow(m_top, std::max(m_bids.back().total, m_asks.back().total));
}

void DepthView::paintSide(QPainter& painter, const std::vector<Point>& points, const Axis& x, const Axis& y,
                          Role role) const
{
    if (points.empty())
        return;
    const QRectF plot = area();
    const bool live = m_depth.state == BookState::Live;
    QPolygonF line;
    double at = y.pixel(0);
    for (const Point& point : points) {
        const double px = x.pixel(point.price);
        line << QPointF(px, at);
        at = y.pixel(point.total);
        line << QPointF(px, at);
    }
    line << QPointF(role == Role::Bid ? plot.left() : plot.right(), at);
    QPolygonF ground = line;
    ground << QPointF(line.last().x(), y.pixel(0));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().tint(live ? role : Role::Stale, 0.18));
    painter.drawPolygon(ground);
    painter.setPen(QPen(theme().color(live ? role : Role::Stale), 1.5));
    painter.drawPolyline(line);
}

void DepthView::paintPlot(QPainter& painter)
{
    if (!m_notice.isEmpty()) {
        paintNotice(painter, rect(), m_notice, theme());
        return;
    }
    if (m_bids.empty() || m_asks.empty() || m_half <= 0)
        return;
    const QRectF plot = area();
    const Axis x{m_mid - m_half, m_mid + m_half, plot.left(), plot.right()};
    const Axis y{0, m_top, plot.bottom(), plot.top() + 18};
    setRightCharacters(std::max(8, static_cast<int>(QString::number(m_top, 'f', 3).size()) + 1));
    const double tickWidth = QFontMetricsF(theme().numbers(kSmall)).horizontalAdvance(QLatin1Char('0')) *
                             (static_cast<double>(QString::number(m_mid, 'f', 1).size()) + 3);
    paintValueAxis(painter, y, numberTicks(0, m_top, std::max(2, static_cast<int>(plot.height() / 40)), 0));
    paintBottomAxis(painter, x, numberTicks(x.low, x.high, std::max(2, static_cast<int>(plot.width() / tickWidth)), 0));
    painter.setClipRect(QRectF(plot.left(), 0, plot.width(), plot.bottom()));
    paintSide(painter, m_bids, x, y, Role::Bid);
    paintSide(painter, m_asks, x, y, Role::Ask);
    painter.setPen(QPen(theme().color(Role::Accent), 1, Qt::DotLine));
    const double mid = std::floor(x.pixel(m_mid)) + 0.5;
    painter.drawLine(QPointF(mid, 0), QPointF(mid, plot.bottom()));
    painter.setClipping(false);
    paintHover(painter, x, y);
}

void DepthView::paintHover(QPainter& painter, const Axis& x, const Axis& y)
{
    const int priceDigits = std::max(m_instrument.pricePrecision, 0);
    const int sizeDigits = m_instrument.quantityPrecision < 0 ? 4 : m_instrument.quantityPrecision;
    std::vector<Readout> parts;
    if (const auto at = crosshair()) {
        const double price = x.value(at->x());
        const bool bid = price < m_mid;
        double total = 0;
        for (const Point& point : bid ? m_bids : m_asks)
            if (bid ? point.price >= price : point.price <= price)
                total = point.total;
        paintCrosshair(painter);
        const Role role = bid ? Role::Bid : Role::Ask;
        parts = {{tr("To"), QString::number(price, 'f', priceDigits), role},
                 {tr("total %1").arg(words::base(m_instrument)), QString::number(total, 'f', sizeDigits), Role::Text},
                 {tr("from mid"), tr("%1 bp").arg(fixedText(1e4 * (price - m_mid) / m_mid, 2)), Role::Text}};
        paintTag(painter, TagSide::Right, y.pixel(total), QString::number(total, 'f', 3), theme().color(role),
                 theme().color(Role::Panel));
        paintTag(painter, TagSide::Bottom, at->x(), QString::number(price, 'f', priceDigits),
                 theme().color(Role::Muted), theme().color(Role::Panel));
    } else {
        parts = {
            {tr("Mid"), QString::number(m_mid, 'f', priceDigits + 1), Role::Accent},
            {tr("bids %1").arg(words::base(m_instrument)), QString::number(m_bids.back().total, 'f', 3), Role::Bid},
            {tr("asks %1").arg(words::base(m_instrument)), QString::number(m_asks.back().total, 'f', 3), Role::Ask}};
    }
    paintReadout(painter, parts);
}

void DepthView::keyPressEvent(QKeyEvent* event)
{
    const QRectF plot = area();
    const QPointF at = crosshair().value_or(plot.center());
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
        const double by = event->key() == Qt::Key_Left ? -4 : 4;
        setCrosshair(QPointF(std::clamp(at.x() + by, plot.left(), plot.right() - 1), at.y()));
    } else if (event->key() == Qt::Key_Escape && crosshair()) {
        setCrosshair({});
    } else {
        PlotWidget::keyPressEvent(event);
    }
}

}  // namespace tickdeck::ui
