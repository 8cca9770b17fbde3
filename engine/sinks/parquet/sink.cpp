// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/sink.h"

#include <cerrno>
#include <map>
#include <set>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "engine/model/format.h"
#include "engine/sinks/parquet/files.h"
#include "engine/sinks/parquet/history.h"
#include "engine/sinks/parquet/lake.h"
#include "engine/sinks/parquet/settings.h"
#include "engine/sinks/parquet/writer.h"

namespace tickdeck::parquet {

namespace {

constexpr std::int64_t kDay = 86'400;

// A lake's files must all have one schema.
Result<> sameSchema(const LakePosition& stored, const Settings& settings, const Lake& lake)
{
    if (stored.numbers == settings.numbers && stored.priceScale == settings.priceScale)
        return {};
    return fail(ErrorCode::Invalid,
                "the lake was begun with sinks.parquet.numbers = \"" + std::string(enumName(stored.numbers)) +
                    "\" and price_scale = " + std::to_string(stored.priceScale) +
                    ": its files must have one schema; set these, or move " + lake.root().string() + " away",
                Remedy::Fatal);
}

class ParquetSink final : public Sink {
public:
    explicit ParquetSink(const Settings& settings) : m_settings(settings) {}

    Result<Seq> open(const SinkContext& context) override
    {
        abandon();
        m_context = context;
        m_lake.emplace(context.dataDirectory);
        m_options = {.decimals = m_settings.numbers == Numbers::Decimal,
                     .scale = m_settings.priceScale,
                     .compressionLevel = m_settings.compressionLevel,
                     .engineId = context.engineId,
                     .venueColumn = false};
        TRY_ASSIGN(const auto stored, m_lake->readPosition());
        if (stored)
            TRY(sameSchema(*stored, m_settings, *m_lake));
        TRY_ASSIGN(m_position, m_lake->repair(stored ? stored->position : 0));
        if (!stored || stored->position != m_position)
            TRY(writePosition(m_position));
        m_written = m_position;
        return m_position;
    }

    Result<> write(std::span<const Batch> batches) override
    {
        // Nothing is taken unless all of it can be.
        for (const Batch& batch : batches)
            for (const EventView event : batch)
                if (wanted(event))
                    TRY(check(event));
        for (const Batch& batch : batches)
            TRY(add(batch));
        if (m_bytesInMemory > static_cast<std::size_t>(m_settings.memoryMegabytes) << 20)
            TRY(flushLargest());
        if (openBytes() >= static_cast<std::uint64_t>(m_settings.rotateMegabytes) << 20)
            return cut();
        return {};
    }

    // A file for each event: their numbers lie inside the range of a sealed file, beside which they are of no cut.
    Result<> restore(const Batch& batch, std::span<const EventView> events) override
    {
        for (const EventView& event : events)
            TRY(check(event));
        const Nanos time = batch.header().receiveTime;
        const std::string date = time == kNoTime ? "unknown" : formatDate(time);
        for (const EventView& event : events) {
            const std::string venue = venueOf(event);
            TRY_ASSIGN(const auto writer,
                       ParquetWriter::create(m_lake->temporaryFile(event.type(), venue, date, event.seq()),
                                             event.type(), m_options));
            m_origin.clear();
            appendOrigin(m_origin, event, batch.header(), *m_context.symbols, {m_context.engineId});
            TRY(writer->append(event, batch.header(), *m_context.symbols, m_origin));
            TRY(writer->close({{"tickdeck.restored", "true"}}));
            const auto folder = m_lake->folder(event.type(), venue, date);
            TRY(makeFolders(folder));
            TRY(renameFile(writer->path(), folder / Lake::sealedName(event.seq(), event.seq())));
            TRY(syncPath(folder));
        }
        return {};
    }

    [[nodiscard]] Seq position() const override { return m_position; }

    Result<> idle(Nanos now) override
    {
        if (m_written == m_position) {
            m_since = kNoTime;
            return {};
        }
        if (m_since == kNoTime)
            m_since = now;
        if (now - m_since < toNanos(m_settings.rotateAfter))
            return {};
        return cut();
    }

    Result<> flush() override { return m_written == m_position ? Result<>{} : cut(); }

    [[nodiscard]] Result<> check(const EventView& event) const override
    {
        return ParquetWriter::check(event, m_options);
    }

private:
    [[nodiscard]] bool wanted(const EventView& event) const
    {
        return !m_context.filter || m_context.filter->passes(event, *m_context.symbols);
    }

    Result<> add(const Batch& batch)
    {
        const BatchHeader& header = batch.header();
        const std::int64_t day = header.receiveTime == kNoTime ? -1 : header.receiveTime / (kDay * kSecond);
        if (day != m_day) {
            m_day = day;
            m_bySymbol.clear();
        }
        for (const EventView event : batch) {
            if (!wanted(event))
                continue;
            TRY_ASSIGN(ParquetWriter* const writer, writerFor(event, header.receiveTime));
            m_origin.clear();
            appendOrigin(m_origin, event, header, *m_context.symbols, {m_context.engineId});
            const std::size_t before = writer->bytesInMemory();
            TRY(writer->append(event, header, *m_context.symbols, m_origin));
            m_bytesInMemory += writer->bytesInMemory() - before;
        }
        m_written = batch.lastSeq();
        return {};
    }

