// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The small plot kit: axes, ticks, grid, crosshair and value tags for painted charts.

#include <QWidget>

#include <optional>
#include <vector>

#include "engine/core/time.h"
#include "ui/widgets/theme.h"

class QPainter;

namespace tickdeck::ui {

// A linear map of values to pixels; `from` is the pixel of `low`.
struct Axis {
    double low = 0;
    double high = 1;
    double from = 0;
    double to = 1;
    [[nodiscard]] double pixel(double value) const { return from + (value - low) / (high - low) * (to - from); }
    [[nodiscard]] double value(double pixel) const { return low + (pixel - from) / (to - from) * (high - low); }
};

struct Tick {
    double at = 0;
    QString text;
    bool major = false;  // a new day or hour, a round price
};

// At most `count` ticks on 1, 2 or 5 times a power of ten, `digits` after the point at least.
[[nodiscard]] std::vector<Tick> numberTicks(double low, double high, int count, int digits);
// At most `count` ticks on round UTC seconds, minutes, hours or days; values are nanoseconds.
[[nodiscard]] std::vector<Tick> timeTicks(Nanos low, Nanos high, int count);

enum class TagSide : std::uint8_t { Right, Bottom };

// A painted chart: an area with a value axis at the right and an axis below, and a crosshair that follows the mouse or,
// with the keyboard, the arrows. GUI thread. Subclasses paint in paintPlot() and call the helpers.
class PlotWidget : public QWidget {
    Q_OBJECT
public:
    explicit PlotWidget(const Theme& theme, QWidget* parent = nullptr);

    // How often it has painted; what benchmarks count.
    [[nodiscard]] std::uint64_t paints() const { return m_paints; }

protected:
    [[nodiscard]] const Theme& theme() const { return m_theme; }
    // Inside the axes. `rightDigits` characters are left for the value axis.
    [[nodiscard]] QRectF area() const;
    void setRightCharacters(int characters);

    virtual void paintPlot(QPainter& painter) = 0;

    // Labels that would lie under a tag at the pixel `clearOf` are left out.
    void paintValueAxis(QPainter& painter, const Axis& axis, const std::vector<Tick>& ticks,
                        std::optional<double> clearOf = {}) const;
    void paintBottomAxis(QPainter& painter, const Axis& axis, const std::vector<Tick>& ticks) const;
    // A filled label on an axis, at a pixel.
    void paintTag(QPainter& painter, TagSide side, double pixel, const QString& text, const QColor& fill,
                  const QColor& ink) const;
    void paintCrosshair(QPainter& painter) const;
    // Rows of label and value in a corner of the plot, on a ground that keeps them readable.
    struct Readout {
        QString label;
        QString value;
        Role role = Role::Text;
    };
    void paintReadout(QPainter& painter, const std::vector<Readout>& parts) const;

    [[nodiscard]] std::optional<QPointF> crosshair() const { return m_crosshair; }
    void setCrosshair(std::optional<QPointF> at);

    void paintEvent(QPaintEvent* event) final;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    const Theme& m_theme;
    std::optional<QPointF> m_crosshair;
    int m_rightCharacters = 10;
    std::uint64_t m_paints = 0;
};

}  // namespace tickdeck::ui
