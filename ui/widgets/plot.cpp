// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot.h"

#include <QDateTime>
#include <QMouseEvent>
#include <QPainter>

#include <array>
#include <cmath>

#include "ui/widgets/mark.h"

namespace tickdeck::ui {

namespace {

constexpr double kBottomAxis = 20;
constexpr double kPad = 6;

}  // namespace

std::vector<Tick> numberTicks(double low, double high, int count, int digits)
{
    std::vector<Tick> out;
    if (!(high > low) || count < 1)
        return out;
    const double raw = (high - low) / count;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    double step = power * 10;
    for (const double factor : {1.0, 2.0, 5.0})
        if (power * factor >= raw) {
            step = power * factor;
            break;
        }
    const int needed = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
    const auto first = static_cast<std::int64_t>(std::ceil(low / step));
    const auto last = static_cast<std::int64_t>(std::floor(high / step));
    for (std::int64_t i = first; i <= last && i - first <= 100; ++i) {
        const double value = static_cast<double>(i) * step;
        out.push_back({value, QString::number(value, 'f', std::max(digits, needed)), false});
    }
    return out;
}

std::vector<Tick> timeTicks(Nanos low, Nanos high, int count)
{
    constexpr std::array<Nanos, 19> kSteps{1,   2,    5,    10,   15,    30,    60,    120,   300,   600,
                                           900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800};
    std::vector<Tick> out;
    if (high <= low || count < 1)
        return out;
    Nanos step = kSteps.back() * kSecond;
    for (const Nanos candidate : kSteps)
        if ((high - low) / (candidate * kSecond) <= count) {
            step = candidate * kSecond;
            break;
        }
    constexpr Nanos kDay = 86'400 * kSecond;
    for (Nanos at = (low + step - 1) / step * step; at <= high; at += step) {
        const bool day = at % kDay == 0;
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(at / kMillisecond, Qt::UTC);
        const QString format = day                   ? QStringLiteral("d MMM")
                               : step < 60 * kSecond ? QStringLiteral("HH:mm:ss")
                                                     : QStringLiteral("HH:mm");
        out.push_back({static_cast<double>(at), QLocale(QLocale::English).toString(time, format), day});
    }
    return out;
}

PlotWidget::PlotWidget(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(120, 80);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QRectF PlotWidget::area() const
{
    const double axis = QFontMetricsF(m_theme.numbers(kSmall)).horizontalAdvance(QLatin1Char('0')) * m_rightCharacters;
    return QRectF(0, kPad, width() - axis - 2 * kPad, height() - kPad - kBottomAxis);
}

void PlotWidget::setRightCharacters(int characters) { m_rightCharacters = characters; }

void PlotWidget::setCrosshair(std::optional<QPointF> at)
{
    if (m_crosshair == at)
        return;
    m_crosshair = at;
    update();
}

void PlotWidget::paintEvent(QPaintEvent*)
{
    ++m_paints;
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Panel));
    paintPlot(painter);
    paintFocus(painter, *this, m_theme);
}

void PlotWidget::mouseMoveEvent(QMouseEvent* event)
{
    setCrosshair(area().contains(event->position()) ? std::optional(event->position()) : std::nullopt);
}

void PlotWidget::leaveEvent(QEvent*) { setCrosshair({}); }

void PlotWidget::paintValueAxis(QPainter& painter, const Axis& axis, const std::vector<Tick>& ticks,
                                std::optional<double> clearOf) const
{
    const QRectF plot = area();
    painter.setFont(m_theme.numbers(kSmall));
    const double half = QFontMetricsF(painter.font()).height() / 2;
    for (const Tick& tick : ticks) {
        const double y = std::round(axis.pixel(tick.at)) + 0.5;
        if (y < plot.top() || y > plot.bottom())
            continue;
        painter.setPen(m_theme.tint(Role::Line, 0.6));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        if (y - half < plot.top() - kPad || y + half > plot.bottom() + kPad ||
            (clearOf && std::abs(y - *clearOf) < half + 9))
            continue;
        painter.setPen(m_theme.color(Role::Muted));
        painter.drawText(QRectF(plot.right(), y - half, width() - plot.right() - kPad, 2 * half),
                         Qt::AlignRight | Qt::AlignVCenter, tick.text);
    }
    painter.setPen(m_theme.color(Role::Line));
    painter.drawLine(QPointF(plot.right() + 0.5, 0), QPointF(plot.right() + 0.5, plot.bottom()));
}

