// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of 300 bytes, each with a trade, into the journal and out again: alone, then through a router at a given rate.
// usage: journal_bench [FOLDER]   (FOLDER: on the disk that is to be measured; default: the system's temporary folder)

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "bench/common/compare.h"
#include "engine/journal/journal.h"
#include "engine/journal/reader.h"
#include "engine/router/router.h"

namespace tickdeck::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kFrameBytes = 300;
constexpr std::uint64_t kRate = 200'000;

double processCpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

[[noreturn]] void stop(const Error& error)
{
    std::fprintf(stderr, "%s\n", error.text().c_str());
    std::exit(1);
}

// Quotes as a venue sends them: the same keys, prices that walk.
class Source {
public:
    Source(SymbolTable& symbols, BufferPool& pool)
        : m_builder(pool),
          m_lane(symbols.intern("kraken", "", "bench")),
          m_symbol(symbols.intern("kraken", "BTC-USD", "BTC/USD"))
    {
    }
    Batch next()
    {
        m_state = m_state * 6364136223846793005u + 1442695040888963407u;
        m_price += static_cast<std::int64_t>(m_state >> 61) - 3;
        const auto quantity = static_cast<unsigned>(m_state >> 40);
        char text[512];
        const int size = std::snprintf(
            text, sizeof text,
            R"({"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":%lld.%lld,"bid_qty":0.%08u,"ask":%lld.%lld,"ask_qty":1.%08u,"last":%lld.%lld,"volume":2817.%08u,"vwap":64203.2,"low":63311.1,"high":65301.0,"change":-112.1,"change_pct":-0.17}],"time":"2026-08-16T23:37:%02u.%06uZ"})",
            static_cast<long long>(m_price / 10), static_cast<long long>(m_price % 10), quantity,
            static_cast<long long>(m_price / 10), static_cast<long long>(m_price % 10), quantity / 3,
            static_cast<long long>(m_price / 10), static_cast<long long>(m_price % 10), quantity / 7,
            static_cast<unsigned>(m_count / 1'000'000 % 60), static_cast<unsigned>(m_count % 1'000'000));
        std::string_view frame(text, static_cast<std::size_t>(size));
        BatchHeader& header = m_builder.begin(frame.substr(0, kFrameBytes));
        header.receiveTime = kSecond + static_cast<Nanos>(m_count) * 5000;
        header.lane = m_lane;
        header.ordinal = ++m_count;
        auto& trade = m_builder.add<Trade>(m_symbol, header.receiveTime);
        trade.price = Decimal(m_price, 1);
        trade.quantity = Decimal(quantity, 8);
        return m_builder.finish();
    }

private:
    BatchBuilder m_builder;
    SymbolId m_lane;
    SymbolId m_symbol;
    std::uint64_t m_count = 0;
    std::uint64_t m_state = 1;
    std::int64_t m_price = 642'000;
};

std::unique_ptr<journal::Journal> open(const fs::path& folder, SymbolTable& symbols)
{
    fs::remove_all(folder);
    auto journal = journal::Journal::open({.directory = folder, .build = "bench", .engineId = "bench"}, symbols);
    if (!journal)
        stop(journal.error());
    return std::move(*journal);
}

void tell(const journal::Statistics& statistics)
{
    std::printf("  ratio %.2f, %.0f bytes a frame on disk, %llu commits, longest sync %.1f ms\n",
                static_cast<double>(statistics.rawBytes) / static_cast<double>(statistics.storedBytes),
                static_cast<double>(statistics.storedBytes) / static_cast<double>(statistics.batches),
                static_cast<unsigned long long>(statistics.commits),
                static_cast<double>(statistics.longestSync) * 1e-6);
}

// As fast as one thread goes, beside the one that syncs.
void alone(const fs::path& folder)
{
    constexpr std::uint64_t kFrames = 1'000'000;
    SymbolTable symbols;
    BufferPool pool;
    Source source(symbols, pool);
    double made = cpuSeconds();
    for (std::uint64_t i = 0; i < kFrames; ++i)
        keep(source.next());
    made = cpuSeconds() - made;
    {
        const auto journal = open(folder, symbols);
        const auto begun = SteadyClock::now();
        const double before = cpuSeconds();
        for (Seq seq = 1; seq <= kFrames; ++seq) {
            Batch batch = source.next();
            batch.number(seq);
            if (auto taken = journal->append(batch); !taken)
                stop(taken.error());
        }
        if (auto flushed = journal->flush(); !flushed)
            stop(flushed.error());
        const double cpu = cpuSeconds() - before - made;
        const std::chrono::duration<double> wall = SteadyClock::now() - begun;
        std::printf("append and commit, one thread       %7.0f ns CPU a frame, %.2f M frames/s\n", cpu / kFrames * 1e9,
                    kFrames / wall.count() / 1e6);
        tell(journal->statistics());
    }
    for (const bool withFrames : {true, false}) {
        auto reader = journal::Reader::open(folder, {.withFrames = withFrames}, symbols, pool);
        const double before = cpuSeconds();
        std::uint64_t read = 0;
        while (auto batch = reader->next()) {
            if (!*batch)
                break;
            ++read;
        }
        std::printf("read back %s frames            %7.0f ns CPU a frame\n", withFrames ? "with   " : "without",
                    (cpuSeconds() - before) / static_cast<double>(read) * 1e9);
        if (read != kFrames)
            std::printf("  WRONG: %llu frames read\n", static_cast<unsigned long long>(read));
    }
}

// From a lane's thread through the router to the disk, at the rate that is asked for.
void paced(const fs::path& folder)
{
    constexpr int kSeconds = 10;
    SymbolTable symbols;
    BufferPool pool;
    Source source(symbols, pool);
    const auto journal = open(folder, symbols);
    auto router = Router::open({.journalDirectory = folder}, *journal, symbols, pool);
    if (!router)
        stop(router.error());
    Input& input = (*router)->addInput("bench", 8192);
    (*router)->start();
    std::uint64_t full = 0;
    std::uint64_t pushed = 0;
    const double before = processCpuSeconds();
    const double mine = cpuSeconds();
    const auto begun = SteadyClock::now();
    while (SteadyClock::now() - begun < std::chrono::seconds(kSeconds)) {
        const std::chrono::duration<double> passed = SteadyClock::now() - begun;
        const auto due = static_cast<std::uint64_t>(passed.count() * static_cast<double>(kRate));
        while (pushed < due) {
            Batch batch = source.next();
            if (input.tryPush(std::move(batch)))
                ++pushed;
            else
                ++full, ++pushed;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const double producer = cpuSeconds() - mine;
    if (auto stopped = (*router)->stop(); !stopped)
        stop(stopped.error());
    const double cpu = processCpuSeconds() - before - producer;
    const std::chrono::duration<double> wall = SteadyClock::now() - begun;
    std::printf("router and journal at %llu frames/s  %7.0f ns CPU a frame (%.0f %% of a core), ring full %llu times, "
                "router held up %llu times\n",
                static_cast<unsigned long long>(kRate), cpu / static_cast<double>(pushed) * 1e9,
                cpu / wall.count() * 100, static_cast<unsigned long long>(full),
                static_cast<unsigned long long>((*router)->counters().heldUp));
    tell(journal->statistics());
}

}  // namespace
}  // namespace tickdeck::bench

int main(int argc, char** argv)
{
    const auto folder =
        (argc > 1 ? std::filesystem::path(argv[1]) : std::filesystem::temp_directory_path()) / "tickdeck-journal-bench";
    tickdeck::bench::alone(folder);
    tickdeck::bench::paced(folder);
    std::filesystem::remove_all(folder);
    return 0;
}
