// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/decode_output.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>

#include "engine/model/csv.h"
#include "engine/model/format.h"
#include "engine/sinks/parquet/writer.h"

namespace tickdeck {

namespace {

namespace fs = std::filesystem;

constexpr OriginContext kOrigin{"decode"};

Result<> written(const std::ostream& stream, const std::string& name)
{
    if (!stream)
        return fail(ErrorCode::Io, "cannot write " + name);
    return {};
}

class JsonLines final : public DecodeOutput {
public:
    JsonLines(std::ostream& out, std::unique_ptr<std::ofstream> file, std::string name, const SymbolTable& symbols)
        : m_file(std::move(file)), m_out(m_file ? m_file.get() : &out), m_name(std::move(name)), m_symbols(&symbols)
    {
    }

    Result<> write(const EventView& event, const BatchHeader& header) override
    {
        m_line.clear();
        appendJson(m_line, event, header, *m_symbols, kOrigin);
        m_line += '\n';
        m_out->write(m_line.data(), static_cast<std::streamsize>(m_line.size()));
        return written(*m_out, m_name);
    }
    Result<> finish() override
    {
        m_out->flush();
        return written(*m_out, m_name);
    }

private:
    std::unique_ptr<std::ofstream> m_file;
    std::ostream* m_out;
    std::string m_name;
    const SymbolTable* m_symbols;
    std::string m_line;
};

// One event type's rows.
class Table {
public:
    virtual ~Table() = default;
    [[nodiscard]] virtual Result<> append(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                                          std::string_view origin) = 0;
    [[nodiscard]] virtual Result<> close() = 0;
};

class CsvFile final : public Table {
public:
    CsvFile(const fs::path& path, EventType type) : m_name(path.string()), m_file(path, std::ios::binary)
    {
        appendCsvHeader(m_line, type);
        m_file << m_line;
    }
    [[nodiscard]] Result<> opened() const { return written(m_file, m_name); }
    Result<> append(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                    std::string_view origin) override
    {
        m_line.clear();
        appendCsv(m_line, event, header, symbols, origin);
        m_file << m_line;
        return written(m_file, m_name);
    }
    Result<> close() override
    {
        m_file.close();
        return written(m_file, m_name);
    }

private:
    std::string m_name;
    std::ofstream m_file;
    std::string m_line;
};

class ParquetFile final : public Table {
public:
    explicit ParquetFile(std::unique_ptr<parquet::ParquetWriter> writer) : m_writer(std::move(writer)) {}
    Result<> append(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                    std::string_view origin) override
    {
        TRY(parquet::ParquetWriter::check(event, {}));
        return m_writer->append(event, header, symbols, origin);
    }
    Result<> close() override { return m_writer->close({}); }

private:
    std::unique_ptr<parquet::ParquetWriter> m_writer;
};

// A file for each event type.
class TypedFiles final : public DecodeOutput {
public:
    TypedFiles(DecodeFormat format, fs::path output, bool folder, const SymbolTable& symbols)
        : m_format(format), m_output(std::move(output)), m_folder(folder), m_symbols(&symbols)
    {
    }

    Result<> write(const EventView& event, const BatchHeader& header) override
    {
        std::unique_ptr<Table>& table = m_tables[event.type()];
        if (!table) {
            TRY_ASSIGN(table, open(event.type()));
        }
        m_origin.clear();
        appendOrigin(m_origin, event, header, *m_symbols, kOrigin);
        return table->append(event, header, *m_symbols, m_origin);
    }

    Result<> finish() override
    {
        for (const auto& [type, table] : m_tables)
            TRY(table->close());
        if (m_folder || m_tables.size() != 1)
            return {};
        std::error_code error;
        fs::rename(pathOf(m_tables.begin()->first), m_output, error);
        if (error)
            return fail(ErrorCode::Io, "cannot write " + m_output.string() + ": " + error.message());
        return {};
    }

private:
    [[nodiscard]] fs::path pathOf(EventType type) const
    {
        const std::string name(enumName(type));
        if (m_folder)
            return m_output / (name + "." + std::string(enumName(m_format)));
        fs::path path = m_output;
        path.replace_extension("." + name + m_output.extension().string());
        return path;
    }

    [[nodiscard]] Result<std::unique_ptr<Table>> open(EventType type) const
    {
        if (m_format == DecodeFormat::Parquet) {
            parquet::WriterOptions options;
            options.engineId = kOrigin.engineId;
            TRY_ASSIGN(auto writer, parquet::ParquetWriter::create(pathOf(type), type, options));
            return std::make_unique<ParquetFile>(std::move(writer));
        }
        auto file = std::make_unique<CsvFile>(pathOf(type), type);
        TRY(file->opened());
        return file;
    }

    DecodeFormat m_format;
    fs::path m_output;
    bool m_folder;
    const SymbolTable* m_symbols;
    std::map<EventType, std::unique_ptr<Table>> m_tables;
    std::string m_origin;
};

// CSV on a stream: one table after another, an empty line between them.
class CsvStream final : public DecodeOutput {
public:
    CsvStream(std::ostream& out, const SymbolTable& symbols) : m_out(&out), m_symbols(&symbols) {}

    Result<> write(const EventView& event, const BatchHeader& header) override
    {
        std::string& table = m_tables[event.type()];
        if (table.empty())
            appendCsvHeader(table, event.type());
        m_origin.clear();
        appendOrigin(m_origin, event, header, *m_symbols, kOrigin);
        appendCsv(table, event, header, *m_symbols, m_origin);
        return {};
    }
    Result<> finish() override
    {
        const char* between = "";
        for (const auto& [type, table] : m_tables) {
            *m_out << between << table;
            between = "\n";
        }
        m_out->flush();
        return written(*m_out, "standard output");
    }

private:
    std::ostream* m_out;
    const SymbolTable* m_symbols;
    std::map<EventType, std::string> m_tables;
    std::string m_origin;
};

}  // namespace

Result<std::unique_ptr<DecodeOutput>> DecodeOutput::open(const DecodeOptions& options, std::ostream& out,
                                                         const SymbolTable& symbols)
{
    const fs::path output = options.output;
    std::error_code error;
    if (output.empty()) {
        if (options.format == DecodeFormat::Parquet)
            return fail(ErrorCode::Invalid, "--format parquet needs --out");
        if (options.format == DecodeFormat::Csv)
            return std::make_unique<CsvStream>(out, symbols);
        return std::make_unique<JsonLines>(out, nullptr, "standard output", symbols);
    }
    if (options.format == DecodeFormat::Jsonl) {
        auto file = std::make_unique<std::ofstream>(output, std::ios::binary);
        if (!*file)
            return fail(ErrorCode::Invalid, "--out: cannot write " + options.output);
        return std::make_unique<JsonLines>(out, std::move(file), options.output, symbols);
    }
    const bool folder = !output.has_filename() || !output.has_extension() || fs::is_directory(output, error);
    const fs::path parent = folder ? output : output.parent_path();
    if (!parent.empty() && folder)
        fs::create_directories(parent, error);
    if (!parent.empty() && !fs::is_directory(parent, error))
        return fail(ErrorCode::Invalid, "--out: no folder " + parent.string());
    return std::make_unique<TypedFiles>(options.format, output, folder, symbols);
}

}  // namespace tickdeck
