// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window's side of an engine: asks at frame rate and hands on what is new, so that any number of messages makes one
// repaint.

#include <QObject>
#include <QTimer>

#include <chrono>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/api/engine.h"
#include "ui/client/stall_watch.h"

namespace tickdeck::ui {

// GUI thread. The engine outlives it. Snapshots are never null: before the first they are empty.
class EngineClient : public QObject {
    Q_OBJECT
public:
    explicit EngineClient(api::Engine& engine, std::chrono::milliseconds frame = std::chrono::milliseconds(20));

    // Asks at once and then each frame.
    void start();
    void stop();
    // One turn; what the timer calls.
    void pull();

    [[nodiscard]] api::Engine& engine() { return m_engine; }
    [[nodiscard]] Nanos now() const { return m_engine.now(); }
    [[nodiscard]] const api::Identity& identity() const { return *m_identity; }
    [[nodiscard]] const api::Overview& overview() const { return *m_overview; }
    [[nodiscard]] const std::vector<api::Instrument>& instruments() const { return *m_instruments; }
    // Those of which quotes or books have come, in the same order.
    [[nodiscard]] const std::vector<api::Instrument>& active() const { return m_active; }
    // Null for an id that is not listed.
    [[nodiscard]] const api::Instrument* instrument(SymbolId id) const;
    // By venue and native symbol.
    [[nodiscard]] const api::Instrument* instrument(const SymbolName& name) const;
    // The venue's first, an active one if there is any; that of this canonical name where `symbol` is not empty.
    [[nodiscard]] const api::Instrument* instrumentOf(const std::string& venue, const std::string& symbol) const;
    [[nodiscard]] bool isActive(SymbolId id) const;
    // The newest that were handed on, oldest first: what a view that opens later begins with.
    [[nodiscard]] std::vector<api::Trade> recentTrades() const { return {m_trades.begin(), m_trades.end()}; }
    [[nodiscard]] std::vector<api::ForcedOrder> recentForcedOrders() const
    {
        return {m_forced.begin(), m_forced.end()};
    }
    [[nodiscard]] const StallWatch& stalls() const { return m_stalls; }

Q_SIGNALS:
    void identityChanged();
    void overviewChanged();
    void instrumentsChanged();
    void activeChanged();
    void tradesArrived(const std::vector<api::Trade>& trades);
    void forcedOrdersArrived(const std::vector<api::ForcedOrder>& orders);
    void logArrived(const std::vector<api::LogLine>& lines, quint64 lost);
    // Last in each turn: live views ask for what they show and repaint if it changed.
    void frame();

private:
    void updateActive();

    static constexpr std::size_t kTradesAFrame = 1000;
    static constexpr std::size_t kLinesAFrame = 500;
    static constexpr std::size_t kTradesKept = 20'000;
    static constexpr std::size_t kForcedKept = 5'000;

    api::Engine& m_engine;
    QTimer m_timer;
    StallWatch m_stalls;
    std::shared_ptr<const api::Identity> m_identity = std::make_shared<const api::Identity>();
    std::shared_ptr<const api::Overview> m_overview = std::make_shared<const api::Overview>();
    std::shared_ptr<const std::vector<api::Instrument>> m_instruments =
        std::make_shared<const std::vector<api::Instrument>>();
    std::unordered_map<SymbolId, std::size_t> m_places;  // in m_instruments
    std::vector<bool> m_isActive;                        // by place
    std::vector<api::Instrument> m_active;
    std::shared_ptr<const std::vector<api::Instrument>> m_activeOf;  // what m_isActive goes with
    std::deque<api::Trade> m_trades;
    std::deque<api::ForcedOrder> m_forced;
    std::uint64_t m_tradeCursor = 0;
    std::uint64_t m_forcedCursor = 0;
    std::uint64_t m_logCursor = 0;
};

}  // namespace tickdeck::ui
