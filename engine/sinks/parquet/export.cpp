// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/export.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "engine/model/csv.h"
#include "engine/sinks/parquet/files.h"
#include "engine/sinks/parquet/reader.h"
#include "engine/sinks/parquet/text_file.h"
#include "engine/sinks/parquet/writer.h"

namespace tickdeck::parquet {

namespace {

constexpr std::uint64_t kRowsBetweenCalls = 4096;

// Where the rows go. close() makes the file durable under its temporary name.
class Output {
public:
    virtual ~Output() = default;
    [[nodiscard]] virtual Result<> add(const StoredRow& row, const SymbolTable& symbols) = 0;
    [[nodiscard]] virtual Result<> close() = 0;
    [[nodiscard]] virtual std::uint64_t bytes() const = 0;
};

class CsvOutput final : public Output {
public:
    explicit CsvOutput(std::unique_ptr<TextFile> file) : m_file(std::move(file)) {}
    Result<> add(const StoredRow& row, const SymbolTable& symbols) override
    {
        m_line.clear();
        appendCsv(m_line, *row.batch.begin(), row.batch.header(), symbols, row.origin);
        return m_file->write(m_line);
    }
    Result<> close() override { return m_file->close(); }
    [[nodiscard]] std::uint64_t bytes() const override { return m_file->bytes(); }

private:
    std::unique_ptr<TextFile> m_file;
    std::string m_line;
};

class ParquetOutput final : public Output {
public:
    explicit ParquetOutput(std::unique_ptr<ParquetWriter> writer) : m_writer(std::move(writer)) {}
    Result<> add(const StoredRow& row, const SymbolTable& symbols) override
    {
        return m_writer->append(*row.batch.begin(), row.batch.header(), symbols, row.origin);
    }
    Result<> close() override { return m_writer->close({}); }
    [[nodiscard]] std::uint64_t bytes() const override { return m_writer->bytesWritten() + m_writer->bytesInMemory(); }

private:
    std::unique_ptr<ParquetWriter> m_writer;
};

Result<std::unique_ptr<Output>> openOutput(const ExportOptions& options, const Lake& lake,
                                           const std::filesystem::path& temporary)
{
    if (options.format == ExportFormat::Csv) {
        TRY_ASSIGN(auto file, TextFile::create(temporary));
        std::string header;
        appendCsvHeader(header, options.query.type);
        TRY(file->write(header));
        return std::make_unique<CsvOutput>(std::move(file));
    }
    // Numbers as the lake has them.
    TRY_ASSIGN(const auto stored, lake.readPosition());
    WriterOptions writer;
    if (stored) {
        writer.decimals = stored->numbers == Numbers::Decimal;
        writer.scale = stored->priceScale;
    }
    TRY_ASSIGN(auto file, ParquetWriter::create(temporary, options.query.type, writer));
    return std::make_unique<ParquetOutput>(std::move(file));
}

constexpr const char* kOwnVenue = "tickdeck";

using GapsById = std::map<std::pair<std::string, std::string>, ExportGap>;  // by venue and id

// A gap that a run left open when it died ends where the same stream's next one begins.
void endEarlier(GapsById& gaps)
{
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<ExportGap*>> streams;
    for (auto& [key, gap] : gaps)
        streams[{gap.venue, gap.channel, gap.symbol}].push_back(&gap);
    for (auto& [stream, list] : streams) {
        std::ranges::sort(list, {}, &ExportGap::from);
        for (std::size_t i = 0; i + 1 < list.size(); ++i)
            if (list[i]->to == kNoTime)
                list[i]->to = list[i + 1]->from;
    }
}

// The newest state of every gap that touches the query's range and its venue and symbol; the engine's own touch all venues.
Result<> tellGaps(const ExportOptions& options, const Lake& lake, const std::function<void(const ExportGap&)>& onGap)
{
    // A gap may be told long before or after its range, so all of them are looked at: they are few.
    const HistoryQuery& query = options.query;
    BufferPool pool;
    SymbolTable symbols;
    GapsById gaps;  // the last event holds
    const auto keep = [&](const StoredRow& row) -> Result<bool> {
        const EventView event = *row.batch.begin();
        const Gap& gap = *event.as<Gap>();
        const SymbolName& name = symbols.name(event.symbol());
        gaps[{name.venue, std::string(gap.gapId.view())}] = {
            std::string(gap.gapId.view()), name.venue, name.symbol,  std::string(gap.channel.view()), gap.from,
            gap.to ? *gap.to : kNoTime,    gap.cause,  gap.recovered};
        return true;
    };
    std::set<std::optional<std::string>> venues{query.venue};
    if (query.venue)
        venues.insert(kOwnVenue);
    for (const auto& venue : venues) {
        const HistoryQuery all{.type = EventType::Gap,
                               .from = std::numeric_limits<Nanos>::min(),
                               .to = std::numeric_limits<Nanos>::max(),
                               .venue = venue};
        TRY_ASSIGN(const auto files, filesFor(lake, all));
        TRY(LakeReader(pool, symbols).read(all, files, keep));
    }
    endEarlier(gaps);
    std::vector<const ExportGap*> touching;
    for (const auto& [key, gap] : gaps)
        if (gap.from < query.to && (gap.to == kNoTime || gap.to > query.from) &&
            (!query.symbol || gap.symbol.empty() || gap.symbol == *query.symbol))
            touching.push_back(&gap);
    std::ranges::sort(touching, {}, [](const ExportGap* gap) { return std::tuple(gap->from, gap->venue, gap->id); });
    for (const ExportGap* gap : touching)
        onGap(*gap);
    return {};
}

}  // namespace

Result<std::optional<ExportProgress>> exportEvents(const ExportOptions& options, const ExportCallbacks& callbacks)
{
    const Lake lake(options.dataDirectory);
    if (callbacks.onGap)
        TRY(tellGaps(options, lake, callbacks.onGap));
    TRY_ASSIGN(const auto files, filesFor(lake, options.query));
    const std::filesystem::path folder = options.file.has_parent_path() ? options.file.parent_path() : ".";
    const std::filesystem::path temporary = folder / ("." + options.file.filename().string() + ".tmp");
    TRY_ASSIGN(const auto output, openOutput(options, lake, temporary));

    Seq last = 0;
    for (const LakeFile& file : files)
        last = std::max(last, file.lastSeq);
    ExportProgress progress;
    bool cancelled = false;
    BufferPool pool;
    SymbolTable symbols;
    const auto add = [&](const StoredRow& row) -> Result<bool> {
        TRY(output->add(row, symbols));
        if (++progress.rows % kRowsBetweenCalls != 0 || !callbacks.onProgress)
            return true;
        const Seq first = files.front().firstSeq;
        progress.bytes = output->bytes();
        progress.fraction = static_cast<double>(row.batch.firstSeq() - first) / static_cast<double>(last - first + 1);
        cancelled = !callbacks.onProgress(progress);
        return !cancelled;
    };
    TRY(LakeReader(pool, symbols).read(options.query, files, add));
    if (cancelled)
        return std::nullopt;
    TRY(output->close());
    progress.bytes = output->bytes();
    if (const auto renamed = renameFile(temporary, options.file); !renamed) {
        static_cast<void>(removeFile(temporary));  // the error that counts is the first
        return std::unexpected(renamed.error());
    }
    TRY(syncPath(folder));
    progress.fraction = 1;
    return progress;
}

}  // namespace tickdeck::parquet
