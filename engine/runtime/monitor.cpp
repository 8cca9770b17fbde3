// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/monitor.h"

#include <algorithm>

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
            keepTrades(batch);
        }
        if (const Nanos steady = m_sources.clock->steady(); steady >= nextOverview) {
            nextOverview = steady + kOverviewEvery;
            takeOverview();
        }
    }
}

void Monitor::keepTrades(const Batch& batch)
{
    for (const EventView event : batch) {
        const Trade* trade = event.as<Trade>();
        if (!trade)
            continue;
        const std::scoped_lock lock(m_mutex);
        m_trades.push_back({.symbol = event.symbol(),
                            .price = trade->price,
                            .quantity = trade->quantity,
                            .side = trade->side,
                            .backfilled = trade->backfilled,
                            .exchangeTime = event.exchangeTime(),
                            .receiveTime = batch.header().receiveTime,
                            .seq = event.seq(),
                            .tradeId = std::string(trade->tradeId.view())});
        ++m_tradesEver;
        if (m_trades.size() > kTradesKept)
            m_trades.pop_front();
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
    api::Page<api::Trade> page;
    page.next = m_tradesEver;
    cursor = std::min(cursor, m_tradesEver);
    const std::uint64_t wanted = m_tradesEver - cursor;
    const std::uint64_t given = std::min<std::uint64_t>({wanted, m_trades.size(), limit});
    page.lost = cursor == 0 ? 0 : wanted - given;
    page.items.assign(m_trades.end() - static_cast<std::ptrdiff_t>(given), m_trades.end());
    return page;
}

}  // namespace tickdeck::runtime
