// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is found, and put right, when a journal's folder is opened.

#include "engine/journal/file_system.h"
#include "engine/journal/journal.h"
#include "engine/journal/segment_file.h"

namespace tickdeck::journal {

struct FoundSegment {
    SegmentPath where;
    std::uint64_t bytes = 0;
    Nanos firstTime = kNoTime;  // kNoTime where its head is damaged
};

struct Found {
    Recovery recovery;
    std::vector<FoundSegment> segments;  // oldest first
    std::vector<LaneOrdinal> lanes;      // in ids of the table that was given
    Seq highestSeen = 0;                 // also in damaged and cut blocks: numbers up to here were given out
};

// Cuts a torn tail, drops a newest segment that never got a block, syncs what was not known to be on disk, and lists the
// damage in the newest segments. Damaged bytes are never an error; Io is.
[[nodiscard]] Result<Found> recover(FileSystem& files, const std::filesystem::path& folder, SymbolTable& symbols);

}  // namespace tickdeck::journal
