// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/graph.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/ops/commands.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/sections.h"
#include "engine/runtime/settings_commands.h"

namespace tickdeck::runtime {

namespace {

using namespace std::chrono_literals;

// How long each part of a stop may take; together they stay below the five seconds that are promised.
constexpr auto kLaneStop = 800ms;
constexpr auto kPipelineStop = 1'200ms;
constexpr auto kSinkStop = 2'500ms;
constexpr auto kFlushLimit = 10s;
constexpr auto kTurn = 100ms;

std::chrono::milliseconds leftUntil(std::chrono::steady_clock::time_point end)
{
    return std::max(0ms, std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()));
}

}  // namespace

Engine::Graph::~Graph() { static_cast<void>(stop()); }

std::shared_ptr<const config::Settings> Engine::Graph::settings() const
{
    const std::scoped_lock lock(m_unitMutex);
    return m_settings;
}

SinkContext Engine::Graph::sinkContext() const
{
    return {.dataDirectory = m_options.dataDirectory, .engineId = m_stateDb->engineId(), .symbols = &m_symbols};
}

Result<> Engine::Graph::start()
{
    m_started = true;
    TRY(openOps());
    TRY(startServing());  // a taken port is told before anything is opened
    TRY(openJournal());
    m_engineLane = std::make_unique<EngineLane>(*m_router, m_symbols, m_pool, m_clock);
    m_live = std::make_unique<LiveState>(m_symbols);
    m_gapLedger = std::make_unique<GapLedger>(
        *m_router, m_symbols, *m_stateDb, *m_log, [this](Seq from) { m_journal->retain("gap-ledger", from); },
        [this](const Batch& batch) { m_letterNumbers.saw(batch); });
    TRY(m_gapLedger->start());
    TRY(addSinks());
    TRY(addPipelines());
    m_supervisor = std::make_unique<ops::Supervisor>(m_clock, *m_log, *m_metrics,
                                                     m_options.settings.section("supervisor").as<ops::RestartPolicy>());
    addLanes();
    watchNew();
    m_monitor = std::make_unique<Monitor>(
        Monitor::Sources{.router = m_router.get(),
                         .symbols = &m_symbols,
                         .clock = &m_clock,
                         .complete = [this](api::Overview& overview, Nanos steady) { complete(overview, steady); }});
    TRY(m_monitor->start());

    tellDamage();
    m_router->start();
    m_routing = true;
    m_routerHealth->set(ops::State::Ok);
    m_journalHealth->set(ops::State::Ok);
    for (const SinkView& view : sinkViews())
        if (view.runner)
            view.runner->start();
    for (const PipelineView& view : pipelineViews())
        if (view.runner)
            TRY(view.runner->start());
    Input& clockInput = m_router->addInput("clock", 64);
    m_clockLane =
        std::make_unique<net::ClockLane>(m_symbols.intern("tickdeck", "", "clock"), m_pool, m_clock,
                                         [&clockInput](Batch&& batch) { return clockInput.tryPush(std::move(batch)); });
    for (const LaneView& view : laneViews())
        view.lane->start();
    m_lanesRunning = true;
    m_supervision = Thread("supervision", [this](const std::stop_token& stopped) { supervise(stopped); });
    m_scrape = m_metrics->onScrape([this] { collectMetrics(); });
    m_log->info("engine", "engine.started",
                "engine " + m_stateDb->engineId() + " runs on " + m_options.dataDirectory.string(),
                {{"http_port", m_http->httpPort()}, {"metrics_port", m_http->metricsPort()}});
    return {};
}

