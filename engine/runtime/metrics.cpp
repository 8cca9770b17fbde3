// SPDX-License-Identifier: GPL-3.0-or-later
// Hands the figures that the parts count themselves to the metrics. On the thread of whoever scrapes.

#include <algorithm>

#include "engine/runtime/graph.h"

namespace tickdeck::runtime {

namespace {

double number(std::uint64_t value) { return static_cast<double>(value); }

}  // namespace

void Engine::Graph::collectMetrics()
{
    ops::Metrics& metrics = *m_metrics;
    for (const LaneView& view : laneViews()) {
        const ops::Labels venue{{"venue", view.unit->name}};
        const net::LaneCounters& counters = view.counters;
        metrics.counter("tickdeck_frames_total", "Frames read", venue).advanceTo(number(counters.frames));
        metrics.counter("tickdeck_frame_bytes_total", "Bytes of frames read", venue).advanceTo(number(counters.bytes));
        metrics.counter("tickdeck_decode_errors_total", "Frames that could not be decoded", venue)
            .advanceTo(number(counters.errors));
        metrics.counter("tickdeck_ignored_total", "Valid messages of kinds that are not normalised", venue)
            .advanceTo(number(counters.ignored));
        metrics.counter("tickdeck_connects_total", "Connections that were opened", venue)
            .advanceTo(number(counters.connects));
        metrics.counter("tickdeck_overflows_total", "Times a feed was closed for want of room", venue)
            .advanceTo(number(counters.overflows));
        metrics.counter("tickdeck_frames_lost_total", "Frames given up before they were decoded", venue)
            .advanceTo(number(counters.lost));
        for (const auto& [outcome, count] :
             {std::pair{"answered", counters.requests}, std::pair{"failed", counters.failedRequests}})
            metrics
                .counter("tickdeck_requests_total", "Requests over REST",
                         {{"venue", view.unit->name}, {"outcome", outcome}})
                .advanceTo(number(count));
        metrics.counter("tickdeck_request_weight_total", "Weight of the requests that were sent", venue)
            .advanceTo(number(counters.requestWeight));
        const net::BudgetStatus budget = view.lane ? view.lane->budget() : net::BudgetStatus{};
        metrics.gauge("tickdeck_venue_budget_used_ratio", "Part of the venue's request weight in use", venue)
            .set(budget.usedFraction);
        metrics.gauge("tickdeck_requests_waiting", "Requests that wait for the venue's budget", venue)
            .set(number(budget.waiting));
        metrics.gauge("tickdeck_venue_ban_seconds", "How long the venue's ban still lasts; 0: none", venue)
            .set(budget.bannedUntil == kNoTime
                     ? 0.0
                     : static_cast<double>(std::max<Nanos>(0, budget.bannedUntil - m_clock.now())) /
                           static_cast<double>(kSecond));
        metrics.counter("tickdeck_venue_bans_total", "Times that the venue banned this engine", venue)
            .advanceTo(number(budget.bans));
    }
    for (const LiveCount& count : m_live->counts()) {
        const ops::Labels labels{{"venue", m_symbols.name(count.lane).venue},
                                 {"type", std::string(enumName(count.type))}};
        metrics.counter("tickdeck_events_total", "Events", labels).advanceTo(number(count.count));
    }
    for (const Input* input : m_router->inputs()) {
        const ops::Labels name{{"input", input->name()}};
        metrics.gauge("tickdeck_input_batches", "Batches that wait for the router", name).set(number(input->size()));
        metrics.counter("tickdeck_input_refused_total", "Times that the way to the router was full", name)
            .advanceTo(number(input->refused()));
    }
    metrics.gauge("tickdeck_newest_seq", "The router's newest number").set(number(m_router->newest()));
    metrics.gauge("tickdeck_committed_seq", "The journal's committed number").set(number(m_router->committed()));
    metrics.counter("tickdeck_batches_total", "Batches numbered").advanceTo(number(m_router->counters().batches));

    const journal::Statistics journal = m_journal->statistics();
    metrics.counter("tickdeck_journal_raw_bytes_total", "Bytes appended, before compression")
        .advanceTo(number(journal.rawBytes));
    metrics.counter("tickdeck_journal_stored_bytes_total", "Bytes written").advanceTo(number(journal.storedBytes));
    metrics.counter("tickdeck_journal_commits_total", "Group commits").advanceTo(number(journal.commits));
    metrics.counter("tickdeck_journal_failed_syncs_total", "Syncs that failed").advanceTo(number(journal.failedSyncs));
    metrics.gauge("tickdeck_journal_last_sync_seconds", "How long the last sync took")
        .set(static_cast<double>(journal.lastSync) / static_cast<double>(kSecond));
    metrics.gauge("tickdeck_journal_bytes", "Disk space of the journal").set(number(m_journal->usage().bytes));

    for (const PipelineView& view : pipelineViews()) {
        const ops::Labels name{{"pipeline", view.unit->name}};
        const pipelines::PipelineCounters& counters = view.counters;
        metrics.counter("tickdeck_pipeline_inputs_total", "Batches handed over", name)
            .advanceTo(number(counters.inputs));
        metrics.counter("tickdeck_pipeline_derived_total", "Batches derived", name).advanceTo(number(counters.derived));
        metrics.counter("tickdeck_pipeline_skipped_total", "Inputs that failed", name)
            .advanceTo(number(counters.skipped));
    }
    for (const SinkView& view : sinkViews()) {
        if (!view.runner)
            continue;
        const ops::Labels name{{"sink", std::string(view.unit->spec->name)}};
        const sinks::RunnerStatus& status = view.status;
        metrics.gauge("tickdeck_sink_position", "Durable in the store up to here", name).set(number(status.position));
        metrics.gauge("tickdeck_sink_behind", "Numbers behind the router's newest", name).set(number(status.behind));
        metrics.counter("tickdeck_sink_failures_total", "Calls that failed", name).advanceTo(number(status.failures));
        metrics.counter("tickdeck_sink_dead_letters_total", "What the store refused", name)
            .advanceTo(number(status.deadLetters));
        metrics.counter("tickdeck_sink_restored_total", "Events of dead letters that the store took later", name)
            .advanceTo(number(status.restored));
    }
    for (const auto& [of, gaps] : m_gapLedger->counts()) {
        const ops::Labels labels{{"venue", of.venue}, {"channel", of.channel}, {"cause", of.cause}};
        metrics.counter("tickdeck_gaps_total", "Gaps that were opened", labels).advanceTo(number(gaps.opened));
        metrics.counter("tickdeck_gap_seconds_total", "Length of the gaps that were closed", labels)
            .advanceTo(static_cast<double>(gaps.length) / static_cast<double>(kSecond));
    }
    metrics.gauge("tickdeck_open_gaps", "Gaps that are open").set(number(m_live->openGaps().size()));
    metrics.gauge("tickdeck_dead_letters", "Dead letters kept").set(number(m_stateDb->deadLettersKept()));
    metrics.gauge("tickdeck_pool_bytes", "Memory of batches in use").set(number(m_pool.bytesInUse()));
    metrics.gauge("tickdeck_clock_skew_seconds", "Step or drift of the wall clock last seen")
        .set(static_cast<double>(m_clock.skew()) / static_cast<double>(kSecond));
}

}  // namespace tickdeck::runtime
