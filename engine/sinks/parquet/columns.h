// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Events as Arrow columns and back, derived from each type's field list. Only for this folder: pulls in Arrow.

#include <memory>
#include <string_view>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck::parquet {

struct ColumnOptions {
    bool decimals = true;  // else doubles
    int scale = 18;        // of DECIMAL(38, scale)
    bool venue = false;    // with a column `venue`: files outside a lake, whose path does not tell it
};

// The columns of a type: seq, origin, venue (where asked for), symbol, native, exchange_time, receive_time, cause, then the type's fields.
[[nodiscard]] std::shared_ptr<arrow::Schema> schemaOf(EventType type, const ColumnOptions& options);

// Whether every decimal of the event fits its column without losing a digit. OutOfRange names the field.
[[nodiscard]] Result<> checkFits(const EventView& event, const ColumnOptions& options);

// Rows of one type in memory. One thread.
class RowBuffer {
public:
    [[nodiscard]] static std::unique_ptr<RowBuffer> make(EventType type, const ColumnOptions& options);
    virtual ~RowBuffer() = default;

    // The event passes checkFits(). Texts that are not UTF-8 get U+FFFD.
    [[nodiscard]] virtual Result<> append(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                                          std::string_view origin) = 0;
    // The rows as they are, and an empty buffer.
    [[nodiscard]] virtual Result<std::shared_ptr<arrow::RecordBatch>> take() = 0;
    [[nodiscard]] virtual std::int64_t rows() const = 0;
    [[nodiscard]] virtual std::size_t bytes() const = 0;  // about
};

// Rows of one type as they were stored. One thread.
class RowReader {
public:
    // Corrupt where a column is missing or of another type.
    [[nodiscard]] static Result<std::unique_ptr<RowReader>> make(EventType type,
                                                                 std::shared_ptr<arrow::RecordBatch> rows);
    virtual ~RowReader() = default;

    [[nodiscard]] virtual std::int64_t rows() const = 0;
    [[nodiscard]] virtual Seq seq(std::int64_t row) const = 0;
    [[nodiscard]] virtual Nanos receiveTime(std::int64_t row) const = 0;
    [[nodiscard]] virtual std::string_view origin(std::int64_t row) const = 0;
    [[nodiscard]] virtual std::string_view symbol(std::int64_t row) const = 0;
    [[nodiscard]] virtual std::string_view native(std::int64_t row) const = 0;
    // Adds the row's event, with its cause, to the batch that is being built. Corrupt where a stored value is none of ours.
    [[nodiscard]] virtual Result<> add(std::int64_t row, SymbolId symbol, BatchBuilder& out) const = 0;
};

// Calls `call.template operator()<E>()` for the event struct of this type.
template <class Call>
decltype(auto) withType(EventType type, Call&& call)
{
    using First = std::tuple_element_t<0, EventTypes>;
    using Answer = decltype(call.template operator()<First>());
    return [&]<class... E>(std::tuple<E...>*) -> Answer {
        Answer answer{};
        static_cast<void>(((E::kType == type && (answer = call.template operator()<E>(), true)) || ...));
        return answer;
    }(static_cast<EventTypes*>(nullptr));
}

}  // namespace tickdeck::parquet