Result<> Engine::Graph::openOps()
{
    // First of all: checkSettings() reads them as soon as commands are answered.
    m_connectorSpecs = tickdeck::connectorSpecs();
    m_pipelineSpecs = tickdeck::pipelineSpecs();
    m_sinkSpecs = tickdeck::sinkSpecs();
    TRY_ASSIGN(m_lock, ops::DataLock::take(m_options.dataDirectory));
    TRY_ASSIGN(m_log, ops::Log::open(m_options.settings.section("log").as<ops::LogSettings>(), m_clock));
    m_log->redact(m_options.settings.secrets());
    TRY_ASSIGN(m_stateDb, ops::StateDb::open(m_options.dataDirectory / "state.db", m_clock));
    if (m_stateDb->alert())
        m_log->error("state-db", "state_db.damaged", *m_stateDb->alert());
    m_settingsStore = std::make_unique<SettingsStore>(
        OpenedSettings{m_options.settings, m_options.input, m_options.settingsFile}, *m_stateDb,
        SettingsStore::Hooks{.check = [this](const config::Settings& next) { return checkSettings(next); },
                             .ready = [this] { return readyForSettings(); },
                             .apply = [this](const auto& next, const auto& keys,
                                             std::int64_t revision) { applySettings(next, keys, revision); }});
    TRY(m_settingsStore->begin());
    m_liveSettings = std::make_unique<LiveSettings>(*m_settingsStore);
    m_metrics = std::make_unique<ops::Metrics>(ops::BuildInfo{m_options.version, m_options.commit});
    m_health = std::make_unique<ops::Health>(m_clock, [this](const ops::ComponentHealth& now, ops::State) {
        const auto level = now.state == ops::State::Failed     ? ops::LogLevel::Error
                           : now.state == ops::State::Degraded ? ops::LogLevel::Warning
                                                               : ops::LogLevel::Info;
        m_log->write(level, now.name, "component.state",
                     std::string(enumName(now.state)) + (now.reason.empty() ? "" : ": " + now.reason));
    });
    m_deadLetters = std::make_unique<ops::DeadLetterQueue>(*m_stateDb, *m_log);
    m_journalHealth = &m_health->add("journal", ops::ComponentKind::Journal);
    m_routerHealth = &m_health->add("router", ops::ComponentKind::Router);
    return {};
}

Result<> Engine::Graph::startServing()
{
    ops::Component& component = m_health->add("serve", ops::ComponentKind::Serve);
    const auto settings = m_options.settings.section("serve").as<serve::ServeSettings>();
    TRY_ASSIGN(m_http, serve::HttpServer::start(settings, {m_options.version, m_options.commit}, m_clock, *m_health,
                                                *m_metrics));
    component.set(ops::State::Ok);
    TRY_ASSIGN(m_control, ops::ControlServer::start(m_options.dataDirectory / "control.sock",
                                                    [this](std::string_view command, std::string_view arguments) {
                                                        return answer(command, arguments);
                                                    }));
    m_identity = std::make_shared<api::Identity>(api::Identity{.mode = m_options.mode,
                                                               .engineId = m_stateDb->engineId(),
                                                               .version = m_options.version,
                                                               .profile = m_options.profile,
                                                               .host = {},
                                                               .dataDirectory = m_options.dataDirectory.string(),
                                                               .startTime = m_clock.now(),
                                                               .httpPort = m_http->httpPort(),
                                                               .metricsPort = m_http->metricsPort()});
    return {};
}

journal::Listener Engine::Graph::journalListener()
{
    return {.segmentBegun =
                [this](Seq firstSeq) {
                    for (const PipelineView& view : pipelineViews())
                        if (view.runner)
                            view.runner->segmentBegan(firstSeq);
                    if (m_lanesRunning)
                        for (const LaneView& view : laneViews())
                            if (view.lane)
                                view.lane->requestState();
                },
            .placeLost =
                [this](const std::string& reader, Seq from, Seq to) {
                    m_log->error("journal", "journal.place_lost", reader + " lost its place: the disk budget is spent",
                                 {{"from", from}, {"to", to}});
                    const Nanos now = m_clock.now();
                    if (const auto put = m_stateDb->putGap({.id = "retention-" + reader + "-" + std::to_string(from),
                                                            .venue = "tickdeck",
                                                            .channel = reader,
                                                            .symbol = {},
                                                            .from = now,
                                                            .to = now,
                                                            .cause = std::string(enumName(GapCause::Retention)),
                                                            .recovered = std::string(enumName(GapRecovery::None))});
                        !put)
                        m_log->error("journal", "gap.untold", put.error().text());
                },
            .stateChanged =
                [this](journal::State state, const std::string& reason) {
                    using enum journal::State;
                    m_journalHealth->set(state == Ok                       ? ops::State::Ok
                                         : state == journal::State::Failed ? ops::State::Failed
                                                                           : ops::State::Degraded,
                                         reason);
                },
            .committed =
                [this](Seq) {
                    if (m_routing)
                        m_router->wakeReaders();
                }};
}

