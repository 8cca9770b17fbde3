// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>

#include <arrow/array.h>
#include <arrow/util/decimal.h>

#include "engine/sinks/parquet/columns.h"

namespace tickdeck::parquet {

namespace {

// Readers of one kind of stored column each: size() is the room that the value needs beside the struct, read() sets the
// member; false where the stored value is none of ours.
template <class T>
class Stored;

class StoredNumber {
public:
    explicit StoredNumber(const arrow::Array& array)
        : m_decimals(dynamic_cast<const arrow::Decimal128Array*>(&array)),
          m_doubles(dynamic_cast<const arrow::DoubleArray*>(&array)),
          m_scale(m_decimals ? static_cast<const arrow::Decimal128Type&>(*array.type()).scale() : 0)
    {
    }
    [[nodiscard]] bool good() const { return m_decimals || m_doubles; }
    // The stored zeros after the point are the column's, not the value's: left out.
    [[nodiscard]] bool at(std::int64_t row, Decimal& out) const
    {
        if (m_decimals) {
            const arrow::Decimal128 value(m_decimals->GetValue(row));
            const Int128 mantissa =
                static_cast<Int128>(value.high_bits()) * (Int128{1} << 64) + static_cast<Int128>(value.low_bits());
            out = Decimal(mantissa, m_scale).normalized();
            return true;
        }
        char text[32];
        const auto end = std::to_chars(text, text + sizeof text, m_doubles->Value(row)).ptr;
        const auto parsed = Decimal::parse({text, end});
        if (parsed)
            out = parsed->normalized();
        return parsed.has_value();
    }

private:
    const arrow::Decimal128Array* m_decimals;
    const arrow::DoubleArray* m_doubles;
    int m_scale;
};

template <>
class Stored<Decimal> {
public:
    explicit Stored(const arrow::Array& array) : m_array(&array), m_number(array) {}
    [[nodiscard]] bool good() const { return m_number.good(); }
    [[nodiscard]] static std::size_t size(std::int64_t) { return 0; }
    [[nodiscard]] bool isNull(std::int64_t row) const { return m_array->IsNull(row); }
    bool read(std::int64_t row, Decimal& out, BatchBuilder&) const { return m_number.at(row, out); }

private:
    const arrow::Array* m_array;
    StoredNumber m_number;
};

template <>
class Stored<std::int64_t> {
public:
    explicit Stored(const arrow::Array& array) : m_array(dynamic_cast<const arrow::Int64Array*>(&array)) {}
    [[nodiscard]] bool good() const { return m_array; }
    [[nodiscard]] static std::size_t size(std::int64_t) { return 0; }
    [[nodiscard]] bool isNull(std::int64_t row) const { return m_array->IsNull(row); }
    [[nodiscard]] std::int64_t value(std::int64_t row) const { return isNull(row) ? kNoTime : m_array->Value(row); }
    bool read(std::int64_t row, std::int64_t& out, BatchBuilder&) const
    {
        out = value(row);
        return true;
    }

private:
    const arrow::Int64Array* m_array;
};

template <>
class Stored<std::uint64_t> : public Stored<std::int64_t> {
public:
    using Stored<std::int64_t>::Stored;
    bool read(std::int64_t row, std::uint64_t& out, BatchBuilder& builder) const
    {
        std::int64_t value = 0;
        const bool good = Stored<std::int64_t>::read(row, value, builder) && value >= 0;
        out = static_cast<std::uint64_t>(value);
        return good;
    }
};

template <class T>
class Stored<Nullable<T>> : public Stored<T> {
public:
    using Stored<T>::Stored;
    bool read(std::int64_t row, Nullable<T>& out, BatchBuilder& builder) const
    {
        if (this->isNull(row))
            return true;
        T value{};
        const bool good = Stored<T>::read(row, value, builder);
        out = value;
        return good;
    }
};

template <>
class Stored<bool> {
public:
    explicit Stored(const arrow::Array& array) : m_array(dynamic_cast<const arrow::BooleanArray*>(&array)) {}
    [[nodiscard]] bool good() const { return m_array; }
    [[nodiscard]] static std::size_t size(std::int64_t) { return 0; }
    bool read(std::int64_t row, bool& out, BatchBuilder&) const
    {
        out = m_array->Value(row);
        return true;
    }
    bool read(std::int64_t row, Tristate& out, BatchBuilder&) const
    {
        out = m_array->IsNull(row) ? Tristate::Unknown : m_array->Value(row) ? Tristate::Yes : Tristate::No;
        return true;
    }

private:
    const arrow::BooleanArray* m_array;
};

template <>
class Stored<Tristate> : public Stored<bool> {
public:
    using Stored<bool>::Stored;
};

template <>
class Stored<Text> {
public:
    explicit Stored(const arrow::Array& array) : m_array(dynamic_cast<const arrow::StringArray*>(&array)) {}
    [[nodiscard]] bool good() const { return m_array; }
    [[nodiscard]] std::size_t size(std::int64_t row) const { return BatchBuilder::room(view(row).size()); }
    [[nodiscard]] std::string_view view(std::int64_t row) const { return m_array->GetView(row); }
    bool read(std::int64_t row, Text& out, BatchBuilder& builder) const
    {
        builder.setText(out, view(row));
        return true;
    }

private:
    const arrow::StringArray* m_array;
};

template <NamedEnum E>
class Stored<E> : public Stored<Text> {
public:
    using Stored<Text>::Stored;
    [[nodiscard]] static std::size_t size(std::int64_t) { return 0; }
    bool read(std::int64_t row, E& out, BatchBuilder&) const
    {
        const auto value = enumFromName<E>(view(row));
        out = value.value_or(E{});
        return value.has_value();
    }
};

template <>
class Stored<Levels> {
public:
    explicit Stored(const arrow::Array& array) : m_array(dynamic_cast<const arrow::ListArray*>(&array))
    {
        const auto* structs = m_array ? dynamic_cast<const arrow::StructArray*>(m_array->values().get()) : nullptr;
        if (!structs || structs->num_fields() != 2)
            return;
        m_columns = {structs->field(0), structs->field(1)};
        m_price.emplace(*m_columns[0]);
        m_quantity.emplace(*m_columns[1]);
    }
    [[nodiscard]] bool good() const { return m_price && m_price->good() && m_quantity->good(); }
    [[nodiscard]] std::size_t size(std::int64_t row) const
    {
        return sizeof(Level) * static_cast<std::size_t>(m_array->value_length(row));
    }
    bool read(std::int64_t row, Levels& out, BatchBuilder& builder) const
    {
        // Integers at the smallest scales that hold every level.
        const auto count = static_cast<std::size_t>(m_array->value_length(row));
        std::vector<std::pair<Decimal, Decimal>> values(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::int64_t at = m_array->value_offset(row) + static_cast<std::int64_t>(i);
            if (!m_price->at(at, values[i].first) || !m_quantity->at(at, values[i].second))
                return false;
            out.priceScale = std::max(out.priceScale, values[i].first.scale());
            out.quantityScale = std::max(out.quantityScale, values[i].second.scale());
        }
        std::vector<Level> levels(count);
        for (std::size_t i = 0; i < count; ++i) {
            const auto price = values[i].first.toTicks(out.priceScale);
            const auto quantity = values[i].second.toTicks(out.quantityScale);
            if (!price || !quantity)
                return false;
            levels[i] = {*price, *quantity};
        }
        builder.setList(out.list, std::span<const Level>(levels));
        return true;
    }

private:
    const arrow::ListArray* m_array;
    std::array<std::shared_ptr<arrow::Array>, 2> m_columns;
    std::optional<StoredNumber> m_price;
    std::optional<StoredNumber> m_quantity;
};

// A part of an event, whose members need no room beside it.
template <Described T>
class Stored<T> {
public:
    explicit Stored(const arrow::Array& array) : m_array(dynamic_cast<const arrow::StructArray*>(&array))
    {
        if (m_array && m_array->num_fields() == static_cast<int>(kFieldCount<T>))
            m_fields.emplace(fieldsOf(*m_array, std::make_index_sequence<kFieldCount<T>>()));
    }
    [[nodiscard]] bool good() const
    {
        return m_fields && std::apply([](const auto&... field) { return (field.stored.good() && ...); }, *m_fields);
    }
    [[nodiscard]] static std::size_t size(std::int64_t) { return 0; }
    bool read(std::int64_t row, T& out, BatchBuilder& builder) const
    {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            const auto fields = T::fields();
            return (std::get<I>(*m_fields).stored.read(row, std::get<I>(fields).of(out), builder) && ...);
        }(std::make_index_sequence<kFieldCount<T>>());
    }

private:
    template <class V>
    struct Held {
        explicit Held(std::shared_ptr<arrow::Array> from) : array(std::move(from)), stored(*array) {}
        std::shared_ptr<arrow::Array> array;
        Stored<V> stored;
    };
    template <class... F>
    static std::tuple<Held<typename F::Value>...> heldOf(const std::tuple<F...>&);
    using Fields = decltype(heldOf(T::fields()));
    template <std::size_t... I>
    static Fields fieldsOf(const arrow::StructArray& array, std::index_sequence<I...>)
    {
        return Fields(array.field(static_cast<int>(I))...);
    }

