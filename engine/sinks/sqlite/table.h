// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A type's table in recent.db, derived from its field list: numbers exact as text, times and counters as integers,
// enumerations by name, level lists as JSON.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/batch.h"
#include "engine/ops/sqlite.h"
#include "engine/plugin/history.h"

namespace tickdeck::sqlite {

// One thread; must end before its database.
class Table {
public:
    // The statement that makes the table and its indexes, for every type.
    [[nodiscard]] static std::string schema();

    [[nodiscard]] static Result<std::unique_ptr<Table>> open(ops::sqlite::Database& database, EventType type);
    virtual ~Table() = default;

    // Inserts, or replaces the row of this number.
    [[nodiscard]] virtual Result<> insert(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                                          std::string_view origin) = 0;
    // Deletes all but the newest rows, and those received before `oldest`.
    [[nodiscard]] virtual Result<> prune(std::int64_t keepRows, Nanos oldest) = 0;

    // Reads back in order of number, one event in each batch.
    [[nodiscard]] static Result<> read(ops::sqlite::Database& database, const HistoryQuery& query, BufferPool& pool,
                                       SymbolTable& symbols, const std::function<bool(const Batch&)>& take);
};

}  // namespace tickdeck::sqlite