Result<> Engine::Graph::openJournal()
{
    const auto directory = m_options.dataDirectory / "journal";
    TRY_ASSIGN(m_journal,
               journal::Journal::open({.directory = directory,
                                       .settings = m_options.settings.section("journal").as<journal::Settings>(),
                                       .build = m_options.version + " " + m_options.commit,
                                       .engineId = m_stateDb->engineId(),
                                       .settingsJson = m_options.settings.json(),
                                       .listener = journalListener()},
                                      m_symbols));
    const journal::Recovery& found = m_journal->recovery();
    if (found.tornBytes)
        m_log->warning("journal", "journal.torn_tail", "a torn tail was cut off", {{"bytes", found.tornBytes}});
    for (const journal::Damage& damage : found.damages)
        m_log->error("journal", "journal.damage", damage.reason,
                     {{"segment", damage.segment}, {"from", damage.from}, {"to", damage.to}});
    const auto section = m_options.settings.section("router").as<RouterSection>();
    TRY_ASSIGN(
        m_router,
        Router::open(
            {.journalDirectory = directory,
             .ringBatches = static_cast<std::size_t>(section.ringCapacity),
             .ringBytes = static_cast<std::size_t>(section.ringMb) << 20,
             .onJournal =
                 [this](const Error* error) {
                     if (error)
                         m_routerHealth->set(ops::State::Degraded, error->text());
                     else
                         m_routerHealth->set(ops::State::Ok);
                 },
             .onNotice = [this](const Error& error) { m_log->warning("router", "router.numbers", error.text()); }},
            *m_journal, m_symbols, m_pool));
    return {};
}

// What the journal can no longer give back is a gap like any other, of all venues.
void Engine::Graph::tellDamage()
{
    for (const journal::Damage& damage : m_journal->recovery().damages) {
        const Nanos to = damage.toTime == kNoTime ? m_clock.now() : damage.toTime;
        if (!m_engineLane->gap("journal-" + damage.segment + "-" + std::to_string(damage.from), "journal",
                               damage.fromTime == kNoTime ? to : damage.fromTime, to, GapCause::Damage))
            m_log->error("journal", "journal.damage_untold", "too many damaged ranges to tell each as a gap");
    }
}

// In-band, so that the stores behind it hold it beside the data that it lacks.
void Engine::Graph::tellLostPlace(const std::string& reader, const LostPlace& place)
{
    m_log->error(reader, "sink.lost_place", "what follows number " + std::to_string(place.after) + " cannot be read",
                 {{"cause", enumName(place.cause)}, {"after", place.after}});
    if (!m_engineLane->gap("lost-" + reader + "-" + std::to_string(place.after), reader, place.from, place.to,
                           place.cause))
        m_log->error(reader, "gap.untold", "the router has no room for it", {{"after", place.after}});
}

