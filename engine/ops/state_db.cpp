// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/state_db.h"

#include <algorithm>
#include <limits>
#include <random>
#include <unistd.h>

#include "engine/core/enum_names.h"
#include "engine/core/utf8.h"
#include "engine/ops/sqlite.h"

namespace tickdeck::ops {

namespace {

constexpr std::int64_t kMostRevisions = 1'000;  // older ones go

constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kMostRangesAtOnce = 200;  // SQLite bounds an expression's depth
constexpr std::string_view kEngineId = "engine_id";
constexpr std::size_t kEngineIdSize = 12;
constexpr std::string_view kLettersDropped = "dead_letters_dropped";

// Numbered from 1; `PRAGMA user_version` says how many were applied. Append only.
constexpr const char* kMigrations[] = {
    R"sql(
CREATE TABLE value (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE dead_letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    component TEXT NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    byte_offset INTEGER,
    seq INTEGER NOT NULL,
    size INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    bytes BLOB NOT NULL);
CREATE INDEX dead_letter_component ON dead_letter (component, id);
CREATE TABLE gap (
    id TEXT PRIMARY KEY,
    venue TEXT NOT NULL,
    channel TEXT NOT NULL,
    symbol TEXT NOT NULL,
    from_time INTEGER NOT NULL,
    to_time INTEGER,
    cause TEXT NOT NULL,
    recovered TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX gap_from ON gap (from_time);
CREATE TABLE revision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    settings TEXT NOT NULL);
)sql",
    R"sql(
CREATE INDEX dead_letter_unnumbered ON dead_letter (component, time) WHERE seq = 0;
)sql",
    R"sql(
DROP INDEX gap_from;
CREATE INDEX gap_to ON gap (to_time);
)sql",
};
constexpr std::int64_t kVersion = std::size(kMigrations);

Result<std::int64_t> version(sqlite::Database& db)
{
    TRY_ASSIGN(auto statement, db.prepare("PRAGMA user_version"));
    TRY_ASSIGN([[maybe_unused]] const bool row, statement.step());
    return statement.integer(0);
}

Result<> checkWhole(sqlite::Database& db)
{
    TRY_ASSIGN(auto statement, db.prepare("PRAGMA quick_check(1)"));
    TRY_ASSIGN(const bool row, statement.step());
    if (const std::string verdict = row ? statement.bytes(0) : "no answer"; verdict != "ok")
        return fail(ErrorCode::Corrupt, verdict);
    return {};
}

Result<> migrate(sqlite::Database& db)
{
    TRY_ASSIGN(const std::int64_t found, version(db));
    if (found > kVersion)
        return fail(ErrorCode::Unsupported, "was written by a later version of the program (schema " +
                                                std::to_string(found) + ", known " + std::to_string(kVersion) + ")");
    for (std::int64_t next = found; next < kVersion; ++next) {
        const std::string mark = "PRAGMA user_version = " + std::to_string(next + 1);
        const Result<> done = db.transaction([&]() -> Result<> {
            TRY(db.execute(kMigrations[next]));
            return db.execute(mark.c_str());
        });
        TRY(done);
    }
    return {};
}

// The tables are there with their columns, and the file takes a write: a flipped header byte can make it read-only.
Result<> checkUsable(sqlite::Database& db, const std::filesystem::path& file)
{
    for (const char* text :
         {"SELECT id, time, component, code, text, byte_offset, seq, size, kept, bytes FROM dead_letter",
          "SELECT id, venue, channel, symbol, from_time, to_time, cause, recovered FROM gap",
          "SELECT id, time, who, what, settings FROM revision", "SELECT key, value FROM value"})
        TRY(db.prepare(text));
    const Result<> written = db.transaction([&] { return db.execute("DELETE FROM value WHERE key = ''"); });
    if (!written && written.error().code == ErrorCode::Refused && access(file.c_str(), W_OK) == 0)
        return fail(ErrorCode::Corrupt, written.error().text());
    return written;
}

