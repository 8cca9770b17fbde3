// SPDX-License-Identifier: GPL-3.0-or-later
// The graph's components: sinks, pipelines and lanes, made from their settings.

#include <algorithm>

#include "engine/config/common.h"
#include "engine/runtime/connector_health.h"
#include "engine/runtime/graph.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/sections.h"

namespace tickdeck::runtime {

namespace {

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
    options.deadLetter = [this, name](const sinks::DeadLetter& letter) { return keepRefused(name, letter); };
    options.skipped = [this, name](Seq after) { return skippedBefore(name, after); };
    options.inFlight = m_options.dataDirectory / "sinks" / (name + ".inflight");
    options.onState = [&unit](ops::State state, const std::string& reason) { unit.component->set(state, reason); };
    return std::make_unique<sinks::Runner>(std::move(options), unit.spec->make(section), sinkContext(),
                                           std::move(filter), m_clock);
}

Result<> Engine::Graph::addSinks()
{
    m_sinkSpecs = tickdeck::sinkSpecs();
    std::error_code problem;
    std::filesystem::create_directories(m_options.dataDirectory / "sinks", problem);
    if (problem)
        return fail(ErrorCode::Io, (m_options.dataDirectory / "sinks").string() + ": " + problem.message());
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
    const auto health = std::make_shared<ConnectorHealth>(*unit.component);
    return {.push = [&input](Batch&& batch) { return input.tryPush(std::move(batch)); },
            .observe = [this](const Batch& batch) { m_live->observe(batch); },
            .error =
                [this, &unit](const Error& error, const Batch& batch) {
                    m_log->warning(unit.name, "decoder.error", error.text());
                    keepDeadLetter(unit.name, error, batch);
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
    m_connectorSpecs = tickdeck::connectorSpecs();
    const auto section = m_options.settings.section("router").as<RouterSection>();
    m_io = std::make_unique<net::IoThread>("io-0");
    for (const ConnectorSpec& spec : m_connectorSpecs) {
        if (!m_options.settings.enabled(spec.settings.name))
            continue;
        const config::Section settings = m_options.settings.section(spec.settings.name);
        net::SessionOptions session;
        session.backoff.cap = toNanos(settings.as<config::ConnectorCommon>().reconnectCap);
        auto unit = std::make_unique<LaneUnit>();
        unit->name = spec.name;
        unit->title = spec.title;
        unit->component = &m_health->add(spec.name, ops::ComponentKind::Connector);
        unit->symbol = m_symbols.intern(spec.name, "", spec.name);
        Input& input = m_router->addInput(unit->name, static_cast<std::size_t>(section.ingressCapacity));
        const std::vector<Endpoint> endpoints = spec.endpoints(settings);
        const Rest rest = spec.rest ? spec.rest(settings) : Rest{};
        unit->budget = std::make_shared<net::RateBudget>(rest, connectLimits(spec, endpoints), m_clock);
        unit->lane = std::make_unique<net::Lane>(*m_io,
                                                 net::LaneOptions{.lane = unit->symbol,
                                                                  .endpoints = endpoints,
                                                                  .wanted = spec.wanted(settings),
                                                                  .previous = m_journal->recovery().lastTime,
                                                                  .session = session,
                                                                  .rest = rest,
                                                                  .budget = unit->budget},
                                                 spec.makeDecoder(settings, m_symbols), m_pool, m_clock, m_live.get(),
                                                 laneHooks(*unit, input));
        m_lanes.push_back(std::move(unit));
    }
}

}  // namespace tickdeck::runtime
