// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The list of all docks that the window has.

#include "ui/client/alerts.h"
#include "ui/client/engine_client.h"
#include "ui/client/symbol_link.h"
#include "ui/client/watch_list.h"
#include "ui/shell/dock_set.h"

namespace tickdeck::ui {

// In the order of the View menu. A new dock is one line here.
[[nodiscard]] std::vector<DockKind> dockKinds(Theme& theme, EngineClient& client, SymbolLinks& links, WatchList& watch,
                                              AlertCentre& alerts);

}  // namespace tickdeck::ui
