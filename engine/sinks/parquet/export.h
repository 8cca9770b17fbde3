// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Events of one type out of the lake into one file, for people and other programs.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "engine/plugin/history.h"

namespace tickdeck::parquet {

enum class ExportFormat : std::uint8_t { Csv, Parquet };

struct ExportOptions {
    std::filesystem::path dataDirectory;
    HistoryQuery query;  // `limit` is not looked at
    ExportFormat format = ExportFormat::Csv;
    std::filesystem::path file;  // replaced if it exists, once the export is whole
};

// An interval in which what is exported may have missed something.
struct ExportGap {
    std::string id;
    std::string venue;
    std::string symbol;  // canonical; empty: all of the channel
    std::string channel;
    Nanos from = 0;
    Nanos to = kNoTime;  // kNoTime: still open
    GapCause cause = GapCause::Disconnect;
    GapRecovery recovered = GapRecovery::None;
};

struct ExportProgress {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;  // of the file so far
    double fraction = 0;      // 0…1
};

struct ExportCallbacks {
    // The gaps that touch the range, oldest first, all before the first row.
    std::function<void(const ExportGap&)> onGap;
    // Every few thousand rows. False cancels.
    std::function<bool(const ExportProgress&)> onProgress;
};

// On the calling thread; the engine may run beside it, but only what it has sealed is seen: flush its sink first. Needs no
// running engine. CSV as in engine/model/csv.h; Parquet has the lake's columns and a `venue`. A cancelled (nullopt) or
// failed export leaves no file. Errors: Io, Full, Corrupt (names the file).
[[nodiscard]] Result<std::optional<ExportProgress>> exportEvents(const ExportOptions& options,
                                                                 const ExportCallbacks& callbacks);

}  // namespace tickdeck::parquet
