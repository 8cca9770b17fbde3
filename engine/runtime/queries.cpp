// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/queries.h"

#include <algorithm>

#include "engine/plugin/history.h"

namespace tickdeck::runtime {

namespace {

constexpr Nanos kInstrumentsEvery = 500 * kMillisecond;

int digits(const Nullable<std::int64_t>& precision) { return precision ? static_cast<int>(*precision) : -1; }

bool same(const api::Instrument& a, const api::Instrument& b)
{
    return a.id == b.id && a.kind == b.kind && a.pricePrecision == b.pricePrecision &&
           a.quantityPrecision == b.quantityPrecision && a.status == b.status;
}

api::Candle toApi(const Candle& candle)
{
    return {.openTime = candle.openTime,
            .open = candle.open,
            .high = candle.high,
            .low = candle.low,
            .close = candle.close,
            .volume = candle.volume,
            .trades = candle.trades,
            .closed = candle.closed};
}

}  // namespace

Queries::Queries(Engine::Graph& graph)
    : m_graph(&graph),
      m_candles(graph.live(), graph.clock(), m_worker,
                [this](SymbolId symbol, Nanos interval, Nanos from) { return storedCandles(symbol, interval, from); })
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

std::shared_ptr<const api::CandleSeries> Queries::candles(SymbolId symbol, Nanos interval)
{
    return m_candles.series(symbol, interval);
}

std::vector<api::Candle> Queries::storedCandles(SymbolId symbol, Nanos interval, Nanos from)
{
    std::vector<api::Candle> out;
    const SymbolName& name = m_graph->symbols().name(symbol);
    for (const SinkSpec& spec : m_graph->sinkSpecs()) {
        if (!spec.history || !m_graph->options().settings.enabled(spec.settings.name))
            continue;
        const auto history =
            spec.history(m_graph->options().settings.section(spec.settings.name), m_graph->sinkContext());
        const auto read = history->read({.type = EventType::Candle,
                                         .from = from,
                                         .to = m_graph->clock().now(),
                                         .venue = name.venue,
                                         .symbol = name.symbol,
                                         .interval = interval,
                                         .limit = CandleBook::kMost},
                                        m_graph->pool(), m_graph->symbols(), [&](const Batch& batch) {
                                            for (const EventView event : batch)
                                                if (const Candle* candle = event.as<Candle>(); candle && candle->closed)
                                                    out.push_back(toApi(*candle));
                                            return !m_stopping;
                                        });
        if (read && !out.empty())
            return out;
        out.clear();  // the next store may have them
    }
    return out;
}

api::AnswerRef<std::vector<api::Gap>> Queries::gaps(Nanos from, Nanos to)
{
    auto answer = std::make_shared<api::Answer<std::vector<api::Gap>>>();
    m_worker.post([this, answer, from, to] {
        auto records = m_graph->stateDb().gaps(from, to);
        if (!records) {
            answer->set(std::unexpected(std::move(records).error()));
            return;
        }
        std::vector<api::Gap> gaps;
        for (ops::GapRecord& record : *records)
            gaps.push_back({.id = std::move(record.id),
                            .venue = std::move(record.venue),
                            .symbol = std::move(record.symbol),
                            .channel = std::move(record.channel),
                            .from = record.from,
                            .to = record.to.value_or(kNoTime),
                            .cause = enumFromName<GapCause>(record.cause).value_or(GapCause::Failure),
                            .recovered = enumFromName<GapRecovery>(record.recovered).value_or(GapRecovery::None)});
        answer->set(std::move(gaps));
    });
    return answer;
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
