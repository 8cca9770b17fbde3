// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window over an engine that changes four books 20,000 times a second: paints a second of the ladder and the
// depth chart, and the GUI thread's own CPU time.
//
//   window_bench [seconds, default 30] [book changes a second, default 20000]
//
// Without a display it paints off screen. Prints one line; asserts nothing.

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTimer>

#include <array>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "engine/core/seqlock.h"
#include "tests/support/idle_engine.h"
#include "ui/docks/depth_dock.h"
#include "ui/docks/depth_view.h"
#include "ui/docks/ladder_dock.h"
#include "ui/docks/ladder_view.h"
#include "ui/shell/main_window.h"
#include "ui/shell/run_window.h"

namespace tickdeck::ui {
namespace {

constexpr std::size_t kBooks = 4;

// One writer thread changes books through seqlocks, as an engine's lane does; everything else is read under a lock that
// is held for a copy.
class BusyEngine final : public test::IdleEngine {
public:
    BusyEngine()
    {
        api::Identity identity;
        identity.mode = api::Mode::Demo;
        identity.engineId = "bench";
        m_identity = std::make_shared<const api::Identity>(identity);
        std::vector<api::Instrument> instruments;
        for (SymbolId id = 1; id <= kBooks; ++id) {
            api::Instrument instrument;
            instrument.id = id;
            instrument.name = {"kraken", "COIN" + std::to_string(id) + "-USD", "COIN" + std::to_string(id) + "/USD"};
            instrument.pricePrecision = 1;
            instrument.quantityPrecision = 8;
            instruments.push_back(instrument);
            Depth& depth = m_depths[id - 1];
            depth.symbol = id;
            depth.priceScale = 1;
            depth.quantityScale = 8;
            depth.bidCount = depth.askCount = kDepthLevels;
            depth.state = BookState::Live;
            depth.verified = Tristate::Yes;
            for (std::int64_t i = 0; i < static_cast<std::int64_t>(kDepthLevels); ++i) {
                depth.bids[static_cast<std::size_t>(i)] = {1'183'450 - i, 10'000'000 + i};
                depth.asks[static_cast<std::size_t>(i)] = {1'183'451 + i, 10'000'000 + i};
            }
            m_books[id - 1].publish(depth);
        }
        m_instruments = std::make_shared<const std::vector<api::Instrument>>(std::move(instruments));
    }

    // The writer's: one change of one book, now and then a trade.
    void change()
    {
        Depth& depth = m_depths[m_random() % kBooks];
        auto& side = m_random() % 2 == 0 ? depth.bids : depth.asks;
        side[m_random() % kDepthLevels].quantity = static_cast<std::int64_t>(m_random() % 100'000'000 + 1);
        ++depth.version;
        depth.receiveTime = now();
        m_books[depth.symbol - 1].publish(depth);
        if (depth.version % 100 != 0)
            return;
        api::Trade trade;
        trade.symbol = depth.symbol;
        trade.price = Decimal(depth.asks[0].price, 1);
        trade.quantity = Decimal(depth.asks[0].quantity, 8);
        trade.receiveTime = trade.exchangeTime = depth.receiveTime;
        const std::scoped_lock lock(m_mutex);
        m_trades.push_back(trade);
    }

    // A few times a second.
    void takeOverview()
    {
        api::Overview overview;
        overview.time = now();
        overview.worst = api::State::Ok;
        overview.streams.resize(4);
        for (std::size_t i = 0; i < overview.streams.size(); ++i) {
            overview.streams[i].venue = "kraken";
            overview.streams[i].channel = "book" + std::to_string(i);
            overview.streams[i].state = api::State::Ok;
            overview.streams[i].eventsPerSecond = static_cast<double>(m_random() % 5000);
            overview.streams[i].lastMessage = overview.time;
        }
        const std::scoped_lock lock(m_mutex);
        m_overview = std::make_shared<const api::Overview>(std::move(overview));
    }

