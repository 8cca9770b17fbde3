// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Replay equals live: re-decodes a journal's frames and controls and feeds each pipeline its recorded inputs, and compares
// what comes out with what the journal holds, byte for byte.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/journal/reader.h"
#include "engine/model/batch.h"

namespace tickdeck::runtime {

struct ReplayOptions {
    std::filesystem::path directory;  // a data directory or its journal/
    Nanos from = kNoTime;             // of receive time; kNoTime: from the journal's start
    Nanos to = kNoTime;               // exclusive; kNoTime: to its end
    bool stopAtDifference = true;     // else the first one is reported, and reading goes on to the end
};

// One place where what came out is not what was recorded. The texts are the batches' events as JSON, a line each.
struct Difference {
    Seq seq = 0;
    std::string lane;
    std::string recorded;
    std::string replayed;
};

struct ReplayReport {
    std::uint64_t batches = 0;
    std::uint64_t events = 0;
    std::uint64_t verifiedBatches = 0;  // re-decoded, equal
    std::uint64_t verifiedDerived = 0;  // derived again, equal
    std::uint64_t verifiedStates = 0;   // decoders' states at segment begins, equal
    std::uint64_t withoutState = 0;     // before the lane's first recorded state: cannot be decoded again
    std::uint64_t differences = 0;
    std::optional<Difference> difference;  // the first one
    std::vector<std::string> damage;       // parts of the journal that could not be read
    std::uint64_t refused = 0;             // events that a store which is filled cannot hold
    std::vector<std::string> refusals;     // the first of them
    Seq firstSeq = 0;
    Seq lastSeq = 0;
};

// What becomes of a replayed batch: as this build made it, with its recorded number, and the segment that it came from.
using TakeReplayed = std::function<Result<>(const Batch&, const journal::SegmentInfo&)>;

// Reads the journal on the calling thread, in its order. Writes nothing. An error means that the journal could not be
// opened, or is `take`'s; differences and damage are in the report. Symbol ids are those of `symbols`.
[[nodiscard]] Result<ReplayReport> replay(const ReplayOptions& options, SymbolTable& symbols, BufferPool& pool,
                                          const TakeReplayed& take = {});

}  // namespace tickdeck::runtime