Result<sqlite::Database> openWhole(const std::filesystem::path& file)
{
    TRY_ASSIGN(auto db, sqlite::Database::open(file));
    TRY(db.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
    TRY(checkWhole(db));
    TRY(migrate(db));
    TRY(checkUsable(db, file));
    return db;
}

// Renames the file and what SQLite keeps beside it; gives the new name.
Result<std::filesystem::path> setAside(const std::filesystem::path& file, Nanos now)
{
    std::filesystem::path aside = file;
    aside += ".damaged-" + std::to_string(now);
    std::error_code problem;
    std::filesystem::rename(file, aside, problem);
    if (problem)
        return fail(ErrorCode::Io, "is damaged and cannot be renamed: " + problem.message());
    for (const char* suffix : {"-wal", "-shm"}) {
        std::filesystem::path from = file;
        std::filesystem::path to = aside;
        std::error_code missing;  // there is none after a clean stop
        std::filesystem::rename(from += suffix, to += suffix, missing);
    }
    return aside;
}

// A text for people may quote a venue's bytes: cut, with a question mark for each byte that is not UTF-8.
std::string wellFormed(std::string_view text)
{
    std::string out;
    while (!text.empty() && out.size() < kLongestText) {
        const std::size_t length = utf8Character(text);
        out += length > 0 ? text.substr(0, length) : "?";
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

constexpr std::string_view kDigits = "0123456789abcdef";

bool isEngineId(std::string_view text)
{
    return text.size() == kEngineIdSize && text.find_first_not_of(kDigits) == std::string_view::npos;
}

std::string randomId()
{
    std::random_device device;
    std::string out;
    for (std::size_t i = 0; i < kEngineIdSize; ++i)
        out += kDigits[device() % 16];
    return out;
}

}  // namespace

class StateDb::Connection {
public:
    explicit Connection(sqlite::Database database) : db(std::move(database)) {}

    Result<std::optional<std::string>> value(std::string_view key)
    {
        TRY_ASSIGN(auto statement, db.prepare("SELECT value FROM value WHERE key = ?1"));
        statement.bindText(1, key);
        TRY_ASSIGN(const bool row, statement.step());
        return row ? std::optional(statement.bytes(0)) : std::nullopt;
    }
    Result<> setValue(std::string_view key, std::string_view value)
    {
        TRY_ASSIGN(auto statement, db.prepare("INSERT INTO value (key, value) VALUES (?1, ?2) "
                                              "ON CONFLICT (key) DO UPDATE SET value = excluded.value"));
        statement.bindText(1, key);
        statement.bindBytes(2, value);
        return statement.run();
    }
    Result<DeadLetterTotals> totals()
    {
        TRY_ASSIGN(auto statement, db.prepare("SELECT COUNT(*), COALESCE(SUM(kept), 0) FROM dead_letter"));
        TRY_ASSIGN([[maybe_unused]] const bool row, statement.step());
        TRY_ASSIGN(const auto dropped, value(kLettersDropped));
        return DeadLetterTotals{static_cast<std::uint64_t>(statement.integer(0)),
                                static_cast<std::uint64_t>(statement.integer(1)),
                                dropped ? std::strtoull(dropped->c_str(), nullptr, 10) : 0};
    }
    Result<> insert(sqlite::Statement& into, const DeadLetter& letter, std::size_t largest)
    {
        const std::string_view bytes = std::string_view(letter.bytes).substr(0, largest);
        into.bind(1, letter.time);
        into.bindText(2, wellFormed(letter.component));
        into.bindText(3, enumName(letter.code));
        into.bindText(4, wellFormed(letter.text));
        into.bind(5, letter.offset ? std::optional(static_cast<std::int64_t>(*letter.offset)) : std::nullopt);
        into.bind(6, static_cast<std::int64_t>(letter.seq));
        into.bind(7, static_cast<std::int64_t>(std::max<std::uint64_t>(letter.size, letter.bytes.size())));
        into.bind(8, static_cast<std::int64_t>(bytes.size()));
        into.bindBytes(9, bytes);
        return into.run();
    }
    // Deletes the oldest until the bounds hold; one letter always stays. Gives how many there are then.
    Result<std::uint64_t> makeRoom(const StateDbOptions& options)
    {
        TRY_ASSIGN(const DeadLetterTotals now, totals());
        std::uint64_t kept = now.kept;
        std::uint64_t bytes = now.bytes;
        if (kept <= options.mostLetters && bytes <= options.mostLetterBytes)
            return kept;
        std::int64_t last = 0;
        TRY_ASSIGN(auto oldest, db.prepare("SELECT id, kept FROM dead_letter ORDER BY id"));
        while (kept > 1 && (kept > options.mostLetters || bytes > options.mostLetterBytes)) {
            TRY_ASSIGN(const bool row, oldest.step());
            if (!row)
                break;
            last = oldest.integer(0);
            bytes -= static_cast<std::uint64_t>(oldest.integer(1));
            --kept;
        }
        TRY_ASSIGN(auto erase, db.prepare("DELETE FROM dead_letter WHERE id <= ?1"));
        erase.bind(1, last);
        TRY(erase.run());
        TRY(setValue(kLettersDropped, std::to_string(now.dropped + now.kept - kept)));
        return kept;
    }

    sqlite::Database db;
};

StateDb::StateDb(std::unique_ptr<Connection> connection, Clock& clock, StateDbOptions options)
    : m_connection(std::move(connection)), m_clock(&clock), m_options(options)
{
}

StateDb::~StateDb() = default;

Result<std::unique_ptr<StateDb>> StateDb::open(const std::filesystem::path& file, Clock& clock, StateDbOptions options)
{
    std::optional<std::string> alert;
    auto db = openWhole(file);
    if (!db && (db.error().code == ErrorCode::Corrupt || db.error().code == ErrorCode::Internal)) {
        const std::string what = db.error().text();
        auto aside = setAside(file, clock.now());
        if (!aside)
            return std::unexpected(std::move(aside).error().within(file.string()));
        alert = file.string() + " was damaged (" + what + ") and is kept as " + aside->filename().string() +
                "; dead letters, gaps and revisions begin anew";
        db = openWhole(file);
    }
    if (!db)
        return std::unexpected(std::move(db).error().within(file.string()));
    std::unique_ptr<StateDb> out(new StateDb(std::make_unique<Connection>(std::move(*db)), clock, options));
    out->m_alert = std::move(alert);
    if (auto prepared = out->prepare(); !prepared)
        return std::unexpected(std::move(prepared).error().within(file.string()));
    return out;
}

Result<std::string> StateDb::check(const std::filesystem::path& file)
{
    TRY_ASSIGN(auto db, sqlite::Database::open(file));
    TRY(db.execute("PRAGMA query_only = ON"));
    TRY(checkWhole(db));
    TRY_ASSIGN(const std::int64_t found, version(db));
    if (found > kVersion)
        return fail(ErrorCode::Unsupported, "was written by a later version of the program (schema " +
                                                std::to_string(found) + ", known " + std::to_string(kVersion) + ")");
    return "is whole, schema " + std::to_string(found) +
           (found < kVersion ? ", brought to " + std::to_string(kVersion) + " at the next start" : "");
}

Result<> StateDb::prepare()
{
    TRY_ASSIGN(auto id, m_connection->value(kEngineId));
    if (!id || !isEngineId(*id)) {
        id = randomId();
        TRY(m_connection->setValue(kEngineId, *id));
    }
    m_engineId = *id;
    TRY_ASSIGN(const DeadLetterTotals letters, m_connection->totals());
    m_lettersKept = letters.kept;
    return forgetOldGaps();
}

Result<> StateDb::addDeadLetters(std::span<const DeadLetter> letters)
{
    const std::lock_guard lock(m_mutex);
    std::uint64_t kept = 0;
    const auto add = [&]() -> Result<> {
        TRY_ASSIGN(auto into, m_connection->db.prepare(
                                  "INSERT INTO dead_letter (time, component, code, text, byte_offset, seq, size, "
                                  "kept, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
        const std::size_t largest = std::min(m_options.largestLetter, m_options.mostLetterBytes);
        for (const DeadLetter& letter : letters)
            TRY(m_connection->insert(into, letter, largest));
        TRY_ASSIGN(kept, m_connection->makeRoom(m_options));
        return {};
    };
    TRY(m_connection->db.transaction(add));
    m_lettersKept = kept;
    return {};
}

namespace {

DeadLetter letterAt(const sqlite::Statement& row)
{
    DeadLetter out;
    out.id = row.integer(0);
    out.time = row.integer(1);
    out.component = row.bytes(2);
    out.code = enumFromName<ErrorCode>(row.bytes(3)).value_or(ErrorCode::Internal);
    out.text = row.bytes(4);
    if (const auto offset = row.maybeInteger(5))
        out.offset = static_cast<std::uint64_t>(*offset);
    out.seq = static_cast<std::uint64_t>(row.integer(6));
    out.size = static_cast<std::uint64_t>(row.integer(7));
    out.bytes = row.bytes(8);
    return out;
}

}  // namespace

Result<std::vector<DeadLetter>> StateDb::deadLetters(std::size_t most, std::int64_t before, std::string_view component)
{
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(auto statement,
               m_connection->db.prepare(
                   "SELECT id, time, component, code, text, byte_offset, seq, size, x'' FROM dead_letter "
                   "WHERE (?1 <= 0 OR id < ?1) AND (?2 = '' OR component = ?2) ORDER BY id DESC LIMIT ?3"));
    statement.bind(1, before);
    statement.bindText(2, component);
    statement.bind(3, static_cast<std::int64_t>(std::min<std::size_t>(most, 1u << 30)));
    std::vector<DeadLetter> out;
    for (;;) {
        TRY_ASSIGN(const bool row, statement.step());
        if (!row)
            return out;
        out.push_back(letterAt(statement));
    }
}

Result<DeadLetter> StateDb::deadLetter(std::int64_t id)
{
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(auto statement,
               m_connection->db.prepare("SELECT id, time, component, code, text, byte_offset, seq, size, bytes "
                                        "FROM dead_letter WHERE id = ?1"));
    statement.bind(1, id);
    TRY_ASSIGN(const bool row, statement.step());
    if (!row)
        return fail(ErrorCode::NotFound, "no dead letter has the number " + std::to_string(id));
    return letterAt(statement);
}

Result<DeadLetterTotals> StateDb::deadLetterTotals()
{
    const std::lock_guard lock(m_mutex);
    return m_connection->totals();
}

Result<std::vector<std::int64_t>> StateDb::deadLetterIds(std::span<const LetterRange> ranges,
                                                         std::string_view component, std::size_t most)
{
    std::vector<LetterRange> apart;  // ascending, those that touch as one
    for (const LetterRange& range : ranges)
        if (range.first <= range.last)
            apart.push_back(range);
    std::ranges::sort(apart, {}, &LetterRange::first);
    std::size_t kept = 0;
    for (const LetterRange& range : apart) {
        if (kept > 0 && (range.first <= apart[kept - 1].last || range.first - 1 == apart[kept - 1].last))
            apart[kept - 1].last = std::max(apart[kept - 1].last, range.last);
        else
            apart[kept++] = range;
    }
    apart.resize(kept);
    if (ranges.empty())
        apart.push_back({1, std::numeric_limits<std::int64_t>::max()});
    most = std::min<std::size_t>(most, 1u << 30);
    std::vector<std::int64_t> out;
    const std::lock_guard lock(m_mutex);
    for (std::span<const LetterRange> rest(apart); !rest.empty();) {
        const auto some = rest.first(std::min(rest.size(), kMostRangesAtOnce));
        rest = rest.subspan(some.size());
        std::string where = "(?1 = '' OR component = ?1) AND (";
        for (const LetterRange& range : some)
            where += std::string(&range == some.data() ? "" : " OR ") + "id BETWEEN " + std::to_string(range.first) +
                     " AND " + std::to_string(range.last);
        TRY_ASSIGN(
            auto statement,
            m_connection->db.prepare(("SELECT id FROM dead_letter WHERE " + where + ") ORDER BY id LIMIT ?2").c_str()));
        statement.bindText(1, component);
        statement.bind(2, static_cast<std::int64_t>(most - out.size()));
        for (;;) {
            TRY_ASSIGN(const bool row, statement.step());
            if (!row)
                break;
            out.push_back(statement.integer(0));
        }
    }
    return out;
}

Result<std::uint64_t> StateDb::dropDeadLetters(std::span<const std::int64_t> ids)
{
    const std::lock_guard lock(m_mutex);
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    const auto dropAll = [&]() -> Result<> {
        TRY_ASSIGN(const DeadLetterTotals found, m_connection->totals());
        TRY_ASSIGN(auto erase, m_connection->db.prepare("DELETE FROM dead_letter WHERE id = ?1"));
        for (const std::int64_t id : ids) {
            erase.bind(1, id);
            TRY(erase.run());
        }
        TRY_ASSIGN(const DeadLetterTotals left, m_connection->totals());
        before = found.kept;
        after = left.kept;
        return {};
    };
    TRY(m_connection->db.transaction(dropAll));
    m_lettersKept = after;
    return before - after;
}

Result<bool> StateDb::hasDeadLetter(std::string_view component, std::uint64_t seq, std::uint64_t size)
{
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(auto find, m_connection->db.prepare(
                              "SELECT 1 FROM dead_letter WHERE component = ?1 AND seq = ?2 AND size = ?3 LIMIT 1"));
    find.bindText(1, component);
    find.bind(2, static_cast<std::int64_t>(seq));
    find.bind(3, static_cast<std::int64_t>(size));
    return find.step();
}

Result<> StateDb::numberDeadLetters(std::span<const LetterNumber> numbers)
{
    const std::lock_guard lock(m_mutex);
    return m_connection->db.transaction([&]() -> Result<> {
        TRY_ASSIGN(auto put, m_connection->db.prepare("UPDATE dead_letter SET seq = ?3 WHERE id = (SELECT MIN(id) FROM "
                                                      "dead_letter WHERE component = ?1 AND time = ?2 AND seq = 0)"));
        for (const LetterNumber& number : numbers) {
            put.bindText(1, number.component);
            put.bind(2, number.time);
            put.bind(3, static_cast<std::int64_t>(number.seq));
            TRY(put.run());
        }
        return {};
    });
}

Result<> StateDb::putGap(const GapRecord& gap)
{
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(auto statement,
               m_connection->db.prepare(
                   "INSERT INTO gap (id, venue, channel, symbol, from_time, to_time, cause, recovered) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET venue = excluded.venue, "
                   "channel = excluded.channel, symbol = excluded.symbol, from_time = excluded.from_time, "
                   "to_time = excluded.to_time, cause = excluded.cause, recovered = excluded.recovered"));
    statement.bindText(1, gap.id);
    statement.bindText(2, gap.venue);
    statement.bindText(3, gap.channel);
    statement.bindText(4, gap.symbol);
    statement.bind(5, gap.from);
    statement.bind(6, gap.to);
    statement.bindText(7, gap.cause);
    statement.bindText(8, gap.recovered);
    TRY(statement.run());
    return ++m_gapsPut > m_options.mostGaps / 10 ? forgetOldGaps() : Result<>();
}

Result<FoundGaps> StateDb::gaps(const GapFilter& filter)
{
    static const std::string kColumns = "SELECT id, venue, channel, symbol, from_time, to_time, cause, recovered ";
    static const std::string kOf =
        "FROM gap WHERE from_time < ?2 AND (?3 = '' OR venue = ?3 OR (venue = 'tickdeck' AND symbol = '')) "
        "AND (?4 = '' OR symbol = '' OR symbol = ?4) AND (?5 = '' OR channel = '' OR channel = ?5) AND ";
    const std::lock_guard lock(m_mutex);
    const auto prepared = [&](const std::string& text) -> Result<sqlite::Statement> {
        TRY_ASSIGN(auto statement, m_connection->db.prepare(text.c_str()));
        statement.bind(1, filter.from);
        statement.bind(2, filter.to);
        statement.bindText(3, filter.venue);
        statement.bindText(4, filter.symbol);
        statement.bindText(5, filter.channel);
        return statement;
    };
    FoundGaps out;
    for (const char* which : {"to_time IS NULL ORDER BY from_time DESC, id DESC LIMIT ?6",
                              "to_time > ?1 ORDER BY to_time DESC, id DESC LIMIT ?6"}) {
        TRY_ASSIGN(auto statement, prepared(kColumns + kOf + which));
        statement.bind(6, static_cast<std::int64_t>(std::min<std::size_t>(filter.most, 1u << 30) - out.gaps.size()));
        for (;;) {
            TRY_ASSIGN(const bool row, statement.step());
            if (!row)
                break;
            out.gaps.push_back({statement.bytes(0), statement.bytes(1), statement.bytes(2), statement.bytes(3),
                                statement.integer(4), statement.maybeInteger(5), statement.bytes(6),
                                statement.bytes(7)});
        }
    }
    std::ranges::sort(out.gaps, {}, [](const GapRecord& gap) { return std::tie(gap.from, gap.id); });
    out.total = out.gaps.size();
    if (out.gaps.size() >= filter.most) {
        TRY_ASSIGN(auto count, prepared("SELECT COUNT(*) " + kOf + "(to_time IS NULL OR to_time > ?1)"));
        TRY_ASSIGN([[maybe_unused]] const bool row, count.step());
        out.total = static_cast<std::uint64_t>(count.integer(0));
    }
    return out;
}

Result<> StateDb::endGapsBefore(const GapRecord& begun)
{
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(auto end, m_connection->db.prepare(
                             "UPDATE gap SET to_time = ?1 WHERE to_time IS NULL AND from_time <= ?1 AND id <> ?2 AND "
                             "venue = ?3 AND channel = ?4 AND symbol = ?5"));
    end.bind(1, begun.from);
    end.bindText(2, begun.id);
    end.bindText(3, begun.venue);
    end.bindText(4, begun.channel);
    end.bindText(5, begun.symbol);
    return end.run();
}

Result<> StateDb::forgetOldGaps()
{
    TRY_ASSIGN(auto forget, m_connection->db.prepare(
                                "DELETE FROM gap WHERE to_time <= (SELECT to_time FROM gap WHERE to_time IS NOT NULL "
                                "ORDER BY to_time DESC LIMIT 1 OFFSET ?1)"));
    forget.bind(1, static_cast<std::int64_t>(m_options.mostGaps));
    m_gapsPut = 0;
    return forget.run();
}

Result<std::int64_t> StateDb::addRevision(std::string_view who, std::string_view what, std::string_view settings)
{
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(auto newest, m_connection->db.prepare("SELECT id, settings FROM revision ORDER BY id DESC LIMIT 1"));
    TRY_ASSIGN(const bool row, newest.step());
    if (row && newest.bytes(1) == settings)
        return newest.integer(0);
    TRY_ASSIGN(auto into,
               m_connection->db.prepare("INSERT INTO revision (time, who, what, settings) VALUES (?1, ?2, ?3, ?4)"));
    into.bind(1, m_clock->now());
    into.bindText(2, who);
    into.bindText(3, what);
    into.bindText(4, settings);
    std::int64_t id = 0;
    const auto add = [&]() -> Result<> {
        TRY(into.run());
        id = m_connection->db.lastRow();
        TRY_ASSIGN(auto oldest, m_connection->db.prepare("DELETE FROM revision WHERE id <= ?1"));
        oldest.bind(1, id - kMostRevisions);
        return oldest.run();
    };
    TRY(m_connection->db.transaction(add));
    return id;
}

Result<std::vector<Revision>> StateDb::revisions(std::size_t most)
{
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(auto statement, m_connection->db.prepare("SELECT id, time, who, what, settings FROM revision "
                                                        "ORDER BY id DESC LIMIT ?1"));
    statement.bind(1, static_cast<std::int64_t>(std::min<std::size_t>(most, 1u << 30)));
    std::vector<Revision> out;
    for (;;) {
        TRY_ASSIGN(const bool row, statement.step());
        if (!row)
            return out;
        out.push_back(
            {statement.integer(0), statement.integer(1), statement.bytes(2), statement.bytes(3), statement.bytes(4)});
    }
}

Result<std::optional<std::string>> StateDb::value(std::string_view key)
{
    const std::lock_guard lock(m_mutex);
    return m_connection->value(key);
}

Result<> StateDb::setValue(std::string_view key, std::string_view value)
{
    const std::lock_guard lock(m_mutex);
    return m_connection->setValue(key, value);
}

}  // namespace tickdeck::ops