    [[nodiscard]] std::string venueOf(const EventView& event) const
    {
        const std::string& known = m_context.symbols->name(event.symbol()).venue;
        return known.empty() ? "tickdeck" : known;
    }

    // The open file for the event's type, venue and day.
    Result<ParquetWriter*> writerFor(const EventView& event, Nanos receiveTime)
    {
        const std::size_t slot = event.symbol() * kEventTypeCount + static_cast<std::size_t>(event.type());
        if (slot >= m_bySymbol.size())
            m_bySymbol.resize(slot + kEventTypeCount, nullptr);
        if (ParquetWriter* writer = m_bySymbol[slot])
            return writer;
        const std::string venue = venueOf(event);
        const std::string date = receiveTime == kNoTime ? "unknown" : formatDate(receiveTime);
        std::unique_ptr<ParquetWriter>& open = m_open[m_lake->folder(event.type(), venue, date)];
        if (!open) {
            TRY_ASSIGN(open, ParquetWriter::create(m_lake->temporaryFile(event.type(), venue, date, event.seq()),
                                                   event.type(), m_options));
        }
        return m_bySymbol[slot] = open.get();
    }

    Result<> flushLargest()
    {
        ParquetWriter* largest = nullptr;
        for (const auto& [folder, writer] : m_open)
            if (!largest || writer->bytesInMemory() > largest->bytesInMemory())
                largest = writer.get();
        if (!largest)
            return {};
        m_bytesInMemory -= largest->bytesInMemory();
        return largest->flushRows();
    }

    [[nodiscard]] std::uint64_t openBytes() const
    {
        std::uint64_t bytes = 0;
        for (const auto& [folder, writer] : m_open)
            bytes += writer->bytesWritten() + writer->bytesInMemory();
        return bytes;
    }

    // Seals every open file, then moves the position to the last number written: the files of one cut become valid
    // together, by the position's one atomic step.
    Result<> cut()
    {
        const std::map<std::string, std::string> metadata{
            {"tickdeck.cut_from", std::to_string(m_position + 1)},
            {"tickdeck.cut_to", std::to_string(m_written)},
            {"tickdeck.cut_files", std::to_string(m_open.size())},
            {"tickdeck.numbers", std::string(enumName(m_settings.numbers))},
            {"tickdeck.price_scale", std::to_string(m_settings.priceScale)}};
        for (const auto& [folder, writer] : m_open)
            TRY(writer->close(metadata));
        for (const auto& [folder, writer] : m_open) {
            TRY(makeFolders(folder));
            TRY(renameFile(writer->path(), folder / Lake::sealedName(writer->firstSeq(), writer->lastSeq())));
        }
        for (const auto& [folder, writer] : m_open)
            TRY(syncPath(folder));
        TRY(writePosition(m_written));
        m_position = m_written;
        abandon();
        return {};
    }

    Result<> writePosition(Seq position) const
    {
        return m_lake->writePosition({position, m_settings.numbers, m_settings.priceScale});
    }

    // Lets go of the open files; those that are not sealed are removed.
    void abandon()
    {
        m_bySymbol.clear();
        m_open.clear();
        m_bytesInMemory = 0;
        m_since = kNoTime;
    }

    Settings m_settings;
    SinkContext m_context;
    std::optional<Lake> m_lake;
    WriterOptions m_options;
    std::map<std::filesystem::path, std::unique_ptr<ParquetWriter>> m_open;  // by the folder of the sealed file
    std::vector<ParquetWriter*> m_bySymbol;                                  // by symbol and type, for m_day
    std::int64_t m_day = -1;
    std::size_t m_bytesInMemory = 0;
    std::string m_origin;
    Nanos m_since = kNoTime;  // steady time since which something waits to be sealed
    Seq m_written = 0;
    Seq m_position = 0;
};

Result<std::string> probe(const Settings& settings, const SinkContext& context)
{
    const Lake lake(context.dataDirectory);
    if (std::error_code error; !std::filesystem::exists(lake.root(), error))
        return lake.root().string() + " will be made";
    if (::access(lake.root().c_str(), R_OK | W_OK | X_OK) != 0)
        return fail(ErrorCode::Io, lake.root().string() + ": " + std::generic_category().message(errno));
    TRY_ASSIGN(const auto stored, lake.readPosition());
    if (stored)
        TRY(sameSchema(*stored, settings, lake));
    return lake.root().string() + " is writable" +
           (stored ? ", written up to number " + std::to_string(stored->position) : "");
}

}  // namespace

SinkSpec spec()
{
    return {.name = "parquet",
            .title = "Parquet lake",
            .kind = SinkKind::Durable,
            .linger = std::chrono::milliseconds(50),
            .settings = config::describe<Settings>("sinks.parquet", "The lake: every event as Parquet files"),
            .make = [](const config::Section& section) -> std::unique_ptr<Sink> {
                return std::make_unique<ParquetSink>(section.as<Settings>());
            },
            .history = [](const config::Section&, const SinkContext& context) -> std::unique_ptr<History> {
                return std::make_unique<ParquetHistory>(Lake(context.dataDirectory));
            },
            .probe = [](const config::Section& section,
                        const SinkContext& context) { return probe(section.as<Settings>(), context); }};
}

}  // namespace tickdeck::parquet
