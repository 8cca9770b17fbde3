// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/sqlite/table.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "engine/model/json_value.h"

namespace tickdeck::sqlite {

namespace {

using ops::sqlite::Database;
using ops::sqlite::Statement;

constexpr std::string_view kCommon = "seq, origin, venue, symbol, native, exchange_time, receive_time, cause_first, "
                                     "cause_last";
constexpr int kCommonCount = 9;

void bindTime(Statement& statement, int at, Nanos time)
{
    statement.bind(at, time == kNoTime ? std::nullopt : std::optional(time));
}

// How one kind of member is kept: its column's type, how it is bound, how it is read. read() gives false where the stored
// value is none of ours; the texts and lists of a row are read into `texts` first, as their room must be known.
template <class T>
struct Kept;

template <>
struct Kept<Decimal> {
    static constexpr std::string_view kType = "TEXT";
    static void bind(Statement& statement, int at, const Decimal& value)
    {
        char text[Decimal::kMaxText];
        statement.bindText(at, {text, value.write(text)});
    }
    static bool read(const Statement& statement, int column, Decimal& out)
    {
        const auto value = Decimal::parse(statement.bytes(column));
        out = value.value_or(Decimal{});
        return value.has_value();
    }
};

template <>
struct Kept<std::int64_t> {
    static constexpr std::string_view kType = "INTEGER";
    static void bind(Statement& statement, int at, std::int64_t value) { bindTime(statement, at, value); }
    static bool read(const Statement& statement, int column, std::int64_t& out)
    {
        out = statement.maybeInteger(column).value_or(kNoTime);
        return true;
    }
};

template <>
struct Kept<std::uint64_t> {
    static constexpr std::string_view kType = "INTEGER";
    static void bind(Statement& statement, int at, std::uint64_t value)
    {
        statement.bind(at, static_cast<std::int64_t>(value));
    }
    static bool read(const Statement& statement, int column, std::uint64_t& out)
    {
        out = static_cast<std::uint64_t>(statement.integer(column));
        return true;
    }
};

template <class T>
struct Kept<Nullable<T>> {
    static constexpr std::string_view kType = Kept<T>::kType;
    static void bind(Statement& statement, int at, const Nullable<T>& value)
    {
        if (value)
            Kept<T>::bind(statement, at, *value);
        else
            statement.bind(at, std::optional<std::int64_t>{});
    }
    static bool read(const Statement& statement, int column, Nullable<T>& out)
    {
        if (statement.isNull(column))
            return true;
        T value{};
        const bool good = Kept<T>::read(statement, column, value);
        out = value;
        return good;
    }
};

template <>
struct Kept<bool> {
    static constexpr std::string_view kType = "INTEGER";
    static void bind(Statement& statement, int at, bool value) { statement.bind(at, std::int64_t{value}); }
    static bool read(const Statement& statement, int column, bool& out)
    {
        out = statement.integer(column) != 0;
        return true;
    }
};

template <>
struct Kept<Tristate> {
    static constexpr std::string_view kType = "INTEGER";
    static void bind(Statement& statement, int at, Tristate value)
    {
        statement.bind(at,
                       value == Tristate::Unknown ? std::nullopt : std::optional<std::int64_t>(value == Tristate::Yes));
    }
    static bool read(const Statement& statement, int column, Tristate& out)
    {
        const auto value = statement.maybeInteger(column);
        out = !value ? Tristate::Unknown : *value ? Tristate::Yes : Tristate::No;
        return true;
    }
};

template <NamedEnum E>
struct Kept<E> {
    static constexpr std::string_view kType = "TEXT";
    static void bind(Statement& statement, int at, E value) { statement.bindText(at, enumName(value)); }
    static bool read(const Statement& statement, int column, E& out)
    {
        const auto value = enumFromName<E>(statement.bytes(column));
        out = value.value_or(E{});
        return value.has_value();
    }
};

template <>
struct Kept<Text> {
    static constexpr std::string_view kType = "TEXT";
    static void bind(Statement& statement, int at, const Text& value) { statement.bindText(at, value.view()); }
};

template <>
struct Kept<Levels> {
    static constexpr std::string_view kType = "TEXT";
    static void bind(Statement& statement, int at, const Levels& value)
    {
        std::string json;
        appendJsonLevels(json, value);
        statement.bindText(at, json);
    }
};

// Lists and parts of an event: as JSON.
template <class T>
    requires Described<T> || requires(const T& list) { list.view().front(); }
struct Kept<T> {
    static constexpr std::string_view kType = "TEXT";
    static void bind(Statement& statement, int at, const T& value)
    {
        std::string text;
        json::append(text, value);
        statement.bindText(at, text);
    }
};

// Texts and lists, as they are before they lie in the record.
struct Loose {
    std::string text;
    std::vector<Level> levels;
    int priceScale = 0;
    int quantityScale = 0;
    nlohmann::json items;       // of another list
    std::size_t itemBytes = 0;  // of all of them