Result<std::string> Engine::Graph::answer(std::string_view command, std::string_view arguments)
{
    if (command == "flush") {  // seals what has come in, for an export from outside
        if (!m_routing)
            return fail(ErrorCode::Refused, "the engine is starting or stopping", Remedy::Retry);
        TRY(flushSinks(kFlushLimit, {}));
        return "{}";
    }
    if (command == "restart") {  // one component, by hand
        const auto parsed = nlohmann::json::parse(arguments, nullptr, false);
        if (!parsed.is_object() || !parsed.value("component", nlohmann::json()).is_string())
            return fail(ErrorCode::Invalid, "component is missing");
        if (!m_routing)
            return fail(ErrorCode::Refused, "the engine is starting or stopping", Remedy::Retry);
        TRY(m_supervisor->restart(parsed["component"].get_ref<const std::string&>()));
        return "{}";
    }
    if (command == "dlq.retry" || command == "dlq.drop") {
        m_deadLetters->flush();
        TRY_ASSIGN(const auto ids, ops::deadLettersOf(arguments, *m_stateDb));
        if (command == "dlq.drop") {
            TRY_ASSIGN(const std::uint64_t dropped, dropDeadLetters(ids));
            return nlohmann::json{{"dropped", dropped}}.dump();
        }
        TRY_ASSIGN(const std::string said, retryDeadLetters(ids, {}));
        return nlohmann::json{{"said", said}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    if (command.starts_with("config."))
        return runSettingsCommand(command, arguments, *m_settingsStore);
    m_deadLetters->flush();
    return ops::runCommand(command, arguments, *m_stateDb, m_health.get());
}

Result<> Engine::Graph::flushSinks(std::chrono::milliseconds limit, const std::stop_token& stopped)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    const auto over = [&] { return m_stopping || stopped.stop_requested() || std::chrono::steady_clock::now() >= end; };
    const Seq upTo = m_router->newest();
    while (!m_router->waitCommitted(upTo, kTurn))
        if (over())
            return fail(ErrorCode::TimedOut, "the journal did not commit in time");
    Parker pause;
    for (const SinkView& seen : sinkViews())
        while (settings()->enabled(seen.unit->spec->settings.name)) {
            // Anew each time: it may be another by now, or between two.
            const auto views = sinkViews();
            const auto view = std::ranges::find(views, seen.unit, &SinkView::unit);
            const Result<> done = view->runner
                                      ? view->runner->flush(upTo, kTurn)
                                      : fail(ErrorCode::Refused, std::string(seen.unit->spec->name) + " does not run");
            if (done)
                break;
            const bool between =
                done.error().code == ErrorCode::Refused && view->component->state() != ops::State::Failed;
            if ((!between && done.error().code != ErrorCode::TimedOut) || over())
                return done;
            if (between)
                pause.wait(kTurn);
        }
    return {};
}

Result<> Engine::Graph::stop()
{
    if (!m_started || m_stopped)
        return {};
    m_stopped = true;
    m_stopping = true;
    Result<> result;
    if (m_metrics && m_scrape)
        m_metrics->release(m_scrape);
    m_control.reset();
    if (m_liveSettings)
        m_liveSettings->stop();
    m_supervision.requestStop();
    m_supervisionPause.wake();
    m_supervision.join();
    {
        const std::scoped_lock done(m_changeMutex);  // from here on no component is replaced
    }
    m_lanesRunning = false;
    const auto lanesEnd = std::chrono::steady_clock::now() + kLaneStop;
    for (const LaneView& view : laneViews())
        if (view.lane)
            view.lane->stop(leftUntil(lanesEnd));
    if (m_clockLane)
        m_clockLane->stop();
    std::vector<std::shared_ptr<pipelines::Runner>> runners;
    for (const PipelineView& view : pipelineViews())
        if (view.runner)
            runners.push_back(view.runner);
    pipelines::Runner::stopAll(runners, kPipelineStop);
    if (m_monitor)
        m_monitor->stop();
    if (m_router)
        result = m_router->stop();
    const auto sinksEnd = std::chrono::steady_clock::now() + kSinkStop;
    for (const SinkView& view : sinkViews())
        if (view.runner)
            if (const auto stopped = view.runner->stop(leftUntil(sinksEnd)); !stopped)
                m_log->warning("sinks." + std::string(view.unit->spec->name), "sink.left_behind",
                               "goes on from the journal at the next start: " + stopped.error().text());
    if (m_gapLedger)
        m_gapLedger->stop();
    m_routing = false;
    if (m_journal)
        if (auto closed = m_journal->close(); !closed && result)
            result = std::move(closed);
    for (ops::Component* component : {m_routerHealth, m_journalHealth})
        if (component)
            component->set(ops::State::Stopped);
    for (const PipelineView& view : pipelineViews())
        view.component->set(ops::State::Stopped);
    m_deadLetters.reset();
    if (m_http)
        m_http->stop();
    if (m_log) {
        m_log->info("engine", "engine.stopped", "stopped");
        m_log->flush();
    }
    return result;
}

}  // namespace tickdeck::runtime
