// SPDX-License-Identifier: GPL-3.0-or-later
// The overview: what the streams tell, completed with components, stages and the journal. On the monitor's thread.

#include <algorithm>

#include "engine/runtime/graph.h"

namespace tickdeck::runtime {

namespace {

api::State toApi(ops::State state)
{
    switch (state) {
    case ops::State::Starting: return api::State::Starting;
    case ops::State::Ok: return api::State::Ok;
    case ops::State::Degraded: return api::State::Degraded;
    case ops::State::Failed: return api::State::Failed;
    case ops::State::Stopped: break;
    }
    return api::State::Stopped;
}

api::Breaker toApi(sinks::Breaker breaker)
{
    switch (breaker) {
    case sinks::Breaker::Closed: return api::Breaker::Closed;
    case sinks::Breaker::Open: return api::Breaker::Open;
    case sinks::Breaker::HalfOpen: break;
    }
    return api::Breaker::HalfOpen;
}

api::Stage stageOf(api::StageKind kind, std::string_view name, std::string_view title,
                   const ops::ComponentHealth& health)
{
    return {.kind = kind,
            .name = std::string(name),
            .title = std::string(title),
            .state = toApi(health.state),
            .reason = health.reason,
            .since = health.since};
}

}  // namespace

void Engine::Graph::complete(api::Overview& overview, Nanos steady)
{
    for (const ops::ComponentHealth& health : m_health->snapshot())
        overview.components.push_back({.name = health.name,
                                       .kind = std::string(enumName(health.kind)),
                                       .state = toApi(health.state),
                                       .reason = health.reason,
                                       .since = health.since});
    overview.worst = toApi(m_health->worst());

    // A connector that is not well speaks for its streams.
    const std::vector<LaneView> lanes = laneViews();
    for (api::Stream& stream : overview.streams) {
        const auto lane = std::find_if(lanes.begin(), lanes.end(),
                                       [&](const LaneView& view) { return view.unit->name == stream.venue; });
        if (lane == lanes.end())
            continue;
        const ops::ComponentHealth health = lane->component->get();
        if (health.state != ops::State::Ok) {
            stream.state = toApi(health.state);
            stream.reason = health.reason;
            stream.since = health.since;
        }
        const net::LaneCounters& counters = lane->counters;
        const std::uint64_t connections = lane->lane ? lane->lane->statuses().size() : 1;
        stream.reconnects =
            static_cast<std::uint32_t>(counters.connects > connections ? counters.connects - connections : 0);
    }
    addStages(overview, steady);

    const journal::Usage usage = m_journal->usage();
    const ops::ComponentHealth health = m_journalHealth->get();
    overview.journal = {.state = toApi(health.state),
                        .reason = health.reason,
                        .first = m_journal->firstSeq(),
                        .last = m_router->newest(),
                        .committed = m_router->committed(),
                        .bytes = usage.bytes,
                        .budget = usage.budget,
                        .bytesPerSecond = m_journalRate.update(m_journal->statistics().storedBytes, steady)};
    overview.deadLetters = m_stateDb->deadLettersKept();
    overview.alerts = static_cast<std::uint64_t>(
        std::count_if(overview.components.begin(), overview.components.end(), [](const api::Component& component) {
            return component.state == api::State::Degraded || component.state == api::State::Failed;
        }));
}

void Engine::Graph::addStages(api::Overview& overview, Nanos steady)
{
    for (const PipelineView& view : pipelineViews()) {
        PipelineUnit& unit = *view.unit;
        const pipelines::PipelineCounters& counters = view.counters;
        api::Stage stage = stageOf(api::StageKind::Pipeline, unit.name, unit.title, view.component->get());
        stage.position = counters.position;
        stage.behind = m_router->newest() - std::min(m_router->newest(), counters.position);
        if (stage.behind > 0 && counters.positionTime != kNoTime)
            stage.behindTime = std::max<Nanos>(overview.time - counters.positionTime, 0);
        stage.eventsPerSecond = unit.rate.update(counters.inputs, steady);
        stage.deadLetters = counters.skipped;
        overview.stages.push_back(std::move(stage));
    }
    for (const SinkView& view : sinkViews()) {
        SinkUnit& unit = *view.unit;
        const sinks::RunnerStatus& status = view.status;
        api::Stage stage = stageOf(api::StageKind::Sink, unit.spec->name, unit.spec->title, view.component->get());
        stage.position = status.position;
        stage.behind = status.behind;
        if (status.oldestWaiting != kNoTime)
            stage.behindTime = overview.time - status.oldestWaiting;
        stage.eventsPerSecond = unit.rate.update(status.events, steady);
        stage.breaker = toApi(status.breaker);
        stage.deadLetters = status.deadLetters;
        overview.stages.push_back(std::move(stage));
    }
}

}  // namespace tickdeck::runtime
