// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/writer.h"

#include <algorithm>

#include <arrow/io/file.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/writer.h>

#include "engine/sinks/parquet/arrow_result.h"
#include "engine/sinks/parquet/columns.h"
#include "engine/sinks/parquet/files.h"

namespace tickdeck::parquet {

namespace {

std::shared_ptr<::parquet::WriterProperties> properties(int compressionLevel)
{
    ::parquet::WriterProperties::Builder builder;
    builder.created_by("tickdeck");
    builder.compression(::parquet::Compression::ZSTD)->compression_level(compressionLevel);
    // What ascends is stored as differences; the rest is worth a dictionary, which gives way where values differ.
    for (const char* column : {"seq", "exchange_time", "receive_time"})
        builder.disable_dictionary(column)->encoding(column, ::parquet::Encoding::DELTA_BINARY_PACKED);
    builder.disable_dictionary("origin")->encoding("origin", ::parquet::Encoding::DELTA_BYTE_ARRAY);
    builder.disable_statistics("origin");
    return builder.build();
}

}  // namespace

struct ParquetWriter::State {
    std::filesystem::path path;
    WriterOptions options;
    EventType type{};
    std::unique_ptr<RowBuffer> buffer;
    std::shared_ptr<arrow::io::FileOutputStream> out;
    std::unique_ptr<::parquet::arrow::FileWriter> writer;
    std::uint64_t rows = 0;
    Seq firstSeq = 0;
    Seq lastSeq = 0;
    Nanos firstReceive = kNoTime;
    Nanos lastReceive = kNoTime;
    Nanos lastExchange = kNoTime;
    bool closed = false;
    std::uint64_t size = 0;  // once closed
};

ParquetWriter::ParquetWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}

ParquetWriter::~ParquetWriter()
{
    if (m_state->closed)
        return;
    m_state->writer.reset();
    m_state->out.reset();
    static_cast<void>(removeFile(m_state->path));  // a leftover is removed at the next start
}

Result<std::unique_ptr<ParquetWriter>> ParquetWriter::create(std::filesystem::path path, EventType type,
                                                             const WriterOptions& options)
{
    return guarded([&]() -> Result<std::unique_ptr<ParquetWriter>> {
        auto state = std::make_unique<State>();
        state->path = std::move(path);
        state->options = options;
        state->type = type;
        const ColumnOptions columns{options.decimals, options.scale, options.venueColumn};
        state->buffer = RowBuffer::make(type, columns);
        TRY_ASSIGN(state->out, checked(arrow::io::FileOutputStream::Open(state->path.string())));
        TRY_ASSIGN(state->writer,
                   checked(::parquet::arrow::FileWriter::Open(*schemaOf(type, columns), arrow::default_memory_pool(),
                                                              state->out, properties(options.compressionLevel))));
        return std::unique_ptr<ParquetWriter>(new ParquetWriter(std::move(state)));
    });
}

Result<> ParquetWriter::check(const EventView& event, const WriterOptions& options)
{
    return checkFits(event, {.decimals = options.decimals, .scale = options.scale});
}

Result<> ParquetWriter::append(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                               std::string_view origin)
{
    State& state = *m_state;
    TRY(state.buffer->append(event, header, symbols, origin));
    if (state.rows++ == 0) {
        state.firstSeq = event.seq();
        state.firstReceive = header.receiveTime;
    }
    state.lastSeq = event.seq();
    state.firstReceive = std::min(state.firstReceive, header.receiveTime);
    state.lastReceive = std::max(state.lastReceive, header.receiveTime);
    state.lastExchange = std::max(state.lastExchange, event.exchangeTime());
    if (state.buffer->bytes() >= state.options.rowGroupBytes)
        return flushRows();
    return {};
}

Result<> ParquetWriter::flushRows()
{
    if (m_state->buffer->rows() == 0)
        return {};
    return guarded([&]() -> Result<> {
        TRY_ASSIGN(const auto batch, m_state->buffer->take());
        TRY_ASSIGN(const auto table, checked(arrow::Table::FromRecordBatches({batch})));
        return checked(m_state->writer->WriteTable(*table, std::max<std::int64_t>(batch->num_rows(), 1)));
    });
}

Result<> ParquetWriter::close(const std::map<std::string, std::string>& metadata)
{
    State& state = *m_state;
    TRY(flushRows());
    const auto time = [](Nanos value) { return value == kNoTime ? std::string{} : std::to_string(value); };
    std::map<std::string, std::string> all{{"tickdeck.schema_version", std::to_string(kSchemaVersion)},
                                           {"tickdeck.type", std::string(enumName(state.type))},
                                           {"tickdeck.engine_id", state.options.engineId},
                                           {"tickdeck.rows", std::to_string(state.rows)},
                                           {"tickdeck.first_seq", std::to_string(state.firstSeq)},
                                           {"tickdeck.last_seq", std::to_string(state.lastSeq)},
                                           {"tickdeck.first_receive_time", time(state.firstReceive)},
                                           {"tickdeck.last_receive_time", time(state.lastReceive)},
                                           {"tickdeck.last_exchange_time", time(state.lastExchange)}};
    all.insert(metadata.begin(), metadata.end());
    const auto writeFooter = [&]() -> Result<> {
        const auto pairs = std::make_shared<arrow::KeyValueMetadata>();
        for (const auto& [key, value] : all)
            pairs->Append(key, value);
        TRY(checked(state.writer->AddKeyValueMetadata(pairs)));
        TRY(checked(state.writer->Close()));
        if (const auto at = state.out->Tell(); at.ok())
            state.size = static_cast<std::uint64_t>(*at);
        return checked(state.out->Close());
    };
    TRY(guarded(writeFooter));
    TRY(syncPath(state.path));
    state.closed = true;
    return {};
}

std::size_t ParquetWriter::bytesInMemory() const noexcept { return m_state->buffer->bytes(); }

std::uint64_t ParquetWriter::bytesWritten() const noexcept
{
    if (m_state->out->closed())
        return m_state->size;
    const auto at = m_state->out->Tell();
    return at.ok() ? static_cast<std::uint64_t>(*at) : 0;
}

std::uint64_t ParquetWriter::rows() const noexcept { return m_state->rows; }
Seq ParquetWriter::firstSeq() const noexcept { return m_state->firstSeq; }
Seq ParquetWriter::lastSeq() const noexcept { return m_state->lastSeq; }
const std::filesystem::path& ParquetWriter::path() const noexcept { return m_state->path; }

}  // namespace tickdeck::parquet
