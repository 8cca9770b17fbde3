// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/graph.h"

#include <algorithm>

#include "engine/model/format.h"
#include "engine/ops/commands.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/sections.h"

namespace tickdeck::runtime {

namespace {

using namespace std::chrono_literals;

// How long each part of a stop may take; together they stay below the five seconds that are promised.
constexpr auto kLaneStop = 800ms;
constexpr auto kSinkStop = 2'500ms;
constexpr auto kFlushLimit = 10s;
constexpr auto kTurn = 100ms;

// A sink's batches out of the router.
class RouterFeed final : public sinks::Feed {
public:
    explicit RouterFeed(std::unique_ptr<Reader> reader) : m_reader(std::move(reader)) {}
    Result<std::size_t> step(std::vector<Batch>& out, std::size_t max, std::chrono::milliseconds wait) override
    {
        return m_reader->step(out, max, wait);
    }
    void wake() noexcept override { m_reader->wake(); }
    std::uint64_t behind() const noexcept override { return m_reader->behind(); }

private:
    std::unique_ptr<Reader> m_reader;
};

// What a connection's state means for its connector.
ops::State healthOf(net::SessionState state)
{
    switch (state) {
    case net::SessionState::Open: return ops::State::Ok;
    case net::SessionState::Connecting: return ops::State::Starting;
    case net::SessionState::Stopped: return ops::State::Stopped;
    case net::SessionState::BackingOff:
    case net::SessionState::NoNetwork:
    case net::SessionState::Refused:
    case net::SessionState::RateLimited:
    case net::SessionState::Held: break;
    }
    return ops::State::Degraded;
}

}  // namespace

Engine::Graph::~Graph() { static_cast<void>(stop()); }

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
    m_live = std::make_unique<LiveState>(m_symbols);
    m_gapLedger = std::make_unique<GapLedger>(*m_router, m_symbols, *m_stateDb, *m_log,
                                              [this](Seq from) { m_journal->retain("gap-ledger", from); });
    TRY(m_gapLedger->start());
    TRY(addSinks());
    TRY(addPipelines());
    m_supervisor = std::make_unique<ops::Supervisor>(m_clock, *m_log, *m_metrics);
    for (const auto& sink : m_sinks)
        m_supervisor->watch(*sink->component, [this, unit = sink.get()]() -> Result<> {
            const std::scoped_lock lock(m_sinkMutex);
            unit->runner.reset();
            TRY_ASSIGN(unit->runner, makeSink(*unit));
            unit->runner->start();
            return {};
        });
    addLanes();
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
    for (const auto& sink : m_sinks)
        sink->runner->start();
    TRY(m_pipelines->start());
    Input& clockInput = m_router->addInput("clock", 64);
    m_clockLane =
        std::make_unique<net::ClockLane>(m_symbols.intern("tickdeck", "", "clock"), m_pool, m_clock,
                                         [&clockInput](Batch&& batch) { return clockInput.tryPush(std::move(batch)); });
    for (const auto& unit : m_lanes)
        unit->lane->start();
    m_lanesRunning = true;
    m_scrape = m_metrics->onScrape([this] { collectMetrics(); });
    m_log->info("engine", "engine.started",
                "engine " + m_stateDb->engineId() + " runs on " + m_options.dataDirectory.string(),
                {{"http_port", m_http->httpPort()}, {"metrics_port", m_http->metricsPort()}});
    return {};
}

