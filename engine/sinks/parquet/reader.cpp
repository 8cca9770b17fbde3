// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/reader.h"

#include <algorithm>
#include <queue>

#include <arrow/io/file.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include "engine/sinks/parquet/arrow_result.h"
#include "engine/sinks/parquet/columns.h"

namespace tickdeck::parquet {

namespace {

// Walks the rows of one file that a query wants.
class Cursor {
public:
    Cursor(LakeFile file, const HistoryQuery& query) : m_file(std::move(file)), m_query(&query) {}

    // The first wanted row. False: there is none.
    [[nodiscard]] Result<bool> open()
    {
        return guarded([&]() -> Result<bool> {
            TRY_ASSIGN(auto input, checked(arrow::io::ReadableFile::Open(m_file.path.string())));
            TRY_ASSIGN(m_reader, checked(::parquet::arrow::OpenFile(std::move(input), arrow::default_memory_pool())));
            return seek();
        });
    }
    [[nodiscard]] Result<bool> next()
    {
        ++m_row;
        return guarded([&] { return seek(); });
    }
    [[nodiscard]] Seq seq() const { return m_rows->seq(m_row); }
    [[nodiscard]] const RowReader& rows() const { return *m_rows; }
    [[nodiscard]] std::int64_t row() const { return m_row; }
    [[nodiscard]] const LakeFile& file() const { return m_file; }

private:
    // Goes on to the next wanted row, from m_row on.
    [[nodiscard]] Result<bool> seek()
    {
        for (;;) {
            for (; m_rows && m_row < m_rows->rows(); ++m_row)
                if (wanted())
                    return true;
            m_rows.reset();
            while (m_group < m_reader->num_row_groups() && !mayHold(m_group))
                ++m_group;
            if (m_group == m_reader->num_row_groups())
                return false;
            TRY_ASSIGN(const auto table, checked(m_reader->ReadRowGroup(m_group++)));
            TRY_ASSIGN(auto batch, checked(table->CombineChunksToBatch()));
            TRY_ASSIGN(m_rows, RowReader::make(m_query->type, std::move(batch)));
            m_row = 0;
        }
    }
    [[nodiscard]] bool wanted() const
    {
        const Nanos time = m_rows->receiveTime(m_row);
        return time >= m_query->from && time < m_query->to &&
               (!m_query->symbol || m_rows->symbol(m_row) == *m_query->symbol);
    }
    // By the group's statistics of receive_time.
    [[nodiscard]] bool mayHold(int group) const
    {
        const auto metadata = m_reader->parquet_reader()->metadata();
        const int column = metadata->schema()->ColumnIndex("receive_time");
        if (column < 0)
            return true;  // RowReader tells
        const auto statistics = metadata->RowGroup(group)->ColumnChunk(column)->statistics();
        if (!statistics || !statistics->HasMinMax())
            return true;
        const auto& times = static_cast<const ::parquet::Int64Statistics&>(*statistics);
        return times.max() >= m_query->from && times.min() < m_query->to;
    }

    LakeFile m_file;
    const HistoryQuery* m_query;
    std::unique_ptr<::parquet::arrow::FileReader> m_reader;
    std::unique_ptr<RowReader> m_rows;
    int m_group = 0;
    std::int64_t m_row = 0;
};

}  // namespace

Result<> LakeReader::read(const HistoryQuery& query, const std::vector<LakeFile>& files, const Take& take)
{
    const auto later = [](const std::unique_ptr<Cursor>& a, const std::unique_ptr<Cursor>& b) {
        return a->seq() > b->seq();
    };
    std::priority_queue<std::unique_ptr<Cursor>, std::vector<std::unique_ptr<Cursor>>, decltype(later)> open(later);
    BatchBuilder builder(*m_pool);
    auto file = files.begin();
    while (file != files.end() || !open.empty()) {
        // A file is opened only when the rows before it have been taken.
        while (file != files.end() && (open.empty() || file->firstSeq <= open.top()->seq())) {
            auto cursor = std::make_unique<Cursor>(*file++, query);
            auto found = cursor->open();
            if (!found)
                return std::unexpected(std::move(found).error().within(cursor->file().path.string()));
            if (*found)
                open.push(std::move(cursor));
        }
        if (open.empty())
            break;
        // The queue gives out const references only; the cursor is taken out and put back.
        auto cursor = std::move(const_cast<std::unique_ptr<Cursor>&>(open.top()));
        open.pop();
        const RowReader& rows = cursor->rows();
        const std::int64_t row = cursor->row();
        BatchHeader& header = builder.begin({});
        header.receiveTime = rows.receiveTime(row);
        const SymbolId symbol = m_symbols->intern(cursor->file().venue, rows.symbol(row), rows.native(row));
        auto added = rows.add(row, symbol, builder);
        if (!added)
            return std::unexpected(std::move(added).error().within(cursor->file().path.string()));
        Batch batch = builder.finish();
        batch.number(rows.seq(row));
        const Candle* candle = query.interval ? (*batch.begin()).as<Candle>() : nullptr;
        bool more = true;
        if (!candle || candle->interval == *query.interval) {
            TRY_ASSIGN(more, take({batch, rows.origin(row)}));
        }
        if (!more)
            return {};
        TRY_ASSIGN(const bool another, cursor->next());
        if (another)
            open.push(std::move(cursor));
    }
    return {};
}

Result<std::vector<LakeFile>> filesFor(const Lake& lake, const HistoryQuery& query)
{
    LakeScope scope{query.type, query.venue, {}, {}};
    // Dates as folders are named; far ends of time are left open.
    constexpr Nanos kFar = Nanos{9'000'000'000} * kSecond;
    if (query.from > 0)
        scope.fromDate = formatDate(query.from);
    if (query.to > 0 && query.to < kFar)
        scope.toDate = formatDate(query.to - 1);
    return lake.list(scope);
}

Result<std::map<std::string, std::string>> readMetadata(const std::filesystem::path& file)
{
    return guarded([&]() -> Result<std::map<std::string, std::string>> {
        std::map<std::string, std::string> out;
        const auto reader = ::parquet::ParquetFileReader::OpenFile(file.string());
        if (const auto pairs = reader->metadata()->key_value_metadata())
            for (std::int64_t i = 0; i < pairs->size(); ++i)
                out.emplace(pairs->key(i), pairs->value(i));
        return out;
    });
}

}  // namespace tickdeck::parquet
