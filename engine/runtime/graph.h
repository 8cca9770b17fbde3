// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What one engine is made of, in the order in which it is built; taken down the other way round.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/net/clock_lane.h"
#include "engine/net/io_thread.h"
#include "engine/net/lane.h"
#include "engine/ops/control_socket.h"
#include "engine/ops/data_lock.h"
#include "engine/ops/dead_letters.h"
#include "engine/ops/health.h"
#include "engine/ops/log.h"
#include "engine/ops/metrics.h"
#include "engine/ops/state_db.h"
#include "engine/ops/supervisor.h"
#include "engine/pipelines/runner.h"
#include "engine/plugin/connector.h"
#include "engine/plugin/sink.h"
#include "engine/router/live_state.h"
#include "engine/router/router.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/engine_lane.h"
#include "engine/runtime/gap_ledger.h"
#include "engine/runtime/letter_numbers.h"
#include "engine/runtime/live_settings.h"
#include "engine/runtime/monitor.h"
#include "engine/runtime/settings_store.h"
#include "engine/runtime/sink_feed.h"
#include "engine/serve/http.h"
#include "engine/sinks/runner.h"

namespace tickdeck::runtime {

// Built, started and stopped by one thread; the hooks of its parts run on their threads. Readers of another thread go
// through the const members that say so.
class Engine::Graph {
public:
    explicit Graph(EngineOptions options)
        : m_options(std::move(options)), m_settings(std::make_shared<const config::Settings>(m_options.settings))
    {
    }
    ~Graph();

    [[nodiscard]] Result<> start();
    Result<> stop();

    // Any thread, between start() and the end.
    [[nodiscard]] Clock& clock() noexcept { return m_clock; }
    [[nodiscard]] const SymbolTable& symbols() const noexcept { return m_symbols; }
    [[nodiscard]] SymbolTable& symbols() noexcept { return m_symbols; }
    [[nodiscard]] BufferPool& pool() noexcept { return m_pool; }
    [[nodiscard]] LiveState& live() noexcept { return *m_live; }
    [[nodiscard]] const Monitor& monitor() const noexcept { return *m_monitor; }
    [[nodiscard]] const ops::Log& log() const noexcept { return *m_log; }
    [[nodiscard]] ops::StateDb& stateDb() noexcept { return *m_stateDb; }
    [[nodiscard]] std::shared_ptr<const api::Identity> identity() const noexcept { return m_identity; }
    [[nodiscard]] const EngineOptions& options() const noexcept { return m_options; }
    // The settings in force: the same value for as long as the caller holds it.
    [[nodiscard]] std::shared_ptr<const config::Settings> settings() const;
    [[nodiscard]] const SettingsStore& settingsStore() const noexcept { return *m_settingsStore; }
    [[nodiscard]] LiveSettings& liveSettings() noexcept { return *m_liveSettings; }
    [[nodiscard]] const std::vector<SinkSpec>& sinkSpecs() const noexcept { return m_sinkSpecs; }
    [[nodiscard]] SinkContext sinkContext() const;
    // Has all sinks store durably what has come in so far. Waits, until it is stopped or the engine stops.
    [[nodiscard]] Result<> flushSinks(std::chrono::milliseconds limit, const std::stop_token& stopped);

