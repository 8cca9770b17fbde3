// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a journal is built from: its settings, as people write them, and what the engine adds.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "engine/core/enum_names.h"
#include "engine/core/result.h"
#include "engine/core/schema.h"
#include "engine/model/batch.h"

namespace tickdeck::journal {

class FileSystem;

// What is given up when the disk budget is spent and a reader still needs the oldest segment.
enum class WhenSpent : std::uint8_t {
    DropReader,  // the reader that is farthest behind loses its place
    StopIntake,  // nothing new is taken in until there is room
};

// The section [journal].
struct Settings {
    std::int64_t segmentMb = 256;
    std::chrono::seconds segmentAge{3600};
    std::chrono::milliseconds commitDelay{5};
    std::int64_t budgetMb = 20'480;
    std::int64_t keepHours = 0;
    WhenSpent whenSpent = WhenSpent::DropReader;
    std::int64_t reserveMb = 16;
    std::int64_t memoryMb = 1024;
    std::int64_t compression = 1;

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Settings::segmentMb>("segment_mb",
                                        {.unit = "MB", .help = "A segment ends at this size", .min = 1, .max = 4096}),
            field<&Settings::segmentAge>("segment_age_s",
                                         {.unit = "s", .help = "… or at this age", .min = 1, .max = 86'400}),
            field<&Settings::commitDelay>(
                "commit_delay_ms", {.unit = "ms",
                                    .help = "How long a commit gathers while the disk is idle; longer packs better",
                                    .min = 0,
                                    .max = 20}),
            field<&Settings::budgetMb>(
                "budget_mb", {.unit = "MB", .help = "Disk space for the whole journal", .min = 8, .max = 1e9}),
            field<&Settings::keepHours>(
                "keep_hours",
                {.unit = "h", .help = "Delete what is older; 0: only the budget decides", .min = 0, .max = 1e6}),
            field<&Settings::whenSpent>("when_spent", {.help = "What gives way when the budget is spent"}),
            field<&Settings::reserveMb>(
                "reserve_mb",
                {.unit = "MB", .help = "Kept free so that a clean stop always works", .min = 1, .max = 1024}),
            field<&Settings::memoryMb>(
                "memory_mb",
                {.unit = "MB",
                 .help = "What may wait in memory while the disk is slow or full; more makes the intake wait",
                 .min = 16,
                 .max = 65'536}),
            field<&Settings::compression>("compression", {.help = "zstd level", .min = 1, .max = 19}));
    }
};

// A run of numbers that was written, or may have been, and can't be read any more.
struct Damage {
    std::string segment;       // file name
    Seq from = 0;              // first number that is missing
    Seq to = 0;                // last one; 0: unknown, the end of the journal was lost
    Nanos fromTime = kNoTime;  // receive time of the last batch before, kNoTime where there is none
    Nanos toTime = kNoTime;    // of the first batch after
    std::uint64_t bytes = 0;   // how many bytes of the file are bad
    std::string reason;
    friend bool operator==(const Damage&, const Damage&) = default;
};

enum class State : std::uint8_t {
    Ok,
    Alert,          // more than 80 % of the budget is used
    IntakeStopped,  // the budget is spent, see WhenSpent; batches are still taken for a while, so that gaps can be told
    DiskFull,       // tried again every second; until all that waited is written
    Failed,         // for good: the disk refused writes on two files in a row
};

// Told by the journal. Each may be empty. On the journal thread unless said otherwise; must not call back into it.
struct Listener {
    std::function<void(Seq firstSeq)> segmentBegun;                              // lanes then write ControlKind::State
    std::function<void(const std::string& reader, Seq from, Seq to)> placeLost;  // what it can't read any more
    std::function<void(State state, const std::string& reason)> stateChanged;
    std::function<void(Seq committed)> committed;  // on the thread journal-sync: wake readers and the journal thread
};

struct Options {
    std::filesystem::path directory;  // made when missing
    Settings settings;
    std::string build;  // version text of this program
    std::string engineId;
    std::string settingsJson = "{}";  // effective settings of all sections without secrets
    Listener listener;
    FileSystem* files = nullptr;   // the system's when null; tests inject faults
    std::function<Nanos()> clock;  // steady; the system's when empty
};

}  // namespace tickdeck::journal

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<journal::WhenSpent> = {"drop_reader"sv, "stop_intake"sv};
template <>
inline constexpr std::array kEnumNames<journal::State> = {"ok"sv, "alert"sv, "intake_stopped"sv, "disk_full"sv,
                                                          "failed"sv};
}  // namespace tickdeck
