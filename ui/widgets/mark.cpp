// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/mark.h"

#include <QPainter>
#include <QPainterPath>
#include <QWidget>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tickdeck::ui {

Role roleOf(Mark mark)
{
    constexpr std::array kRoles{Role::Muted, Role::Ok,    Role::Warn,    Role::Bad,
                                Role::Stale, Role::Muted, Role::Suspect, Role::Stale};
    return kRoles[static_cast<std::size_t>(mark)];
}

void paintMark(QPainter& painter, const QRectF& rect, Mark mark, const Theme& theme)
{
    if (mark == Mark::None)
        return;
    constexpr double r = 4.5;
    const QPointF c(std::floor(rect.center().x()) + 0.5, std::floor(rect.center().y()) + 0.5);
    const QColor color = theme.color(roleOf(mark));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const auto polygon = [&](std::initializer_list<QPointF> points) {
        QPolygonF shape;
        for (const QPointF& p : points)
            shape << c + p;
        painter.drawPolygon(shape);
    };
    const auto ring = [&](Qt::PenStyle style) {
        painter.setBrush(Qt::NoBrush);
        QPen pen(color, 1.5, style);
        if (style == Qt::CustomDashLine) {
            pen.setCapStyle(Qt::FlatCap);
            pen.setDashPattern({1.0, 1.0});
        }
        painter.setPen(pen);
        painter.drawEllipse(c, r - 0.7, r - 0.7);
    };
    switch (mark) {
    case Mark::None: break;
    case Mark::Ok: painter.drawEllipse(c, r, r); break;
    case Mark::Degraded:
        ring(Qt::SolidLine);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawPie(QRectF(c.x() - r, c.y() - r, 2 * r, 2 * r), 90 * 16, 180 * 16);
        break;
    case Mark::Failed: polygon({{0, -5}, {5, 4.2}, {-5, 4.2}}); break;
    case Mark::Stopped: polygon({{-4, -4}, {4, -4}, {4, 4}, {-4, 4}}); break;
    case Mark::Starting: ring(Qt::SolidLine); break;
    case Mark::Suspect: polygon({{0, -5.2}, {5.2, 0}, {0, 5.2}, {-5.2, 0}}); break;
    case Mark::Stale: ring(Qt::CustomDashLine); break;
    }
    painter.restore();
}

void paintSparkline(QPainter& painter, const QRectF& rect, std::span<const float> samples, const Theme& theme,
                    Role role, bool fromZero)
{
    if (samples.empty() || rect.width() < 2)
        return;
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    float top = fromZero ? 0 : -kInfinity;
    float floor = fromZero ? 0 : kInfinity;
    for (const float s : samples)
        if (std::isfinite(s)) {
            top = std::max(top, s);
            floor = std::min(floor, s);
        }
    const double scale = top > floor ? (rect.height() - 2) / static_cast<double>(top - floor) : 0;
    const double step = rect.width() / static_cast<double>(std::max<std::size_t>(samples.size() - 1, 1));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPolygonF line;
    const auto flush = [&] {
        if (line.size() > 1) {
            QPolygonF area = line;
            area << QPointF(line.last().x(), rect.bottom()) << QPointF(line.first().x(), rect.bottom());
            if (fromZero) {
                painter.setPen(Qt::NoPen);
                painter.setBrush(theme.tint(role, 0.14));
                painter.drawPolygon(area);
            }
            painter.setPen(QPen(theme.color(role), 1));
            painter.drawPolyline(line);
        }
        line.clear();
    };
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (!std::isfinite(samples[i])) {
            flush();
            continue;
        }
        line << QPointF(rect.left() + step * static_cast<double>(i),
                        rect.bottom() - 1 - scale * static_cast<double>(samples[i] - floor));
    }
    flush();
    painter.restore();
}

void paintGap(QPainter& painter, const QRectF& rect, const Theme& theme, bool open)
{
    const Role role = open ? Role::Bad : Role::Warn;
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.fillRect(rect, theme.tint(role, 0.08));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.tint(role, 0.45), 1));
    constexpr double kPitch = 8;
    for (double x = std::floor((rect.left() - rect.height()) / kPitch) * kPitch; x < rect.right(); x += kPitch)
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
    painter.restore();
}

void paintNotice(QPainter& painter, const QRectF& rect, const Notice& notice, const Theme& theme)
{
    if (notice.isEmpty())
        return;
    painter.save();
    const QFont first = theme.words(kBase);
    const QFont second = theme.words(kSmall);
    const QRectF area = rect.adjusted(12, 0, -12, 0);
    const QFontMetricsF firstMetrics(first);
    const QFontMetricsF secondMetrics(second);
    constexpr int kFlags = Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap;
    const QRectF one = firstMetrics.boundingRect(area, kFlags, notice.sentence);
    const QRectF two = secondMetrics.boundingRect(area, kFlags, notice.nextStep);
    const double mark = notice.mark == Mark::None ? 0 : 22;
    double y = rect.center().y() - (mark + one.height() + 4 + two.height()) / 2;
    if (notice.mark != Mark::None)
        paintMark(painter, QRectF(rect.left(), y, rect.width(), 14), notice.mark, theme);
    y += mark;
    painter.setFont(first);
    painter.setPen(theme.color(Role::Text));
    painter.drawText(QRectF(area.left(), y, area.width(), one.height()), kFlags, notice.sentence);
    y += one.height() + 4;
    painter.setFont(second);
    painter.setPen(theme.color(Role::Muted));
    painter.drawText(QRectF(area.left(), y, area.width(), two.height()), kFlags, notice.nextStep);
    painter.restore();
}

void paintFocus(QPainter& painter, const QWidget& widget, const Theme& theme)
{
    if (!widget.hasFocus())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(theme.color(Role::Accent));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(widget.rect().adjusted(0, 0, -1, -1));
    painter.restore();
}

}  // namespace tickdeck::ui
