// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The painted depth chart: cumulative sizes as steps over price.

#include "engine/api/snapshots.h"
#include "ui/widgets/mark.h"
#include "ui/widgets/plot.h"

namespace tickdeck::ui {

// GUI thread. Repaints only for a depth that differs.
class DepthView : public PlotWidget {
    Q_OBJECT
public:
    explicit DepthView(const Theme& theme, QWidget* parent = nullptr);
    void setInstrument(const api::Instrument& instrument);
    void setDepth(const Depth& depth);
    void setNotice(const Notice& notice);

protected:
    void paintPlot(QPainter& painter) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Point {
        double price = 0;
        double total = 0;
    };
    void rescale();
    [[nodiscard]] static std::vector<Point> cumulate(std::span<const Level> levels, const Depth& depth);
    void paintSide(QPainter& painter, const std::vector<Point>& points, const Axis& x, const Axis& y, Role role) const;
    void paintHover(QPainter& painter, const Axis& x, const Axis& y);

    api::Instrument m_instrument;
    Depth m_depth;
    Notice m_notice;
    std::vector<Point> m_bids;  // best first
    std::vector<Point> m_asks;
    double m_mid = 0;
    double m_half = 0;  // price range to each side of the mid that is shown
    double m_top = 0;   // largest total that is shown
};

}  // namespace tickdeck::ui
