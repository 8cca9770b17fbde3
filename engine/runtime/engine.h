// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The engine: builds threads, lanes and the graph from settings, runs them, and answers front ends.

#include <filesystem>
#include <memory>
#include <string>

#include "engine/api/engine.h"
#include "engine/config/settings.h"

namespace tickdeck::runtime {

class Queries;

struct EngineOptions {
    config::Settings settings;           // at the start
    config::SettingsInput input;         // what they were loaded from
    std::filesystem::path settingsFile;  // what changes are written to; empty: they cannot be changed
    std::filesystem::path dataDirectory;
    api::Mode mode = api::Mode::Live;
    std::string profile;  // for people
    std::string version;
    std::string commit;
};

// Made on the main thread; everything else may be called from any thread. One engine for each data directory.
class Engine final : public api::Engine {
public:
    // Starts everything. Exists: another engine has the data directory, or a port is taken; Invalid: settings; Io.
    [[nodiscard]] static Result<std::unique_ptr<Engine>> start(EngineOptions options);
    // As stop().
    ~Engine() override;

    // Connectors, pipelines drained through the router, router, journal, sinks (flush), serve: all of it within a few
    // seconds. Idempotent. What could not be stopped cleanly is in the log; an error is the journal's.
    Result<> stop();

    [[nodiscard]] Nanos now() const override;
    [[nodiscard]] std::shared_ptr<const api::Identity> identity() const override;
    [[nodiscard]] std::shared_ptr<const api::Overview> overview() const override;
    [[nodiscard]] std::shared_ptr<const std::vector<api::Instrument>> instruments() const override;
    [[nodiscard]] bool depth(SymbolId symbol, Depth& out) const override;
    [[nodiscard]] std::optional<api::Quote> quote(SymbolId symbol) const override;
    [[nodiscard]] api::Page<api::Trade> trades(std::uint64_t cursor, std::size_t limit) const override;
    [[nodiscard]] std::shared_ptr<const api::CandleSeries> candles(SymbolId symbol, Nanos interval,
                                                                   BuiltBy built) override;
    [[nodiscard]] std::vector<Nanos> candleIntervals(SymbolId symbol, BuiltBy built) const override;
    [[nodiscard]] api::Page<api::LogLine> log(std::uint64_t cursor, std::size_t limit) const override;
    [[nodiscard]] api::AnswerRef<api::Gaps> gaps(const api::GapQuery& query) override;
    [[nodiscard]] std::optional<api::MarkPrice> mark(SymbolId symbol) const override;
    [[nodiscard]] std::shared_ptr<const api::MarkSeries> marks(SymbolId symbol) override;
    [[nodiscard]] api::Page<api::ForcedOrder> forcedOrders(std::uint64_t cursor, std::size_t limit) const override;
    [[nodiscard]] std::shared_ptr<const api::SettingsView> settings() const override;
    [[nodiscard]] api::AnswerRef<api::SettingsPlan>
    planSettings(const std::vector<api::SettingChange>& changes) override;
    [[nodiscard]] api::AnswerRef<std::int64_t> changeSettings(const std::vector<api::SettingChange>& changes,
                                                              const std::string& who) override;
    [[nodiscard]] api::AnswerRef<std::vector<api::SettingsRevision>> settingsHistory() override;
    [[nodiscard]] api::AnswerRef<std::int64_t> rollBackSettings(std::int64_t revision, const std::string& who) override;
    [[nodiscard]] api::AnswerRef<api::DeadLetters> deadLetters(std::size_t most) override;
    [[nodiscard]] api::AnswerRef<api::DeadLetter> deadLetter(std::int64_t id) override;
    [[nodiscard]] api::AnswerRef<std::string> retryDeadLetters(const std::vector<std::int64_t>& ids) override;
    [[nodiscard]] api::AnswerRef<std::uint64_t> dropDeadLetters(const std::vector<std::int64_t>& ids) override;
    [[nodiscard]] std::shared_ptr<api::ExportJob> startExport(const api::ExportRequest& request) override;

    class Graph;

private:
    explicit Engine(std::unique_ptr<Graph> graph);
    std::unique_ptr<Graph> m_graph;
    std::unique_ptr<Queries> m_queries;
};

}  // namespace tickdeck::runtime
