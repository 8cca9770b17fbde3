// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/client/engine_client.h"

#include <algorithm>

namespace tickdeck::ui {

namespace {

template <class T>
void keep(std::deque<T>& all, const std::vector<T>& items, std::size_t most)
{
    all.insert(all.end(), items.begin(), items.end());
    if (all.size() > most)
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

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
        m_places.clear();
        for (std::size_t i = 0; i < m_instruments->size(); ++i)
            m_places.emplace((*m_instruments)[i].id, i);
        m_isActive.clear();
        Q_EMIT instrumentsChanged();
        updateActive();
    }
    if (auto overview = m_engine.overview(); overview && overview != m_overview) {
        m_overview = std::move(overview);
        updateActive();
        Q_EMIT overviewChanged();
    }
    auto trades = m_engine.trades(m_tradeCursor, kTradesAFrame);
    m_tradeCursor = trades.next;
    if (!trades.items.empty()) {
        keep(m_trades, trades.items, kTradesKept);
        Q_EMIT tradesArrived(trades.items);
    }
    auto forced = m_engine.forcedOrders(m_forcedCursor, kTradesAFrame);
    m_forcedCursor = forced.next;
    if (!forced.items.empty()) {
        keep(m_forced, forced.items, kForcedKept);
        Q_EMIT forcedOrdersArrived(forced.items);
    }
    auto lines = m_engine.log(m_logCursor, kLinesAFrame);
    m_logCursor = lines.next;
    if (!lines.items.empty() || lines.lost > 0)
        Q_EMIT logArrived(lines.items, lines.lost);
    Q_EMIT frame();
}

void EngineClient::updateActive()
{
    Depth depth;
    std::vector<bool> is(m_instruments->size());
    for (std::size_t i = 0; i < is.size(); ++i) {
        const SymbolId id = (*m_instruments)[i].id;
        is[i] = m_engine.quote(id) || m_engine.depth(id, depth);
    }
    if (is == m_isActive && m_activeOf == m_instruments)
        return;
    m_isActive = std::move(is);
    m_activeOf = m_instruments;
    std::vector<api::Instrument> active;
    for (std::size_t i = 0; i < m_isActive.size(); ++i)
        if (m_isActive[i])
            active.push_back((*m_instruments)[i]);
    const bool same = std::ranges::equal(active, m_active, {}, &api::Instrument::id, &api::Instrument::id);
    m_active = std::move(active);
    if (!same)
        Q_EMIT activeChanged();
}

const api::Instrument* EngineClient::instrument(SymbolId id) const
{
    const auto found = m_places.find(id);
    return found == m_places.end() ? nullptr : &(*m_instruments)[found->second];
}

const api::Instrument* EngineClient::instrument(const SymbolName& name) const
{
    const auto found = std::ranges::find_if(*m_instruments, [&](const api::Instrument& each) {
        return each.name.venue == name.venue && each.name.native == name.native;
    });
    return found == m_instruments->end() ? nullptr : &*found;
}

const api::Instrument* EngineClient::instrumentOf(const std::string& venue, const std::string& symbol) const
{
    const auto fits = [&](const api::Instrument& each) {
        return each.name.venue == venue && (symbol.empty() || each.name.symbol == symbol);
    };
    for (const auto* list : {&m_active, m_instruments.get()})
        if (const auto found = std::ranges::find_if(*list, fits); found != list->end())
            return &*found;
    return nullptr;
}

bool EngineClient::isActive(SymbolId id) const
{
    const auto found = m_places.find(id);
    return found != m_places.end() && found->second < m_isActive.size() && m_isActive[found->second];
}

}  // namespace tickdeck::ui
