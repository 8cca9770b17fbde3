// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The journal's reading side: batches in order, from a number or a time on.

#include <memory>
#include <optional>

#include "engine/core/pool.h"
#include "engine/journal/journal.h"

namespace tickdeck::journal {

struct ReadOptions {
    Seq fromSeq = 0;                // from the batch that holds this number, or the next one there is; 0: the oldest
    Nanos fromTime = kNoTime;       // where given: from the first block that has a receive time at or after it
    bool withFrames = true;         // without: payloads of frames are empty, and catching up costs far less
    const Journal* live = nullptr;  // follow this journal up to its committed position; null: a folder at rest
    std::function<void(const Damage&)> onDamage;  // told of each bad range that was skipped; on the reader's thread
};

// What a segment says of itself.
struct SegmentInfo {
    std::string file;
    Seq firstSeq = 0;
    std::string build;
    std::string engineId;
    std::string schemaJson;  // the event types with names and fields
    std::string settingsJson;
};

// One thread. Holds one open file and one block; batches that it gave outlive it. Bad bytes are skipped and told, never
// an error and never read twice.
class Reader {
public:
    // Symbol ids of what is read are those of `symbols`; names that are new to it are interned. Errors: NotFound where
    // there is no folder, Io.
    [[nodiscard]] static Result<Reader> open(const std::filesystem::path& directory, ReadOptions options,
                                             SymbolTable& symbols, BufferPool& pool);
    ~Reader();
    Reader(Reader&&) noexcept;
    Reader& operator=(Reader&&) noexcept;

    // The next batch; nothing where there is no more for now. Errors: Io; a later call tries again.
    [[nodiscard]] Result<std::optional<Batch>> next();
    // Of the segment that the last batch came from; empty before the first.
    [[nodiscard]] const SegmentInfo& segment() const noexcept;
    // The number after the last batch that was given, or where reading begins.
    [[nodiscard]] Seq position() const noexcept;

private:
    class Impl;
    explicit Reader(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tickdeck::journal
