// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The lake as a history.

#include "engine/plugin/history.h"
#include "engine/sinks/parquet/lake.h"

namespace tickdeck::parquet {

// Sees what was sealed when read() is called. One thread.
class ParquetHistory final : public History {
public:
    explicit ParquetHistory(Lake lake) : m_lake(std::move(lake)) {}
    Result<> read(const HistoryQuery& query, BufferPool& pool, SymbolTable& symbols,
                  const std::function<bool(const Batch&)>& take) override;

private:
    Lake m_lake;
};

}  // namespace tickdeck::parquet
