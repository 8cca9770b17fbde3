// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/monitor.h"

namespace tickdeck::runtime {

namespace {

constexpr std::size_t kMostGaps = 200;
constexpr Nanos kOverviewEvery = 250 * kMillisecond;

}  // namespace

Monitor::Monitor(Sources sources) : m_sources(std::move(sources)), m_stats(*m_sources.symbols) {}

Monitor::~Monitor() { stop(); }

Result<> Monitor::start()
{
    TRY_ASSIGN(m_reader, m_sources.router->addReader("monitor", {.policy = WhenLapped::Drop}));
    takeOverview();
    m_thread = Thread("monitor", [this](const std::stop_token& stopped) { run(stopped); });
    return {};
}

void Monitor::stop()
{
    m_thread.requestStop();
    if (m_reader)
        m_reader->wake();
    m_thread.join();
}

void Monitor::run(const std::stop_token& stopped)
{
    std::vector<Batch> batches;
    Nanos nextOverview = 0;
    while (!stopped.stop_requested()) {
        batches.clear();
        static_cast<void>(m_reader->step(batches, 512, std::chrono::milliseconds(50)));  // a Drop reader never fails
        const Nanos now = m_sources.clock->now();
        for (const Batch& batch : batches) {
            m_stats.observe(batch, now);
            keep(batch);
        }
        if (const Nanos steady = m_sources.clock->steady(); steady >= nextOverview) {
            nextOverview = steady + kOverviewEvery;
            takeOverview();
        }
    }
}

void Monitor::keep(const Batch& batch)
{
    bool marks = false;
    for (const EventView event : batch) {
        if (const Trade* trade = event.as<Trade>()) {
            const std::scoped_lock lock(m_mutex);
            m_trades.add({.symbol = event.symbol(),
                          .price = trade->price,
                          .quantity = trade->quantity,
                          .side = trade->side,
                          .backfilled = trade->backfilled,
                          .exchangeTime = event.exchangeTime(),
                          .receiveTime = batch.header().receiveTime,
                          .seq = event.seq(),
                          .tradeId = std::string(trade->tradeId.view())});
        } else if (const ForcedOrder* order = event.as<ForcedOrder>()) {
            const std::scoped_lock lock(m_mutex);
            m_forcedOrders.add({.symbol = event.symbol(),
                                .side = order->side,
                                .price = order->price,
                                .averagePrice = order->averagePrice,
                                .quantity = order->quantity,
                                .filled = order->filled,
                                .status = std::string(order->status.view()),
                                .exchangeTime = event.exchangeTime(),
                                .receiveTime = batch.header().receiveTime,
                                .seq = event.seq()});
        } else if (event.type() == EventType::Mark || event.type() == EventType::Funding) {
            marks = true;
        }
    }
    if (marks) {
        const std::scoped_lock lock(m_mutex);
        m_marks.observe(batch);
    }
}

void Monitor::takeOverview()
{
    auto overview = std::make_shared<api::Overview>();
    const Nanos steady = m_sources.clock->steady();
    overview->time = m_sources.clock->now();
    overview->streams = m_stats.streams(overview->time, steady);
    overview->gaps = m_stats.gaps(kMostGaps);
    overview->openGaps = m_stats.openGaps();
    m_sources.complete(*overview, steady);
    const std::scoped_lock lock(m_mutex);
    m_overview = std::move(overview);
}

std::shared_ptr<const api::Overview> Monitor::overview() const
{
    const std::scoped_lock lock(m_mutex);
    return m_overview;
}

api::Page<api::Trade> Monitor::trades(std::uint64_t cursor, std::size_t limit) const
{
    const std::scoped_lock lock(m_mutex);
    return m_trades.after(cursor, limit);
}

api::Page<api::ForcedOrder> Monitor::forcedOrders(std::uint64_t cursor, std::size_t limit) const
{
    const std::scoped_lock lock(m_mutex);
    return m_forcedOrders.after(cursor, limit);
}

std::uint64_t Monitor::marksSince(SymbolId symbol, std::uint64_t cursor, std::vector<api::MarkPoint>& out) const
{
    const std::scoped_lock lock(m_mutex);
    return m_marks.since(symbol, cursor, out);
}

}  // namespace tickdeck::runtime
