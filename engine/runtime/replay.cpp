// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/replay.h"

#include <map>
#include <memory>

#include <nlohmann/json.hpp>

#include "engine/model/format.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/replay_lanes.h"

namespace tickdeck::runtime {

namespace {

using Verdict = Rerun::Verdict;

// Everything that one replay holds; used on one thread.
class Replay {
public:
    Replay(const ReplayOptions& options, SymbolTable& symbols, BufferPool& pool, const TakeReplayed& take)
        : m_options(&options), m_symbols(symbols), m_pool(pool), m_take(&take)
    {
    }

    Result<ReplayReport> run()
    {
        m_directory = journalOf(m_options->directory);
        if (!holdsSegments(m_directory))
            return fail(ErrorCode::NotFound, "no journal in " + m_options->directory.string());
        TRY(gatherPipelines());
        TRY_ASSIGN(auto reader, open(true));
        while (!m_report.difference || !m_options->stopAtDifference) {
            TRY_ASSIGN(const std::optional<Batch> batch, reader.next());
            if (!batch)
                break;
            if (m_options->to != kNoTime && batch->header().receiveTime >= m_options->to)
                break;
            TRY(handle(*batch, reader.segment()));
        }
        return std::move(m_report);
    }

private:
    static std::filesystem::path journalOf(const std::filesystem::path& directory)
    {
        const auto inside = directory / "journal";
        return std::filesystem::is_directory(inside) ? inside : directory;
    }

    static bool holdsSegments(const std::filesystem::path& directory)
    {
        std::error_code unreadable;
        for (const auto& entry : std::filesystem::directory_iterator(directory, unreadable))
            if (entry.path().extension() == ".tdj")
                return true;
        return false;
    }

    Result<journal::Reader> open(bool withFrames)
    {
        journal::ReadOptions options{.fromTime = m_options->from, .withFrames = withFrames};
        if (withFrames)  // the other reader meets the same
            options.onDamage = [this](const journal::Damage& damage) {
                // What was lost is missing in every state; the next recorded one goes on.
                m_lanes.clear();
                for (const auto& [lane, pipeline] : m_pipelines)
                    if (pipeline)
                        pipeline->forget();
                m_report.damage.push_back(damage.segment + ": numbers " + std::to_string(damage.from) + " to " +
                                          (damage.to ? std::to_string(damage.to) : std::string("the end")) + ", " +
                                          std::to_string(damage.bytes) + " bytes: " + damage.reason);
            };
        return journal::Reader::open(m_directory, std::move(options), m_symbols, m_pool);
    }

    // What a pipeline's lane says of it comes later than the inputs that it holds for: read beforehand, without frames.
    Result<> gatherPipelines()
    {
        TRY_ASSIGN(auto reader, open(false));
        for (;;) {
            TRY_ASSIGN(const std::optional<Batch> batch, reader.next());
            if (!batch)
                return {};
            if (batch->header().kind != BatchKind::Control)
                continue;
            if (ReplayPipeline* pipeline = pipelineOf(batch->header().lane))
                pipeline->gather(*batch, reader.segment().settingsJson);
        }
    }

    // The lane's decoder or pipeline; null where this build has none (a clock, a pipeline that was taken out).
    ReplayLane* laneOf(SymbolId lane)
    {
        const auto [at, isNew] = m_lanes.try_emplace(lane);
        if (isNew)
            if (const ConnectorSpec* spec = findSpec(m_connectors, m_symbols.name(lane).venue))
                at->second = std::make_unique<ReplayLane>(*spec, m_symbols, m_pool);
        return at->second.get();
    }

    ReplayPipeline* pipelineOf(SymbolId lane)
    {
        const auto [at, isNew] = m_pipelines.try_emplace(lane);
        const SymbolName& name = m_symbols.name(lane);
        if (isNew && name.venue == "tickdeck")
            if (const PipelineSpec* spec = findSpec(m_pipelineSpecs, name.native))
                at->second = std::make_unique<ReplayPipeline>(*spec, lane, m_symbols, m_pool);
        return at->second.get();
    }

