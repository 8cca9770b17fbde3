// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Stored events in order of number, with their origins: across the files of a lake, or of one file.

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/plugin/history.h"
#include "engine/sinks/parquet/lake.h"

namespace tickdeck::parquet {

// One stored event, readable during the call only.
struct StoredRow {
    const Batch& batch;       // holds this event alone
    std::string_view origin;  // as stored
};

// One thread. Reads a row group of each overlapping file at a time. A file that is deleted under its hands is an error.
class LakeReader {
public:
    LakeReader(BufferPool& pool, SymbolTable& symbols) : m_pool(&pool), m_symbols(&symbols) {}

    using Take = std::function<Result<bool>(const StoredRow&)>;
    // Calls `take` for each row of the query (`limit` is not looked at) in order of number, until it gives false or an
    // error. `files` are of the query's type, in order of their first number.
    [[nodiscard]] Result<> read(const HistoryQuery& query, const std::vector<LakeFile>& files, const Take& take);

private:
    BufferPool* m_pool;
    SymbolTable* m_symbols;
};

// The files that may hold rows of the query, by their names alone.
[[nodiscard]] Result<std::vector<LakeFile>> filesFor(const Lake& lake, const HistoryQuery& query);

}  // namespace tickdeck::parquet
