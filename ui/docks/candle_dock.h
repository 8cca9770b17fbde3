// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One instrument's price chart.

#include "ui/docks/gap_watch.h"
#include "ui/docks/symbol_dock.h"

class QButtonGroup;
class QToolButton;

namespace tickdeck::ui {

class CandleView;

class CandleDock final : public SymbolDock {
    Q_OBJECT
public:
    CandleDock(const Theme& theme, EngineClient& client, SymbolLinks& links);
    [[nodiscard]] CandleView& view() { return *m_view; }
    [[nodiscard]] Nanos interval() const { return m_interval; }
    [[nodiscard]] BuiltBy built() const { return m_built; }
    void setInterval(Nanos interval);
    void setBuilt(BuiltBy built);
    [[nodiscard]] QJsonObject look() const override;
    void setLook(const QJsonObject& look) override;

private:
    void instrumentChanged() override;
    void refresh() override;
    void showTime(Nanos at) override { m_sought = at; }
    void offerIntervals();
    void showChoice();
    void watchGaps();
    void seek();

    static constexpr Nanos kCandles = 2000;             // as many as a series has at most
    static constexpr unsigned kFramesOfIntervals = 15;  // frames from one question for them to the next

    CandleView* m_view;
    QButtonGroup* m_buttons;
    QToolButton* m_venue;
    QToolButton* m_mid;
    std::vector<Nanos> m_intervals;
    Nanos m_interval = 0;
    BuiltBy m_built = BuiltBy::Engine;
    unsigned m_frames = 0;
    std::optional<Nanos> m_sought;  // goes to the view once the widths are known
    GapWatch m_gaps;
};

}  // namespace tickdeck::ui
