// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/engine.h"

#include "engine/pipelines/candles/pipeline.h"
#include "engine/runtime/graph.h"
#include "engine/runtime/queries.h"

namespace tickdeck::runtime {

namespace {

api::LogLevel toApi(ops::LogLevel level)
{
    switch (level) {
    case ops::LogLevel::Debug: return api::LogLevel::Debug;
    case ops::LogLevel::Info: return api::LogLevel::Info;
    case ops::LogLevel::Warning: return api::LogLevel::Warn;
    case ops::LogLevel::Error: break;
    }
    return api::LogLevel::Error;
}

}  // namespace

Engine::Engine(std::unique_ptr<Graph> graph) : m_graph(std::move(graph)), m_queries(std::make_unique<Queries>(*m_graph))
{
}

Engine::~Engine() { static_cast<void>(stop()); }

Result<std::unique_ptr<Engine>> Engine::start(EngineOptions options)
{
    auto graph = std::make_unique<Graph>(std::move(options));
    TRY(graph->start());
    return std::unique_ptr<Engine>(new Engine(std::move(graph)));
}

Result<> Engine::stop()
{
    m_queries.reset();
    return m_graph->stop();
}

Nanos Engine::now() const { return m_graph->clock().now(); }

std::shared_ptr<const api::Identity> Engine::identity() const { return m_graph->identity(); }

std::shared_ptr<const api::Overview> Engine::overview() const { return m_graph->monitor().overview(); }

bool Engine::depth(SymbolId symbol, Depth& out) const
{
    const auto depth = m_graph->live().depth(symbol);
    if (depth)
        out = *depth;
    return depth.has_value();
}

std::optional<api::Quote> Engine::quote(SymbolId symbol) const
{
    const auto quote = m_graph->live().quote(symbol);
    if (!quote)
        return std::nullopt;
    return api::Quote{.bidPrice = *quote->bidPrice,
                      .bidQuantity = *quote->bidQuantity,
                      .askPrice = *quote->askPrice,
                      .askQuantity = *quote->askQuantity,
                      .exchangeTime = quote->exchangeTime,
                      .receiveTime = quote->receiveTime};
}

std::optional<api::MarkPrice> Engine::mark(SymbolId symbol) const
{
    const auto mark = m_graph->live().mark(symbol);
    if (!mark)
        return std::nullopt;
    api::MarkPrice out{.mark = mark->markPrice,
                       .index = mark->indexPrice,
                       .fundingRate = mark->fundingRate,
                       .nextFundingTime = mark->nextFundingTime,
                       .exchangeTime = mark->exchangeTime,
                       .receiveTime = mark->receiveTime,
                       .fundingTime = mark->fundingTime,
                       .fundingEvery = {}};
    if (mark->fundingEvery > 0)
        out.fundingEvery = mark->fundingEvery;
    return out;
}

std::shared_ptr<const api::MarkSeries> Engine::marks(SymbolId symbol) { return m_queries->marks(symbol); }

api::Page<api::ForcedOrder> Engine::forcedOrders(std::uint64_t cursor, std::size_t limit) const
{
    return m_graph->monitor().forcedOrders(cursor, limit);
}

std::shared_ptr<const api::SettingsView> Engine::settings() const { return m_graph->settingsStore().view(); }

api::AnswerRef<api::SettingsPlan> Engine::planSettings(const std::vector<api::SettingChange>& changes)
{
    return m_graph->liveSettings().plan(changes);
}

api::AnswerRef<std::int64_t> Engine::changeSettings(const std::vector<api::SettingChange>& changes,
                                                    const std::string& who)
{
    return m_graph->liveSettings().change(changes, who);
}

api::AnswerRef<std::vector<api::SettingsRevision>> Engine::settingsHistory()
{
    return m_graph->liveSettings().history();
}

api::AnswerRef<std::int64_t> Engine::rollBackSettings(std::int64_t revision, const std::string& who)
{
    return m_graph->liveSettings().rollBack(revision, who);
}

api::AnswerRef<api::DeadLetters> Engine::deadLetters(std::size_t most) { return m_queries->deadLetters(most); }

api::AnswerRef<api::DeadLetter> Engine::deadLetter(std::int64_t id) { return m_queries->deadLetter(id); }

api::AnswerRef<std::string> Engine::retryDeadLetters(const std::vector<std::int64_t>& ids)
{
    return m_queries->retryDeadLetters(ids);
}

api::AnswerRef<std::uint64_t> Engine::dropDeadLetters(const std::vector<std::int64_t>& ids)
{
    return m_queries->dropDeadLetters(ids);
}

api::Page<api::Trade> Engine::trades(std::uint64_t cursor, std::size_t limit) const
{
    return m_graph->monitor().trades(cursor, limit);
}

std::vector<Nanos> Engine::candleIntervals(SymbolId symbol, BuiltBy built) const
{
    if (built == BuiltBy::Venue)
        return m_graph->live().intervals(symbol, built);
    const auto settings = m_graph->settings();
    if (!settings->enabled("pipelines.candles"))
        return {};
    return candles::widths(settings->section("pipelines.candles").as<candles::Settings>());
}

api::Page<api::LogLine> Engine::log(std::uint64_t cursor, std::size_t limit) const
{
    ops::LogPage page = m_graph->log().recent(cursor + 1, limit);
    api::Page<api::LogLine> out{.items = {}, .next = page.next - 1, .lost = page.lost};
    for (ops::LogLine& line : page.lines) {
        std::string message = std::move(line.message);
        if (!line.fields.empty())
            message.append("  ").append(line.fields);
        if (line.suppressed)
            message.append("  (").append(std::to_string(line.suppressed)).append(" like it left out)");
        out.items.push_back(
            {line.time, toApi(line.level), std::move(line.component), std::move(line.event), std::move(message)});
    }
    return out;
}

std::shared_ptr<const std::vector<api::Instrument>> Engine::instruments() const { return m_queries->instruments(); }

std::shared_ptr<const api::CandleSeries> Engine::candles(SymbolId symbol, Nanos interval, BuiltBy built)
{
    return m_queries->candles({symbol, interval, built});
}

api::AnswerRef<api::Gaps> Engine::gaps(const api::GapQuery& query) { return m_queries->gaps(query); }

std::shared_ptr<api::ExportJob> Engine::startExport(const api::ExportRequest& request)
{
    return m_queries->startExport(request);
}

}  // namespace tickdeck::runtime