    // dead_letters.cpp; any thread, waiting for state.db, the journal and stores.
    [[nodiscard]] Result<api::DeadLetters> listDeadLetters(std::size_t most);
    [[nodiscard]] Result<api::DeadLetter> showDeadLetter(std::int64_t id);
    // As api::Engine::retryDeadLetters; what is not done within some seconds, or before `enough`, is not tried.
    [[nodiscard]] Result<std::string> retryDeadLetters(std::span<const std::int64_t> ids,
                                                       const std::function<bool()>& enough);
    [[nodiscard]] Result<std::uint64_t> dropDeadLetters(std::span<const std::int64_t> ids);

private:
    // There is a unit for each spec, whether it runs or not; the lists do not change once they are made. What runs is made,
    // replaced and taken away by the holder of m_changeMutex, under m_unitMutex.
    struct LaneUnit {
        const ConnectorSpec* spec = nullptr;
        std::string name;
        std::string title;
        SymbolId symbol = 0;
        ops::Component* component = nullptr;      // null until it runs for the first time
        std::shared_ptr<net::Lane> lane;          // null: it does not run
        net::LaneCounters before;                 // of those that ran before
        Nanos previous = kNoTime;                 // what the next one is told as Started's "previous"
        std::atomic<Nanos> failedAt{kNoTime};     // receive time of what its decoder threw at
        std::shared_ptr<net::RateBudget> budget;  // of the venue; kept when the lane is made anew
        std::string budgetFor;                    // the addresses that it is for
        bool watched = false;                     // the supervision's: it is known there
    };
    struct SinkUnit {
        const SinkSpec* spec = nullptr;
        ops::Component* component = nullptr;    // null until it runs for the first time
        std::shared_ptr<sinks::Runner> runner;  // null: it does not run
        sinks::RunnerStatus before;             // of those that ran before
        bool watched = false;                   // the supervision's: it is known there
        Rate rate;                              // the monitor's
    };
    struct PipelineUnit {
        const PipelineSpec* spec = nullptr;
        std::string name;
        std::string title;
        ops::Component* component = nullptr;        // null until it runs for the first time
        std::shared_ptr<pipelines::Runner> runner;  // null: it does not run
        pipelines::PipelineCounters before;         // of those that ran before
        bool watched = false;                       // the supervision's: it is known there
        Rate rate;                                  // the monitor's
    };
    // Of a unit that runs or has run.
    struct LaneView {
        LaneUnit* unit = nullptr;
        ops::Component* component = nullptr;
        std::shared_ptr<net::Lane> lane;  // null: it does not run now
        net::LaneCounters counters;
    };
    struct PipelineView {
        PipelineUnit* unit = nullptr;
        ops::Component* component = nullptr;
        std::shared_ptr<pipelines::Runner> runner;  // null: it does not run now
        pipelines::PipelineCounters counters;
    };

    struct SinkView {
        SinkUnit* unit = nullptr;
        ops::Component* component = nullptr;
        std::shared_ptr<sinks::Runner> runner;  // null: it does not run now
        sinks::RunnerStatus status;
    };

    [[nodiscard]] Result<> openOps();
    [[nodiscard]] Result<> openJournal();
    // components.cpp
    [[nodiscard]] Result<> addSinks();
    [[nodiscard]] Result<> addPipelines();
    void addLanes();
    [[nodiscard]] std::shared_ptr<net::Lane> makeLane(LaneUnit& unit);
    [[nodiscard]] Result<std::shared_ptr<pipelines::Runner>> makePipeline(PipelineUnit& unit);
    [[nodiscard]] std::vector<LaneView> laneViews() const;
    [[nodiscard]] std::vector<PipelineView> pipelineViews() const;
    [[nodiscard]] std::vector<SinkView> sinkViews() const;
    // On the thread `supervision`. What hangs inside a call while it is restarted is waited for: until it returns nothing else
    // is restarted and no settings are changed; what runs goes on.
    void supervise(const std::stop_token& stopped);
    void watchNew();
    template <class Unit, class Act>
    [[nodiscard]] bool alone(Unit& unit, Act act);
    // apply.cpp, one call at a time
    [[nodiscard]] std::vector<config::ChangeFault> checkSettings(const config::Settings& next) const;
    // Whether all that was pushed is numbered, all that is numbered committed, within this time and before a stop.
    [[nodiscard]] bool numbered(std::chrono::milliseconds limit);
    [[nodiscard]] bool committed(std::chrono::milliseconds limit);
    [[nodiscard]] Result<> readyForSettings();
    void applySettings(const std::shared_ptr<const config::Settings>& next, const std::vector<std::string>& keys,
                       std::int64_t revision);
    void journalSettings(const config::Settings& next, const std::vector<std::string>& keys, std::int64_t revision);
    void stopLane(LaneUnit& unit, bool forGood);
    void stopPipeline(PipelineUnit& unit, bool forGood);
    void stopSink(SinkUnit& unit, bool forGood, std::chrono::milliseconds limit);
    void startLane(LaneUnit& unit, const char* why = "settings changed");
    void startPipeline(PipelineUnit& unit, const char* why = "settings changed");
    void startSink(SinkUnit& unit, const char* why = "settings changed");
    void tellDamage();
    void tellLostPlace(const std::string& reader, const LostPlace& place);
    [[nodiscard]] Result<> startServing();
    [[nodiscard]] Result<std::shared_ptr<sinks::Runner>> makeSink(SinkUnit& unit);
    [[nodiscard]] net::LaneHooks laneHooks(LaneUnit& unit, Input& input);
    [[nodiscard]] journal::Listener journalListener();
    // dead_letters.cpp
    void keepDeadLetter(std::string component, const Error& error, const Batch& batch);
    [[nodiscard]] Result<> keepRefused(const std::string& sink, const sinks::DeadLetter& letter);
    void countDeadLetter(const std::string& component);
    [[nodiscard]] Result<> noteSkip(const std::string& sink, Seq last);
    [[nodiscard]] Result<std::vector<sinks::SeqRange>> skippedBefore(const std::string& sink, Seq after);
    [[nodiscard]] bool canRetry(const ops::DeadLetter& letter) const;
    [[nodiscard]] Result<std::string> retry(std::int64_t id, const std::function<bool()>& over);
    [[nodiscard]] Result<std::string> retryInStore(const ops::DeadLetter& letter, const std::function<bool()>& over);
    [[nodiscard]] Result<std::vector<Seq>> eventsOfCut(const ops::DeadLetter& letter, const Batch& batch);
    [[nodiscard]] Result<std::string> retryDecode(const ops::DeadLetter& letter);
    [[nodiscard]] Result<Batch> journalled(Seq seq, bool withFrames, SymbolTable& symbols);
    [[nodiscard]] api::DeadLetter forFrontEnd(ops::DeadLetter letter) const;

