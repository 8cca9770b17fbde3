// SPDX-License-Identifier: GPL-3.0-or-later
// Changed settings in a running engine: what they touch stops, and begins anew with them. One change at a time, on the
// thread of whoever asks (`control`, `settings`); the stops and starts are the supervisor's, too.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/core/turns.h"
#include "engine/runtime/counters.h"
#include "engine/runtime/graph.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/settings_plan.h"

namespace tickdeck::runtime {

namespace {

using namespace std::chrono_literals;

constexpr auto kLaneStop = 800ms;
constexpr auto kSinkStop = 2'500ms;
constexpr auto kPipelineStop = 2s;  // of all that restart
constexpr auto kJournalLimit = 3s;  // for what was there before a change
constexpr std::string_view kSwitchedOff = "switched off";
constexpr std::string_view kNothing = R"({"subscriptions":[]})";

}  // namespace

std::vector<config::ChangeFault> Engine::Graph::checkSettings(const config::Settings& next) const
{
    std::vector<config::ChangeFault> faults;
    const auto now = settings();
    for (const ConnectorSpec& spec : m_connectorSpecs) {
        const std::string& section = spec.settings.name;
        if (!next.enabled(section) || now->enabled(section))
            continue;
        // A demo's simulators are started with it, and it never goes to a real venue.
        if (m_options.mode == api::Mode::Demo && next.source(section + ".url").origin != config::Origin::Engine)
            faults.push_back({section + ".enabled", "the demo has no simulator of it; enable it before the start"});
    }
    for (const config::SectionSpec& spec : next.specs())
        if (spec.name.starts_with("pipelines.") || spec.name.starts_with("sinks."))
            if (const auto filter = EventFilter::of(next.section(spec.name)); !filter)
                faults.push_back({spec.name + ".events", filter.error().detail});
    return faults;
}

bool Engine::Graph::numbered(std::chrono::milliseconds limit)
{
    return waitInTurns(limit, m_stopping, [this](auto turn) { return m_router->waitNumbered(turn); });
}

bool Engine::Graph::committed(std::chrono::milliseconds limit)
{
    return waitInTurns(limit, m_stopping,
                       [this, upTo = m_router->newest()](auto turn) { return m_router->waitCommitted(upTo, turn); });
}

Result<> Engine::Graph::readyForSettings()
{
    if (!m_lanesRunning || m_stopping)
        return fail(ErrorCode::Refused, "the engine is starting or stopping", Remedy::Retry);
    if (!committed(kJournalLimit))
        return fail(ErrorCode::TimedOut, "the journal does not commit: no settings are changed before it does",
                    Remedy::Retry);
    return {};
}

void Engine::Graph::applySettings(const std::shared_ptr<const config::Settings>& next,
                                  const std::vector<std::string>& keys, std::int64_t revision)
{
    const std::scoped_lock alone(m_changeMutex);
    const auto before = settings();
    const SettingsEffects effects = effectsOf(*before, *next, keys);
    const auto restarts = [&](const config::SectionSpec& spec) { return effects.restarts.contains(spec.name); };
    const auto ends = [&](const config::SectionSpec& spec) { return !next->enabled(spec.name); };
    for (const auto& unit : m_lanes)
        if (restarts(unit->spec->settings) && before->enabled(unit->spec->settings.name))
            stopLane(*unit, ends(unit->spec->settings));
    {
        std::vector<std::shared_ptr<pipelines::Runner>> together;
        for (const auto& unit : m_pipelineUnits)
            if (restarts(unit->spec->settings) && unit->runner)
                together.push_back(unit->runner);
        pipelines::Runner::stopAll(together, m_stopping ? 0ms : kPipelineStop);
    }
    for (const auto& unit : m_pipelineUnits)
        if (restarts(unit->spec->settings) && before->enabled(unit->spec->settings.name))
            stopPipeline(*unit, ends(unit->spec->settings));
    for (const auto& unit : m_sinks)
        if (restarts(unit->spec->settings) && before->enabled(unit->spec->settings.name))
            stopSink(*unit, ends(unit->spec->settings), kSinkStop);

    // All that was made under the old settings is safe in a segment that has them; what comes now is in one with the new.
    if (!numbered(kJournalLimit) || !committed(kJournalLimit))
        m_log->error("settings", "settings.unordered", "the journal fell behind while settings were changed");
    m_log->redact(next->secrets());
    {
        const std::scoped_lock lock(m_unitMutex);
        m_settings = next;
    }
    m_journal->setSettings(next->json());
    journalSettings(*next, keys, revision);

    m_log->change(next->section("log").as<ops::LogSettings>());
    for (const auto& unit : m_sinks)
        if (restarts(unit->spec->settings) && !ends(unit->spec->settings))
            startSink(*unit);
    for (const auto& unit : m_pipelineUnits)
        if (restarts(unit->spec->settings) && !ends(unit->spec->settings))
            startPipeline(*unit);
    for (const auto& unit : m_lanes) {
        const std::string& section = unit->spec->settings.name;
        if (restarts(unit->spec->settings) && !ends(unit->spec->settings))
            startLane(*unit);
        else if (effects.liveIn.contains(section) && unit->lane)
            unit->lane->setWanted(unit->spec->wanted(next->section(section)));
    }
    m_log->info("settings", "settings.changed", inOneLine(describeChanges(*before, *next, keys)),
                {{"revision", revision}});
}

void Engine::Graph::journalSettings(const config::Settings& next, const std::vector<std::string>& keys,
                                    std::int64_t revision)
{
    Input& input = m_router->addInput("settings", 256);
    BatchBuilder builder(m_pool);
    const SymbolId lane = m_symbols.intern("tickdeck", "", "settings");
    std::map<std::string, nlohmann::ordered_json> sections;
    for (const std::string& key : keys) {
        const auto dot = key.rfind('.');
        sections[key.substr(0, dot)][key.substr(dot + 1)] = next.text(key);
    }
    for (auto& [section, values] : sections) {
        const nlohmann::ordered_json payload{
            {"revision", revision}, {"section", section}, {"values", std::move(values)}};
        BatchHeader& header =
            builder.begin(payload.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        header.kind = BatchKind::Control;
        header.control = ControlKind::Settings;
        header.lane = lane;
        header.ordinal = ++m_settingsOrdinal;
        header.receiveTime = m_clock.now();
        if (!input.tryPush(builder.finish()))
            m_log->error("settings", "settings.untold", "no room to journal the change of " + section);
    }
    if (!numbered(kJournalLimit))
        m_log->error("settings", "settings.unordered", "the journal fell behind while settings were changed");
}

// What is open as a gap is closed here: the next lane, if there is one, opens its own from this moment on.
void Engine::Graph::stopLane(LaneUnit& unit, bool forGood)
{
    if (unit.lane) {
        unit.lane->setWanted(std::string(kNothing));
        const Nanos now = m_clock.now();
        unit.lane->stop(kLaneStop);
        // What came after its decoder threw is missing as well.
        const Nanos failedAt = unit.failedAt.exchange(kNoTime);
        unit.previous = failedAt == kNoTime ? now : std::min(failedAt, now);
        std::shared_ptr<net::Lane> ended;  // goes after the lock: its end waits for its thread
        const std::scoped_lock lock(m_unitMutex);
        unit.before = sum(unit.before, unit.lane->counters());
        ended.swap(unit.lane);
    }
    unit.component->set(ops::State::Stopped, std::string(forGood ? kSwitchedOff : ""));
}

void Engine::Graph::startLane(LaneUnit& unit, const char* why)
{
    auto* component = &m_health->add(unit.name, ops::ComponentKind::Connector);
    component->set(ops::State::Starting, why);
    {
        const std::scoped_lock lock(m_unitMutex);
        unit.component = component;
    }
    auto lane = makeLane(unit);
    {
        const std::scoped_lock lock(m_unitMutex);
        unit.lane = lane;
    }
    lane->start();
}

void Engine::Graph::stopPipeline(PipelineUnit& unit, bool forGood)
{
    if (unit.runner) {
        pipelines::Runner::stopAll(std::span(&unit.runner, 1), m_stopping ? 0ms : kPipelineStop);
        std::shared_ptr<pipelines::Runner> ended;  // goes after the lock
        const std::scoped_lock lock(m_unitMutex);
        unit.before = sum(unit.before, unit.runner->counters(unit.name));
        ended.swap(unit.runner);
    }
    unit.component->set(ops::State::Stopped, std::string(forGood ? kSwitchedOff : ""));
    if (forGood)
        m_journal->release("pipelines." + unit.name);
}

void Engine::Graph::startPipeline(PipelineUnit& unit, const char* why)
{
    auto* component = &m_health->add("pipelines." + unit.name, ops::ComponentKind::Pipeline);
    component->set(ops::State::Starting, why);
    {
        const std::scoped_lock lock(m_unitMutex);
        unit.component = component;
    }
    auto runner = makePipeline(unit);
    Result<> started;
    if (runner) {
        {
            const std::scoped_lock lock(m_unitMutex);
            unit.runner = *runner;
        }
        started = (*runner)->start();
    } else {
        started = std::unexpected(std::move(runner).error());
    }
    if (!started)
        component->set(ops::State::Failed, started.error().text());
}

void Engine::Graph::stopSink(SinkUnit& unit, bool forGood, std::chrono::milliseconds limit)
{
    const std::string name = "sinks." + std::string(unit.spec->name);
    if (unit.runner) {
        if (const auto stopped = unit.runner->stop(m_stopping ? 0ms : limit); !stopped)
            m_log->warning(name, "sink.left_behind", "goes on from the journal: " + stopped.error().text());
        std::shared_ptr<sinks::Runner> ended;  // goes after the lock
        const std::scoped_lock lock(m_unitMutex);
        unit.before = sum(unit.before, unit.runner->status());
        ended.swap(unit.runner);
    }
    unit.component->set(ops::State::Stopped, std::string(forGood ? kSwitchedOff : ""));
    if (forGood)
        m_journal->release(name);
}

void Engine::Graph::startSink(SinkUnit& unit, const char* why)
{
    const std::string name = "sinks." + std::string(unit.spec->name);
    auto* component = &m_health->add(name, ops::ComponentKind::Sink);
    component->set(ops::State::Starting, why);
    m_journal->retain(name, m_journal->firstSeq());
    {
        const std::scoped_lock lock(m_unitMutex);
        unit.component = component;
    }
    auto runner = makeSink(unit);
    if (!runner) {
        component->set(ops::State::Failed, runner.error().text());
        return;
    }
    (*runner)->start();
    const std::scoped_lock lock(m_unitMutex);
    unit.runner = std::move(*runner);
}

}  // namespace tickdeck::runtime
