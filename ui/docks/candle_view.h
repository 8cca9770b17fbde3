// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The painted candle chart: time-linear, gaps hatched, volumes below.

#include <memory>

#include "engine/api/snapshots.h"
#include "ui/widgets/mark.h"
#include "ui/widgets/plot.h"

class QToolButton;

namespace tickdeck::ui {

// GUI thread. Follows the newest candle until it is dragged or scrolled back; End or the pill goes live again.
class CandleView : public PlotWidget {
    Q_OBJECT
public:
    explicit CandleView(const Theme& theme, QWidget* parent = nullptr);

    void setInstrument(const api::Instrument& instrument);
    // Null: nothing yet.
    void setSeries(std::shared_ptr<const api::CandleSeries> series);
    // The chart ends at the candle of `now`, also when none comes.
    void setNow(Nanos now);
    void setGaps(std::vector<api::Gap> gaps);
    void setNotice(const Notice& notice);
    [[nodiscard]] bool isLive() const { return m_back == 0; }

protected:
    void paintPlot(QPainter& painter) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Frame {
        Axis time;  // nanoseconds since `origin`
        Axis price;
        Axis volume;
        Nanos origin = 0;
        std::size_t first = 0;  // candles that are seen: [first, last)
        std::size_t last = 0;
    };
    [[nodiscard]] Frame frame() const;
    [[nodiscard]] const api::Candle* hovered(const Frame& at) const;
    void paintGaps(QPainter& painter, const Frame& at) const;
    void paintCandles(QPainter& painter, const Frame& at) const;
    void paintLabels(QPainter& painter, const Frame& at);
    void zoom(double factor);
    void scroll(double candles);
    void placePill();

    api::Instrument m_instrument;
    std::shared_ptr<const api::CandleSeries> m_series;
    std::vector<api::Gap> m_gaps;
    Notice m_notice;
    Nanos m_newest = 0;  // when the newest candle opens, or would
    double m_slot = 8;   // pixels a candle takes
    double m_back = 0;   // candles scrolled back from the newest
    std::optional<QPointF> m_drag;
    QToolButton* m_pill;
};

}  // namespace tickdeck::ui
