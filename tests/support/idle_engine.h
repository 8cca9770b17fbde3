// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An engine that knows nothing, for fakes that answer a part of what an engine may be asked.

#include "engine/api/engine.h"

namespace tickdeck::test {

class IdleEngine : public api::Engine {
public:
    [[nodiscard]] Nanos now() const override { return 0; }
    [[nodiscard]] std::shared_ptr<const api::Identity> identity() const override { return nullptr; }
    [[nodiscard]] std::shared_ptr<const api::Overview> overview() const override { return nullptr; }
    [[nodiscard]] std::shared_ptr<const std::vector<api::Instrument>> instruments() const override { return nullptr; }
    [[nodiscard]] bool depth(SymbolId, Depth&) const override { return false; }
    [[nodiscard]] std::optional<api::Quote> quote(SymbolId) const override { return std::nullopt; }
    [[nodiscard]] api::Page<api::Trade> trades(std::uint64_t cursor, std::size_t) const override
    {
        return {.items = {}, .next = cursor};
    }
    [[nodiscard]] std::optional<api::MarkPrice> mark(SymbolId) const override { return std::nullopt; }
    [[nodiscard]] std::shared_ptr<const api::MarkSeries> marks(SymbolId) override { return nullptr; }
    [[nodiscard]] api::Page<api::ForcedOrder> forcedOrders(std::uint64_t cursor, std::size_t) const override
    {
        return {.items = {}, .next = cursor};
    }
    [[nodiscard]] std::vector<Nanos> candleIntervals(SymbolId, BuiltBy) const override { return {}; }
    [[nodiscard]] std::shared_ptr<const api::CandleSeries> candles(SymbolId, Nanos, BuiltBy) override
    {
        return nullptr;
    }
    [[nodiscard]] api::Page<api::LogLine> log(std::uint64_t cursor, std::size_t) const override
    {
        return {.items = {}, .next = cursor};
    }
    [[nodiscard]] api::AnswerRef<api::Gaps> gaps(const api::GapQuery&) override { return nothing<api::Gaps>(); }
    [[nodiscard]] std::shared_ptr<const api::SettingsView> settings() const override { return nullptr; }
    [[nodiscard]] api::AnswerRef<api::SettingsPlan> planSettings(const std::vector<api::SettingChange>&) override
    {
        return nothing<api::SettingsPlan>();
    }
    [[nodiscard]] api::AnswerRef<std::int64_t> changeSettings(const std::vector<api::SettingChange>&,
                                                              const std::string&) override
    {
        return nothing<std::int64_t>();
    }
    [[nodiscard]] api::AnswerRef<std::vector<api::SettingsRevision>> settingsHistory() override
    {
        return nothing<std::vector<api::SettingsRevision>>();
    }
    [[nodiscard]] api::AnswerRef<std::int64_t> rollBackSettings(std::int64_t, const std::string&) override
    {
        return nothing<std::int64_t>();
    }
    [[nodiscard]] api::AnswerRef<api::DeadLetters> deadLetters(std::size_t) override
    {
        return nothing<api::DeadLetters>();
    }
    [[nodiscard]] api::AnswerRef<api::DeadLetter> deadLetter(std::int64_t) override
    {
        return nothing<api::DeadLetter>();
    }
    [[nodiscard]] api::AnswerRef<std::string> retryDeadLetters(const std::vector<std::int64_t>&) override
    {
        return nothing<std::string>();
    }
    [[nodiscard]] api::AnswerRef<std::uint64_t> dropDeadLetters(const std::vector<std::int64_t>&) override
    {
        return nothing<std::uint64_t>();
    }
    [[nodiscard]] std::shared_ptr<api::ExportJob> startExport(const api::ExportRequest&) override { return nullptr; }

private:
    template <class T>
    [[nodiscard]] static api::AnswerRef<T> nothing()
    {
        auto answer = std::make_shared<api::Answer<T>>();
        answer->set(fail(ErrorCode::Unsupported, "this engine knows nothing"));
        return answer;
    }
};

}  // namespace tickdeck::test
