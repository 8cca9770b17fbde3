// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The painted price chart: candles of engine or venue, the mid, gaps hatched, volumes below.

#include <deque>
#include <memory>

#include "engine/api/snapshots.h"
#include "ui/widgets/time_plot.h"

namespace tickdeck::ui {

// GUI thread.
class CandleView : public TimePlot {
    Q_OBJECT
public:
    explicit CandleView(const Theme& theme, QWidget* parent = nullptr);

    void setInstrument(const api::Instrument& instrument);
    // Null: nothing yet.
    void setSeries(std::shared_ptr<const api::CandleSeries> series);
    // The chart ends at the candle of `now`, also when none comes.
    void setNow(Nanos now);
    // The mid as it is now; none: there is none. Its line begins when the view first sees it.
    void setMid(std::optional<Decimal> mid);
    void setShowsMid(bool shows);
    [[nodiscard]] bool showsMid() const { return m_showsMid; }
    [[nodiscard]] QString why() const override;

protected:
    void paintChart(QPainter& painter) override;
    [[nodiscard]] bool isEmpty() const override { return !m_series || m_series->candles.empty(); }

private:
    struct Frame {
        TimeAxis time;
        Axis price;
        Axis volume;
        double slot = 0;        // pixels a candle takes
        std::size_t first = 0;  // candles that are seen: [first, last)
        std::size_t last = 0;
    };
    struct Mid {
        Nanos time = 0;
        double price = 0;
    };
    static constexpr std::size_t kMidsKept = 7200;
    static constexpr Nanos kMidHole = 5 * kSecond;  // without a mid for so long the line is broken

    [[nodiscard]] Frame frame() const;
    // Of the crosshair; null: none.
    [[nodiscard]] const api::Candle* pointed() const;
    void paintCandles(QPainter& painter, const Frame& at) const;
    void paintMids(QPainter& painter, const Frame& at) const;
    void paintTags(QPainter& painter, const Frame& at) const;
    void paintLabels(QPainter& painter, const Frame& at) const;

    api::Instrument m_instrument;
    std::shared_ptr<const api::CandleSeries> m_series;
    Nanos m_now = 0;
    std::optional<Decimal> m_mid;
    std::deque<Mid> m_mids;  // one a second
    bool m_showsMid = true;
};

}  // namespace tickdeck::ui
