// SPDX-License-Identifier: GPL-3.0-or-later
// The graph's components: sinks, pipelines and lanes, made from their settings.

#include <algorithm>
#include <utility>

#include "engine/config/common.h"
#include "engine/runtime/connector_health.h"
#include "engine/runtime/counters.h"
#include "engine/runtime/graph.h"
#include "engine/runtime/sections.h"
#include "engine/runtime/sink_feed.h"

namespace tickdeck::runtime {

namespace {

using namespace std::chrono_literals;

constexpr auto kSuperviseEvery = 250ms;

// A simulator or proxy on this machine bears any number of attempts.
ConnectLimits connectLimits(const ConnectorSpec& spec, const std::vector<Endpoint>& endpoints)
{
    ConnectLimits limits = spec.connects;
    const auto isLocal = [](const Endpoint& endpoint) {
        return endpoint.url.find("//127.0.0.1") != std::string::npos ||
               endpoint.url.find("//localhost") != std::string::npos;
    };
    if (std::ranges::all_of(endpoints, isLocal))
        limits.perSecond = limits.burst = 1000;
    return limits;
}

}  // namespace

Result<std::shared_ptr<sinks::Runner>> Engine::Graph::makeSink(SinkUnit& unit)
{
    const config::Section section = settings()->section(unit.spec->settings.name);
    TRY_ASSIGN(EventFilter filter, EventFilter::of(section));
    const std::string name(unit.spec->name);
    sinks::RunnerOptions options{.name = name, .linger = unit.spec->linger};
    options.openFeed = [this, unit = &unit, name](Seq after) -> Result<std::unique_ptr<sinks::Feed>> {
        m_journal->retain("sinks." + name, after + 1);
        TRY_ASSIGN(auto reader,
                   m_router->addReader("sinks." + name,
                                       {.after = after, .committedOnly = unit->spec->kind == SinkKind::Durable}));
        return std::make_unique<SinkFeed>(
            std::move(reader), after, [this] { return m_journal->firstSeq(); },
            [this, name](const LostPlace& place) { tellLostPlace("sinks." + name, place); });
    };
    options.onPosition = [this, name](Seq position) { m_journal->retain("sinks." + name, position + 1); };
    options.deadLetter = [this, name](const sinks::DeadLetter& letter) { return keepRefused(name, letter); };
    options.skipped = [this, name](Seq after) { return skippedBefore(name, after); };
    options.inFlight = m_options.dataDirectory / "sinks" / (name + ".inflight");
    options.onState = [&unit](ops::State state, const std::string& reason) { unit.component->set(state, reason); };
    return std::make_shared<sinks::Runner>(std::move(options), unit.spec->make(section), sinkContext(),
                                           std::move(filter), m_clock);
}

Result<> Engine::Graph::addSinks()
{
    std::error_code problem;
    std::filesystem::create_directories(m_options.dataDirectory / "sinks", problem);
    if (problem)
        return fail(ErrorCode::Io, (m_options.dataDirectory / "sinks").string() + ": " + problem.message());
    for (const SinkSpec& spec : m_sinkSpecs) {
        SinkUnit& unit = *m_sinks.emplace_back(std::make_unique<SinkUnit>());
        unit.spec = &spec;
        if (!m_settings->enabled(spec.settings.name))
            continue;
        unit.component = &m_health->add("sinks." + std::string(spec.name), ops::ComponentKind::Sink);
        // Nothing may be deleted before the store has said where it stands.
        m_journal->retain("sinks." + std::string(spec.name), m_journal->firstSeq());
        TRY_ASSIGN(unit.runner, makeSink(unit));
    }
    return {};
}

void Engine::Graph::supervise(const std::stop_token& stopped)
{
    std::shared_ptr<const config::Settings> known;
    while (!stopped.stop_requested()) {
        if (const auto inForce = settings(); inForce != known) {
            known = inForce;
            m_supervisor->setPolicy(inForce->section("supervisor").as<ops::RestartPolicy>());
        }
        watchNew();
        m_supervisor->poll();
        m_supervisionPause.wait(kSuperviseEvery);
    }
}

// One at a time, and not in the middle of a change of settings. Whether it was its turn.
template <class Unit, class Act>
bool Engine::Graph::alone(Unit& unit, Act act)
{
    const std::unique_lock lock(m_changeMutex, std::try_to_lock);
    if (!lock || m_stopping)
        return false;
    if (settings()->enabled(unit.spec->settings.name))
        act();
    else
        unit.component->set(ops::State::Stopped, "switched off");
    return true;
}

// Those that the supervisor does not know yet.
void Engine::Graph::watchNew()
{
    for (const auto& [unit, component, runner, status] : sinkViews())
        if (!std::exchange(unit->watched, true))
            m_supervisor->watch(*component, [this, unit = unit] {
                return alone(*unit, [&] {
                    stopSink(*unit, false, 0ms);
                    startSink(*unit, "restarted");
                });
            });
    for (const auto& [unit, component, runner, counters] : pipelineViews())
        if (!std::exchange(unit->watched, true))
            m_supervisor->watch(*component, [this, unit = unit] {
                return alone(*unit, [&] {
                    stopPipeline(*unit, false);
                    startPipeline(*unit, "restarted");
                });
            });
    for (const auto& [unit, component, lane, counters] : laneViews())
        if (!std::exchange(unit->watched, true))
            m_supervisor->watch(
                *component,
                [this, unit = unit] {
                    return alone(*unit, [&] {
                        stopLane(*unit, false);
                        startLane(*unit, "restarted");
                    });
                },
                [this, unit = unit] {
                    // Its decoder is not to be trusted: no frame goes through it any more.
                    return alone(*unit, [&] {
                        const ops::ComponentHealth health = unit->component->get();
                        if (health.state != ops::State::Failed)
                            return;  // it was made anew meanwhile
                        stopLane(*unit, false);
                        unit->component->set(ops::State::Starting);
                        unit->component->set(ops::State::Failed, health.reason);
                    });
                });
}

Result<> Engine::Graph::addPipelines()
{
    for (const PipelineSpec& spec : m_pipelineSpecs) {
        PipelineUnit& unit = *m_pipelineUnits.emplace_back(std::make_unique<PipelineUnit>());
        unit.spec = &spec;
        unit.name = spec.name;
        unit.title = spec.title;
        if (!m_settings->enabled(spec.settings.name))
            continue;
        unit.component = &m_health->add("pipelines." + unit.name, ops::ComponentKind::Pipeline);
        TRY_ASSIGN(unit.runner, makePipeline(unit));
    }
    return {};
}

// Not started. Each has a runner, and so a thread, of its own: when one begins anew, the others go on.
Result<std::shared_ptr<pipelines::Runner>> Engine::Graph::makePipeline(PipelineUnit& unit)
{
    const auto settings = this->settings();
    const auto section = settings->section("router").as<RouterSection>();
    m_journal->retain("pipelines." + unit.name, m_journal->firstSeq());  // until its checkpoint is known
    auto runner = std::make_shared<pipelines::Runner>(
        pipelines::RunnerOptions{.name = "pipe-" + unit.name,
                                 .directory = m_options.dataDirectory / "pipelines",
                                 .journalDirectory = m_options.dataDirectory / "journal",
                                 .inputCapacity = static_cast<std::size_t>(section.derivedCapacity),
                                 .stopping = &m_stopping,
                                 .onSkipped =
                                     [this](std::string_view pipeline, const Error& error, const Batch& input) {
                                         keepDeadLetter("pipelines." + std::string(pipeline), error, input);
                                     },
                                 .onState =
                                     [component = unit.component](std::string_view, const Error* error) {
                                         const bool fatal = error && error->remedy == Remedy::Fatal;
                                         component->set(fatal   ? ops::State::Failed
                                                        : error ? ops::State::Degraded
                                                                : ops::State::Ok,
                                                        error ? error->text() : "");
                                     }},
        *m_router, *m_journal, m_symbols, m_pool, m_live.get());
    TRY(runner->add(*unit.spec, settings->section(unit.spec->settings.name)));
    return runner;
}

net::LaneHooks Engine::Graph::laneHooks(LaneUnit& unit, Input& input)
{
    const auto health = std::make_shared<ConnectorHealth>(*unit.component);
    return {.push = [&input](Batch&& batch) { return input.tryPush(std::move(batch)); },
            .observe = [this](const Batch& batch) { m_live->observe(batch); },
            .error =
                [this, &unit, health](const Error& error, const Batch& batch) {
                    m_log->warning(unit.name, "decoder.error", error.text());
                    keepDeadLetter(unit.name, error, batch);
                    if (error.remedy != Remedy::Fatal)
                        return;
                    Nanos none = kNoTime;
                    unit.failedAt.compare_exchange_strong(none, batch.header().receiveTime);
                    health->fail(error.text());
                },
            .ignored = {},
            .notice = [this, &unit](std::string_view text) { m_log->info(unit.name, "decoder.notice", text); },
            .status = [health](const Endpoint& endpoint,
                               const net::SessionStatus& status) { health->connection(endpoint.name, status); },
            .budget =
                [this, &unit, health](const net::BudgetStatus& status) {
                    health->budget(status);
                    if (!status.reason.empty())
                        m_log->warning(unit.name, "venue.ban", status.reason);
                }};
}

void Engine::Graph::addLanes()
{
    m_io = std::make_unique<net::IoThread>("io-0");
    for (const ConnectorSpec& spec : m_connectorSpecs) {
        LaneUnit& unit = *m_lanes.emplace_back(std::make_unique<LaneUnit>());
        unit.spec = &spec;
        unit.name = spec.name;
        unit.title = spec.title;
        unit.symbol = m_symbols.intern(spec.name, "", spec.name);
        unit.previous = m_journal->recovery().lastTime;
        if (!m_settings->enabled(spec.settings.name))
            continue;
        unit.component = &m_health->add(spec.name, ops::ComponentKind::Connector);
        unit.lane = makeLane(unit);
    }
}

// Not started.
std::shared_ptr<net::Lane> Engine::Graph::makeLane(LaneUnit& unit)
{
    const auto inForce = settings();
    const ConnectorSpec& spec = *unit.spec;
    const auto section = inForce->section("router").as<RouterSection>();
    const config::Section settings = inForce->section(spec.settings.name);
    net::SessionOptions session;
    session.backoff.cap = toNanos(settings.as<config::ConnectorCommon>().reconnectCap);
    Input& input = m_router->addInput(unit.name, static_cast<std::size_t>(section.ingressCapacity));
    const std::vector<Endpoint> endpoints = spec.endpoints(settings);
    const Rest rest = spec.rest ? spec.rest(settings) : Rest{};
    std::string addresses = rest.url;
    for (const Endpoint& endpoint : endpoints)
        addresses += " " + endpoint.url;
    if (!unit.budget || unit.budgetFor != addresses) {
        unit.budget = std::make_shared<net::RateBudget>(rest, connectLimits(spec, endpoints), m_clock);
        unit.budgetFor = std::move(addresses);
    }
    return std::make_shared<net::Lane>(*m_io,
                                       net::LaneOptions{.lane = unit.symbol,
                                                        .endpoints = endpoints,
                                                        .wanted = spec.wanted(settings),
                                                        .previous = unit.previous,
                                                        .session = session,
                                                        .rest = rest,
                                                        .budget = unit.budget},
                                       spec.makeDecoder(settings, m_symbols), m_pool, m_clock, m_live.get(),
                                       laneHooks(unit, input));
}

std::vector<Engine::Graph::LaneView> Engine::Graph::laneViews() const
{
    std::vector<LaneView> out;
    const std::scoped_lock lock(m_unitMutex);
    for (const auto& unit : m_lanes)
        if (unit->component)
            out.push_back({unit.get(), unit->component, unit->lane,
                           sum(unit->before, unit->lane ? unit->lane->counters() : net::LaneCounters{})});
    return out;
}

std::vector<Engine::Graph::PipelineView> Engine::Graph::pipelineViews() const
{
    std::vector<PipelineView> out;
    const std::scoped_lock lock(m_unitMutex);
    for (const auto& unit : m_pipelineUnits)
        if (unit->component)
            out.push_back(
                {unit.get(), unit->component, unit->runner,
                 sum(unit->before, unit->runner ? unit->runner->counters(unit->name) : pipelines::PipelineCounters{})});
    return out;
}

std::vector<Engine::Graph::SinkView> Engine::Graph::sinkViews() const
{
    std::vector<SinkView> out;
    const std::scoped_lock lock(m_unitMutex);
    for (const auto& unit : m_sinks)
        if (unit->component)
            out.push_back({unit.get(), unit->component, unit->runner,
                           sum(unit->before, unit->runner ? unit->runner->status() : sinks::RunnerStatus{})});
    return out;
}

}  // namespace tickdeck::runtime
