// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/refill.h"

#include <memory>
#include <thread>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/ops/data_lock.h"
#include "engine/plugin/event_filter.h"
#include "engine/runtime/engine_lane.h"
#include "engine/runtime/registry.h"

namespace tickdeck::runtime {

namespace {

constexpr std::size_t kBatchesAtOnce = 1024;
constexpr std::size_t kMostTold = 20;

// The journal that is filled; opened when the first batch tells whose it is.
class Refill {
public:
    Refill(const config::Settings& settings, std::filesystem::path into)
        : m_settings(&settings), m_into(std::move(into))
    {
    }

    Result<ReplayReport> run(const ReplayOptions& options)
    {
        TRY_ASSIGN(auto report,
                   replay(options, m_symbols, m_pool, [this](const Batch& batch, const journal::SegmentInfo& segment) {
                       return take(batch, segment);
                   }));
        if (!m_journal)
            return report;
        TRY(m_journal->close());
        for (const SinkSpec& spec : sinkSpecs())
            if (m_settings->enabled(spec.settings.name))
                TRY(fill(spec, report));
        return report;
    }

private:
    Result<> take(const Batch& batch, const journal::SegmentInfo& segment)
    {
        if (!m_journal) {
            m_engineId = segment.engineId;
            TRY_ASSIGN(m_journal,
                       journal::Journal::open({.directory = m_into / "journal",
                                               .settings = m_settings->section("journal").as<journal::Settings>(),
                                               .build = segment.build,
                                               .engineId = m_engineId,
                                               .settingsJson = segment.settingsJson},
                                              m_symbols));
        } else if (segment.settingsJson != m_settingsJson) {
            m_journal->setSettings(segment.settingsJson);
        }
        m_settingsJson = segment.settingsJson;
        if (batch.firstSeq() <= m_last)
            return fail(ErrorCode::OutOfRange,
                        "number " + std::to_string(batch.firstSeq()) +
                            ": this build makes more events than the recorded numbers have room for");
        m_last = batch.lastSeq();
        for (;;) {
            const auto appended = m_journal->append(batch);
            m_journal->poll();
            if (appended || appended.error().remedy != Remedy::Retry)
                return appended;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));  // the disk is full or behind
        }
    }

    // What the live store skipped is left out, and what this one cannot hold is told.
    Result<> fill(const SinkSpec& spec, ReplayReport& report)
    {
        const config::Section section = m_settings->section(spec.settings.name);
        TRY_ASSIGN(EventFilter filter, EventFilter::of(section));
        TRY_ASSIGN(const auto skipped,
                   skippedBy("sinks." + std::string(spec.name), 0, m_into / "journal", nullptr, m_symbols, m_pool, {}));
        for (const sinks::SeqRange& range : skipped)
            for (Seq seq = range.first; seq <= range.last; ++seq)
                filter.skip(seq);
        const auto sink = spec.make(section);
        TRY(sink->open({.dataDirectory = m_into, .engineId = m_engineId, .symbols = &m_symbols, .filter = &filter}));
        TRY_ASSIGN(auto reader, journal::Reader::open(m_into / "journal", {.withFrames = false}, m_symbols, m_pool));
        std::vector<Batch> batches;
        for (bool more = true; more;) {
            TRY_ASSIGN(std::optional<Batch> batch, reader.next());
            more = batch.has_value();
            if (more)
                leaveOut(*batch, *sink, filter, spec.name, report);
            if (more)
                batches.push_back(std::move(*batch));
            if (batches.size() >= kBatchesAtOnce || (!more && !batches.empty())) {
                TRY(sink->write(batches));
                batches.clear();
            }
        }
        return sink->flush();
    }

    void leaveOut(const Batch& batch, const Sink& sink, EventFilter& filter, std::string_view name,
                  ReplayReport& report) const
    {
        for (const EventView event : batch) {
            const Result<> good = filter.passes(event, m_symbols) ? sink.check(event) : Result<>();
            if (good)
                continue;
            filter.skip(event.seq());
            if (report.refused++ < kMostTold)
                report.refusals.push_back(std::string(name) + " cannot hold number " + std::to_string(event.seq()) +
                                          ": " + good.error().text());
        }
    }

    const config::Settings* m_settings;
    std::filesystem::path m_into;
    SymbolTable m_symbols;
    BufferPool m_pool;
    std::unique_ptr<journal::Journal> m_journal;
    std::string m_engineId;
    std::string m_settingsJson;
    Seq m_last = 0;
};

}  // namespace

Result<ReplayReport> refill(ReplayOptions options, const config::Settings& settings, const std::filesystem::path& into)
{
    std::error_code unused;
    if (std::filesystem::exists(into, unused) && !std::filesystem::is_empty(into, unused))
        return fail(ErrorCode::Exists, into.string() + " is not empty");
    options.stopAtDifference = false;
    TRY_ASSIGN(const ops::DataLock lock, ops::DataLock::take(into));
    return Refill(settings, into).run(options);
}

}  // namespace tickdeck::runtime
