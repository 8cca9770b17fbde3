// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/columns.h"

#include <algorithm>
#include <array>

#include "engine/core/utf8.h"
#include "engine/sinks/parquet/arrow_result.h"
#include "engine/sinks/parquet/column_types.h"

namespace tickdeck::parquet {

namespace {

constexpr std::array<Int128, 39> kPowers = [] {
    std::array<Int128, 39> powers{};
    Int128 power = 1;
    for (std::size_t i = 0; i < powers.size(); ++i) {
        powers[i] = power;
        if (i + 1 < powers.size())
            power *= 10;
    }
    return powers;
}();

std::shared_ptr<arrow::DataType> causeType()
{
    return arrow::struct_({arrow::field("first", arrow::int64(), false), arrow::field("last", arrow::int64(), false)});
}

// The numbers of a derived event's inputs, null for others.
class CauseColumn {
public:
    arrow::Status append(const EventHeader& header)
    {
        const bool derived = header.causeFirst != 0;
        ARROW_RETURN_NOT_OK(m_derived.Append(derived));
        m_nulls += derived ? 0 : 1;
        ARROW_RETURN_NOT_OK(m_first.Append(static_cast<std::int64_t>(header.causeFirst)));
        return m_last.Append(static_cast<std::int64_t>(header.causeLast));
    }
    arrow::Result<std::shared_ptr<arrow::Array>> finish()
    {
        ARROW_ASSIGN_OR_RAISE(auto derived, m_derived.Finish());
        ARROW_ASSIGN_OR_RAISE(auto first, m_first.Finish());
        ARROW_ASSIGN_OR_RAISE(auto last, m_last.Finish());
        const std::int64_t nulls = std::exchange(m_nulls, 0);
        // A boolean array's values are a bitmap: here the one of validity.
        return std::make_shared<arrow::StructArray>(causeType(), derived->length(), arrow::ArrayVector{first, last},
                                                    derived->data()->buffers[1], nulls);
    }

private:
    arrow::BooleanBuilder m_derived;
    arrow::Int64Builder m_first;
    arrow::Int64Builder m_last;
    std::int64_t m_nulls = 0;
};

template <class E>
constexpr auto columnsOf(const ColumnOptions& options)
{
    return std::apply(
        [&](const auto&... f) {
            return std::tuple<Column<typename std::remove_cvref_t<decltype(f)>::Value>...>(
                (static_cast<void>(f), options)...);
        },
        E::fields());
}

template <class E>
std::shared_ptr<arrow::Schema> schemaFor(const ColumnOptions& options)
{
    arrow::FieldVector fields{
        arrow::field("seq", arrow::int64(), false),        arrow::field("origin", arrow::utf8(), false),
        arrow::field("venue", NameColumn::type(), false),  arrow::field("symbol", NameColumn::type(), false),
        arrow::field("native", NameColumn::type(), false), arrow::field("exchange_time", arrow::int64()),
        arrow::field("receive_time", arrow::int64()),      arrow::field(std::string(causeName<E>()), causeType())};
    if (!options.venue)
        fields.erase(fields.begin() + 2);
    forEachField<E>([&](const auto& f) {
        using Kind = Column<typename std::remove_cvref_t<decltype(f)>::Value>;
        fields.push_back(arrow::field(std::string(f.name), Kind::type(options), Kind::kNullable));
    });
    return arrow::schema(std::move(fields));
}

template <class E>
class Rows final : public RowBuffer {
public:
    explicit Rows(const ColumnOptions& options)
        : m_schema(schemaFor<E>(options)),
          m_withVenue(options.venue),
          m_seq(options),
          m_origin(options),
          m_venue(&SymbolName::venue),
          m_symbol(&SymbolName::symbol),
          m_native(&SymbolName::native),
          m_exchangeTime(options),
          m_receiveTime(options),
          m_fields(columnsOf<E>(options))
    {
    }

    Result<> append(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                    std::string_view origin) override
    {
        return checked(appendRow(event, header, symbols, origin));
    }

    Result<std::shared_ptr<arrow::RecordBatch>> take() override
    {
        auto taken = checked(finish());
        m_rows = 0;
        m_bytes = 0;
        return taken;
    }

    [[nodiscard]] std::int64_t rows() const override { return m_rows; }
    [[nodiscard]] std::size_t bytes() const override { return m_bytes; }

private:
    arrow::Status appendRow(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                            std::string_view origin)
    {
        const E& body = *event.as<E>();
        ARROW_RETURN_NOT_OK(m_seq.append(event.seq()));
        ARROW_RETURN_NOT_OK(m_origin.append(origin));
        if (m_withVenue)
            ARROW_RETURN_NOT_OK(m_venue.append(event.symbol(), symbols));
        ARROW_RETURN_NOT_OK(m_symbol.append(event.symbol(), symbols));
        ARROW_RETURN_NOT_OK(m_native.append(event.symbol(), symbols));
        ARROW_RETURN_NOT_OK(m_exchangeTime.append(event.exchangeTime()));
        ARROW_RETURN_NOT_OK(m_receiveTime.append(header.receiveTime));
        ARROW_RETURN_NOT_OK(m_cause.append(event.header()));
        m_bytes += 64 + origin.size();
        arrow::Status status;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            const auto fields = E::fields();
            static_cast<void>(((status = std::get<I>(m_fields).append(std::get<I>(fields).of(body))).ok() && ...));
            ((m_bytes += std::tuple_element_t<I, Columns>::bytes(std::get<I>(fields).of(body))), ...);
        }(std::make_index_sequence<kFieldCount<E>>());
        m_rows += status.ok() ? 1 : 0;
        return status;
    }