    [[nodiscard]] std::size_t room() const
    {
        return BatchBuilder::room(text.size()) + levels.size() * sizeof(Level) + BatchBuilder::room(itemBytes);
    }
};

bool parseLevels(const std::string& json, Loose& out)
{
    const auto list = nlohmann::json::parse(json, nullptr, false);
    if (!list.is_array())
        return false;
    std::vector<std::pair<Decimal, Decimal>> values;
    for (const auto& level : list) {
        if (!level.is_array() || level.size() != 2 || !level[0].is_string() || !level[1].is_string())
            return false;
        const auto price = Decimal::parse(level[0].get_ref<const std::string&>());
        const auto quantity = Decimal::parse(level[1].get_ref<const std::string&>());
        if (!price || !quantity)
            return false;
        out.priceScale = std::max(out.priceScale, price->scale());
        out.quantityScale = std::max(out.quantityScale, quantity->scale());
        values.emplace_back(*price, *quantity);
    }
    for (const auto& [price, quantity] : values) {
        const auto ticks = price.toTicks(out.priceScale);
        const auto lots = quantity.toTicks(out.quantityScale);
        if (!ticks || !lots)
            return false;
        out.levels.push_back({*ticks, *lots});
    }
    return true;
}

// The values of a list's items and of parts, out of JSON.
bool fromJson(const nlohmann::json& from, Decimal& out)
{
    const auto value = from.is_string() ? Decimal::parse(from.get_ref<const std::string&>()) : Result<Decimal>();
    out = value.value_or(Decimal{});
    return from.is_string() && value.has_value();
}
bool fromJson(const nlohmann::json& from, Tristate& out)
{
    out = from.is_null() ? Tristate::Unknown : from == true ? Tristate::Yes : Tristate::No;
    return from.is_null() || from.is_boolean();
}
template <NamedEnum E>
bool fromJson(const nlohmann::json& from, E& out)
{
    const auto value = from.is_string() ? enumFromName<E>(from.get_ref<const std::string&>()) : std::nullopt;
    out = value.value_or(E{});
    return value.has_value();
}
template <class T>
bool fromJson(const nlohmann::json& from, Nullable<T>& out)
{
    if (from.is_null())
        return true;
    T value{};
    const bool good = fromJson(from, value);
    out = value;
    return good;
}
// A part is an object, as an item of a list an array.
template <Described T>
bool fromJson(const nlohmann::json& from, T& out)
{
    bool good = from.is_object() || (from.is_array() && from.size() == kFieldCount<T>);
    std::size_t at = 0;
    forEachField<T>([&](const auto& f) {
        const auto found = !from.is_object() ? from.end() : from.find(std::string(f.name));
        good = good && (from.is_array() || found != from.end()) &&
               fromJson(from.is_array() ? from[at] : *found, f.of(out));
        ++at;
    });
    return good;
}

template <class T>
bool load(const Statement&, int, T*, Loose&)
{
    return true;
}
bool load(const Statement& statement, int column, Text*, Loose& out)
{
    out.text = statement.bytes(column);
    return true;
}
bool load(const Statement& statement, int column, Levels*, Loose& out)
{
    return parseLevels(statement.bytes(column), out);
}

template <class T>
bool load(const Statement& statement, int column, RelativeList<T>*, Loose& out)
{
    out.items = nlohmann::json::parse(statement.bytes(column), nullptr, false);
    out.itemBytes = out.items.size() * sizeof(T);
    return out.items.is_array();
}

template <class T>
bool place(const Statement& statement, int column, T& member, const Loose&, BatchBuilder&)
{
    if constexpr (Described<T>)
        return fromJson(nlohmann::json::parse(statement.bytes(column), nullptr, false), member);
    else
        return Kept<T>::read(statement, column, member);
}
bool place(const Statement&, int, Text& member, const Loose& loose, BatchBuilder& out)
{
    out.setText(member, loose.text);
    return true;
}
bool place(const Statement&, int, Levels& member, const Loose& loose, BatchBuilder& out)
{
    member.priceScale = loose.priceScale;
    member.quantityScale = loose.quantityScale;
    out.setList(member.list, std::span<const Level>(loose.levels));
    return true;
}

template <class T>
bool place(const Statement&, int, RelativeList<T>& member, const Loose& loose, BatchBuilder& out)
{
    bool good = loose.items.is_array();
    std::vector<T> items(good ? loose.items.size() : 0);
    for (std::size_t i = 0; i < items.size(); ++i)
        good = fromJson(loose.items[i], items[i]) && good;
    out.setList(member, std::span<const T>(items));
    return good;
}

template <class E>
std::string columnNames()
{
    std::string names(kCommon);
    forEachField<E>([&](const auto& f) { names.append(", \"").append(f.name).append("\""); });
    return names;
}

template <class E>
std::string createStatement()
{
    const std::string table(enumName(E::kType));
    std::string text = "CREATE TABLE IF NOT EXISTS \"" + table +
                       "\" (seq INTEGER PRIMARY KEY, origin TEXT NOT NULL, venue TEXT NOT NULL, symbol TEXT NOT NULL, "
                       "native TEXT NOT NULL, exchange_time INTEGER, receive_time INTEGER, cause_first INTEGER, "
                       "cause_last INTEGER";
    forEachField<E>([&](const auto& f) {
        using Member = typename std::remove_cvref_t<decltype(f)>::Value;
        text.append(", \"").append(f.name).append("\" ").append(Kept<Member>::kType);
    });
    text += ");\nCREATE INDEX IF NOT EXISTS " + table + "_time ON \"" + table + "\" (receive_time);\n";
    text += "CREATE INDEX IF NOT EXISTS " + table + "_symbol ON \"" + table + "\" (symbol, receive_time);\n";
    return text;
}

template <class E>
class TableOf final : public Table {
public:
    static Result<std::unique_ptr<Table>> open(Database& database)
    {
        std::string marks = "?";
        for (int i = 1; i < kCommonCount + static_cast<int>(kFieldCount<E>); ++i)
            marks += ", ?";
        const std::string table(enumName(E::kType));
        TRY_ASSIGN(auto insert, database.prepare(("INSERT OR REPLACE INTO \"" + table + "\" (" + columnNames<E>() +
                                                  ") VALUES (" + marks + ")")
                                                     .c_str()));
        TRY_ASSIGN(auto prune, database.prepare(("DELETE FROM \"" + table +
                                                 "\" WHERE receive_time < ?1 OR seq <= (SELECT seq FROM \"" + table +
                                                 "\" ORDER BY seq DESC LIMIT 1 OFFSET ?2)")
                                                    .c_str()));
        auto out = std::make_unique<TableOf>();
        out->m_insert.emplace(std::move(insert));
        out->m_prune.emplace(std::move(prune));
        return std::unique_ptr<Table>(std::move(out));
    }

