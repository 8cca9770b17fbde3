// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The gaps that a chart hatches: asked of the engine off the GUI thread, again whenever the ledger changes.

#include "ui/client/engine_client.h"
#include "ui/widgets/time_plot.h"

namespace tickdeck::ui {

// GUI thread. Part of a dock; the client outlives it.
class GapWatch {
public:
    explicit GapWatch(EngineClient& client) : m_client(client) {}
    // Of the venue and symbol of `instrument` on this channel, over the last `reach`. Asks anew.
    void watch(const api::Instrument& instrument, std::string channel, Nanos reach);
    // Once a frame; none: nothing new.
    [[nodiscard]] std::optional<std::vector<PlotGap>> take();

private:
    EngineClient& m_client;
    SymbolName m_name;
    std::string m_channel;
    Nanos m_reach = 0;
    Nanos m_taken = 0;     // time of the overview last looked at
    std::string m_newest;  // ids and ends of those in the overview: a change asks anew
    bool m_wanted = false;
    api::AnswerRef<api::Gaps> m_answer;
};

}  // namespace tickdeck::ui
