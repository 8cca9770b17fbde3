// SPDX-License-Identifier: GPL-3.0-or-later
// What a row costs in the stores, in CPU time: a market's mix of trades, quotes and book changes, sealed at the end.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>

#include "engine/sinks/parquet/sink.h"
#include "engine/sinks/sqlite/sink.h"

namespace tickdeck {
namespace {

constexpr int kBatches = 100'000;

struct Input {
    BufferPool pool;
    SymbolTable symbols;
    std::vector<Batch> batches;

    Input()
    {
        std::mt19937_64 random(7);
        std::vector<SymbolId> pairs;
        for (int i = 0; i < 20; ++i)
            pairs.push_back(
                symbols.intern("kraken", "C" + std::to_string(i) + "-USD", "C" + std::to_string(i) + "/USD"));
        BatchBuilder builder(pool);
        Nanos time = Nanos{1'767'225'600} * kSecond;
        std::vector<std::int64_t> ticks(pairs.size(), 640'001);
        for (int i = 0; i < kBatches; ++i) {
            time += static_cast<Nanos>(random() % 2'000'000);
            builder.begin({}).receiveTime = time;
            const std::size_t pair = random() % pairs.size();
            ticks[pair] += static_cast<std::int64_t>(random() % 5) - 2;
            const auto lots = [&] { return static_cast<std::int64_t>(random() % 1'000'000'000); };
            switch (random() % 10) {
            case 0: {
                Trade& trade = builder.add<Trade>(pairs[pair], time - 3'000'000, 16);
                trade.price = Decimal(ticks[pair], 1);
                trade.quantity = Decimal(lots(), 8);
                builder.setText(trade.tradeId, std::to_string(i));
                break;
            }
            case 1:
            case 2: {
                Quote& quote = builder.add<Quote>(pairs[pair], time - 3'000'000);
                quote.bidPrice = Decimal(ticks[pair], 1);
                quote.bidQuantity = Decimal(lots(), 8);
                quote.askPrice = Decimal(ticks[pair] + 1, 1);
                quote.askQuantity = Decimal(lots(), 8);
                break;
            }
            default: {
                Book& book = builder.add<Book>(pairs[pair], time - 3'000'000, 64);
                const Level levels[] = {{ticks[pair], lots()}, {ticks[pair] - 3, lots()}};
                book.bids.priceScale = book.asks.priceScale = 1;
                book.bids.quantityScale = book.asks.quantityScale = 8;
                builder.setList(book.bids.list, std::span<const Level>(levels, 1 + random() % 2));
                book.version = static_cast<std::uint64_t>(i);
                book.verified = Tristate::Yes;
            }
            }
            Batch batch = builder.finish();
            batch.number(static_cast<Seq>(i) + 1);
            batches.push_back(std::move(batch));
        }
    }
};

void store(benchmark::State& state, const SinkSpec& spec,
           const std::map<std::string, config::Value, std::less<>>& values)
{
    static const Input kInput;
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("tickdeck-bench-" + std::string(spec.name));
    std::uintmax_t bytes = 0;
    for ([[maybe_unused]] auto step : state) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        const auto sink = spec.make(config::Section(spec.settings.name, values));
        if (!sink->open({folder, "0123456789ab", &kInput.symbols, nullptr})) {
            state.SkipWithError("cannot open");
            break;
        }
        for (std::span<const Batch> rest(kInput.batches); !rest.empty(); rest = rest.subspan(500))
            if (!sink->write(rest.first(500)))
                state.SkipWithError("cannot write");
        if (!sink->flush())
            state.SkipWithError("cannot flush");
        bytes = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
            bytes += entry.is_regular_file() ? entry.file_size() : 0;
    }
    std::filesystem::remove_all(folder);
    state.SetItemsProcessed(state.iterations() * kBatches);
    state.counters["bytes_per_row"] = static_cast<double>(bytes) / kBatches;
}

void BM_Parquet(benchmark::State& state) { store(state, parquet::spec(), {}); }
BENCHMARK(BM_Parquet)->Unit(benchmark::kMillisecond);

void BM_ParquetDoubles(benchmark::State& state) { store(state, parquet::spec(), {{"numbers", std::string("double")}}); }
BENCHMARK(BM_ParquetDoubles)->Unit(benchmark::kMillisecond);

// 250 ms of a busy market in each transaction.
void BM_Sqlite(benchmark::State& state) { store(state, sqlite::spec(), {}); }
BENCHMARK(BM_Sqlite)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tickdeck

BENCHMARK_MAIN();