    // A pipeline whose settings change has stopped before; it begins anew with Started, or not at all.
    static bool endsPipeline(const Batch& batch, std::string_view pipeline)
    {
        const BatchHeader& header = batch.header();
        if (header.kind != BatchKind::Control || header.control != ControlKind::Settings)
            return false;
        const auto payload = nlohmann::json::parse(batch.payload(), nullptr, false);
        return payload.is_object() && payload.value("section", "") == "pipelines." + std::string(pipeline);
    }

    Result<> handle(const Batch& recorded, const journal::SegmentInfo& segment)
    {
        ++m_report.batches;
        m_report.events += recorded.header().eventCount;
        m_report.firstSeq = m_report.firstSeq ? m_report.firstSeq : recorded.firstSeq();
        m_report.lastSeq = recorded.lastSeq();
        const SymbolId lane = recorded.header().lane;
        Rerun rerun;
        if (ReplayPipeline* pipeline = pipelineOf(lane)) {
            if (recorded.header().kind == BatchKind::Derived) {
                rerun = pipeline->compare(recorded);
                m_report.verifiedDerived += rerun.verdict == Verdict::Verified;
                m_report.withoutState += rerun.verdict == Verdict::NotKnown;
            }
        } else if (ReplayLane* decoder = laneOf(lane)) {
            TRY_ASSIGN(rerun, decoder->run(recorded, segment.settingsJson));
            m_report.verifiedBatches += rerun.verdict == Verdict::Verified;
            m_report.withoutState += rerun.verdict == Verdict::NotKnown;
        }
        m_report.verifiedStates += rerun.verdict == Verdict::StateVerified;
        if (rerun.verdict == Verdict::Different)
            differ(recorded, rerun, segment);
        if (*m_take)
            TRY((*m_take)(rerun.replayed ? rerun.replayed : recorded, segment));

        for (const auto& [id, pipeline] : m_pipelines) {
            if (!pipeline)
                continue;
            if (endsPipeline(recorded, m_symbols.name(id).native))
                pipeline->forget();
            TRY_ASSIGN(const Rerun fed, pipeline->feed(recorded));
            m_report.verifiedStates += fed.verdict == Verdict::StateVerified;
            if (fed.verdict == Verdict::Different)
                differ(recorded, fed, segment);
        }
        return {};
    }

    void differ(const Batch& recorded, const Rerun& rerun, const journal::SegmentInfo& segment)
    {
        if (m_report.differences++ > 0)
            return;
        const auto describe = [&](const Batch& batch) {
            std::string text;
            for (const EventView event : batch) {
                appendJson(text, event, batch.header(), m_symbols, {segment.engineId});
                text += '\n';
            }
            return text.empty() ? std::string("no events\n") : text;
        };
        const SymbolName& lane = m_symbols.name(recorded.header().lane);
        m_report.difference = {recorded.firstSeq(), lane.venue + ":" + lane.native, describe(recorded),
                               rerun.replayed ? describe(rerun.replayed) : rerun.complaint + "\n"};
    }

    const ReplayOptions* m_options;
    SymbolTable& m_symbols;
    BufferPool& m_pool;
    const TakeReplayed* m_take;
    std::filesystem::path m_directory;
    std::vector<ConnectorSpec> m_connectors = connectorSpecs();
    std::vector<PipelineSpec> m_pipelineSpecs = pipelineSpecs();
    std::map<SymbolId, std::unique_ptr<ReplayLane>> m_lanes;
    std::map<SymbolId, std::unique_ptr<ReplayPipeline>> m_pipelines;
    ReplayReport m_report;
};

}  // namespace

Result<ReplayReport> replay(const ReplayOptions& options, SymbolTable& symbols, BufferPool& pool,
                            const TakeReplayed& take)
{
    return Replay(options, symbols, pool, take).run();
}

}  // namespace tickdeck::runtime