    const arrow::StructArray* m_array;
    std::optional<Fields> m_fields;
};

template <class T>
    requires Described<T> || NamedEnum<T>
class Stored<RelativeList<T>> {
public:
    explicit Stored(const arrow::Array& array) : m_array(dynamic_cast<const arrow::ListArray*>(&array))
    {
        if (m_array)
            m_items.emplace(*m_array->values());
    }
    [[nodiscard]] bool good() const { return m_items && m_items->good(); }
    [[nodiscard]] std::size_t size(std::int64_t row) const
    {
        return BatchBuilder::room(sizeof(T) * static_cast<std::size_t>(m_array->value_length(row)));
    }
    bool read(std::int64_t row, RelativeList<T>& out, BatchBuilder& builder) const
    {
        std::vector<T> items(static_cast<std::size_t>(m_array->value_length(row)));
        bool good = true;
        for (std::size_t i = 0; i < items.size(); ++i)
            good = m_items->read(m_array->value_offset(row) + static_cast<std::int64_t>(i), items[i], builder) && good;
        builder.setList(out, std::span<const T>(items));
        return good;
    }

private:
    const arrow::ListArray* m_array;
    std::optional<Stored<T>> m_items;
};

// The column of that name, or one that is no column of ours.
const arrow::Array& column(const arrow::RecordBatch& rows, std::string_view name)
{
    static const arrow::NullArray kMissing(0);
    const auto found = rows.GetColumnByName(std::string(name));
    return found ? *found : static_cast<const arrow::Array&>(kMissing);
}

template <class E>
class Reader final : public RowReader {
public:
    explicit Reader(std::shared_ptr<arrow::RecordBatch> rows)
        : m_batch(std::move(rows)),
          m_seq(column(*m_batch, "seq")),
          m_origin(column(*m_batch, "origin")),
          m_symbol(column(*m_batch, "symbol")),
          m_native(column(*m_batch, "native")),
          m_exchangeTime(column(*m_batch, "exchange_time")),
          m_receiveTime(column(*m_batch, "receive_time")),
          m_cause(dynamic_cast<const arrow::StructArray*>(&column(*m_batch, causeName<E>()))),
          m_fields(std::apply(
              [&](const auto&... f) {
                  return Fields(Stored<typename std::remove_cvref_t<decltype(f)>::Value>(column(*m_batch, f.name))...);
              },
              E::fields()))
    {
        if (m_cause && m_cause->num_fields() == 2) {
            m_causeColumns = {m_cause->field(0), m_cause->field(1)};
            m_first.emplace(*m_causeColumns[0]);
            m_last.emplace(*m_causeColumns[1]);
        }
    }