void PlotWidget::paintBottomAxis(QPainter& painter, const Axis& axis, const std::vector<Tick>& ticks) const
{
    const QRectF plot = area();
    painter.setFont(m_theme.numbers(kSmall));
    const QFontMetricsF metrics(painter.font());
    for (const Tick& tick : ticks) {
        const double x = std::round(axis.pixel(tick.at)) + 0.5;
        const double half = metrics.horizontalAdvance(tick.text) / 2;
        if (x < plot.left() || x > plot.right())
            continue;
        painter.setPen(m_theme.tint(Role::Line, tick.major ? 1.0 : 0.6));
        painter.drawLine(QPointF(x, 0), QPointF(x, plot.bottom()));
        if (x - half < plot.left() + 2 || x + half > plot.right() - 2)
            continue;
        painter.setPen(m_theme.color(tick.major ? Role::Text : Role::Muted));
        painter.drawText(QRectF(x - half - 1, plot.bottom(), 2 * half + 2, kBottomAxis), Qt::AlignCenter, tick.text);
    }
    painter.setPen(m_theme.color(Role::Line));
    painter.drawLine(QPointF(0, plot.bottom() + 0.5), QPointF(width(), plot.bottom() + 0.5));
}

void PlotWidget::paintTag(QPainter& painter, TagSide side, double pixel, const QString& text, const QColor& fill,
                          const QColor& ink) const
{
    const QRectF plot = area();
    painter.setFont(m_theme.numbers(kSmall));
    const QFontMetricsF metrics(painter.font());
    const double tagWidth = metrics.horizontalAdvance(text) + 2 * kPad;
    QRectF box;
    if (side == TagSide::Right) {
        const double y = std::clamp(pixel, plot.top() + 8, std::max(plot.top() + 8, plot.bottom() - 8));
        box = QRectF(plot.right() + 1, y - 8, width() - plot.right() - 1, 16);
    } else {
        const double x = std::clamp(pixel, tagWidth / 2, std::max(tagWidth / 2, plot.right() - tagWidth / 2));
        box = QRectF(x - tagWidth / 2, plot.bottom() + 2, tagWidth, 16);
    }
    painter.fillRect(box, fill);
    painter.setPen(ink);
    painter.drawText(side == TagSide::Right ? box.adjusted(0, 0, -kPad, 0) : box,
                     Qt::AlignVCenter | int{side == TagSide::Right ? Qt::AlignRight : Qt::AlignHCenter}, text);
}

void PlotWidget::paintCrosshair(QPainter& painter) const
{
    if (!m_crosshair)
        return;
    const QRectF plot = area();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(m_theme.color(Role::Muted), 1, Qt::DashLine));
    const QPointF at(std::floor(m_crosshair->x()) + 0.5, std::floor(m_crosshair->y()) + 0.5);
    painter.drawLine(QPointF(plot.left(), at.y()), QPointF(plot.right(), at.y()));
    painter.drawLine(QPointF(at.x(), 0), QPointF(at.x(), plot.bottom()));
}

void PlotWidget::paintReadout(QPainter& painter, const std::vector<Readout>& parts) const
{
    const QFont labels = m_theme.words(kSmall);
    const QFont values = m_theme.numbers(kSmall);
    const QFontMetricsF labelMetrics(labels);
    const QFontMetricsF valueMetrics(values);
    double total = 2 * kPad;
    for (const Readout& part : parts)
        total += labelMetrics.horizontalAdvance(part.label) + 4 + valueMetrics.horizontalAdvance(part.value) + 10;
    painter.fillRect(QRectF(0, 0, std::min(total, area().right()), 20), m_theme.tint(Role::Panel, 0.85));
    double x = kPad;
    for (const Readout& part : parts) {
        const double labelWidth = labelMetrics.horizontalAdvance(part.label);
        const double valueWidth = valueMetrics.horizontalAdvance(part.value);
        if (x + labelWidth + 4 + valueWidth > area().right() - kPad)
            break;
        painter.setFont(labels);
        painter.setPen(m_theme.color(Role::Muted));
        painter.drawText(QRectF(x, 0, labelWidth + 1, 20), Qt::AlignVCenter, part.label);
        x += labelWidth + 4;
        painter.setFont(values);
        painter.setPen(m_theme.color(part.role));
        painter.drawText(QRectF(x, 0, valueWidth + 1, 20), Qt::AlignVCenter, part.value);
        x += valueWidth + 10;
    }
}

}  // namespace tickdeck::ui
