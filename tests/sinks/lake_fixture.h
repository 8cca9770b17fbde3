// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A lake that is written and read back by tests.

#include <map>
#include <set>

#include "engine/plugin/history.h"
#include "engine/sinks/parquet/lake.h"
#include "engine/sinks/parquet/reader.h"
#include "engine/sinks/parquet/sink.h"
#include "tests/sinks/random_events.h"
#include "tests/sinks/temporary_folder.h"

namespace tickdeck::test {

class LakeTest : public ::testing::Test {
protected:
    using Values = std::map<std::string, config::Value, std::less<>>;

    std::unique_ptr<Sink> makeSink(Values values = {}) const
    {
        return parquet::spec().make(config::Section("sinks.parquet", std::move(values)));
    }
    SinkContext context(RandomEvents& events) const
    {
        return {folder.path(), events.engineId(), &events.symbols, &filter};
    }

    // What the lake holds of a type, in order.
    std::vector<Batch> read(HistoryQuery query, BufferPool& pool, SymbolTable& symbols) const
    {
        std::vector<Batch> out;
        const SinkContext here{folder.path(), "0123456789ab", &symbols, nullptr};
        const auto done = parquet::spec().history({}, here)->read(query, pool, symbols, [&](const Batch& batch) {
            out.push_back(batch);
            return true;
        });
        EXPECT_TRUE(done) << done.error().text();
        return out;
    }
    static HistoryQuery all(EventType type)
    {
        return {.type = type, .from = 0, .to = std::numeric_limits<Nanos>::max()};
    }

    // The lake holds exactly these events, each once, with their origins.
    void expectLake(const std::vector<Stored>& expected, const SymbolTable& written) const
    {
        BufferPool pool;
        SymbolTable symbols;
        const parquet::Lake lake(folder.path());
        for (std::size_t i = 0; i < kEventTypeCount; ++i) {
            const HistoryQuery query = all(static_cast<EventType>(i));
            const auto files = filesFor(lake, query);
            ASSERT_TRUE(files);
            std::vector<const Stored*> wanted;
            for (const Stored& stored : expected)
                if (stored.event.type() == query.type)
                    wanted.push_back(&stored);
            std::size_t at = 0;
            parquet::LakeReader reader(pool, symbols);
            const auto done = reader.read(query, *files, [&](const parquet::StoredRow& row) -> Result<bool> {
                if (at >= wanted.size()) {
                    ++at;
                    return true;
                }
                const Stored& stored = *wanted[at++];
                expectSame(stored.batch, stored.event, written, row.batch, *row.batch.begin(), symbols);
                EXPECT_EQ(stored.origin, row.origin);
                return !HasFatalFailure();
            });
            ASSERT_TRUE(done) << done.error().text();
            ASSERT_EQ(at, wanted.size()) << enumName(query.type);
        }
    }

    TemporaryFolder folder;
    mutable EventFilter filter;
};

}  // namespace tickdeck::test