Result<> Engine::Graph::openOps()
{
    TRY_ASSIGN(m_lock, ops::DataLock::take(m_options.dataDirectory));
    TRY_ASSIGN(m_log, ops::Log::open(m_options.settings.section("log").as<ops::LogSettings>(), m_clock));
    m_log->redact(m_options.settings.secrets());
    TRY_ASSIGN(m_stateDb, ops::StateDb::open(m_options.dataDirectory / "state.db", m_clock));
    if (m_stateDb->alert())
        m_log->error("state-db", "state_db.damaged", *m_stateDb->alert());
    TRY(m_stateDb->addRevision("start", "settings at start", m_options.settings.json()));
    m_metrics = std::make_unique<ops::Metrics>(ops::BuildInfo{m_options.version, m_options.commit});
    m_health = std::make_unique<ops::Health>(m_clock, [this](const ops::ComponentHealth& now, ops::State) {
        const auto level = now.state == ops::State::Failed     ? ops::LogLevel::Error
                           : now.state == ops::State::Degraded ? ops::LogLevel::Warning
                                                               : ops::LogLevel::Info;
        m_log->write(level, now.name, "component.state",
                     std::string(enumName(now.state)) + (now.reason.empty() ? "" : ": " + now.reason));
    });
    m_deadLetters = std::make_unique<ops::DeadLetterQueue>(*m_stateDb, *m_log);
    if (const auto totals = m_stateDb->deadLetterTotals())
        m_deadLetterCount = totals->kept;
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
                    if (m_pipelines)
                        m_pipelines->segmentBegan(firstSeq);
                    if (m_lanesRunning)
                        for (const auto& unit : m_lanes)
                            unit->lane->requestState();
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

Result<std::unique_ptr<sinks::Runner>> Engine::Graph::makeSink(SinkUnit& unit)
{
    const config::Section section = m_options.settings.section(unit.spec->settings.name);
    TRY_ASSIGN(EventFilter filter, EventFilter::of(section));
    const std::string name(unit.spec->name);
    sinks::RunnerOptions options{.name = name, .linger = unit.spec->linger};
    options.openFeed = [this, unit = &unit, name](Seq after) -> Result<std::unique_ptr<sinks::Feed>> {
        m_journal->retain("sinks." + name, after + 1);
        TRY_ASSIGN(auto reader,
                   m_router->addReader("sinks." + name,
                                       {.after = after, .committedOnly = unit->spec->kind == SinkKind::Durable}));
        return std::make_unique<RouterFeed>(std::move(reader));
    };
    options.onPosition = [this, name](Seq position) { m_journal->retain("sinks." + name, position + 1); };
    options.deadLetter = [this, name](const sinks::DeadLetter& letter) -> Result<> {
        std::string refused;  // as JSON, a line an event
        for (const EventView event : letter.batch)
            if (!letter.event || letter.event->seq() == event.seq()) {
                appendJson(refused, event, letter.batch.header(), m_symbols, {m_stateDb->engineId()});
                refused += '\n';
            }
        ops::DeadLetter out{.time = m_clock.now(),
                            .component = "sinks." + name,
                            .code = letter.error.code,
                            .text = letter.error.text(),
                            .seq = letter.event ? letter.event->seq() : letter.batch.firstSeq(),
                            .bytes = std::move(refused)};
        TRY(m_stateDb->addDeadLetters(std::span(&out, 1)));
        ++m_deadLetterCount;
        return {};
    };
    options.onState = [&unit](ops::State state, const std::string& reason) { unit.component->set(state, reason); };
    return std::make_unique<sinks::Runner>(std::move(options), unit.spec->make(section), sinkContext(),
                                           std::move(filter), m_clock);
}

Result<> Engine::Graph::addSinks()
{
    m_sinkSpecs = tickdeck::sinkSpecs();
    for (const SinkSpec& spec : m_sinkSpecs) {
        if (!m_options.settings.enabled(spec.settings.name))
            continue;
        auto unit = std::make_unique<SinkUnit>();
        unit->spec = &spec;
        unit->component = &m_health->add("sinks." + std::string(spec.name), ops::ComponentKind::Sink);
        // Nothing may be deleted before the store has said where it stands.
        m_journal->retain("sinks." + std::string(spec.name), m_journal->firstSeq());
        TRY_ASSIGN(unit->runner, makeSink(*unit));
        m_sinks.push_back(std::move(unit));
    }
    return {};
}

Result<> Engine::Graph::addPipelines()
{
    m_pipelineSpecs = tickdeck::pipelineSpecs();
    const auto section = m_options.settings.section("router").as<RouterSection>();
    const auto component = [this](std::string_view name) {
        const auto unit = std::find_if(m_pipelineUnits.begin(), m_pipelineUnits.end(),
                                       [&](const PipelineUnit& u) { return u.name == name; });
        return unit == m_pipelineUnits.end() ? nullptr : unit->component;
    };
    m_pipelines = std::make_unique<pipelines::Runner>(
        pipelines::RunnerOptions{.directory = m_options.dataDirectory / "pipelines",
                                 .journalDirectory = m_options.dataDirectory / "journal",
                                 .inputCapacity = static_cast<std::size_t>(section.derivedCapacity),
                                 .onSkipped =
                                     [this](std::string_view pipeline, const Error& error, const Batch& input) {
                                         keepDeadLetter("pipelines." + std::string(pipeline), error, input);
                                     },
                                 .onState =
                                     [component](std::string_view pipeline, const Error* error) {
                                         if (ops::Component* health = component(pipeline))
                                             health->set(error ? ops::State::Degraded : ops::State::Ok,
                                                         error ? error->text() : "");
                                     }},
        *m_router, *m_journal, m_symbols, m_pool, m_live.get());
    for (const PipelineSpec& spec : m_pipelineSpecs) {
        if (!m_options.settings.enabled(spec.settings.name))
            continue;
        const std::string name(spec.name);
        m_pipelineUnits.push_back({.name = name,
                                   .title = std::string(spec.title),
                                   .component = &m_health->add("pipelines." + name, ops::ComponentKind::Pipeline),
                                   .rate = {}});
        m_journal->retain("pipelines." + name, m_journal->firstSeq());  // until its checkpoint is known
        TRY(m_pipelines->add(spec, m_options.settings.section(spec.settings.name)));
    }
    return {};
}

net::LaneHooks Engine::Graph::laneHooks(LaneUnit& unit, Input& input)
{
    return {.push = [&input](Batch&& batch) { return input.tryPush(std::move(batch)); },
            .observe = [this](const Batch& batch) { m_live->observe(batch); },
            .error =
                [this, &unit](const Error& error, const Batch& batch) {
                    m_log->warning(unit.name, "decoder.error", error.text());
                    keepDeadLetter(unit.name, error, batch);
                },
            .ignored = {},
            .notice = [this, &unit](std::string_view text) { m_log->info(unit.name, "decoder.notice", text); },
            .status =
                [&unit](const Endpoint&, const net::SessionStatus& status) {
                    unit.component->set(healthOf(status.state), status.reason);
                }};
}

// What the journal can no longer give back is a gap like any other, of all venues.
void Engine::Graph::tellDamage()
{
    Input& input = m_router->addInput("engine", 64);
    BatchBuilder builder(m_pool);
    const SymbolId self = m_symbols.intern("tickdeck", "", "engine");
    for (const journal::Damage& damage : m_journal->recovery().damages) {
        const Nanos now = m_clock.now();
        const Nanos to = damage.toTime == kNoTime ? now : damage.toTime;
        BatchHeader& header = builder.begin({});
        header.kind = BatchKind::Control;
        header.lane = self;
        header.receiveTime = now;
        const std::string id = "journal-" + damage.segment + "-" + std::to_string(damage.from);
        constexpr std::string_view kChannel = "journal";
        for (const GapState state : {GapState::Open, GapState::Closed}) {
            Gap& gap =
                builder.add<Gap>(self, kNoTime, BatchBuilder::room(id.size()) + BatchBuilder::room(kChannel.size()));
            gap.from = damage.fromTime == kNoTime ? to : damage.fromTime;
            gap.to = state == GapState::Closed ? Nullable<std::int64_t>(to) : Nullable<std::int64_t>();
            gap.state = state;
            gap.cause = GapCause::Damage;
            builder.setText(gap.gapId, id);
            builder.setText(gap.channel, kChannel);
        }
        if (!input.tryPush(builder.finish()))
            m_log->error("journal", "journal.damage_untold", "too many damaged ranges to tell each as a gap");
    }
}

void Engine::Graph::addLanes()
{
    m_connectorSpecs = tickdeck::connectorSpecs();
    const auto section = m_options.settings.section("router").as<RouterSection>();
    m_io = std::make_unique<net::IoThread>("io-0");
    for (const ConnectorSpec& spec : m_connectorSpecs) {
        if (!m_options.settings.enabled(spec.settings.name))
            continue;
        const config::Section settings = m_options.settings.section(spec.settings.name);
        auto unit = std::make_unique<LaneUnit>();
        unit->name = spec.name;
        unit->title = spec.title;
        unit->component = &m_health->add(spec.name, ops::ComponentKind::Connector);
        unit->symbol = m_symbols.intern(spec.name, "", spec.name);
        Input& input = m_router->addInput(unit->name, static_cast<std::size_t>(section.ingressCapacity));
        unit->lane = std::make_unique<net::Lane>(*m_io,
                                                 net::LaneOptions{.lane = unit->symbol,
                                                                  .endpoints = spec.endpoints(settings),
                                                                  .wanted = spec.wanted(settings),
                                                                  .previous = m_journal->recovery().lastTime},
                                                 spec.makeDecoder(settings, m_symbols), m_pool, m_clock, m_live.get(),
                                                 laneHooks(*unit, input));
        m_lanes.push_back(std::move(unit));
    }
}

void Engine::Graph::keepDeadLetter(std::string component, const Error& error, const Batch& batch)
{
    ops::DeadLetter letter{.time = m_clock.now(),
                           .component = std::move(component),
                           .code = error.code,
                           .text = error.text(),
                           .seq = batch.firstSeq(),
                           .bytes = std::string(batch.payload())};
    letter.offset = error.offset;
    if (m_deadLetters->push(std::move(letter)))
        ++m_deadLetterCount;
}

Result<std::string> Engine::Graph::answer(std::string_view command, std::string_view arguments)
{
    if (command == "flush") {  // seals what has come in, for an export from outside
        if (!m_routing)
            return fail(ErrorCode::Refused, "the engine is starting or stopping", Remedy::Retry);
        TRY(flushSinks(kFlushLimit, {}));
        return "{}";
    }
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
    for (const auto& sink : m_sinks)
        for (;;) {
            Result<> done;
            {
                const std::scoped_lock lock(m_sinkMutex);  // briefly: the overview waits for it
                done = sink->runner ? sink->runner->flush(upTo, kTurn)
                                    : fail(ErrorCode::Refused, std::string(sink->spec->name) + " does not run");
            }
            if (done)
                break;
            if (done.error().code != ErrorCode::TimedOut || over())
                return done;
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
    m_lanesRunning = false;
    for (const auto& unit : m_lanes)
        unit->lane->stop(kLaneStop);
    if (m_clockLane)
        m_clockLane->stop();
    if (m_pipelines)
        m_pipelines->stop();
    if (m_monitor)
        m_monitor->stop();  // nothing is restarted from here on
    if (m_router)
        result = m_router->stop();
    const auto sinksEnd = std::chrono::steady_clock::now() + kSinkStop;
    const auto sinksLeft = [&] {
        return std::max(
            0ms, std::chrono::duration_cast<std::chrono::milliseconds>(sinksEnd - std::chrono::steady_clock::now()));
    };
    for (const auto& sink : m_sinks)
        if (sink->runner)
            if (const auto stopped = sink->runner->stop(sinksLeft()); !stopped)
                m_log->warning("sinks." + std::string(sink->spec->name), "sink.left_behind",
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
    for (const PipelineUnit& unit : m_pipelineUnits)
        unit.component->set(ops::State::Stopped);
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