    arrow::Result<std::shared_ptr<arrow::RecordBatch>> finish()
    {
        arrow::ArrayVector arrays;
        const auto add = [&](auto& column) -> arrow::Status {
            ARROW_ASSIGN_OR_RAISE(auto array, column.finish());
            arrays.push_back(std::move(array));
            return arrow::Status::OK();
        };
        arrow::Status status;
        std::apply([&](auto&... column) { static_cast<void>(((status = add(column)).ok() && ...)); },
                   std::tie(m_seq, m_origin, m_venue, m_symbol, m_native, m_exchangeTime, m_receiveTime, m_cause));
        ARROW_RETURN_NOT_OK(status);
        if (!m_withVenue)
            arrays.erase(arrays.begin() + 2);
        std::apply([&](auto&... column) { static_cast<void>(((status = add(column)).ok() && ...)); }, m_fields);
        ARROW_RETURN_NOT_OK(status);
        return arrow::RecordBatch::Make(m_schema, m_rows, std::move(arrays));
    }

    using Columns = decltype(columnsOf<E>({}));
    std::shared_ptr<arrow::Schema> m_schema;
    bool m_withVenue;
    Column<std::uint64_t> m_seq;
    Column<Text> m_origin;
    NameColumn m_venue;
    NameColumn m_symbol;
    NameColumn m_native;
    Column<std::int64_t> m_exchangeTime;
    Column<std::int64_t> m_receiveTime;
    CauseColumn m_cause;
    Columns m_fields;
    std::int64_t m_rows = 0;
    std::size_t m_bytes = 0;
};

bool fits(const Decimal& value, int scale) { return mantissaAt(value, scale).has_value(); }
bool fits(const Nullable<Decimal>& value, int scale) { return !value || fits(*value, scale); }
bool fits(const Levels& levels, int scale)
{
    // A level is a 64-bit integer: at these scales every one fits, and asking each would cost as much as storing it.
    if (levels.priceScale <= scale && levels.quantityScale <= scale && scale - levels.priceScale <= 19 &&
        scale - levels.quantityScale <= 19)
        return true;
    for (const Level& level : levels.view())
        if (!fits(levels.price(level), scale) || !fits(levels.quantity(level), scale))
            return false;
    return true;
}
template <class T>
bool fits(const T&, int)
{
    return true;
}
template <Described T>
bool fits(const T& part, int scale)
{
    bool good = true;
    forEachField<T>([&](const auto& f) { good = good && fits(f.of(part), scale); });
    return good;
}
template <Described T>
bool fits(const RelativeList<T>& list, int scale)
{
    return std::ranges::all_of(list.view(), [&](const T& item) { return fits(item, scale); });
}

}  // namespace

std::optional<Int128> mantissaAt(const Decimal& value, int scale)
{
    Int128 mantissa = value.mantissa();
    if (value.scale() <= scale) {
        if (__builtin_mul_overflow(mantissa, kPowers[static_cast<std::size_t>(scale - value.scale())], &mantissa))
            return {};
    } else {
        const Int128 divisor = kPowers[static_cast<std::size_t>(std::min(value.scale() - scale, 38))];
        if (mantissa % divisor != 0)
            return {};
        mantissa /= divisor;
    }
    if (mantissa >= kPowers[38] || mantissa <= -kPowers[38])
        return {};
    return mantissa;
}

std::string_view asUtf8(std::string_view text, std::string& scratch)
{
    std::string_view rest = text;
    while (const std::size_t length = utf8Character(rest))
        rest.remove_prefix(length);
    if (rest.empty())
        return text;
    // Every byte that belongs to no character becomes U+FFFD.
    scratch.clear();
    while (!text.empty()) {
        const std::size_t length = utf8Character(text);
        scratch += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return scratch;
}

arrow::Result<std::shared_ptr<arrow::Array>> NameColumn::finish()
{
    arrow::StringBuilder names;
    for (const std::string& name : m_names)
        ARROW_RETURN_NOT_OK(names.Append(name));
    m_names.clear();
    m_indexOf.clear();
    m_bySymbol.assign(m_bySymbol.size(), -1);
    ARROW_ASSIGN_OR_RAISE(auto dictionary, names.Finish());
    ARROW_ASSIGN_OR_RAISE(auto indices, m_indices.Finish());
    return arrow::DictionaryArray::FromArrays(type(), indices, dictionary);
}

std::int32_t NameColumn::indexOf(const std::string& name)
{
    std::string scratch;
    std::string utf8(asUtf8(name, scratch));
    const auto [entry, isNew] = m_indexOf.try_emplace(utf8, static_cast<std::int32_t>(m_names.size()));
    if (isNew)
        m_names.push_back(std::move(utf8));
    return entry->second;
}

std::shared_ptr<arrow::Schema> schemaOf(EventType type, const ColumnOptions& options)
{
    return withType(type, [&]<class E> { return schemaFor<E>(options); });
}

Result<> checkFits(const EventView& event, const ColumnOptions& options)
{
    if (!options.decimals)
        return {};
    const std::string_view bad = withType(event.type(), [&]<class E> {
        std::string_view name;
        forEachField<E>([&](const auto& f) {
            if (name.empty() && !fits(f.of(*event.as<E>()), options.scale))
                name = f.name;
        });
        return name;
    });
    if (!bad.empty())
        return fail(ErrorCode::OutOfRange, std::string(enumName(event.type())) + " " + std::to_string(event.seq()) +
                                               ": " + std::string(bad) + " does not fit DECIMAL(38," +
                                               std::to_string(options.scale) + ")");
    return {};
}

std::unique_ptr<RowBuffer> RowBuffer::make(EventType type, const ColumnOptions& options)
{
    return withType(type, [&]<class E> { return std::unique_ptr<RowBuffer>(std::make_unique<Rows<E>>(options)); });
}

}  // namespace tickdeck::parquet
