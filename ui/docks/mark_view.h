// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The painted chart of a perpetual's premium (mark − index) and funding rate over time, gaps hatched.

#include <memory>

#include "engine/api/snapshots.h"
#include "ui/widgets/time_plot.h"

namespace tickdeck::ui {

// (mark − index) / index, in hundredths of a percent; NaN where one is missing.
[[nodiscard]] double premiumPoints(const Nullable<Decimal>& mark, const Nullable<Decimal>& index);

// GUI thread.
class MarkView : public TimePlot {
    Q_OBJECT
public:
    explicit MarkView(const Theme& theme, QWidget* parent = nullptr);

    void setInstrument(const api::Instrument& instrument);
    // Null: nothing yet.
    void setSeries(std::shared_ptr<const api::MarkSeries> series);
    void setNow(Nanos now);
    [[nodiscard]] QString why() const override;

protected:
    void paintChart(QPainter& painter) override;
    [[nodiscard]] bool isEmpty() const override { return !m_series || m_series->points.empty(); }

private:
    struct Frame {
        TimeAxis time;
        Axis premium;
        Axis funding;
        std::size_t first = 0;  // points that are seen: [first, last)
        std::size_t last = 0;
    };
    static constexpr Nanos kHole = 5 * kSecond;  // without a point for so long the lines are broken

    [[nodiscard]] Frame frame() const;
    // Of the crosshair, or the newest; null: a hole.
    [[nodiscard]] const api::MarkPoint* pointed() const;
    template <class ValueOf>
    void paintLine(QPainter& painter, const Frame& at, const Axis& axis, const QColor& color, bool steps,
                   ValueOf&& valueOf) const;
    void paintLabels(QPainter& painter, const Frame& at) const;

    api::Instrument m_instrument;
    std::shared_ptr<const api::MarkSeries> m_series;
    Nanos m_now = 0;
};

}  // namespace tickdeck::ui
