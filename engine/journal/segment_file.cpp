// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/segment_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/journal/crc32c.h"

namespace tickdeck::journal {

namespace {

std::unexpected<Error> readFailed(const std::filesystem::path& path, int error)
{
    return fail(error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
                path.string() + ": " + std::generic_category().message(error));
}

std::unexpected<Error> corrupt(const char* what, std::uint64_t offset)
{
    return fail(ErrorCode::Corrupt, what, Remedy::None, offset);
}

}  // namespace

Result<std::vector<SegmentPath>> listSegments(const std::filesystem::path& folder)
{
    std::error_code error;
    std::vector<SegmentPath> out;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (const auto seq = segmentOfName(entry->path().filename().string()))
            out.push_back({*seq, entry->path()});
    if (error)
        return readFailed(folder, error.value());
    std::ranges::sort(out, {}, &SegmentPath::firstSeq);
    return out;
}

Result<SegmentFile> SegmentFile::open(const SegmentPath& segment)
{
    const int file = ::open(segment.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return readFailed(segment.path, errno);
    SegmentFile out(file, segment);
    out.readHead();
    return out;
}

SegmentFile::SegmentFile(int file, SegmentPath segment)
    : m_file(file), m_segment(std::move(segment)), m_head(fail(ErrorCode::Corrupt, "segment head not read"))
{
}

SegmentFile::SegmentFile(SegmentFile&& other) noexcept
    : m_file(std::exchange(other.m_file, -1)),
      m_segment(std::move(other.m_segment)),
      m_head(std::move(other.m_head)),
      m_blocksOffset(other.m_blocksOffset)
{
}

SegmentFile& SegmentFile::operator=(SegmentFile&& other) noexcept
{
    std::swap(m_file, other.m_file);
    std::swap(m_segment, other.m_segment);
    std::swap(m_head, other.m_head);
    std::swap(m_blocksOffset, other.m_blocksOffset);
    return *this;
}

SegmentFile::~SegmentFile()
{
    if (m_file >= 0)
        ::close(m_file);
}

std::uint64_t SegmentFile::size() const
{
    struct stat info{};
    return ::fstat(m_file, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Result<> SegmentFile::readAt(std::uint64_t offset, std::size_t size, std::vector<std::byte>& out) const
{
    out.resize(size);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(m_file, out.data() + done, size - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return readFailed(m_segment.path, errno);
        if (got == 0)
            return corrupt("cut short", offset + done);
        done += static_cast<std::size_t>(got);
    }
    return {};
}

void SegmentFile::readHead()
{
    // The second copy begins where the first ends; when the first is damaged, it is looked for.
    std::vector<std::byte> bytes;
    const std::uint64_t fileSize = size();
    const std::uint64_t searched = std::min(fileSize, std::uint64_t{kMaxPartBytes});
    for (std::optional<std::uint64_t> offset = 0; offset; offset = find(kHeadMagic, *offset + 1, searched)) {
        if (!readAt(*offset, sizeof(HeadPrefix), bytes))
            return;
        auto prefix = decodePrefix(bytes);
        if (!prefix) {
            m_head = std::unexpected(std::move(prefix).error());
            continue;
        }
        const std::uint64_t oneHead = sizeof(HeadPrefix) + std::uint64_t{prefix->bodyStored};
        if (*offset + oneHead > fileSize || prefix->firstSeq != m_segment.firstSeq ||
            !readAt(*offset + sizeof(HeadPrefix), prefix->bodyStored, bytes))
            continue;
        m_blocksOffset = 2 * oneHead;
        if ((m_head = decodeHead(*prefix, bytes)))
            return;
    }
}

Result<BlockHeader> SegmentFile::headerAt(std::uint64_t offset) const
{
    const std::uint64_t fileSize = size();
    if (offset >= fileSize)
        return fail(ErrorCode::NotFound, "end of segment");
    std::vector<std::byte> bytes;
    if (auto read = readAt(offset, sizeof(BlockHeader), bytes); !read)
        return std::unexpected(std::move(read).error());
    TRY_ASSIGN(const BlockHeader header, decodeBlockHeader(bytes));
    if (header.segment != m_segment.firstSeq)
        return corrupt("block of another segment", offset);
    if (header.stored() > fileSize - offset)
        return corrupt("block cut short", offset);
    return header;
}

Result<> SegmentFile::readPart(std::uint64_t offset, std::uint32_t size, std::uint32_t crc,
                               std::vector<std::byte>& out) const
{
    TRY(readAt(offset, size, out));
    if (crc32c(out) != crc)
        return corrupt("block damaged", offset);
    return {};
}

Result<> SegmentFile::readMeta(std::uint64_t offset, const BlockHeader& header, std::vector<std::byte>& out) const
{
    return readPart(offset + sizeof header, header.metaSize, header.metaCrc, out);
}

Result<> SegmentFile::readEvents(std::uint64_t offset, const BlockHeader& header, std::vector<std::byte>& out) const
{
    return readPart(offset + sizeof header + header.metaSize, header.eventsStored, header.eventsCrc, out);
}

Result<> SegmentFile::readFrames(std::uint64_t offset, const BlockHeader& header, std::vector<std::byte>& out) const
{
    return readPart(offset + sizeof header + header.metaSize + header.eventsStored, header.framesStored,
                    header.framesCrc, out);
}

bool SegmentFile::intact(std::uint64_t offset, const BlockHeader& header) const
{
    std::vector<std::byte> bytes;
    return readMeta(offset, header, bytes) && readEvents(offset, header, bytes) && readFrames(offset, header, bytes);
}

std::optional<std::uint64_t> SegmentFile::findBlock(std::uint64_t from) const
{
    const std::uint64_t fileSize = size();
    std::optional<std::uint64_t> at = find(kBlockMagic, from, fileSize);
    while (at && !headerAt(*at))
        at = find(kBlockMagic, *at + 1, fileSize);
    return at;
}

std::optional<std::uint64_t> SegmentFile::find(std::span<const char> magic, std::uint64_t from, std::uint64_t to) const
{
    constexpr std::uint64_t kChunk = 1u << 20;
    std::vector<std::byte> bytes;
    // Chunks overlap, so that a magic on their border is seen.
    for (; from + magic.size() <= to; from += kChunk) {
        const std::uint64_t wanted = std::min(kChunk + magic.size() - 1, to - from);
        if (!readAt(from, wanted, bytes))
            return std::nullopt;
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (const std::size_t found = text.find(std::string_view(magic.data(), magic.size())); found != text.npos)
            return from + found;
    }
    return std::nullopt;
}

}  // namespace tickdeck::journal