    Result<> insert(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                    std::string_view origin) override
    {
        const SymbolName& name = symbols.name(event.symbol());
        const EventHeader& record = event.header();
        Statement& statement = *m_insert;
        statement.bind(1, static_cast<std::int64_t>(event.seq()));
        statement.bindText(2, origin);
        statement.bindText(3, name.venue);
        statement.bindText(4, name.symbol);
        statement.bindText(5, name.native);
        bindTime(statement, 6, event.exchangeTime());
        bindTime(statement, 7, header.receiveTime);
        const bool derived = record.causeFirst != 0;
        const auto number = [&](Seq seq) {
            return derived ? std::optional(static_cast<std::int64_t>(seq)) : std::nullopt;
        };
        statement.bind(8, number(record.causeFirst));
        statement.bind(9, number(record.causeLast));
        int at = kCommonCount;
        forEachField<E>([&](const auto& f) {
            Kept<typename std::remove_cvref_t<decltype(f)>::Value>::bind(statement, ++at, f.of(*event.as<E>()));
        });
        return statement.run();
    }

    Result<> prune(std::int64_t keepRows, Nanos oldest) override
    {
        m_prune->bind(1, oldest);
        m_prune->bind(2, keepRows);
        return m_prune->run();
    }

    // Adds the row that `statement` stands on.
    static Result<> add(const Statement& statement, SymbolId symbol, BatchBuilder& out)
    {
        std::vector<Loose> loose(kFieldCount<E>);
        std::size_t room = 0;
        std::string_view bad;
        std::size_t i = 0;
        forEachField<E>([&](const auto& f) {
            using Member = typename std::remove_cvref_t<decltype(f)>::Value;
            if (!load(statement, kCommonCount + static_cast<int>(i), static_cast<Member*>(nullptr), loose[i]))
                bad = f.name;
            room += loose[i++].room();
        });
        E& event = out.add<E>(symbol, statement.maybeInteger(5).value_or(kNoTime), room);
        i = 0;
        forEachField<E>([&](const auto& f) {
            if (!place(statement, kCommonCount + static_cast<int>(i), f.of(event), loose[i], out))
                bad = f.name;
            ++i;
        });
        if (!statement.isNull(7))
            out.setCause(static_cast<Seq>(statement.integer(7)), static_cast<Seq>(statement.integer(8)));
        if (!bad.empty())
            return fail(ErrorCode::Corrupt, "row " + std::to_string(statement.integer(0)) + " of " +
                                                std::string(enumName(E::kType)) + ": bad " + std::string(bad));
        return {};
    }

private:
    std::optional<Statement> m_insert;
    std::optional<Statement> m_prune;
};

template <class E>
Result<> readRows(Database& database, const HistoryQuery& query, BufferPool& pool, SymbolTable& symbols,
                  const std::function<bool(const Batch&)>& take)
{
    const std::string columns = columnNames<E>();
    std::string text = "SELECT * FROM (SELECT " + columns + " FROM \"" + std::string(enumName(E::kType)) +
                       "\" WHERE receive_time >= ?1 AND receive_time < ?2";
    if (query.venue)
        text += " AND venue = ?3";
    if (query.symbol)
        text += " AND symbol = ?4";
    if (query.interval && E::kType == EventType::Candle)
        text += " AND interval = ?6";
    text += query.limit ? " ORDER BY seq DESC LIMIT ?5) ORDER BY seq" : " ORDER BY seq)";
    TRY_ASSIGN(auto statement, database.prepare(text.c_str()));
    statement.bind(1, query.from);
    statement.bind(2, query.to);
    if (query.venue)
        statement.bindText(3, *query.venue);
    if (query.symbol)
        statement.bindText(4, *query.symbol);
    if (query.limit)
        statement.bind(5, static_cast<std::int64_t>(query.limit));
    if (query.interval && E::kType == EventType::Candle)
        statement.bind(6, *query.interval);
    BatchBuilder builder(pool);
    for (;;) {
        TRY_ASSIGN(const bool row, statement.step());
        if (!row)
            return {};
        BatchHeader& header = builder.begin({});
        header.receiveTime = statement.maybeInteger(6).value_or(kNoTime);
        const SymbolId symbol = symbols.intern(statement.bytes(2), statement.bytes(3), statement.bytes(4));
        TRY(TableOf<E>::add(statement, symbol, builder));
        Batch batch = builder.finish();
        batch.number(static_cast<Seq>(statement.integer(0)));
        if (!take(batch))
            return {};
    }
}

}  // namespace

std::string Table::schema()
{
    std::string text;
    [&]<class... E>(std::tuple<E...>*) { ((text += createStatement<E>()), ...); }(static_cast<EventTypes*>(nullptr));
    return text;
}

Result<std::unique_ptr<Table>> Table::open(Database& database, EventType type)
{
    Result<std::unique_ptr<Table>> out;
    [&]<class... E>(std::tuple<E...>*) {
        ((E::kType == type ? static_cast<void>(out = TableOf<E>::open(database)) : static_cast<void>(0)), ...);
    }(static_cast<EventTypes*>(nullptr));
    return out;
}

Result<> Table::read(Database& database, const HistoryQuery& query, BufferPool& pool, SymbolTable& symbols,
                     const std::function<bool(const Batch&)>& take)
{
    Result<> out;
    [&]<class... E>(std::tuple<E...>*) {
        ((E::kType == query.type ? static_cast<void>(out = readRows<E>(database, query, pool, symbols, take))
                                 : static_cast<void>(0)),
         ...);
    }(static_cast<EventTypes*>(nullptr));
    return out;
}

}  // namespace tickdeck::sqlite
