// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a Journal does behind its interface.

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>

#include "engine/journal/block_builder.h"
#include "engine/journal/lane_table.h"
#include "engine/journal/retention.h"
#include "engine/journal/sync_thread.h"

namespace tickdeck::journal {

// The journal thread's, but for what is atomic and for committed(), which runs on the sync thread.
class Writer {
public:
    Writer(Options options, SymbolTable& symbols, Found found);

    Result<> append(const Batch& batch);
    std::chrono::nanoseconds poll();
    Result<> flush();
    Result<> close();

    [[nodiscard]] const Recovery& recovery() const noexcept { return m_recovery; }
    [[nodiscard]] Seq nextSeq() const noexcept { return m_nextSeq.load(std::memory_order_acquire); }
    [[nodiscard]] Seq committed() const noexcept { return m_committed.load(std::memory_order_acquire); }
    [[nodiscard]] std::uint64_t committedOrdinal(SymbolId lane) const noexcept { return m_committedLanes.get(lane); }
    [[nodiscard]] Seq firstSeq() const noexcept { return m_firstSeq.load(std::memory_order_acquire); }
    [[nodiscard]] State state() const noexcept { return m_state.load(std::memory_order_acquire); }
    [[nodiscard]] std::uint64_t generation() const noexcept { return m_generation.load(std::memory_order_acquire); }
    [[nodiscard]] Usage usage() const noexcept;
    [[nodiscard]] Statistics statistics() const noexcept;
    [[nodiscard]] Retention& retention() noexcept { return m_retention; }
    void setSettings(std::string settingsJson);

private:
    struct Pending {
        Batch batch;
        std::shared_ptr<const std::string> settings;  // under which it was appended
    };

    void takeSettings();
    // Writes some of what waits, all of it with calls enough; a failure begins a new segment.
    void advance();
    // The open block goes to the file; a failure begins a new segment.
    void seal();
    void startSync();
    // Takes note of what the sync thread did since.
    void settle();
    // Lets go of pending batches.
    void release(Seq upTo);
    // Takes so many bytes of unbuilt batches into blocks, and writes those that are full.
    [[nodiscard]] Result<> build(std::size_t bytes);
    [[nodiscard]] Result<> catchUp();
    [[nodiscard]] Result<> writeBlock();
    [[nodiscard]] Result<> beginSegment(Seq firstSeq, Nanos firstTime);
    // After a write or a sync failed.
    void recoverFrom(Error error);
    // After the disk was full.
    void tryAgain();
    // Begins a new segment with what is not committed; advance() writes what is more than a little.
    [[nodiscard]] Result<> rewrite();
    void takeReserve();
    void keepHouse();
    void dropOldest();
    // Nothing can be written, for now or for good.
    [[nodiscard]] bool stuck() const noexcept;
    void setState(State state, const std::string& reason);
    void publishUsage();
    void committed(const SyncThread::Request& request, std::chrono::nanoseconds took);
    [[nodiscard]] Nanos now() const;
    [[nodiscard]] std::uint64_t segmentLimit() const noexcept;
    // Uncommitted bytes before append() waits.
    [[nodiscard]] std::size_t mostPending() const noexcept;
    [[nodiscard]] std::uint64_t reserveBytes() const noexcept;
    [[nodiscard]] bool farOverBudget() const noexcept;

    Options m_options;
    SymbolTable& m_symbols;
    SystemFiles m_systemFiles;
    FileSystem& m_files;
    Recovery m_recovery;
    Retention m_retention;
    std::filesystem::path m_reserve;
    bool m_hasReserve = false;
    bool m_closed = false;

    // What is not committed yet, in order.
    std::deque<Pending> m_pending;
    std::size_t m_pendingBytes = 0;
    std::size_t m_unbuilt = 0;  // those at the end that no block has yet
    bool m_diskFull = false;    // nothing is written before m_retryAt; State::DiskFull lasts until all that waited is
    Seq m_highestFound = 0;     // at open: segments that begin above it are this process's
    Seq m_lastAppended = 0;
    Nanos m_lastTime = kNoTime;
    std::shared_ptr<const std::string> m_settings;  // of what is appended now

    BlockBuilder m_builder;
    Nanos m_blockBegun = 0;
    std::shared_ptr<File> m_file;
    Seq m_segment = 0;
    std::uint32_t m_blockIndex = 0;
    Nanos m_segmentBegun = 0;
    bool m_newSegment = false;  // the open block begins one, whatever the old one's size
    std::shared_ptr<const std::string> m_segmentSettings;
    // A block repeats the symbols that the one before it brought, so that a damaged block takes no names with it.
    std::uint32_t m_symbolsRepeated = 0;
    std::uint32_t m_symbolsWritten = 0;

    // Written, but no sync was begun for it yet.
    Seq m_written = 0;
    std::vector<LaneOrdinal> m_writtenLanes;  // all lanes, as of m_written
    std::vector<std::shared_ptr<File>> m_unsynced;
    bool m_folderChanged = false;
    Seq m_syncing = 0;
    int m_failures = 0;  // since the last commit
    Nanos m_retryAt = 0;
    Nanos m_houseKept = 0;

    std::mutex m_settingsMutex;
    std::optional<std::string> m_nextSettings;  // under the mutex, taken by the journal thread
    std::atomic<bool> m_settingsChanged{false};

    std::atomic<Seq> m_committed{0};
    std::atomic<Seq> m_firstSeq{0};
    std::atomic<Seq> m_nextSeq{1};
    std::atomic<State> m_state{State::Ok};
    std::atomic<std::uint64_t> m_generation{1};
    LaneTable m_committedLanes;
    std::atomic<std::uint64_t> m_bytes{0}, m_segments{0};
    std::atomic<std::uint64_t> m_batches{0}, m_rawBytes{0}, m_storedBytes{0}, m_blocks{0};
    std::atomic<std::uint64_t> m_commits{0}, m_failedSyncs{0};
    std::atomic<Nanos> m_lastSync{0}, m_longestSync{0};

    SyncThread m_sync;  // last: its thread ends before what it uses
};

}  // namespace tickdeck::journal
