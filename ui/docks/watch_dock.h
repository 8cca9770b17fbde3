// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The instruments that are watched, with their best prices; choosing one sets symbol link A.

#include "ui/client/symbol_link.h"
#include "ui/client/watch_list.h"
#include "ui/docks/overview_dock.h"
#include "ui/models/minute_samples.h"

namespace tickdeck::ui {

class WatchDock final : public OverviewDock {
    Q_OBJECT
public:
    WatchDock(const Theme& theme, EngineClient& client, SymbolLinks& links, WatchList& list);
    // As listed.
    [[nodiscard]] std::vector<SymbolName> shown() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    std::vector<Row> rows() override;
    void choose();
    void sample();

    SymbolLinks& m_links;
    WatchList& m_list;
    std::vector<api::Instrument> m_shown;
    std::size_t m_unlisted = 0;  // chosen ones that the engine does not list
    MinuteSamples m_mids;
};

}  // namespace tickdeck::ui
