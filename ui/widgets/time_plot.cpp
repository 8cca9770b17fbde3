// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/time_plot.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolButton>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr double kArrow = 40;  // pixels an arrow key pans

}  // namespace

TimePlot::TimePlot(const Theme& theme, QWidget* parent) : PlotWidget(theme, parent), m_pill(new QToolButton(this))
{
    m_pill->setObjectName(QStringLiteral("pill"));
    m_pill->setText(tr("Go live ›"));
    m_pill->setToolTip(tr("Back to the newest (End)"));
    m_pill->setFocusPolicy(Qt::NoFocus);
    m_pill->hide();
    connect(m_pill, &QToolButton::clicked, this, &TimePlot::goLive);
}

void TimePlot::setGaps(std::vector<PlotGap> gaps)
{
    if (gaps == m_gaps)
        return;
    m_gaps = std::move(gaps);
    update();
}

void TimePlot::setNotice(const Notice& notice)
{
    if (m_notice == notice)
        return;
    m_notice = notice;
    placePill();
    update();
}

void TimePlot::setScale(double nanosAPixel, double least, double most, Nanos step)
{
    m_scale = nanosAPixel;
    m_least = least;
    m_most = most;
    m_step = step;
    m_back = 0;
    placePill();
    update();
}

void TimePlot::setReach(Nanos oldest, Nanos newest)
{
    if (oldest == m_oldest && newest == m_newest)
        return;
    if (m_back > 0 && newest > m_newest && m_newest > 0)
        m_back += static_cast<double>(newest - m_newest);
    m_oldest = oldest;
    m_newest = newest;
    seek();
    update();
}

void TimePlot::showTime(Nanos at)
{
    m_sought = at;
    seek();
}

void TimePlot::seek()
{
    if (!m_sought || m_newest <= m_oldest)
        return;
    const QRectF plot = area();
    // In the middle; held there, however near the newest.
    const double wanted = static_cast<double>(m_newest - *m_sought) - (plot.width() / 2 - kMargin) * m_scale;
    m_back = std::max(std::min(wanted, static_cast<double>(m_newest - m_oldest)), 1.0);
    const double pixel = timeAxis().pixel(*m_sought);
    // On an instant, not on a value: low, where its level covers nothing.
    setCrosshair(QPointF(std::clamp(pixel, plot.left(), plot.right() - 1), plot.bottom() - 1));
    placePill();
    update();
}

void TimePlot::goLive()
{
    m_sought.reset();
    m_back = 0;
    placePill();
    update();
}

TimePlot::TimeAxis TimePlot::timeAxis() const
{
    const QRectF plot = area();
    const double right = kMargin * m_scale - m_back;
    return {{right - plot.width() * m_scale, right, plot.left(), plot.right()}, m_newest};
}

std::optional<Nanos> TimePlot::pointedTime() const
{
    return crosshair() ? std::optional(timeAxis().time(crosshair()->x())) : std::nullopt;
}

const PlotGap* TimePlot::gapIn(Nanos from, Nanos to) const
{
    for (const PlotGap& gap : m_gaps)
        if (gap.from <= to && (gap.open || gap.to >= from))
            return &gap;
    return nullptr;
}

QString TimePlot::qualityOf(Nanos from, Nanos to) const
{
    const PlotGap* gap = gapIn(from, to);
    if (!gap)
        return tr("Whole: no gap touches it");
    return gap->open ? tr("In doubt: a gap is open since %1 UTC (%2)").arg(dateTimeText(gap->from), gap->cause)
                     : tr("In doubt: a gap from %1 to %2 UTC (%3)")
                           .arg(dateTimeText(gap->from), secondsText(gap->to), gap->cause);
}

void TimePlot::paintGaps(QPainter& painter, const TimeAxis& at) const
{
    const QRectF plot = area();
    for (const PlotGap& gap : m_gaps) {
        const double from = at.pixel(gap.from);
        const double to = gap.open ? plot.right() : at.pixel(gap.to);
        if (to < plot.left() || from > plot.right())
            continue;
        // However short, it is seen.
        paintGap(painter,
                 QRectF(QPointF(std::max(from, plot.left() - 10), 0), QPointF(std::max(to, from + 3), plot.bottom())),
                 theme(), gap.open);
    }
}

void TimePlot::paintTimes(QPainter& painter, const TimeAxis& at) const
{
    std::vector<Tick> ticks = timeTicks(at.low(), at.high(), std::max(2, static_cast<int>(area().width() / 90)));
    for (Tick& tick : ticks)
        tick.at -= static_cast<double>(at.origin);
    paintBottomAxis(painter, at.axis, ticks);
}

