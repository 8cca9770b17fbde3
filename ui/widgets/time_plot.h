// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What charts over time have in common: UTC axis, zoom and pan by mouse and keys, crosshair, gap hatching, going live.

#include <cstdint>

#include "ui/widgets/mark.h"
#include "ui/widgets/plot.h"

class QToolButton;

namespace tickdeck::ui {

// A stretch of time in which something may be missing.
struct PlotGap {
    Nanos from = 0;
    Nanos to = 0;       // of an open one: not used
    bool open = false;  // still
    QString cause;
    friend bool operator==(const PlotGap&, const PlotGap&) = default;
};

// GUI thread. Follows the newest instant until it is dragged or scrolled back; End or the pill goes live again. Wheel, + and
// − zoom; Shift+wheel, arrows and dragging pan; Shift+arrows move the crosshair; Enter and hovering tell why.
class TimePlot : public PlotWidget {
    Q_OBJECT
public:
    explicit TimePlot(const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] bool isLive() const { return m_back == 0; }
    void setGaps(std::vector<PlotGap> gaps);
    // Scrolls to the instant, as far back as the chart reaches, with the crosshair on it; stays until the user moves.
    void showTime(Nanos at);
    // Shown in place of the chart.
    void setNotice(const Notice& notice);
    // What is said of the instant under the crosshair, or of the newest: age, source, quality.
    [[nodiscard]] virtual QString why() const = 0;

protected:
    struct TimeAxis {
        Axis axis;  // nanoseconds since `origin`
        Nanos origin = 0;
        [[nodiscard]] double pixel(Nanos time) const { return axis.pixel(static_cast<double>(time - origin)); }
        [[nodiscard]] Nanos time(double pixel) const { return origin + static_cast<Nanos>(axis.value(pixel)); }
        [[nodiscard]] Nanos low() const { return origin + static_cast<Nanos>(axis.low); }
        [[nodiscard]] Nanos high() const { return origin + static_cast<Nanos>(axis.high); }
    };

    // Nanoseconds a pixel, with their limits; the crosshair moves by `step`. Goes live.
    void setScale(double nanosAPixel, double least, double most, Nanos step);
    [[nodiscard]] double scale() const { return m_scale; }
    // How far the chart reaches. Scrolled back, the same stays in sight while time goes on.
    void setReach(Nanos oldest, Nanos newest);
    [[nodiscard]] Nanos newest() const { return m_newest; }
    void goLive();
    [[nodiscard]] TimeAxis timeAxis() const;
    // Under the crosshair; none: there is no crosshair.
    [[nodiscard]] std::optional<Nanos> pointedTime() const;
    // The gap that touches [from, to]; null: none.
    [[nodiscard]] const PlotGap* gapIn(Nanos from, Nanos to) const;
    // One sentence about it for why().
    [[nodiscard]] QString qualityOf(Nanos from, Nanos to) const;
    void paintGaps(QPainter& painter, const TimeAxis& at) const;
    void paintTimes(QPainter& painter, const TimeAxis& at) const;

    // Where there are data and no notice.
    virtual void paintChart(QPainter& painter) = 0;
    [[nodiscard]] virtual bool isEmpty() const = 0;
    void paintPlot(QPainter& painter) final;

    bool event(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    // Keeps the instant at the pixel where it is, unless the chart is live.
    void zoom(double factor, double pixel);
    void pan(double pixels);
    void moveCrosshair(int columns, int rows);
    void placePill();
    void seek();

    static constexpr double kMargin = 18;  // pixels right of the newest
    std::vector<PlotGap> m_gaps;
    Notice m_notice;
    double m_scale = 1e9;
    double m_least = 1;
    double m_most = 1e12;
    Nanos m_step = kSecond;
    Nanos m_oldest = 0;
    Nanos m_newest = 0;
    double m_back = 0;              // nanoseconds scrolled back
    std::optional<Nanos> m_sought;  // of showTime(), until the user moves
    std::optional<QPointF> m_drag;
    QToolButton* m_pill;
};

}  // namespace tickdeck::ui