    [[nodiscard]] bool good() const
    {
        return m_seq.good() && m_origin.good() && m_symbol.good() && m_native.good() && m_exchangeTime.good() &&
               m_receiveTime.good() && m_first && m_first->good() && m_last->good() &&
               std::apply([](const auto&... field) { return (field.good() && ...); }, m_fields);
    }

    [[nodiscard]] std::int64_t rows() const override { return m_batch->num_rows(); }
    [[nodiscard]] Seq seq(std::int64_t row) const override { return static_cast<Seq>(m_seq.value(row)); }
    [[nodiscard]] Nanos receiveTime(std::int64_t row) const override { return m_receiveTime.value(row); }
    [[nodiscard]] std::string_view origin(std::int64_t row) const override { return m_origin.view(row); }
    [[nodiscard]] std::string_view symbol(std::int64_t row) const override { return m_symbol.view(row); }
    [[nodiscard]] std::string_view native(std::int64_t row) const override { return m_native.view(row); }

    [[nodiscard]] Result<> add(std::int64_t row, SymbolId symbol, BatchBuilder& out) const override
    {
        const std::size_t extra =
            std::apply([&](const auto&... field) { return (std::size_t{0} + ... + field.size(row)); }, m_fields);
        E& event = out.add<E>(symbol, m_exchangeTime.value(row), extra);
        std::string_view bad;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            const auto fields = E::fields();
            (((bad.empty() && !std::get<I>(m_fields).read(row, std::get<I>(fields).of(event), out))
                  ? static_cast<void>(bad = std::get<I>(fields).name)
                  : static_cast<void>(0)),
             ...);
        }(std::make_index_sequence<kFieldCount<E>>());
        if (!m_cause->IsNull(row))
            out.setCause(static_cast<Seq>(m_first->value(row)), static_cast<Seq>(m_last->value(row)));
        if (!bad.empty())
            return fail(ErrorCode::Corrupt, "row " + std::to_string(row) + ": bad value of " + std::string(bad));
        return {};
    }

private:
    template <class... F>
    static std::tuple<Stored<typename F::Value>...> storedOf(const std::tuple<F...>&);
    using Fields = decltype(storedOf(E::fields()));

    std::shared_ptr<arrow::RecordBatch> m_batch;
    Stored<std::int64_t> m_seq;
    Stored<Text> m_origin;
    Stored<Text> m_symbol;
    Stored<Text> m_native;
    Stored<std::int64_t> m_exchangeTime;
    Stored<std::int64_t> m_receiveTime;
    const arrow::StructArray* m_cause;
    std::array<std::shared_ptr<arrow::Array>, 2> m_causeColumns;
    std::optional<Stored<std::int64_t>> m_first;
    std::optional<Stored<std::int64_t>> m_last;
    Fields m_fields;
};

}  // namespace

Result<std::unique_ptr<RowReader>> RowReader::make(EventType type, std::shared_ptr<arrow::RecordBatch> rows)
{
    auto reader = withType(type, [&]<class E>() -> std::unique_ptr<RowReader> {
        auto made = std::make_unique<Reader<E>>(rows);
        return made->good() ? std::move(made) : nullptr;
    });
    if (!reader)
        return fail(ErrorCode::Corrupt, "the columns are not those of `" + std::string(enumName(type)) + "`");
    return reader;
}

}  // namespace tickdeck::parquet
