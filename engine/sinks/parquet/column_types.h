// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One Arrow column for each kind of member that an event struct may have. Only for this folder.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <arrow/builder.h>

#include "engine/sinks/parquet/columns.h"

namespace tickdeck::parquet {

// The mantissa at `scale`, where the value fits DECIMAL(38, scale).
[[nodiscard]] std::optional<Int128> mantissaAt(const Decimal& value, int scale);
// `text`, or, where it is not UTF-8, a repaired copy in `scratch`.
[[nodiscard]] std::string_view asUtf8(std::string_view text, std::string& scratch);

[[nodiscard]] inline std::shared_ptr<arrow::DataType> numberType(const ColumnOptions& options)
{
    return options.decimals ? arrow::decimal128(38, options.scale) : arrow::float64();
}

template <class T>
class Column;

template <>
class Column<Decimal> {
public:
    static constexpr bool kNullable = false;
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type(const ColumnOptions& options)
    {
        return numberType(options);
    }
    explicit Column(const ColumnOptions& options)
        : m_scale(options.scale),
          m_decimals(options.decimals ? new arrow::Decimal128Builder(numberType(options)) : nullptr)
    {
    }
    arrow::Status append(const Decimal& value)
    {
        if (!m_decimals)
            return m_doubles.Append(value.toDouble());
        const auto mantissa = mantissaAt(value, m_scale);
        if (!mantissa)
            return arrow::Status::Invalid("decimal does not fit its column");
        return m_decimals->Append(
            arrow::Decimal128(static_cast<std::int64_t>(*mantissa >> 64), static_cast<std::uint64_t>(*mantissa)));
    }
    arrow::Status appendNull() { return m_decimals ? m_decimals->AppendNull() : m_doubles.AppendNull(); }
    [[nodiscard]] arrow::ArrayBuilder& builder()
    {
        return m_decimals ? static_cast<arrow::ArrayBuilder&>(*m_decimals) : m_doubles;
    }
    arrow::Result<std::shared_ptr<arrow::Array>> finish() { return builder().Finish(); }
    static std::size_t bytes(const Decimal&) { return sizeof(Int128); }

private:
    int m_scale;
    std::unique_ptr<arrow::Decimal128Builder> m_decimals;
    arrow::DoubleBuilder m_doubles;
};

// int64 and uint64; kNoTime is null.
template <>
class Column<std::int64_t> {
public:
    static constexpr bool kNullable = true;
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type(const ColumnOptions&) { return arrow::int64(); }
    explicit Column(const ColumnOptions&) {}
    arrow::Status append(std::int64_t value)
    {
        return value == kNoTime ? m_builder.AppendNull() : m_builder.Append(value);
    }
    arrow::Status appendNull() { return m_builder.AppendNull(); }
    arrow::Result<std::shared_ptr<arrow::Array>> finish() { return m_builder.Finish(); }
    static std::size_t bytes(std::int64_t) { return sizeof(std::int64_t); }

private:
    arrow::Int64Builder m_builder;
};

// Counters stay far below 2^63.
template <>
class Column<std::uint64_t> : public Column<std::int64_t> {
public:
    static constexpr bool kNullable = false;
    using Column<std::int64_t>::Column;
    arrow::Status append(std::uint64_t value) { return Column<std::int64_t>::append(static_cast<std::int64_t>(value)); }
    static std::size_t bytes(std::uint64_t) { return sizeof(std::uint64_t); }
};

template <class T>
class Column<Nullable<T>> : public Column<T> {
public:
    static constexpr bool kNullable = true;
    using Column<T>::Column;
    arrow::Status append(const Nullable<T>& value)
    {
        return value ? Column<T>::append(*value) : Column<T>::appendNull();
    }
    static std::size_t bytes(const Nullable<T>&) { return sizeof(T); }
};

template <>
class Column<bool> {
public:
    static constexpr bool kNullable = false;
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type(const ColumnOptions&) { return arrow::boolean(); }
    explicit Column(const ColumnOptions&) {}
    arrow::Status append(bool value) { return m_builder.Append(value); }
    arrow::Status appendNull() { return m_builder.AppendNull(); }
    arrow::Result<std::shared_ptr<arrow::Array>> finish() { return m_builder.Finish(); }
    static std::size_t bytes(bool) { return 1; }

private:
    arrow::BooleanBuilder m_builder;
};

template <>
class Column<Tristate> : public Column<bool> {
public:
    static constexpr bool kNullable = true;
    using Column<bool>::Column;
    arrow::Status append(Tristate value)
    {
        return value == Tristate::Unknown ? appendNull() : Column<bool>::append(value == Tristate::Yes);
    }
    static std::size_t bytes(Tristate) { return 1; }
};

template <>
class Column<Text> {
public:
    static constexpr bool kNullable = false;
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type(const ColumnOptions&) { return arrow::utf8(); }
    explicit Column(const ColumnOptions&) {}
    arrow::Status append(const Text& value) { return append(value.view()); }
    arrow::Status append(std::string_view value) { return m_builder.Append(asUtf8(value, m_scratch)); }
    arrow::Result<std::shared_ptr<arrow::Array>> finish() { return m_builder.Finish(); }
    static std::size_t bytes(const Text& value) { return value.size() + 4; }

private:
    arrow::StringBuilder m_builder;
    std::string m_scratch;
};

// The enumeration's names are the dictionary.
template <NamedEnum E>
class Column<E> {
public:
    static constexpr bool kNullable = false;
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type(const ColumnOptions&)
    {
        return arrow::dictionary(arrow::int8(), arrow::utf8());
    }
    explicit Column(const ColumnOptions&) {}
    arrow::Status append(E value)
    {
        return m_builder.Append(static_cast<std::int8_t>(static_cast<std::size_t>(value) % kEnumNames<E>.size()));
    }
    arrow::Result<std::shared_ptr<arrow::Array>> finish()
    {
        arrow::StringBuilder names;
        for (const std::string_view name : kEnumNames<E>)
            ARROW_RETURN_NOT_OK(names.Append(name));
        ARROW_ASSIGN_OR_RAISE(auto dictionary, names.Finish());
        ARROW_ASSIGN_OR_RAISE(auto indices, m_builder.Finish());
        return arrow::DictionaryArray::FromArrays(type({}), indices, dictionary);
    }
    static std::size_t bytes(E) { return 1; }

private:
    arrow::Int8Builder m_builder;
};

// list<struct<price, quantity>>
template <>
class Column<Levels> {
public:
    static constexpr bool kNullable = false;
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type(const ColumnOptions& options)
    {
        return arrow::list(arrow::field("element",
                                        arrow::struct_({arrow::field("price", numberType(options), false),
                                                        arrow::field("quantity", numberType(options), false)}),
                                        false));
    }
    explicit Column(const ColumnOptions& options) : m_options(options), m_price(options), m_quantity(options) {}
    arrow::Status append(const Levels& levels)
    {
        ARROW_RETURN_NOT_OK(m_offsets.Append(m_count));
        for (const Level& level : levels.view()) {
            ARROW_RETURN_NOT_OK(m_price.append(levels.price(level)));
            ARROW_RETURN_NOT_OK(m_quantity.append(levels.quantity(level)));
            ++m_count;
        }
        return arrow::Status::OK();
    }
    arrow::Result<std::shared_ptr<arrow::Array>> finish()
    {
        ARROW_RETURN_NOT_OK(m_offsets.Append(m_count));
        m_count = 0;
        ARROW_ASSIGN_OR_RAISE(auto offsets, m_offsets.Finish());
        ARROW_ASSIGN_OR_RAISE(auto prices, m_price.finish());
        ARROW_ASSIGN_OR_RAISE(auto quantities, m_quantity.finish());
        const auto list = type(m_options);
        const auto structs = std::make_shared<arrow::StructArray>(list->field(0)->type(), prices->length(),
                                                                  arrow::ArrayVector{prices, quantities});
        return arrow::ListArray::FromArrays(list, *offsets, *structs);
    }
    static std::size_t bytes(const Levels& levels) { return 2 * sizeof(Int128) * levels.view().size() + 4; }

private:
    ColumnOptions m_options;
    arrow::Int32Builder m_offsets;
    Column<Decimal> m_price;
    Column<Decimal> m_quantity;
    std::int32_t m_count = 0;
};

// A column inside lists and structs: names are text there, as not every reader has dictionaries within them.
template <class T>
class Inner : public Column<T> {
public:
    using Column<T>::Column;
};
template <NamedEnum E>
class Inner<E> : public Column<Text> {
public:
    using Column<Text>::Column;
    arrow::Status append(E value) { return Column<Text>::append(enumName(value)); }
};

// A part of an event: struct<…>.
template <Described T>
class Column<T> {
public:
    static constexpr bool kNullable = false;
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type(const ColumnOptions& options)
    {
        arrow::FieldVector fields;
        forEachField<T>([&](const auto& f) {
            using Kind = Inner<typename std::remove_cvref_t<decltype(f)>::Value>;
            fields.push_back(arrow::field(std::string(f.name), Kind::type(options), Kind::kNullable));
        });
        return arrow::struct_(std::move(fields));
    }
    explicit Column(const ColumnOptions& options)
        : m_options(options),
          m_columns(std::apply(
              [&](const auto&... f) {
                  return std::tuple<Inner<typename std::remove_cvref_t<decltype(f)>::Value>...>(
                      (static_cast<void>(f), options)...);
              },
              T::fields()))
    {
    }
    arrow::Status append(const T& value)
    {
        arrow::Status status;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            const auto fields = T::fields();
            static_cast<void>(((status = std::get<I>(m_columns).append(std::get<I>(fields).of(value))).ok() && ...));
        }(std::make_index_sequence<kFieldCount<T>>());
        m_count += status.ok() ? 1 : 0;
        return status;
    }
    arrow::Result<std::shared_ptr<arrow::Array>> finish()
    {
        arrow::ArrayVector arrays;
        arrow::Status status;
        const auto add = [&](auto& column) -> arrow::Status {
            ARROW_ASSIGN_OR_RAISE(auto array, column.finish());
            arrays.push_back(std::move(array));
            return arrow::Status::OK();
        };
        std::apply([&](auto&... column) { static_cast<void>(((status = add(column)).ok() && ...)); }, m_columns);
        ARROW_RETURN_NOT_OK(status);
        return std::make_shared<arrow::StructArray>(type(m_options), std::exchange(m_count, 0), std::move(arrays));
    }
    static std::size_t bytes(const T&) { return sizeof(T); }

private:
    template <class... F>
    static std::tuple<Inner<typename F::Value>...> columnsOf(const std::tuple<F...>&);

