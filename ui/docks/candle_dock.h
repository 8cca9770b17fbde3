// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One instrument's candles.

#include "ui/docks/symbol_dock.h"

class QButtonGroup;

namespace tickdeck::ui {

class CandleView;

class CandleDock final : public SymbolDock {
    Q_OBJECT
public:
    CandleDock(const Theme& theme, EngineClient& client, SymbolLinks& links);
    [[nodiscard]] CandleView& view() { return *m_view; }

private:
    void instrumentChanged() override;
    void refresh() override;
    void offerIntervals();
    void setInterval(Nanos interval);
    void askForGaps();
    void takeGaps();

    CandleView* m_view;
    QButtonGroup* m_buttons;
    static constexpr unsigned kFramesOfIntervals = 15;  // frames from one question for them to the next
    std::vector<Nanos> m_intervals;
    Nanos m_interval = 0;
    unsigned m_frames = 0;
    std::string m_newestGap;  // id and end of the newest in the overview: a change asks anew
    bool m_gapsWanted = true;
    api::AnswerRef<std::vector<api::Gap>> m_gaps;
};

}  // namespace tickdeck::ui