void TimePlot::paintPlot(QPainter& painter)
{
    if (!m_notice.isEmpty() || isEmpty())
        paintNotice(painter, rect(), m_notice, theme());
    else
        paintChart(painter);
}

void TimePlot::zoom(double factor, double pixel)
{
    m_sought.reset();
    const double before = m_scale;
    m_scale = std::clamp(m_scale / factor, m_least, m_most);
    // The instant under the pixel stays there.
    if (m_back > 0)
        m_back = std::max(m_back + (area().right() - kMargin - pixel) * (before - m_scale), 1.0);
    placePill();
    update();
}

void TimePlot::pan(double pixels)
{
    m_sought.reset();
    const double most = std::max(static_cast<double>(m_newest - m_oldest), 0.0);
    m_back = std::clamp(m_back + pixels * m_scale, 0.0, most);
    if (m_back < static_cast<double>(m_step) / 2)
        m_back = 0;
    placePill();
    update();
}

void TimePlot::moveCrosshair(int columns, int rows)
{
    m_sought.reset();
    const QRectF plot = area();
    const double pixels = std::max(static_cast<double>(m_step) / m_scale, 1.0);
    QPointF at = crosshair().value_or(
        QPointF(plot.right() - kMargin - pixels / 2 - (columns < 0 ? columns * pixels : 0), plot.center().y()));
    at += QPointF(columns * pixels, rows * 8.0);
    if (at.x() < plot.left()) {
        pan(plot.left() - at.x());
        at.setX(plot.left());
    } else if (at.x() > plot.right() - 1) {
        pan(plot.right() - 1 - at.x());
        at.setX(plot.right() - 1);
    }
    at.setY(std::clamp(at.y(), plot.top(), plot.bottom() - 1));
    setCrosshair(at);
}

void TimePlot::placePill()
{
    m_pill->setVisible(m_back > 0 && m_notice.isEmpty());
    m_pill->adjustSize();
    const QRectF plot = area();
    m_pill->move(static_cast<int>(plot.right()) - m_pill->width() - 8,
                 static_cast<int>(plot.bottom()) - m_pill->height() - 8);
}

bool TimePlot::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && !isEmpty()) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), why(), this);
        return true;
    }
    return PlotWidget::event(event);
}

void TimePlot::wheelEvent(QWheelEvent* event)
{
    const QPoint delta = event->angleDelta();
    if (event->modifiers().testFlag(Qt::ShiftModifier) || std::abs(delta.x()) > std::abs(delta.y()))
        pan((delta.x() != 0 ? delta.x() : delta.y()) / 120.0 * kArrow);
    else
        zoom(std::pow(1.15, delta.y() / 120.0), event->position().x());
    event->accept();
}

void TimePlot::keyPressEvent(QKeyEvent* event)
{
    const bool cross = event->modifiers().testFlag(Qt::ShiftModifier);
    const double middle = area().center().x();
    switch (event->key()) {
    case Qt::Key_Left: cross ? moveCrosshair(-1, 0) : pan(kArrow); return;
    case Qt::Key_Right: cross ? moveCrosshair(1, 0) : pan(-kArrow); return;
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (!cross)
            break;
        moveCrosshair(0, event->key() == Qt::Key_Up ? -1 : 1);
        return;
    case Qt::Key_PageUp: pan(area().width()); return;
    case Qt::Key_PageDown: pan(-area().width()); return;
    case Qt::Key_Home: pan(static_cast<double>(m_newest - m_oldest) / m_scale); return;
    case Qt::Key_End: goLive(); return;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(1.25, middle); return;
    case Qt::Key_Minus: zoom(0.8, middle); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (isEmpty())
            break;
        QToolTip::showText(mapToGlobal(crosshair().value_or(area().center()).toPoint()), why(), this);
        return;
    case Qt::Key_Escape:
        if (!crosshair())
            break;
        m_sought.reset();
        setCrosshair({});
        return;
    default: break;
    }
    PlotWidget::keyPressEvent(event);
}

void TimePlot::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_drag = event->position();
    PlotWidget::mousePressEvent(event);
}

void TimePlot::mouseMoveEvent(QMouseEvent* event)
{
    m_sought.reset();
    if (m_drag) {
        pan(event->position().x() - m_drag->x());
        m_drag = event->position();
    }
    PlotWidget::mouseMoveEvent(event);
}

void TimePlot::mouseReleaseEvent(QMouseEvent* event)
{
    m_drag.reset();
    PlotWidget::mouseReleaseEvent(event);
}

void TimePlot::resizeEvent(QResizeEvent* event)
{
    PlotWidget::resizeEvent(event);
    placePill();
    seek();
}

}  // namespace tickdeck::ui
