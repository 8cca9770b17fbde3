// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What front ends ask for that takes longer than a look: stored candles, gaps, exports, the list of instruments.

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/api/engine.h"
#include "engine/plugin/history.h"
#include "engine/runtime/candle_book.h"
#include "engine/runtime/export_job.h"
#include "engine/runtime/graph.h"
#include "engine/runtime/mark_book.h"
#include "engine/runtime/worker.h"

namespace tickdeck::runtime {

// Any thread. Ends before the graph stops: running exports are cancelled.
class Queries {
public:
    explicit Queries(Engine::Graph& graph);
    ~Queries();
    Queries(const Queries&) = delete;
    Queries& operator=(const Queries&) = delete;

    [[nodiscard]] std::shared_ptr<const std::vector<api::Instrument>> instruments();
    [[nodiscard]] std::shared_ptr<const api::CandleSeries> candles(const CandleKey& key)
    {
        return m_candles.series(key);
    }
    [[nodiscard]] std::shared_ptr<const api::MarkSeries> marks(SymbolId symbol) { return m_marks.series(symbol); }
    [[nodiscard]] api::AnswerRef<api::Gaps> gaps(const api::GapQuery& query);
    [[nodiscard]] api::AnswerRef<api::DeadLetters> deadLetters(std::size_t most);
    [[nodiscard]] api::AnswerRef<api::DeadLetter> deadLetter(std::int64_t id);
    [[nodiscard]] api::AnswerRef<std::string> retryDeadLetters(const std::vector<std::int64_t>& ids);
    [[nodiscard]] api::AnswerRef<std::uint64_t> dropDeadLetters(const std::vector<std::int64_t>& ids);
    [[nodiscard]] std::shared_ptr<api::ExportJob> startExport(const api::ExportRequest& request);

private:
    // Asks one store after the other, until one answers true: it had something.
    void readBack(const std::function<bool(History&)>& ask);
    [[nodiscard]] std::vector<api::Candle> storedCandles(const CandleKey& key, Nanos from);
    [[nodiscard]] std::vector<api::MarkPoint> storedMarks(SymbolId symbol, Nanos from);
    // Answers what `ask` gives, on the worker's thread.
    template <class T, class Ask>
    [[nodiscard]] api::AnswerRef<T> later(Ask ask)
    {
        auto answer = std::make_shared<api::Answer<T>>();
        m_worker.post([answer, ask = std::move(ask)] { answer->set(ask()); });
        return answer;
    }

    Engine::Graph* m_graph;
    std::atomic<bool> m_stopping{false};
    Worker m_worker{"queries"};
    CandleBook m_candles;
    MarkBook m_marks;

    std::mutex m_mutex;  // of what follows
    std::shared_ptr<const std::vector<api::Instrument>> m_instruments;
    Nanos m_instrumentsAt = kNoTime;  // steady
    std::vector<std::weak_ptr<ExportJob>> m_exports;
};

}  // namespace tickdeck::runtime
