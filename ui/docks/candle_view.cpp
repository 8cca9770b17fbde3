// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/candle_view.h"

#include <QKeyEvent>
#include <QPainter>
#include <QToolButton>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr double kVolumePart = 0.16;  // of the plot's height
constexpr double kLeastSlot = 1;      // one candle a pixel column
constexpr double kMostSlot = 40;
constexpr double kMargin = 2;  // empty slots right of the newest
constexpr double kHead = 22;   // the readout's row

}  // namespace

CandleView::CandleView(const Theme& theme, QWidget* parent) : PlotWidget(theme, parent), m_pill(new QToolButton(this))
{
    setAccessibleName(tr("Candles"));
    m_pill->setText(tr("Go live ›"));
    m_pill->setToolTip(tr("Back to the newest candle (End)"));
    m_pill->setFocusPolicy(Qt::NoFocus);
    m_pill->hide();
    connect(m_pill, &QToolButton::clicked, this, [this] { scroll(-m_back); });
}

void CandleView::setInstrument(const api::Instrument& instrument)
{
    m_instrument = instrument;
    m_series.reset();
    m_newest = 0;
    m_gaps.clear();
    m_back = 0;
    placePill();
    update();
}

void CandleView::setSeries(std::shared_ptr<const api::CandleSeries> series)
{
    if (series == m_series)
        return;
    m_series = std::move(series);
    update();
}

void CandleView::setNow(Nanos now)
{
    if (!m_series)
        return;
    const Nanos newest = now / m_series->interval * m_series->interval;
    if (newest == m_newest)
        return;
    // Scrolled back, the same candles stay in sight while time goes on.
    if (m_back > 0 && newest > m_newest && m_newest > 0)
        m_back += static_cast<double>(newest - m_newest) / static_cast<double>(m_series->interval);
    m_newest = newest;
    update();
}

void CandleView::setGaps(std::vector<api::Gap> gaps)
{
    m_gaps = std::move(gaps);
    update();
}

void CandleView::setNotice(const Notice& notice)
{
    if (m_notice == notice)
        return;
    m_notice = notice;
    update();
}

