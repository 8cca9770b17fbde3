// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/client/engine_client.h"

#include <algorithm>

namespace tickdeck::ui {

EngineClient::EngineClient(api::Engine& engine, std::chrono::milliseconds frame) : m_engine(engine)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(frame);
    connect(&m_timer, &QTimer::timeout, this, &EngineClient::pull);
}

void EngineClient::start()
{
    pull();
    m_timer.start();
}

void EngineClient::stop() { m_timer.stop(); }

void EngineClient::pull()
{
    m_stalls.turn();
    if (auto identity = m_engine.identity(); identity && identity != m_identity) {
        m_identity = std::move(identity);
        Q_EMIT identityChanged();
    }
    if (auto instruments = m_engine.instruments(); instruments && instruments != m_instruments) {
        m_instruments = std::move(instruments);
        Q_EMIT instrumentsChanged();
    }
    if (auto overview = m_engine.overview(); overview && overview != m_overview) {
        m_overview = std::move(overview);
        updateActive();
        Q_EMIT overviewChanged();
    }
    auto trades = m_engine.trades(m_tradeCursor, kTradesAFrame);
    m_tradeCursor = trades.next;
    if (!trades.items.empty())
        Q_EMIT tradesArrived(trades.items);
    auto lines = m_engine.log(m_logCursor, kLinesAFrame);
    m_logCursor = lines.next;
    if (!lines.items.empty() || lines.lost > 0)
        Q_EMIT logArrived(lines.items, lines.lost);
    Q_EMIT frame();
}

void EngineClient::updateActive()
{
    Depth depth;
    std::vector<api::Instrument> active;
    for (const api::Instrument& instrument : *m_instruments)
        if (m_engine.quote(instrument.id) || m_engine.depth(instrument.id, depth))
            active.push_back(instrument);
    const bool same = std::ranges::equal(active, m_active, {}, &api::Instrument::id, &api::Instrument::id);
    m_active = std::move(active);
    if (!same)
        Q_EMIT activeChanged();
}

const api::Instrument* EngineClient::instrument(SymbolId id) const
{
    const auto found = std::ranges::find(*m_instruments, id, &api::Instrument::id);
    return found == m_instruments->end() ? nullptr : &*found;
}

}  // namespace tickdeck::ui
