// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The journal's writing side: batches go into blocks, blocks into segments, and both to the disk before anything durable
// is done with them.

#include <memory>
#include <optional>
#include <vector>

#include "engine/core/pool.h"
#include "engine/journal/options.h"

namespace tickdeck::journal {

class Writer;

// What was found when the journal was opened.
struct Recovery {
    Seq firstSeq = 0;             // the oldest number that can be read; 0: the journal is empty
    Seq lastSeq = 0;              // the newest one; 0: the journal is empty
    Nanos lastTime = kNoTime;     // receive time of the newest batch
    std::uint64_t tornBytes = 0;  // cut from the end
    std::vector<Damage> damages;  // in the newest segments; older ones show when they are read
};

struct Usage {
    std::uint64_t bytes = 0;  // of all segments
    std::uint64_t budget = 0;
    std::uint64_t segments = 0;
};

struct Statistics {
    std::uint64_t batches = 0;
    std::uint64_t rawBytes = 0;  // before compression
    std::uint64_t storedBytes = 0;
    std::uint64_t blocks = 0;
    std::uint64_t commits = 0;
    Nanos lastSync = 0;  // how long the last one took
    Nanos longestSync = 0;
    std::uint64_t failedSyncs = 0;
};

// One journal for each data directory (the engine's lock sees to that). append(), poll(), flush() and close() belong to
// one thread, the journal thread; all else may be called by any. A thread of its own, journal-sync, waits for the disk.
//
// A batch is committed when its block, its segment and the folder are synced. Uncommitted batches are kept in memory: a
// sync or write that fails is never tried again on that file; a new segment is begun and they are written there. When too
// much is uncommitted, append() waits for the disk.
class Journal {
public:
    // Recovers what is there, then is ready to append; the first append begins a new segment. Errors: Io where the folder
    // or the reserve can't be made. Damaged segments are never an error, see recovery().
    [[nodiscard]] static Result<std::unique_ptr<Journal>> open(Options options, SymbolTable& symbols);
    // As close(), without its error.
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    [[nodiscard]] const Recovery& recovery() const noexcept;
    // The least number that append() takes next: above all that was ever seen here, damaged blocks included.
    [[nodiscard]] Seq nextSeq() const noexcept;

    // Takes a numbered batch; numbers must rise. Errors: Full while the disk or the budget is (Retry: the batch was not
    // taken), Io when the journal has failed for good (Fatal).
    [[nodiscard]] Result<> append(const Batch& batch);
    // Starts the commit of what is due: the previous one is done and the commit delay is over, or 20 ms have passed, or
    // 1 MiB has gathered. Deletes old segments, too. Returns after how long it wants to be called again.
    std::chrono::nanoseconds poll();
    // Commits all that was appended, and waits for it.
    [[nodiscard]] Result<> flush();
    // Flushes, with the help of the reserve if need be, and ends. Idempotent.
    [[nodiscard]] Result<> close();

    // The last number that is safe on disk; 0: none yet. Never goes back.
    [[nodiscard]] Seq committed() const noexcept;
    // The last ordinal of this lane that is safe on disk; 0: none known. At open: what the newest segment knows.
    [[nodiscard]] std::uint64_t committedOrdinal(SymbolId lane) const noexcept;
    // The oldest number that can still be read; rises as segments are deleted. 0: the journal is empty.
    [[nodiscard]] Seq firstSeq() const noexcept;
    [[nodiscard]] State state() const noexcept;
    [[nodiscard]] Usage usage() const noexcept;
    [[nodiscard]] Statistics statistics() const noexcept;
    // Counts changes of the list of segments.
    [[nodiscard]] std::uint64_t generation() const noexcept;

    // This reader still needs `from` and all that follows; only moves forward. Readers of an earlier run must have said so
    // before the first poll(): what nobody retains may be deleted.
    void retain(const std::string& reader, Seq from);
    void release(const std::string& reader);
    // Any thread: the next batch begins a segment whose head has these settings. What was appended before stays under the
    // old ones once it is committed; a failed disk may write uncommitted batches anew, under the new ones.
    void setSettings(std::string settingsJson);

private:
    explicit Journal(std::unique_ptr<Writer> writer) noexcept;
    std::unique_ptr<Writer> m_writer;
};

}  // namespace tickdeck::journal