CandleView::Frame CandleView::frame() const
{
    const auto& candles = m_series->candles;
    const QRectF plot = area();
    const auto interval = static_cast<double>(m_series->interval);
    Frame out;
    out.origin = std::max(candles.back().openTime, m_newest);
    const double right = (kMargin + 1 - m_back) * interval;
    out.time = {right - plot.width() / m_slot * interval, right, plot.left(), plot.right()};
    const auto from = out.origin + static_cast<Nanos>(out.time.low - interval);
    const auto to = out.origin + static_cast<Nanos>(out.time.high);
    const auto opens = [](const api::Candle& candle) { return candle.openTime; };
    out.first = static_cast<std::size_t>(std::ranges::lower_bound(candles, from, {}, opens) - candles.begin());
    out.last = static_cast<std::size_t>(std::ranges::upper_bound(candles, to, {}, opens) - candles.begin());
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    double volume = 0;
    for (std::size_t i = out.first; i < out.last; ++i) {
        low = std::min(low, candles[i].low.toDouble());
        high = std::max(high, candles[i].high.toDouble());
        volume = std::max(volume, candles[i].volume.toDouble());
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

void CandleView::paintGaps(QPainter& painter, const Frame& at) const
{
    const QRectF plot = area();
    for (const api::Gap& gap : m_gaps) {
        const bool open = gap.to == kNoTime;
        const double from = at.time.pixel(static_cast<double>(gap.from - at.origin));
        const double to = open ? plot.right() : at.time.pixel(static_cast<double>(gap.to - at.origin));
        if (to < plot.left() || from > plot.right())
            continue;
        // However short, it is seen.
        paintGap(painter, QRectF(QPointF(from, 0), QPointF(std::max(to, from + 3), plot.bottom())), theme(), open);
    }
}

void CandleView::paintCandles(QPainter& painter, const Frame& at) const
{
    const auto half = static_cast<double>(m_series->interval) / 2;
    const double body = std::max(1.0, std::floor(m_slot * 0.7));
    const QColor up = theme().color(Role::Bid);
    const QColor down = theme().color(Role::Ask);
    for (std::size_t i = at.first; i < at.last; ++i) {
        const api::Candle& candle = m_series->candles[i];
        const bool rises = candle.close >= candle.open;
        const QColor color = rises ? up : down;
        const double x = std::floor(at.time.pixel(static_cast<double>(candle.openTime - at.origin) + half));
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
        if (m_slot < 3) {
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

const api::Candle* CandleView::hovered(const Frame& at) const
{
    if (!crosshair())
        return nullptr;
    const Nanos time = at.origin + static_cast<Nanos>(at.time.value(crosshair()->x()));
    for (std::size_t i = at.first; i < at.last; ++i)
        if (const Nanos open = m_series->candles[i].openTime; open <= time && time < open + m_series->interval)
            return &m_series->candles[i];
    return nullptr;
}

void CandleView::paintLabels(QPainter& painter, const Frame& at)
{
    const int precision = m_instrument.pricePrecision;
    const api::Candle* over = hovered(at);
    const api::Candle& candle = over ? *over : m_series->candles.back();
    const bool rises = candle.close >= candle.open;
    const Role role = rises ? Role::Bid : Role::Ask;
    const double change =
        candle.open.isZero() ? 0 : 100 * (candle.close.toDouble() - candle.open.toDouble()) / candle.open.toDouble();
    const QColor ink = theme().color(Role::Panel);
    const api::Candle& last = m_series->candles.back();
    paintTag(painter, TagSide::Right, at.price.pixel(last.close.toDouble()), numberText(last.close, precision),
             theme().color(last.close >= last.open ? Role::Bid : Role::Ask), ink);
    if (const auto cross = crosshair()) {
        paintCrosshair(painter);
        if (cross->y() <= at.price.from)
            paintTag(painter, TagSide::Right, cross->y(),
                     QString::number(at.price.value(cross->y()), 'f', std::max(precision, 0)),
                     theme().color(Role::Muted), ink);
        const Nanos time = at.origin + static_cast<Nanos>(at.time.value(cross->x()));
        paintTag(painter, TagSide::Bottom, cross->x(), dateTimeText(time), theme().color(Role::Muted), ink);
    }
    paintReadout(painter,
                 {{QString(), secondsText(candle.openTime), Role::Muted},
                  {tr("O"), numberText(candle.open, precision), role},
                  {tr("H"), numberText(candle.high, precision), role},
                  {tr("L"), numberText(candle.low, precision), role},
                  {tr("C"), numberText(candle.close, precision), role},
                  {QString(),
                   (change >= 0 ? QStringLiteral("+") : QString()) + fixedText(change, 2) + QStringLiteral(" %"), role},
                  {tr("Volume %1").arg(words::base(m_instrument)),
                   numberText(candle.volume, m_instrument.quantityPrecision), Role::Text},
                  {tr("Trades"), countText(candle.trades), Role::Text}});
}

void CandleView::paintPlot(QPainter& painter)
{
    if (!m_notice.isEmpty() || !m_series || m_series->candles.empty()) {
        paintNotice(painter, rect(), m_notice, theme());
        return;
    }
    const int digits = std::max(m_instrument.pricePrecision, 0);
    setRightCharacters(std::max(8, static_cast<int>(numberText(m_series->candles.back().close, digits).size()) + 1));
    const QRectF plot = area();
    Frame at = frame();
    const auto low = at.origin + static_cast<Nanos>(at.time.low);
    const auto high = at.origin + static_cast<Nanos>(at.time.high);
    std::vector<Tick> times = timeTicks(low, high, std::max(2, static_cast<int>(plot.width() / 90)));
    for (Tick& tick : times)
        tick.at -= static_cast<double>(at.origin);
    paintValueAxis(painter, at.price,
                   numberTicks(at.price.low, at.price.high, std::max(2, static_cast<int>(plot.height() / 44)), digits),
                   at.price.pixel(m_series->candles.back().close.toDouble()));
    paintBottomAxis(painter, at.time, times);
    painter.setClipRect(QRectF(plot.left(), 0, plot.width(), plot.bottom()));
    paintGaps(painter, at);
    paintCandles(painter, at);
    painter.setPen(QPen(theme().tint(Role::Accent, 0.6), 1, Qt::DotLine));
    const double last = std::floor(at.price.pixel(m_series->candles.back().close.toDouble())) + 0.5;
    painter.drawLine(QPointF(plot.left(), last), QPointF(plot.right(), last));
    painter.setClipping(false);
    paintLabels(painter, at);
}

void CandleView::zoom(double factor)
{
    m_slot = std::clamp(m_slot * factor, kLeastSlot, kMostSlot);
    update();
}

void CandleView::scroll(double candles)
{
    const double most = m_series ? static_cast<double>(m_series->candles.size()) : 0;
    m_back = std::clamp(m_back + candles, 0.0, most);
    if (m_back < 0.5)
        m_back = 0;
    placePill();
    update();
}

void CandleView::placePill()
{
    m_pill->setVisible(m_back > 0);
    m_pill->adjustSize();
    const QRectF plot = area();
    m_pill->move(static_cast<int>(plot.right()) - m_pill->width() - 8,
                 static_cast<int>(plot.bottom()) - m_pill->height() - 8);
}

void CandleView::wheelEvent(QWheelEvent* event)
{
    const double steps = event->angleDelta().y() / 120.0;
    if (event->modifiers().testFlag(Qt::ShiftModifier))
        scroll(steps * 5);
    else
        zoom(std::pow(1.15, steps));
    event->accept();
}

void CandleView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left: scroll(5); return;
    case Qt::Key_Right: scroll(-5); return;
    case Qt::Key_PageUp: scroll(area().width() / m_slot); return;
    case Qt::Key_PageDown: scroll(-area().width() / m_slot); return;
    case Qt::Key_End: scroll(-m_back); return;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(1.25); return;
    case Qt::Key_Minus: zoom(0.8); return;
    default: PlotWidget::keyPressEvent(event);
    }
}

void CandleView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_drag = event->position();
    PlotWidget::mousePressEvent(event);
}

void CandleView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag) {
        scroll((event->position().x() - m_drag->x()) / m_slot);
        m_drag = event->position();
    }
    PlotWidget::mouseMoveEvent(event);
}

void CandleView::mouseReleaseEvent(QMouseEvent* event)
{
    m_drag.reset();
    PlotWidget::mouseReleaseEvent(event);
}

void CandleView::resizeEvent(QResizeEvent* event)
{
    PlotWidget::resizeEvent(event);
    placePill();
}

}  // namespace tickdeck::ui