    [[nodiscard]] Nanos now() const override { return m_clock.now(); }
    [[nodiscard]] std::shared_ptr<const api::Identity> identity() const override { return m_identity; }
    [[nodiscard]] std::shared_ptr<const api::Overview> overview() const override
    {
        const std::scoped_lock lock(m_mutex);
        return m_overview;
    }
    [[nodiscard]] std::shared_ptr<const std::vector<api::Instrument>> instruments() const override
    {
        return m_instruments;
    }
    [[nodiscard]] bool depth(SymbolId symbol, Depth& out) const override
    {
        return symbol >= 1 && symbol <= kBooks && m_books[symbol - 1].tryRead(out, 4);
    }
    [[nodiscard]] std::optional<api::Quote> quote(SymbolId symbol) const override
    {
        Depth at;
        if (!depth(symbol, at))
            return {};
        return api::Quote{Decimal(at.bids[0].price, 1),
                          Decimal(at.bids[0].quantity, 8),
                          Decimal(at.asks[0].price, 1),
                          Decimal(at.asks[0].quantity, 8),
                          kNoTime,
                          at.receiveTime};
    }
    [[nodiscard]] api::Page<api::Trade> trades(std::uint64_t cursor, std::size_t) const override
    {
        const std::scoped_lock lock(m_mutex);
        return {{m_trades.begin() + static_cast<std::ptrdiff_t>(cursor), m_trades.end()}, m_trades.size(), 0};
    }
    [[nodiscard]] std::vector<Nanos> candleIntervals(SymbolId, BuiltBy) const override { return {kSecond}; }
    [[nodiscard]] std::shared_ptr<const api::CandleSeries> candles(SymbolId symbol, Nanos interval,
                                                                   BuiltBy built) override
    {
        // A full series whose newest candle changes: the chart's usual work.
        const Nanos second = now() / kSecond * kSecond;
        if (m_series && m_series->symbol == symbol && m_lastCandle == now() / (100 * kMillisecond))
            return m_series;
        m_lastCandle = now() / (100 * kMillisecond);
        api::CandleSeries series{symbol, interval, built, false, {}};
        for (std::int64_t i = 1999; i >= 0; --i) {
            const Nanos open = second - i * kSecond;
            const std::int64_t price = 1'183'000 + open / kSecond * 37 % 900;
            series.candles.push_back({open, Decimal(price, 1), Decimal(price + 40, 1), Decimal(price - 30, 1),
                                      Decimal(price + 20, 1), Decimal(price, 4), 12, i > 0});
        }
        m_series = std::make_shared<const api::CandleSeries>(std::move(series));
        return m_series;
    }
    [[nodiscard]] api::Page<api::LogLine> log(std::uint64_t cursor, std::size_t) const override
    {
        return {{}, cursor, 0};
    }
    [[nodiscard]] api::AnswerRef<api::Gaps> gaps(const api::GapQuery&) override
    {
        auto answer = std::make_shared<api::Answer<api::Gaps>>();
        answer->set(api::Gaps());
        return answer;
    }
    [[nodiscard]] std::shared_ptr<api::ExportJob> startExport(const api::ExportRequest&) override { return nullptr; }

private:
    mutable SystemClock m_clock;
    std::mt19937_64 m_random{1};
    std::array<Depth, kBooks> m_depths{};
    std::array<Seqlock<Depth>, kBooks> m_books;
    std::shared_ptr<const api::Identity> m_identity;
    std::shared_ptr<const std::vector<api::Instrument>> m_instruments;
    std::shared_ptr<const api::CandleSeries> m_series;  // GUI thread
    Nanos m_lastCandle = 0;
    mutable std::mutex m_mutex;
    std::shared_ptr<const api::Overview> m_overview;
    std::vector<api::Trade> m_trades;
};

void write(BusyEngine& engine, double changesPerSecond, std::atomic<bool>& stop, std::atomic<std::uint64_t>& changes)
{
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    auto nextOverview = begin;
    while (!stop.load(std::memory_order_relaxed)) {
        const double due = std::chrono::duration<double>(Clock::now() - begin).count() * changesPerSecond;
        while (static_cast<double>(changes.load(std::memory_order_relaxed)) < due) {
            engine.change();
            changes.fetch_add(1, std::memory_order_relaxed);
        }
        if (Clock::now() >= nextOverview) {
            engine.takeOverview();
            nextOverview += std::chrono::milliseconds(250);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
}

double argument(int argc, char** argv, int index, double otherwise)
{
    return argc > index ? std::strtod(argv[index], nullptr) : otherwise;
}

int run(int argc, char** argv)
{
    if (!hasDisplay())
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const auto application = makeApplication(argc, argv);
    const double seconds = argument(argc, argv, 1, 30);
    const double rate = argument(argc, argv, 2, 20'000);
    const QTemporaryDir folder;
    BusyEngine engine;
    LookSettings look(folder.filePath(QStringLiteral("look.ini")));
    Theme theme;
    EngineClient client(engine);
    MainWindow window(theme, client, look);
    window.setThemeChoice(ThemeChoice::Dark);
    window.restore();
    window.resize(1920, 1080);
    client.start();
    window.show();

    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> changes{0};
    std::thread writer([&] { write(engine, rate, stop, changes); });
    auto& ladder = dynamic_cast<LadderDock&>(*window.dock(QStringLiteral("ladder"))).view();
    auto& depth = dynamic_cast<DepthDock&>(*window.dock(QStringLiteral("depth"))).view();
    std::uint64_t ladderBefore = 0;
    std::uint64_t depthBefore = 0;
    std::uint64_t changesBefore = 0;
    Nanos cpuBefore = 0;
    // The first two seconds are for starting.
    QTimer::singleShot(2000, &window, [&] {
        ladderBefore = ladder.paints();
        depthBefore = depth.paints();
        changesBefore = changes.load();
        cpuBefore = StallWatch::threadTime();
        QTimer::singleShot(static_cast<int>(seconds * 1000), &window, [] { QCoreApplication::quit(); });
    });
    QCoreApplication::exec();
    const double cpu = static_cast<double>(StallWatch::threadTime() - cpuBefore) / 1e9;
    stop = true;
    writer.join();
    std::printf(
        "%.0f book changes/s over %.0f s: ladder %.1f paints/s, depth chart %.1f paints/s, GUI thread %.2f of a "
        "core, longest turn %.1f ms, turns over 50 ms: %llu\n",
        static_cast<double>(changes.load() - changesBefore) / seconds, seconds,
        static_cast<double>(ladder.paints() - ladderBefore) / seconds,
        static_cast<double>(depth.paints() - depthBefore) / seconds, cpu / seconds,
        static_cast<double>(client.stalls().longest()) / 1e6,
        static_cast<unsigned long long>(client.stalls().stalls()));
    return 0;
}

}  // namespace
}  // namespace tickdeck::ui

int main(int argc, char** argv) { return tickdeck::ui::run(argc, argv); }
