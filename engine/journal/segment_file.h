// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A segment file as its readers see it: its head, and its blocks, whatever state its bytes are in.

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "engine/journal/format.h"

namespace tickdeck::journal {

struct SegmentPath {
    Seq firstSeq = 0;
    std::filesystem::path path;
};

// The folder's segments by number. Io where it can't be read; NotFound where it isn't there.
[[nodiscard]] Result<std::vector<SegmentPath>> listSegments(const std::filesystem::path& folder);

// One thread. Reads with pread, so that a file that is being written or cut is no danger.
class SegmentFile {
public:
    // Errors: NotFound, Io. A damaged head is no error here, see head().
    [[nodiscard]] static Result<SegmentFile> open(const SegmentPath& segment);
    SegmentFile(SegmentFile&& other) noexcept;
    SegmentFile& operator=(SegmentFile&& other) noexcept;
    ~SegmentFile();

    // Either copy of the head. Corrupt where both are damaged, Unsupported where they are of another version.
    [[nodiscard]] const Result<Head>& head() const noexcept { return m_head; }
    [[nodiscard]] Seq firstSeq() const noexcept { return m_segment.firstSeq; }
    [[nodiscard]] std::string name() const { return m_segment.path.filename().string(); }
    // Where the first block begins; after a damaged head: where one may.
    [[nodiscard]] std::uint64_t blocksOffset() const noexcept { return m_blocksOffset; }
    [[nodiscard]] std::uint64_t size() const;

    // The block header at `offset`. NotFound at the end of the file; Corrupt where the block is damaged, is of another
    // segment or reaches beyond the end.
    [[nodiscard]] Result<BlockHeader> headerAt(std::uint64_t offset) const;
    // The parts of a block whose header is good, checked: Corrupt.
    [[nodiscard]] Result<> readMeta(std::uint64_t offset, const BlockHeader& header, std::vector<std::byte>& out) const;
    [[nodiscard]] Result<> readEvents(std::uint64_t offset, const BlockHeader& header,
                                      std::vector<std::byte>& out) const;
    [[nodiscard]] Result<> readFrames(std::uint64_t offset, const BlockHeader& header,
                                      std::vector<std::byte>& out) const;
    // The first offset at or after `from` with a good block header; nothing where there is none.
    [[nodiscard]] std::optional<std::uint64_t> findBlock(std::uint64_t from) const;
    // Whether all parts of the block are as they were written.
    [[nodiscard]] bool intact(std::uint64_t offset, const BlockHeader& header) const;

private:
    SegmentFile(int file, SegmentPath segment);
    void readHead();
    [[nodiscard]] Result<> readAt(std::uint64_t offset, std::size_t size, std::vector<std::byte>& out) const;
    [[nodiscard]] Result<> readPart(std::uint64_t offset, std::uint32_t size, std::uint32_t crc,
                                    std::vector<std::byte>& out) const;
    // The first offset in [from, to) where `magic` stands.
    [[nodiscard]] std::optional<std::uint64_t> find(std::span<const char> magic, std::uint64_t from,
                                                    std::uint64_t to) const;

    int m_file = -1;
    SegmentPath m_segment;
    Result<Head> m_head;
    std::uint64_t m_blocksOffset = 0;
};

}  // namespace tickdeck::journal