    ColumnOptions m_options;
    decltype(columnsOf(T::fields())) m_columns;
    std::int64_t m_count = 0;
};

// list<…> of parts or names.
template <class T>
    requires Described<T> || NamedEnum<T>
class Column<RelativeList<T>> {
public:
    static constexpr bool kNullable = false;
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type(const ColumnOptions& options)
    {
        return arrow::list(arrow::field("element", Inner<T>::type(options), false));
    }
    explicit Column(const ColumnOptions& options) : m_options(options), m_items(options) {}
    arrow::Status append(const RelativeList<T>& list)
    {
        ARROW_RETURN_NOT_OK(m_offsets.Append(m_count));
        for (const T& item : list.view()) {
            ARROW_RETURN_NOT_OK(m_items.append(item));
            ++m_count;
        }
        return arrow::Status::OK();
    }
    arrow::Result<std::shared_ptr<arrow::Array>> finish()
    {
        ARROW_RETURN_NOT_OK(m_offsets.Append(m_count));
        m_count = 0;
        ARROW_ASSIGN_OR_RAISE(auto offsets, m_offsets.Finish());
        ARROW_ASSIGN_OR_RAISE(auto items, m_items.finish());
        return arrow::ListArray::FromArrays(type(m_options), *offsets, *items);
    }
    static std::size_t bytes(const RelativeList<T>& list) { return sizeof(T) * list.size() + 4; }

private:
    ColumnOptions m_options;
    arrow::Int32Builder m_offsets;
    Inner<T> m_items;
    std::int32_t m_count = 0;
};

// A symbol's canonical or native name, dictionary-encoded by its 32-bit id.
class NameColumn {
public:
    explicit NameColumn(std::string SymbolName::* name) : m_name(name) {}
    arrow::Status append(SymbolId id, const SymbolTable& symbols)
    {
        if (id >= m_bySymbol.size())
            m_bySymbol.resize(id + std::size_t{1}, -1);
        std::int32_t& index = m_bySymbol[id];
        if (index < 0)
            index = indexOf(symbols.name(id).*m_name);
        return m_indices.Append(index);
    }
    [[nodiscard]] static std::shared_ptr<arrow::DataType> type()
    {
        return arrow::dictionary(arrow::int32(), arrow::utf8());
    }
    arrow::Result<std::shared_ptr<arrow::Array>> finish();

private:
    [[nodiscard]] std::int32_t indexOf(const std::string& name);

    std::string SymbolName::* m_name;
    arrow::Int32Builder m_indices;
    std::vector<std::int32_t> m_bySymbol;
    std::unordered_map<std::string, std::int32_t> m_indexOf;  // two symbols may have one name
    std::vector<std::string> m_names;
};

}  // namespace tickdeck::parquet
