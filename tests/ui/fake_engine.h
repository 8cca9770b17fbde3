// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An engine for the window's tests: moving markets from a seed, under a clock that the test moves.

#include <deque>
#include <functional>
#include <map>
#include <random>

#include "tests/support/idle_engine.h"
#include "tests/ui/fake_settings.h"

namespace tickdeck::ui {

// A job that the test drives.
class FakeJob final : public api::ExportJob {
public:
    explicit FakeJob(api::ExportRequest request) : m_request(std::move(request)) {}
    [[nodiscard]] api::ExportProgress progress() const override { return m_progress; }
    void cancel() override { m_progress.state = api::JobState::Cancelled; }
    void set(api::ExportProgress progress) { m_progress = std::move(progress); }
    [[nodiscard]] const api::ExportRequest& request() const { return m_request; }

private:
    api::ExportRequest m_request;
    api::ExportProgress m_progress;
};

// One thread. A market step is 10 ms: book changes, sometimes a trade.
class FakeEngine final : public test::IdleEngine {
public:
    static constexpr Nanos kStart = 1'786'924'800 * kSecond;  // 2026-08-17T00:00:00Z
    static constexpr Nanos kStep = 10 * kMillisecond;

    explicit FakeEngine(std::uint64_t seed = 7);

    // Moves clock and markets.
    void advance(Nanos by);
    // A second venue: three perpetuals with marks, funding, forced orders and candles of the venue's own.
    void addBinance();
    // Further instruments of both venues, with quotes if they are `active`.
    void addInstruments(int count, bool active);
    // The clock alone goes on.
    void skip(Nanos by);
    // A gap that is open from now on; the stream is degraded, the book resyncs.
    void openGap();
    void closeGap();
    void addLog(api::LogLevel level, std::string component, std::string event, std::string message);
    void setMode(api::Mode mode);
    // From now on the books, quotes and candles of nothing are known.
    void forgetMarkets();

    [[nodiscard]] Nanos now() const override { return m_now; }
    [[nodiscard]] std::shared_ptr<const api::Identity> identity() const override { return m_identity; }
    [[nodiscard]] std::shared_ptr<const api::Overview> overview() const override { return m_overview; }
    [[nodiscard]] std::shared_ptr<const std::vector<api::Instrument>> instruments() const override
    {
        return m_instruments;
    }
    [[nodiscard]] bool depth(SymbolId symbol, Depth& out) const override;
    [[nodiscard]] std::optional<api::Quote> quote(SymbolId symbol) const override;
    [[nodiscard]] api::Page<api::Trade> trades(std::uint64_t cursor, std::size_t limit) const override;
    [[nodiscard]] std::optional<api::MarkPrice> mark(SymbolId symbol) const override;
    [[nodiscard]] std::shared_ptr<const api::MarkSeries> marks(SymbolId symbol) override;
    [[nodiscard]] api::Page<api::ForcedOrder> forcedOrders(std::uint64_t cursor, std::size_t limit) const override;
    [[nodiscard]] std::vector<Nanos> candleIntervals(SymbolId symbol, BuiltBy built) const override;
    [[nodiscard]] std::shared_ptr<const api::CandleSeries> candles(SymbolId symbol, Nanos interval,
                                                                   BuiltBy built) override;
    [[nodiscard]] api::Page<api::LogLine> log(std::uint64_t cursor, std::size_t limit) const override;
    [[nodiscard]] api::AnswerRef<api::Gaps> gaps(const api::GapQuery& query) override;
    [[nodiscard]] std::shared_ptr<api::ExportJob> startExport(const api::ExportRequest& request) override;

    [[nodiscard]] std::shared_ptr<const api::SettingsView> settings() const override { return m_settings.view(); }
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
    // Refused from now on; one that the engine cannot try again if it `stays`.
    void addDeadLetter(const std::string& component, ErrorCode code, const std::string& text, std::string bytes,
                       std::optional<std::uint64_t> offset, bool stays = false);
    // Gaps of the last days, all closed, in the ledger alone.
    void addOldGaps(int count);
    // The next overviews say so of the component "kraken", of the journal's budget.
    void failComponent(api::State state, std::string reason);
    void fillDisk(std::uint64_t bytes);

    // While held, what is asked is answered by answer() only, in the order it was asked.
    void holdAnswers(bool held) { m_held = held; }
    void answer();
    [[nodiscard]] std::size_t waiting() const { return m_waiting.size(); }

    std::shared_ptr<FakeJob> lastJob;

private:
    struct Market {
        Depth depth;
        std::int64_t mid = 0;  // in ticks
        std::int64_t lot = 0;  // a usual size, in lots
        std::map<Nanos, std::shared_ptr<const api::CandleSeries>> candles;
        std::shared_ptr<const api::CandleSeries> venueCandles;
        bool perpetual = false;
        std::vector<api::MarkPoint> marks;
        std::shared_ptr<const api::MarkSeries> markSeries;
    };

    struct Listing {
        const char* venue;
        const char* symbol;
        const char* native;
        InstrumentKind kind;
        int pricePrecision;
    };
    void addMarket(const Listing& listing, std::int64_t mid, std::int64_t lot);
    void list(std::vector<api::Instrument> more);
    void takeMark(Market& market);
    void forceOrder(Market& market);

    // The answer to a query, now or when answer() is called.
    template <class T, class F>
    api::AnswerRef<T> answered(F make)
    {
        auto answer = std::make_shared<api::Answer<T>>();
        if (m_held)
            m_waiting.push_back([answer, make] { answer->set(make()); });
        else
            answer->set(make());
        return answer;
    }

    void step();
    void moveBook(Market& market);
    void trade(Market& market);
    void addToCandles(Market& market, const api::Trade& trade);
    void takeOverview();
    [[nodiscard]] std::uint64_t dice(std::uint64_t sides) { return m_random() % sides; }

    std::mt19937_64 m_random;
    Nanos m_now = kStart;
    std::shared_ptr<const api::Identity> m_identity;
    std::shared_ptr<const api::Overview> m_overview;
    std::shared_ptr<const std::vector<api::Instrument>> m_instruments;
    std::vector<Market> m_markets;
    std::deque<api::Trade> m_trades;
    std::deque<api::ForcedOrder> m_forced;
    SymbolId m_firstQuoted = 0;  // from here on instruments have a quote and no market
    std::deque<api::LogLine> m_log;
    std::vector<api::Gap> m_gaps;  // newest first
    Seq m_seq = 184'220'000;
    std::uint64_t m_bookChanges = 0;
    bool m_known = true;
    FakeSettings m_settings{kStart};
    std::vector<api::DeadLetter> m_deadLetters;  // newest first, without bytes
    std::map<std::int64_t, std::string> m_letterBytes;
    std::int64_t m_lastLetter = 0;
    std::vector<api::Gap> m_oldGaps;  // oldest first
    api::State m_componentState = api::State::Ok;
    std::string m_componentReason;
    std::uint64_t m_diskUsed = 1'240'000'000;
    bool m_held = false;
    std::deque<std::function<void()>> m_waiting;
};

}  // namespace tickdeck::ui
