// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/dock_kinds.h"

#include <QCoreApplication>

#include "ui/docks/alerts_dock.h"
#include "ui/docks/candle_dock.h"
#include "ui/docks/dead_letters_dock.h"
#include "ui/docks/depth_dock.h"
#include "ui/docks/gaps_dock.h"
#include "ui/docks/health_dock.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/log_dock.h"
#include "ui/docks/mark_dock.h"
#include "ui/docks/settings_dock.h"
#include "ui/docks/stages_dock.h"
#include "ui/docks/trades_dock.h"
#include "ui/docks/watch_dock.h"

namespace tickdeck::ui {

namespace {

struct KindWords {
    Q_DECLARE_TR_FUNCTIONS(DockKinds)
};

}  // namespace

std::vector<DockKind> dockKinds(Theme& theme, EngineClient& client, SymbolLinks& links, WatchList& watch,
                                AlertCentre& alerts)
{
    const auto one = [](const char* id, const QString& title, std::function<Dock*()> make) {
        return DockKind{QLatin1String(id), title, std::move(make), false};
    };
    const auto many = [](const char* id, const QString& title, std::function<Dock*()> make) {
        return DockKind{QLatin1String(id), title, std::move(make), true};
    };
    return {
        one("health", KindWords::tr("Health"), [&] { return new HealthDock(theme, client); }),
        one("stages", KindWords::tr("Sinks and pipelines"), [&] { return new StagesDock(theme, client); }),
        one("gaps", KindWords::tr("Gaps"), [&] { return new GapsDock(theme, client); }),
        one("alerts", KindWords::tr("Alerts"), [&] { return new AlertsDock(theme, client, alerts); }),
        one("dead_letters", KindWords::tr("Dead letters"), [&] { return new DeadLettersDock(theme, client); }),
        one("log", KindWords::tr("Log"), [&] { return new LogDock(theme, client); }),
        one("settings", KindWords::tr("Settings"), [&] { return new SettingsDock(theme, client); }),
        one("watch", KindWords::tr("Watch"), [&] { return new WatchDock(theme, client, links, watch); }),
        many("candles", KindWords::tr("Chart"), [&] { return new CandleDock(theme, client, links); }),
        many("ladder", KindWords::tr("Ladder"), [&] { return new LadderDock(theme, client, links); }),
        many("trades", KindWords::tr("Trades"), [&] { return new TradesDock(theme, client, links); }),
        many("mark", KindWords::tr("Mark and funding"), [&] { return new MarkDock(theme, client, links); }),
        many("depth", KindWords::tr("Depth"), [&] { return new DepthDock(theme, client, links); }),
    };
}

}  // namespace tickdeck::ui