    [[nodiscard]] Result<std::string> answer(std::string_view command, std::string_view arguments);

    // overview.cpp, on the monitor's thread
    void complete(api::Overview& overview, Nanos steady);
    void addStages(api::Overview& overview, Nanos steady);
    // metrics.cpp, on the thread of whoever scrapes
    void collectMetrics();

    EngineOptions m_options;
    std::shared_ptr<const config::Settings> m_settings;
    SystemClock m_clock;
    std::optional<ops::DataLock> m_lock;
    std::unique_ptr<ops::Log> m_log;
    std::unique_ptr<ops::StateDb> m_stateDb;
    std::unique_ptr<ops::Metrics> m_metrics;
    std::unique_ptr<ops::Health> m_health;
    std::unique_ptr<ops::DeadLetterQueue> m_deadLetters;
    LetterNumbers m_letterNumbers{
        [this](const std::string& component, Nanos time, Seq seq) { m_deadLetters->number(component, time, seq); }};
    std::shared_ptr<const api::Identity> m_identity;

    std::vector<ConnectorSpec> m_connectorSpecs;
    std::vector<PipelineSpec> m_pipelineSpecs;
    std::vector<SinkSpec> m_sinkSpecs;

    BufferPool m_pool;
    SymbolTable m_symbols;
    std::unique_ptr<journal::Journal> m_journal;
    ops::Component* m_journalHealth = nullptr;
    ops::Component* m_routerHealth = nullptr;
    Rate m_journalRate;
    std::unique_ptr<Router> m_router;
    std::unique_ptr<EngineLane> m_engineLane;
    std::unique_ptr<LiveState> m_live;
    std::unique_ptr<GapLedger> m_gapLedger;
    std::vector<std::unique_ptr<SinkUnit>> m_sinks;
    std::mutex m_changeMutex;        // whoever stops and starts components: a change of settings, the supervision
    mutable std::mutex m_unitMutex;  // briefly: of what runs in the lists, and of m_settings
    std::vector<std::unique_ptr<PipelineUnit>> m_pipelineUnits;
    std::unique_ptr<net::IoThread> m_io;
    std::vector<std::unique_ptr<LaneUnit>> m_lanes;
    std::unique_ptr<net::ClockLane> m_clockLane;
    std::unique_ptr<Monitor> m_monitor;
    std::unique_ptr<ops::Supervisor> m_supervisor;
    Parker m_supervisionPause;
    Thread m_supervision;
    std::size_t m_scrape = 0;
    std::unique_ptr<serve::HttpServer> m_http;
    std::uint64_t m_settingsOrdinal = 0;  // of the batches that tell changes
    std::unique_ptr<SettingsStore> m_settingsStore;
    std::unique_ptr<LiveSettings> m_liveSettings;
    std::unique_ptr<ops::ControlServer> m_control;
    std::atomic<bool> m_lanesRunning{false};
    std::atomic<bool> m_routing{false};
    std::atomic<bool> m_stopping{false};
    bool m_started = false;
    bool m_stopped = false;
};

}  // namespace tickdeck::runtime
