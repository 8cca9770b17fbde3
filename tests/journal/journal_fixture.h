// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A journal in a folder of its own, batches to put into it, and what reading gives back.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "engine/journal/file_system.h"
#include "engine/journal/journal.h"
#include "engine/journal/reader.h"

namespace tickdeck::journal {

namespace fs = std::filesystem;

// A folder that goes with its test.
class TestFolder {
public:
    TestFolder()
    {
        std::string name = (fs::temp_directory_path() / "tickdeck-journal-XXXXXX").string();
        m_path = ::mkdtemp(name.data());
    }
    ~TestFolder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    [[nodiscard]] const fs::path& path() const { return m_path; }
    [[nodiscard]] std::vector<fs::path> segments() const
    {
        std::vector<fs::path> out;
        for (const auto& entry : fs::directory_iterator(m_path))
            if (entry.path().extension() == ".tdj")
                out.push_back(entry.path());
        std::ranges::sort(out);
        return out;
    }

private:
    fs::path m_path;
};

// Makes batches of every kind, numbered as the router does, and keeps them.
class BatchSource {
public:
    BatchSource(SymbolTable& symbols, BufferPool& pool, unsigned seed = 1)
        : m_symbols(&symbols),
          m_builder(pool),
          m_random(seed),
          m_lane(symbols.intern("kraken", "", "lane-0")),
          m_otherLane(symbols.intern("tickdeck", "", "candles"))
    {
    }

    Batch make()
    {
        ++m_count;
        const std::string payload = text(40 + m_random() % 300);
        BatchHeader* header = &m_builder.begin(m_count % 5 == 4 ? "" : payload);
        header->receiveTime = kSecond * 1000 + static_cast<Nanos>(m_count) * kMillisecond;
        header->kind = m_count % 5 == 4 ? BatchKind::Derived : m_count % 5 == 3 ? BatchKind::Control : BatchKind::Frame;
        header->control = header->kind == BatchKind::Control ? ControlKind::Answered : ControlKind::None;
        header->lane = header->kind == BatchKind::Derived ? m_otherLane : m_lane;
        header->ordinal = m_count;
        const std::size_t events = m_random() % 4;
        for (std::size_t i = 0; i < events; ++i)
            addEvent();
        Batch batch = m_builder.finish();
        batch.number(nextSeq);
        nextSeq = batch.lastSeq() + 1;
        return batch;
    }

    Seq nextSeq = 1;

private:
    void addEvent()
    {
        const SymbolId symbol =
            m_symbols->intern("kraken", "BTC-" + std::to_string(m_random() % (m_count + 1)), "BTC/USD");
        if (m_random() % 2 != 0) {
            auto& trade = m_builder.add<Trade>(symbol, static_cast<Nanos>(m_random()), BatchBuilder::room(24));
            trade.price = Decimal(static_cast<std::int64_t>(m_random() % 1'000'000), 2);
            m_builder.setText(trade.tradeId, text(m_random() % 24));
            return;
        }
        const std::vector<Level> levels(m_random() % 12, Level{100, 5});
        auto& book = m_builder.add<Book>(symbol, kNoTime, levels.size() * sizeof(Level));
        m_builder.setList(book.bids.list, std::span<const Level>(levels));
        book.version = m_count;
    }
    std::string text(std::size_t size)
    {
        std::string out(size, ' ');
        for (char& c : out)
            c = static_cast<char>('a' + m_random() % 16);
        return out;
    }

    SymbolTable* m_symbols;
    BatchBuilder m_builder;
    std::mt19937 m_random;
    SymbolId m_lane;
    SymbolId m_otherLane;
    std::uint64_t m_count = 0;
};

inline bool sameBytes(const Batch& a, const Batch& b)
{
    return a.header().size == b.header().size && std::memcmp(a.bytes().data(), b.bytes().data(), a.header().size) == 0;
}

struct ReadBack {
    std::vector<Batch> batches;
    std::vector<Damage> damages;
};

// All that a folder at rest gives.
inline ReadBack readAll(const fs::path& folder, SymbolTable& symbols, BufferPool& pool, ReadOptions options = {})
{
    ReadBack out;
    options.onDamage = [&](const Damage& damage) { out.damages.push_back(damage); };
    auto reader = Reader::open(folder, options, symbols, pool);
    EXPECT_TRUE(reader) << reader.error().text();
    for (;;) {
        auto next = reader->next();
        EXPECT_TRUE(next) << next.error().text();
        if (!next || !*next)
            return out;
        out.batches.push_back(std::move(**next));
    }
}

inline std::string readFile(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void writeFile(const fs::path& path, std::string_view bytes)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class JournalTest : public ::testing::Test {
protected:
    Options options(Settings settings = {.segmentMb = 1, .budgetMb = 1000, .reserveMb = 1})
    {
        return {.directory = folder.path(),
                .settings = settings,
                .build = "test 1",
                .engineId = "engine-1",
                .settingsJson = R"({"journal":{}})"};
    }
    std::unique_ptr<Journal> open(Options o)
    {
        auto journal = Journal::open(std::move(o), symbols);
        EXPECT_TRUE(journal) << journal.error().text();
        return std::move(*journal);
    }
    // Appends n batches and keeps them; a block ends after each `perBlock`.
    void fill(Journal& journal, std::size_t n, std::size_t perBlock = 7)
    {
        for (std::size_t i = 0; i < n; ++i) {
            written.push_back(source.make());
            ASSERT_TRUE(journal.append(written.back()));
            if (i % perBlock == perBlock - 1) {
                ASSERT_TRUE(journal.flush());
            }
        }
        ASSERT_TRUE(journal.flush());
    }
    // Whether `read` is exactly what was written, without the batches whose numbers lie in [from, to].
    void expectAllBut(const ReadBack& read, Seq from, Seq to)
    {
        std::size_t at = 0;
        for (const Batch& batch : written) {
            if (batch.lastSeq() >= from && batch.firstSeq() <= to)
                continue;
            ASSERT_LT(at, read.batches.size()) << "number " << batch.firstSeq() << " is missing";
            ASSERT_TRUE(sameBytes(batch, read.batches[at])) << "number " << batch.firstSeq();
            ++at;
        }
        EXPECT_EQ(at, read.batches.size()) << "of " << written.size() << ", last " << read.batches.back().firstSeq()
                                           << " lost " << from << " to " << to;
    }
    void expectAll(const ReadBack& read)
    {
        expectAllBut(read, 1, 0);
        EXPECT_TRUE(read.damages.empty()) << read.damages.front().reason;
    }

    TestFolder folder;
    SymbolTable symbols;
    BufferPool pool;
    BatchSource source{symbols, pool};
    std::vector<Batch> written;
};

}  // namespace tickdeck::journal
