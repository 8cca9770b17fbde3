// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// SQLite with errors as values: Corrupt, Full, TimedOut (another holds it), Refused (it may only be read), Internal (a
// statement that does not fit the tables), else Io. What the system refused is told with its reason. For state.db and for stores on SQLite.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tickdeck::ops::sqlite {

// A prepared statement; values are bound by position from 1, never written into its text. Must end before its Database.
class Statement {
public:
    void bind(int position, std::int64_t value);
    void bind(int position, std::optional<std::int64_t> value);
    void bindText(int position, std::string_view value);
    void bindBytes(int position, std::string_view value);
    // True: a row stands ready. False: done.
    [[nodiscard]] Result<bool> step();
    // Runs to the end and makes it ready to be bound again.
    [[nodiscard]] Result<> run();

    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::optional<std::int64_t> maybeInteger(int column) const;
    [[nodiscard]] std::string bytes(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    explicit Statement(sqlite3_stmt* statement) : m_statement(statement) {}
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

// One connection; not thread-safe.
class Database {
public:
    // Opens or makes the file. Corrupt where it is no database.
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file);

    [[nodiscard]] Result<Statement> prepare(const char* text);
    // One or more statements without values.
    [[nodiscard]] Result<> execute(const char* text);
    // begin, what `body` does, commit; rolled back when it fails.
    template <class Body>
    [[nodiscard]] Result<> transaction(Body&& body)
    {
        TRY(execute("BEGIN IMMEDIATE"));
        Result<> done = body();
        if (done)
            done = execute("COMMIT");
        if (!done) [[maybe_unused]]
            const Result<> undone = execute("ROLLBACK");  // what failed is already told
        return done;
    }
    [[nodiscard]] std::int64_t lastRow() const;

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> m_database;
};

}  // namespace tickdeck::ops::sqlite
