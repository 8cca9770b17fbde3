// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/queries.h"

#include <algorithm>

namespace tickdeck::runtime {

namespace {

constexpr Nanos kInstrumentsEvery = 500 * kMillisecond;

int digits(const Nullable<std::int64_t>& precision) { return precision ? static_cast<int>(*precision) : -1; }

bool same(const api::Instrument& a, const api::Instrument& b)
{
    return a.id == b.id && a.kind == b.kind && a.pricePrecision == b.pricePrecision &&
           a.quantityPrecision == b.quantityPrecision && a.status == b.status;
}

}  // namespace

Queries::Queries(Engine::Graph& graph)
    : m_graph(&graph),
      m_candles(graph.live(), graph.clock(), m_worker,
                [this](const CandleKey& key, Nanos from) { return storedCandles(key, from); }),
      m_marks(
          graph.clock(), m_worker,
          [&graph](SymbolId symbol, std::uint64_t cursor, std::vector<api::MarkPoint>& out) {
              return graph.monitor().marksSince(symbol, cursor, out);
          },
          [this](SymbolId symbol, Nanos from) { return storedMarks(symbol, from); })
{
}

Queries::~Queries()
{
    m_stopping = true;
    m_worker.stop();
    // A front end may hold a job for longer than the engine lives.
    for (const auto& running : m_exports)
        if (const auto job = running.lock()) {
            job->cancel();
            job->join();
        }
}

std::shared_ptr<const std::vector<api::Instrument>> Queries::instruments()
{
    const std::scoped_lock lock(m_mutex);
    const Nanos steady = m_graph->clock().steady();
    if (m_instruments && steady - m_instrumentsAt < kInstrumentsEvery)
        return m_instruments;
    m_instrumentsAt = steady;
    std::vector<api::Instrument> found;
    for (const SymbolId id : m_graph->live().symbols()) {
        const SymbolName& name = m_graph->symbols().name(id);
        const auto live = m_graph->live().instrument(id);
        if (name.symbol.empty())
            continue;
        api::Instrument& out = found.emplace_back(api::Instrument{.id = id, .name = name});
        if (live) {
            out.kind = live->kind;
            out.pricePrecision = digits(live->pricePrecision);
            out.quantityPrecision = digits(live->quantityPrecision);
            out.status = live->status.view();
        }
    }
    std::sort(found.begin(), found.end(), [](const api::Instrument& a, const api::Instrument& b) {
        return std::tie(a.name.venue, a.name.symbol) < std::tie(b.name.venue, b.name.symbol);
    });
    if (!m_instruments || !std::equal(found.begin(), found.end(), m_instruments->begin(), m_instruments->end(), same))
        m_instruments = std::make_shared<const std::vector<api::Instrument>>(std::move(found));
    return m_instruments;
}

void Queries::readBack(const std::function<bool(History&)>& ask)
{
    const auto settings = m_graph->settings();
    for (const SinkSpec& spec : m_graph->sinkSpecs()) {
        if (!spec.history || !settings->enabled(spec.settings.name))
            continue;
        const auto history = spec.history(settings->section(spec.settings.name), m_graph->sinkContext());
        if (ask(*history) || m_stopping)
            return;
    }
}

std::vector<api::Candle> Queries::storedCandles(const CandleKey& key, Nanos from)
{
    std::vector<api::Candle> out;
    const SymbolName& name = m_graph->symbols().name(key.symbol);
    const auto take = [&](const Batch& batch) {
        for (const EventView event : batch)
            if (const Candle* candle = event.as<Candle>(); candle && candle->closed && candle->built == key.built)
                out.push_back(toApi(*candle));
        return !m_stopping;
    };
    // A store holds open states and those of the other builder beside them.
    const HistoryQuery query{.type = EventType::Candle,
                             .from = from,
                             .to = m_graph->clock().now(),
                             .venue = name.venue,
                             .symbol = name.symbol,
                             .interval = key.interval,
                             .limit = 4 * CandleBook::kMost};
    readBack([&](History& history) {
        out.clear();
        return history.read(query, m_graph->pool(), m_graph->symbols(), take) && !out.empty();
    });
    return out;
}

std::vector<api::MarkPoint> Queries::storedMarks(SymbolId symbol, Nanos from)
{
    constexpr std::size_t kMostRows = 20'000;
    std::vector<api::MarkPoint> marks;
    std::vector<StoredFunding> fundings;
    const SymbolName& name = m_graph->symbols().name(symbol);
    const auto take = [&](const Batch& batch) {
        for (const EventView event : batch) {
            if (const Mark* mark = event.as<Mark>())
                marks.push_back({.time = batch.header().receiveTime,
                                 .mark = mark->markPrice,
                                 .index = mark->indexPrice,
                                 .fundingRate = {}});
            else if (const Funding* funding = event.as<Funding>())
                fundings.push_back({batch.header().receiveTime, funding->rate});
        }
        return !m_stopping;
    };
    HistoryQuery query{.type = EventType::Mark,
                       .from = from,
                       .to = m_graph->clock().now(),
                       .venue = name.venue,
                       .symbol = name.symbol,
                       .interval = {},
                       .limit = kMostRows};
    readBack([&](History& history) {
        marks.clear();
        fundings.clear();
        query.type = EventType::Mark;
        const bool read = history.read(query, m_graph->pool(), m_graph->symbols(), take).has_value();
        query.type = EventType::Funding;
        return read && !marks.empty() && history.read(query, m_graph->pool(), m_graph->symbols(), take).has_value();
    });
    return joined(marks, fundings);
}

api::AnswerRef<api::Gaps> Queries::gaps(const api::GapQuery& query)
{
    return later<api::Gaps>([this, query]() -> Result<api::Gaps> {
        TRY_ASSIGN(ops::FoundGaps found, m_graph->stateDb().gaps({.from = query.from,
                                                                  .to = query.to,
                                                                  .venue = query.venue,
                                                                  .symbol = query.symbol,
                                                                  .channel = query.channel,
                                                                  .most = query.most}));
        api::Gaps out{.gaps = {}, .total = found.total};
        for (ops::GapRecord& record : found.gaps)
            out.gaps.push_back({.id = std::move(record.id),
                                .venue = std::move(record.venue),
                                .symbol = std::move(record.symbol),
                                .channel = std::move(record.channel),
                                .from = record.from,
                                .to = record.to.value_or(kNoTime),
                                .cause = enumFromName<GapCause>(record.cause).value_or(GapCause::Failure),
                                .recovered = enumFromName<GapRecovery>(record.recovered).value_or(GapRecovery::None)});
        return out;
    });
}

api::AnswerRef<api::DeadLetters> Queries::deadLetters(std::size_t most)
{
    return later<api::DeadLetters>([this, most] { return m_graph->listDeadLetters(most); });
}

api::AnswerRef<api::DeadLetter> Queries::deadLetter(std::int64_t id)
{
    return later<api::DeadLetter>([this, id] { return m_graph->showDeadLetter(id); });
}

api::AnswerRef<std::string> Queries::retryDeadLetters(const std::vector<std::int64_t>& ids)
{
    return later<std::string>(
        [this, ids] { return m_graph->retryDeadLetters(ids, [this] { return m_stopping.load(); }); });
}

api::AnswerRef<std::uint64_t> Queries::dropDeadLetters(const std::vector<std::int64_t>& ids)
{
    return later<std::uint64_t>([this, ids] { return m_graph->dropDeadLetters(ids); });
}

std::shared_ptr<api::ExportJob> Queries::startExport(const api::ExportRequest& request)
{
    auto job = std::make_shared<ExportJob>(*m_graph, request);
    const std::scoped_lock lock(m_mutex);
    std::erase_if(m_exports, [](const auto& weak) { return weak.expired(); });
    m_exports.push_back(job);
    return job;
}

}  // namespace tickdeck::runtime
