// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Figures of a component that was replaced while the engine runs: what all of them have counted together.

#include <algorithm>

#include "engine/net/lane.h"
#include "engine/pipelines/runner.h"
#include "engine/sinks/runner.h"

namespace tickdeck::runtime {

// What is no count (bytes that wait, positions) is that of `now`.
[[nodiscard]] inline net::LaneCounters sum(const net::LaneCounters& before, const net::LaneCounters& now)
{
    net::LaneCounters out = now;
    out.frames += before.frames;
    out.bytes += before.bytes;
    out.events += before.events;
    out.errors += before.errors;
    out.ignored += before.ignored;
    out.connects += before.connects;
    out.overflows += before.overflows;
    out.lost += before.lost;
    out.requests += before.requests;
    out.failedRequests += before.failedRequests;
    out.requestWeight += before.requestWeight;
    out.lastFrame = std::max(before.lastFrame, now.lastFrame);
    return out;
}

[[nodiscard]] inline pipelines::PipelineCounters sum(const pipelines::PipelineCounters& before,
                                                     const pipelines::PipelineCounters& now)
{
    pipelines::PipelineCounters out = now;
    out.inputs += before.inputs;
    out.derived += before.derived;
    out.silent += before.silent;
    out.skipped += before.skipped;
    out.checkpoints += before.checkpoints;
    return out;
}

[[nodiscard]] inline sinks::RunnerStatus sum(const sinks::RunnerStatus& before, const sinks::RunnerStatus& now)
{
    sinks::RunnerStatus out = now;
    out.batches += before.batches;
    out.events += before.events;
    out.failures += before.failures;
    out.reopened += before.reopened;
    out.deadLetters += before.deadLetters;
    out.restored += before.restored;
    return out;
}

}  // namespace tickdeck::runtime
