// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The whole way from a simulated venue to batches: simulator, session, lane, decoder.

#include <gtest/gtest.h>

#include "engine/net/lane.h"
#include "engine/plugin/connector.h"
#include "engine/sim/simulator.h"
#include "tests/support/waiter.h"

namespace tickdeck::test {

struct Journalled {
    std::vector<Batch> batches;
    std::vector<std::string> errors;
    std::array<std::size_t, kEventTypeCount> counts{};
    std::size_t snapshots = 0;  // of books
    std::size_t opened = 0;     // connections

    void add(Batch&& batch)
    {
        opened += batch.header().kind == BatchKind::Control && batch.header().control == ControlKind::Opened;
        for (const EventView event : batch) {
            ++counts[static_cast<std::size_t>(event.type())];
            const Book* book = event.as<Book>();
            snapshots += book && book->kind == BookKind::Snapshot;
        }
        batches.push_back(std::move(batch));
    }

    // visit(batch, event, struct) for each event of type E, in order.
    template <class E, class Visit>
    void forEach(Visit&& visit) const
    {
        for (const Batch& batch : batches)
            for (const EventView event : batch)
                if (const E* found = event.as<E>())
                    visit(batch, event, *found);
    }
    template <class E>
    [[nodiscard]] std::size_t count() const
    {
        return counts[static_cast<std::size_t>(E::kType)];
    }
};

class LaneRun {
public:
    // `settings` of the connector's section besides its addresses.
    LaneRun(const ConnectorSpec& spec, const SimulatorSpec& venue, sim::SimulatorOptions options,
            std::map<std::string, config::Value, std::less<>> settings)
        : m_simulator(venue.make(std::move(options)))
    {
        auto url = m_simulator->start();
        EXPECT_TRUE(url) << url.error().text();
        settings["url"] = *url;
        if (venue.rest)
            settings["rest_url"] = m_simulator->restUrl();
        const config::Section section(spec.settings.name, std::move(settings));
        net::LaneOptions lane;
        lane.lane = m_symbols.intern(spec.name, "", "public");
        lane.endpoints = spec.endpoints(section);
        lane.wanted = spec.wanted(section);
        if (spec.rest)
            lane.rest = spec.rest(section);
        lane.tick = std::chrono::milliseconds(20);
        lane.session.backoff = {.first = 20 * kMillisecond, .cap = 50 * kMillisecond, .floor = 5 * kMillisecond};
        net::LaneHooks hooks;
        hooks.push = [this](Batch&& batch) {
            m_journal.update([&](Journalled& journal) { journal.add(std::move(batch)); });
            return true;
        };
        hooks.error = [this](const Error& error, const Batch& batch) {
            m_journal.update([&](Journalled& journal) {
                journal.errors.push_back(error.text() + ": " + std::string(batch.payload()));
            });
        };
        m_lane = std::make_unique<net::Lane>(m_thread, std::move(lane), spec.makeDecoder(section, m_symbols), m_pool,
                                             m_clock, nullptr, std::move(hooks));
        m_lane->start();
    }
    ~LaneRun() { m_lane->stop(std::chrono::seconds(5)); }
    LaneRun(const LaneRun&) = delete;
    LaneRun& operator=(const LaneRun&) = delete;

    sim::Simulator& simulator() { return *m_simulator; }
    net::Lane& lane() { return *m_lane; }
    Watched<Journalled>& journal() { return m_journal; }
    const SymbolName& name(SymbolId id) const { return m_symbols.name(id); }

    // Whether so many books have come as snapshots.
    bool waitForSnapshots(std::size_t count)
    {
        return m_journal.waitUntil([&](const Journalled& journal) { return journal.snapshots >= count; });
    }
    // Whether connections were opened so often. LaneCounters::connects has counted them then.
    bool waitForOpened(std::size_t count)
    {
        return m_journal.waitUntil([&](const Journalled& journal) { return journal.opened >= count; });
    }

private:
    SymbolTable m_symbols;
    SystemClock m_clock;
    BufferPool m_pool;
    Watched<Journalled> m_journal;
    std::unique_ptr<sim::Simulator> m_simulator;
    net::IoThread m_thread{"io-0"};
    std::unique_ptr<net::Lane> m_lane;
};

}  // namespace tickdeck::test
