// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The symbol links between runs: each shows again what it showed, and something from the start.

#include <QObject>

#include <array>

#include "ui/client/engine_client.h"
#include "ui/client/symbol_link.h"
#include "ui/shell/look_settings.h"

namespace tickdeck::ui {

// GUI thread. What it is given outlives it. An instrument that is not listed (yet) is waited for, unless the user chooses
// another meanwhile; until then the link shows one of the first that have quotes.
class LinkKeeper : public QObject {
    Q_OBJECT
public:
    LinkKeeper(EngineClient& client, SymbolLinks& links, LookSettings& look, QObject* parent);

private:
    void read();
    void store();
    void fill();

    EngineClient& m_client;
    SymbolLinks& m_links;
    LookSettings& m_look;
    std::array<SymbolName, kLinkCount> m_wanted;
    bool m_filling = false;
};

}  // namespace tickdeck::ui
