// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Events of one type into one Parquet file.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck::parquet {

inline constexpr int kSchemaVersion = 1;  // the lake's folder is v1

struct WriterOptions {
    bool decimals = true;  // DECIMAL(38, scale), else DOUBLE
    int scale = 18;
    int compressionLevel = 3;
    std::size_t rowGroupBytes = std::size_t{16} << 20;  // rows held in memory before they are written out
    std::string engineId;                               // into the metadata
    bool venueColumn = true;                            // a lake's files have none: their path tells it
};

// One thread. The file is of use only after close(); before, the destructor removes it. Errors of append() and
// flushRows() leave the file unusable.
class ParquetWriter {
public:
    [[nodiscard]] static Result<std::unique_ptr<ParquetWriter>> create(std::filesystem::path path, EventType type,
                                                                       const WriterOptions& options);
    ~ParquetWriter();
    ParquetWriter(const ParquetWriter&) = delete;
    ParquetWriter& operator=(const ParquetWriter&) = delete;

    // The event is of this type and passes check().
    [[nodiscard]] Result<> append(const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                                  std::string_view origin);
    // Whether every decimal fits its column; OutOfRange names the field.
    [[nodiscard]] static Result<> check(const EventView& event, const WriterOptions& options);
    // Writes the rows in memory as a row group.
    [[nodiscard]] Result<> flushRows();
    // Writes the rest and the footer with what was seen (tickdeck.first_seq, …) and `metadata`, and syncs the file.
    [[nodiscard]] Result<> close(const std::map<std::string, std::string>& metadata);

    [[nodiscard]] std::size_t bytesInMemory() const noexcept;
    [[nodiscard]] std::uint64_t bytesWritten() const noexcept;
    [[nodiscard]] std::uint64_t rows() const noexcept;
    [[nodiscard]] Seq firstSeq() const noexcept;
    [[nodiscard]] Seq lastSeq() const noexcept;
    [[nodiscard]] const std::filesystem::path& path() const noexcept;

private:
    struct State;
    explicit ParquetWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::parquet
