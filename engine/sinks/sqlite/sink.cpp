// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/sqlite/sink.h"

#include <array>
#include <charconv>

#include "engine/model/format.h"
#include "engine/ops/sqlite.h"
#include "engine/plugin/history.h"
#include "engine/sinks/sqlite/settings.h"
#include "engine/sinks/sqlite/table.h"

namespace tickdeck::sqlite {

namespace {

using ops::sqlite::Database;

constexpr Nanos kPruneEvery = 10 * kSecond;

std::filesystem::path fileIn(const std::filesystem::path& dataDirectory) { return dataDirectory / "recent.db"; }

// A statement that failed for whatever reason leaves the transaction undone; a fresh connection decides what is true.
Result<> orReopen(Result<> done)
{
    if (!done && done.error().remedy == Remedy::None)
        done.error().remedy = Remedy::Reconnect;
    return done;
}

class SqliteSink final : public Sink {
public:
    explicit SqliteSink(const Settings& settings) : m_settings(settings) {}

    Result<Seq> open(const SinkContext& context) override
    {
        m_context = context;
        close();
        Result<> opened = connect();
        if (!opened && opened.error().code == ErrorCode::Corrupt) {
            // It can be written anew from the journal; the damaged one is kept beside it.
            close();
            std::error_code ignored;  // a file that stays in the way fails again below
            const auto file = fileIn(context.dataDirectory);
            std::filesystem::rename(file, file.string() + ".damaged", ignored);
            for (const char* suffix : {"-wal", "-shm"})
                std::filesystem::remove(file.string() + suffix, ignored);
            opened = connect();
        }
        if (!opened) {
            close();
            return std::unexpected(orReopen(std::move(opened)).error());
        }
        return m_position;
    }

    Result<> write(std::span<const Batch> batches) override
    {
        const auto insertAll = [&]() -> Result<> {
            for (const Batch& batch : batches)
                for (const EventView event : batch)
                    if (!m_context.filter || m_context.filter->passes(event, *m_context.symbols))
                        TRY(insert(event, batch.header()));
            return storePosition(batches.back().lastSeq());
        };
        TRY(orReopen(m_database->transaction(insertAll)));
        m_position = batches.back().lastSeq();
        for (const Batch& batch : batches)
            m_newest = std::max(m_newest, batch.header().receiveTime);
        return {};
    }

    Result<> restore(const Batch& batch, std::span<const EventView> events) override
    {
        const auto insertAll = [&]() -> Result<> {
            for (const EventView& event : events)
                TRY(insert(event, batch.header()));
            return {};
        };
        return orReopen(m_database->transaction(insertAll));
    }

    [[nodiscard]] Seq position() const override { return m_position; }

    Result<> idle(Nanos now) override
    {
        if (m_newest == kNoTime || now < m_nextPrune)
            return {};
        m_nextPrune = now + kPruneEvery;
        const Nanos oldest = m_newest - toNanos(m_settings.keepHours);
        const auto pruneAll = [&]() -> Result<> {
            for (auto& table : m_tables)
                TRY(table->prune(m_settings.keepRows, oldest));
            return {};
        };
        return orReopen(m_database->transaction(pruneAll));
    }

    Result<> flush() override { return {}; }  // every write was committed

private:
    void close()
    {
        for (auto& table : m_tables)
            table.reset();
        m_store.reset();
        m_database.reset();
        m_newest = kNoTime;
    }

