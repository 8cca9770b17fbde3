// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/sqlite.h"

#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <sqlite3.h>
#include <system_error>
#include <utility>

namespace tickdeck::ops::sqlite {

namespace {

// As SQLite's own, but for the reason: a file that it can't make it opens once more, to read, and by that "not found" would
// hide why it could not be made.
int openFile(const char* path, int flags, int mode)
{
    thread_local int notMade = 0;
    const int file = ::open(path, flags, mode);
    const int before = std::exchange(notMade, file < 0 && (flags & O_CREAT) != 0 ? errno : 0);
    if (file < 0 && (flags & O_CREAT) == 0 && errno == ENOENT && before != 0)
        errno = before;
    return file;
}

void tellReasons()
{
    static std::once_flag once;
    std::call_once(once, [] {
        sqlite3_vfs* const system = sqlite3_vfs_find(nullptr);
        if (system && system->iVersion >= 3 && system->xSetSystemCall)
            system->xSetSystemCall(system, "open", reinterpret_cast<sqlite3_syscall_ptr>(&openFile));
    });
}

// The reason of a file that can't be opened is SQLite's own note. Of a failed write it takes none at a commit, and has that of
// an earlier failure or 0: there it is `errno`, which was 0 as the call began, but may be of what SQLite did afterwards.
std::unexpected<Error> failure(sqlite3* database, int code)
{
    int reason = errno;
    std::string detail = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    const int primary = code & 0xFF;
    const int noted = database && primary == SQLITE_CANTOPEN ? sqlite3_system_errno(database) : 0;
    if (noted != 0)
        reason = noted;
    if (reason != 0 && (primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR)) {
        detail += ": " + std::generic_category().message(reason);
        if (reason == ENOSPC)
            return fail(ErrorCode::Full, std::move(detail), Remedy::Retry);
    }
    switch (primary) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fail(ErrorCode::Corrupt, detail);
    case SQLITE_FULL: return fail(ErrorCode::Full, detail, Remedy::Retry);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fail(ErrorCode::TimedOut, detail, Remedy::Retry);
    case SQLITE_READONLY: return fail(ErrorCode::Refused, detail);
    case SQLITE_ERROR: return fail(ErrorCode::Internal, detail);  // a statement that does not fit the tables
    default: return fail(ErrorCode::Io, detail);
    }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

void Statement::bind(int position, std::int64_t value) { sqlite3_bind_int64(m_statement.get(), position, value); }

void Statement::bind(int position, std::optional<std::int64_t> value)
{
    if (value)
        sqlite3_bind_int64(m_statement.get(), position, *value);
    else
        sqlite3_bind_null(m_statement.get(), position);
}

void Statement::bindText(int position, std::string_view value)
{
    sqlite3_bind_text64(m_statement.get(), position, value.empty() ? "" : value.data(), value.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

void Statement::bindBytes(int position, std::string_view value)
{
    if (value.empty())
        sqlite3_bind_zeroblob(m_statement.get(), position, 0);
    else
        sqlite3_bind_blob64(m_statement.get(), position, value.data(), value.size(), SQLITE_TRANSIENT);
}

Result<bool> Statement::step()
{
    errno = 0;
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return failure(sqlite3_db_handle(m_statement.get()), code);
}

Result<> Statement::run()
{
    for (;;) {
        const auto row = step();
        if (!row || !*row) {
            sqlite3_reset(m_statement.get());
            if (!row)
                return std::unexpected(row.error());
            return {};
        }
    }
}

bool Statement::isNull(int column) const { return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(m_statement.get(), column); }

std::optional<std::int64_t> Statement::maybeInteger(int column) const
{
    if (sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL)
        return std::nullopt;
    return integer(column);
}

std::string Statement::bytes(int column) const
{
    const auto* data = static_cast<const char*>(sqlite3_column_blob(m_statement.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column));
    return data ? std::string(data, size) : std::string();
}

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::filesystem::path& file)
{
    tellReasons();
    sqlite3* raw = nullptr;
    errno = 0;
    const int code =
        sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    Database out;
    out.m_database.reset(raw);
    if (code != SQLITE_OK)
        return failure(raw, code);
    sqlite3_busy_timeout(raw, 5'000);
    return out;
}

Result<Statement> Database::prepare(const char* text)
{
    sqlite3_stmt* statement = nullptr;
    errno = 0;
    if (const int code = sqlite3_prepare_v2(m_database.get(), text, -1, &statement, nullptr); code != SQLITE_OK)
        return failure(m_database.get(), code);
    return Statement(statement);
}

Result<> Database::execute(const char* text)
{
    errno = 0;
    if (const int code = sqlite3_exec(m_database.get(), text, nullptr, nullptr, nullptr); code != SQLITE_OK)
        return failure(m_database.get(), code);
    return {};
}

std::int64_t Database::lastRow() const { return sqlite3_last_insert_rowid(m_database.get()); }

}  // namespace tickdeck::ops::sqlite