    Result<> connect()
    {
        TRY_ASSIGN(auto database, Database::open(fileIn(m_context.dataDirectory)));
        m_database.emplace(std::move(database));
        TRY(m_database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
        TRY(m_database->execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"));
        TRY(makeTables());
        TRY_ASSIGN(auto store, m_database->prepare("INSERT OR REPLACE INTO meta VALUES ('position', ?)"));
        m_store.emplace(std::move(store));
        for (std::size_t i = 0; i < m_tables.size(); ++i) {
            TRY_ASSIGN(m_tables[i], Table::open(*m_database, static_cast<EventType>(i)));
        }
        TRY_ASSIGN(const std::string stored, value("position"));
        m_position = 0;
        std::from_chars(stored.data(), stored.data() + stored.size(), m_position);
        return {};
    }

    // A file of another schema is emptied: everything in it comes again from the journal.
    Result<> makeTables()
    {
        const std::string schema = Table::schema();
        TRY_ASSIGN(const std::string stored, value("schema"));
        if (stored == schema)
            return {};
        const auto remake = [&]() -> Result<> {
            for (const std::string_view name : kEnumNames<EventType>)
                TRY(m_database->execute(("DROP TABLE IF EXISTS \"" + std::string(name) + "\"").c_str()));
            TRY(m_database->execute("DELETE FROM meta"));
            TRY(m_database->execute(schema.c_str()));
            TRY_ASSIGN(auto keep, m_database->prepare("INSERT INTO meta VALUES ('schema', ?)"));
            keep.bindText(1, schema);
            return keep.run();
        };
        return m_database->transaction(remake);
    }

    Result<std::string> value(std::string_view key)
    {
        TRY_ASSIGN(auto find, m_database->prepare("SELECT value FROM meta WHERE key = ?"));
        find.bindText(1, key);
        TRY_ASSIGN(const bool found, find.step());
        return found ? find.bytes(0) : std::string();
    }

    Result<> insert(const EventView& event, const BatchHeader& header)
    {
        m_origin.clear();
        appendOrigin(m_origin, event, header, *m_context.symbols, {m_context.engineId});
        return m_tables[static_cast<std::size_t>(event.type())]->insert(event, header, *m_context.symbols, m_origin);
    }

    Result<> storePosition(Seq position)
    {
        m_store->bindText(1, std::to_string(position));
        return m_store->run();
    }

    Settings m_settings;
    SinkContext m_context;
    std::optional<Database> m_database;
    std::optional<ops::sqlite::Statement> m_store;
    std::array<std::unique_ptr<Table>, kEventTypeCount> m_tables;
    std::string m_origin;
    Seq m_position = 0;
    Nanos m_newest = kNoTime;  // receive time of the newest batch
    Nanos m_nextPrune = 0;     // steady
};

class SqliteHistory final : public History {
public:
    explicit SqliteHistory(std::filesystem::path file) : m_file(std::move(file)) {}

    Result<> read(const HistoryQuery& query, BufferPool& pool, SymbolTable& symbols,
                  const std::function<bool(const Batch&)>& take) override
    {
        if (!m_database) {
            if (std::error_code error; !std::filesystem::exists(m_file, error))
                return {};  // nothing was kept yet
            TRY_ASSIGN(auto database, Database::open(m_file));
            TRY(database.execute("PRAGMA query_only = ON"));
            m_database.emplace(std::move(database));
        }
        return Table::read(*m_database, query, pool, symbols, take);
    }

private:
    std::filesystem::path m_file;
    std::optional<Database> m_database;
};

Result<std::string> probe(const SinkContext& context)
{
    const auto file = fileIn(context.dataDirectory);
    if (std::error_code error; !std::filesystem::exists(file, error))
        return file.string() + " will be made";
    TRY_ASSIGN(auto database, Database::open(file));
    TRY(database.execute("PRAGMA query_only = ON"));
    TRY_ASSIGN(auto check, database.prepare("PRAGMA quick_check(1)"));
    TRY_ASSIGN(const bool row, check.step());
    if (const std::string verdict = row ? check.bytes(0) : "no answer"; verdict != "ok")
        return fail(ErrorCode::Corrupt, file.string() + ": " + verdict);
    return file.string() + " is whole";
}

}  // namespace

SinkSpec spec()
{
    return {.name = "sqlite",
            .title = "Recent events",
            .kind = SinkKind::Durable,
            .linger = std::chrono::milliseconds(250),
            .settings =
                config::describe<Settings>("sinks.sqlite", "The recent past in recent.db, for the window and queries"),
            .make = [](const config::Section& section) -> std::unique_ptr<Sink> {
                return std::make_unique<SqliteSink>(section.as<Settings>());
            },
            .history = [](const config::Section&, const SinkContext& context) -> std::unique_ptr<History> {
                return std::make_unique<SqliteHistory>(fileIn(context.dataDirectory));
            },
            .probe = [](const config::Section&, const SinkContext& context) { return probe(context); }};
}

}  // namespace tickdeck::sqlite
