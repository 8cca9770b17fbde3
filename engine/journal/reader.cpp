// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/reader.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "engine/journal/segment_file.h"

namespace tickdeck::journal {

namespace {

constexpr SymbolId kUnknownSymbol = std::numeric_limits<SymbolId>::max();

// The segment's symbol ids, as ids of this process.
class SymbolMap {
public:
    explicit SymbolMap(SymbolTable& symbols) : m_symbols(&symbols) {}

    void clear()
    {
        m_ids.clear();
        m_identity = true;
    }
    // `first` is the id of names[0]. Ids that no block told stay unknown; those that are known already are kept.
    void add(std::uint32_t first, const std::vector<SymbolName>& names)
    {
        constexpr std::uint32_t kMostUnknown = 1u << 20;
        if (names.empty() || first > m_ids.size() + kMostUnknown)
            return;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::size_t id = first + i;
            if (id >= m_ids.size())
                m_ids.resize(id + 1, kUnknownSymbol);
            if (m_ids[id] == kUnknownSymbol)
                m_ids[id] = m_symbols->intern(names[i].venue, names[i].symbol, names[i].native);
            m_identity = m_identity && m_ids[id] == id;
        }
        m_identity = m_identity && std::ranges::find(m_ids, kUnknownSymbol) == m_ids.end();
    }
    [[nodiscard]] bool apply(SymbolId& id) const
    {
        if (id >= m_ids.size() || m_ids[id] == kUnknownSymbol)
            return false;
        id = m_ids[id];
        return true;
    }
    [[nodiscard]] bool identity() const { return m_identity; }
    [[nodiscard]] std::size_t size() const { return m_ids.size(); }

private:
    SymbolTable* m_symbols;
    std::vector<SymbolId> m_ids;
    bool m_identity = true;
};

// One expanded block and the batches that are not taken from it yet.
class OpenBlock {
public:
    OpenBlock() : m_context(ZSTD_createDCtx(), &ZSTD_freeDCtx) {}

    [[nodiscard]] bool empty() const { return m_at == m_events.size(); }
    void clear()
    {
        m_events.clear();
        m_frames.clear();
        m_at = m_frameAt = 0;
    }

    Result<> load(const SegmentFile& file, std::uint64_t offset, const BlockHeader& header, bool withFrames)
    {
        clear();
        m_withFrames = withFrames;
        TRY(file.readEvents(offset, header, m_stored));
        TRY(decompress(m_context.get(), m_stored, header.eventsRaw, m_events));
        if (!withFrames)
            return {};
        TRY(file.readFrames(offset, header, m_stored));
        return decompress(m_context.get(), m_stored, header.framesRaw, m_frames);
    }

    // The next batch, in the process's ids. Corrupt: nothing more can be taken from this block.
    Result<Batch> take(BufferPool& pool, const SymbolMap& map)
    {
        const auto corrupt = [](const char* what) { return fail(ErrorCode::Corrupt, what); };
        BatchHeader header;
        if (m_events.size() - m_at < sizeof header)
            return corrupt("batch cut short");
        std::memcpy(&header, m_events.data() + m_at, sizeof header);
        m_at += sizeof header;

        const bool isFrame = header.kind == BatchKind::Frame;
        const std::size_t payloadLeft = isFrame ? m_frames.size() - m_frameAt : m_events.size() - m_at;
        const bool skipped = isFrame && !m_withFrames;
        if (header.recordsOffset < sizeof header || header.recordsOffset > header.size ||
            header.recordsOffset - sizeof header < header.payloadSize ||
            header.recordsOffset - sizeof header - header.payloadSize > 2 * kFramePadding ||
            (!skipped && header.payloadSize > payloadLeft))
            return corrupt("batch out of range");
        std::vector<std::byte>& payloads = isFrame ? m_frames : m_events;
        std::size_t& payloadAt = isFrame ? m_frameAt : m_at;
        const std::size_t records = header.size - header.recordsOffset;
        if (skipped) {
            header.payloadSize = 0;
            header.recordsOffset = static_cast<std::uint32_t>(BatchBuilder::room(sizeof header + kFramePadding));
            header.size = static_cast<std::uint32_t>(header.recordsOffset + records);
        }
        if (records > m_events.size() - m_at - (isFrame ? 0 : header.payloadSize))
            return corrupt("batch out of range");

        BufferRef buffer = pool.acquire(std::size_t{header.size} + kFramePadding);
        std::byte* const out = buffer.get()->data();
        std::memcpy(out, &header, sizeof header);
        const std::size_t payloadEnd = sizeof header + header.payloadSize;
        copy(out + sizeof header, payloads, payloadAt, header.payloadSize);
        std::memset(out + payloadEnd, 0, header.recordsOffset - payloadEnd);
        copy(out + header.recordsOffset, m_events, m_at, records);
        TRY_ASSIGN(Batch batch, Batch::fromBuffer(buffer, header.size));
        if (!map.identity() && !translate(buffer.get()->data(), batch, map))
            return corrupt("batch names an unknown symbol");
        if (map.identity() && !knows(batch, map))
            return corrupt("batch names an unknown symbol");
        return batch;
    }

private:
    static void copy(std::byte* out, const std::vector<std::byte>& from, std::size_t& at, std::size_t size)
    {
        if (size > 0)
            std::memcpy(out, from.data() + at, size);
        at += size;
    }
    static bool translate(std::byte* bytes, const Batch& batch, const SymbolMap& map)
    {
        bool known = map.apply(reinterpret_cast<BatchHeader*>(bytes)->lane);
        std::byte* at = bytes + batch.header().recordsOffset;
        for (const EventView event : batch) {
            auto* record = reinterpret_cast<EventHeader*>(at);
            known = map.apply(record->symbol) && known;
            at += event.header().size;
        }
        return known;
    }
    static bool knows(const Batch& batch, const SymbolMap& map)
    {
        bool known = batch.header().lane < map.size();
        for (const EventView event : batch)
            known = known && event.symbol() < map.size();
        return known;
    }

    std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> m_context;
    std::vector<std::byte> m_stored;
    std::vector<std::byte> m_events;
    std::vector<std::byte> m_frames;
    std::size_t m_at = 0;
    std::size_t m_frameAt = 0;
    bool m_withFrames = true;
};

}  // namespace

class Reader::Impl {
public:
    Impl(std::filesystem::path folder, ReadOptions options, SymbolTable& symbols, BufferPool& pool)
        : m_folder(std::move(folder)),
          m_options(std::move(options)),
          m_pool(pool),
          m_map(symbols),
          m_position(m_options.fromSeq)
    {
    }

    Result<> list()
    {
        // Before the listing: a change in between is then seen at the next comparison.
        m_generation = m_options.live ? m_options.live->generation() : 0;
        TRY_ASSIGN(m_segments, listSegments(m_folder));
        return {};
    }

    Result<std::optional<Batch>> next()
    {
        for (;;) {
            while (!m_block.empty()) {
                auto batch = m_block.take(m_pool, m_map);
                if (!batch) {
                    tell(std::max(m_lastSeq + 1, m_position), m_header.lastSeq, m_header.stored(),
                         batch.error().detail);
                    m_lastSeq = m_header.lastSeq;
                    m_block.clear();
                    break;
                }
                m_lastSeq = batch->lastSeq();
                m_lastTime = batch->header().receiveTime;
                if (batch->lastSeq() < m_position || (m_options.fromTime != kNoTime && m_lastTime < m_options.fromTime))
                    continue;
                m_options.fromTime = kNoTime;
                m_position = batch->lastSeq() + 1;
                return std::optional(std::move(*batch));
            }
            TRY_ASSIGN(const bool more, nextBlock());
            if (!more)
                return std::nullopt;
        }
    }

    [[nodiscard]] const SegmentInfo& segment() const { return m_info; }
    [[nodiscard]] Seq position() const { return m_position; }

private:
    // Whether a block was opened, or passed over so that the next call goes on behind it.
    Result<bool> nextBlock()
    {
        const Seq limit = m_options.live ? m_options.live->committed() : std::numeric_limits<Seq>::max();
        if (m_position > limit)
            return false;
        if (m_options.live && m_options.live->generation() != m_generation) {
            TRY(list());
            // A segment that never got to a commit may have been given up and begun again under its name.
            if (m_file && m_blocksSeen == 0)
                m_file.reset();
        }
        if (!m_file)
            return openSegment(limit);
        const auto next = std::ranges::upper_bound(m_segments, m_file->firstSeq(), {}, &SegmentPath::firstSeq);
        const Seq end = next != m_segments.end() ? next->firstSeq : std::numeric_limits<Seq>::max();
        const auto header = m_file->headerAt(m_offset);
        // After a failed sync a segment's end is written again in the next one, and counts there.
        if (header ? header->firstSeq >= end : header.error().code == ErrorCode::NotFound)
            return leaveSegment(end, 0);
        if (!header)
            return skipDamage(end, limit, header.error().detail);
        if (header->lastSeq > limit)
            return false;
        if (header->firstSeq > m_lastSeq + 1 && header->index != m_blocksSeen)
            tell(m_lastSeq + 1, header->firstSeq - 1, m_offset - std::min(m_goodEnd, m_offset), "damaged blocks",
                 header->firstTime);
        pass(*header);
        return true;
    }

    // Opens the block at m_offset unless nothing in it is wanted, and moves behind it.
    void pass(const BlockHeader& header)
    {
        const std::uint64_t offset = m_headerOffset = m_offset;
        m_offset = m_goodEnd = offset + header.stored();
        m_blocksSeen = header.index + 1;
        m_header = header;
        auto opened = readSymbols(offset, header);
        if (header.lastSeq < m_position || (m_options.fromTime != kNoTime && header.lastTime < m_options.fromTime)) {
            m_lastSeq = header.lastSeq;
            m_lastTime = header.lastTime;
            return;
        }
        if (opened)
            opened = m_block.load(*m_file, offset, header, m_options.withFrames);
        if (opened && !m_block.empty())
            return;
        m_block.clear();
        tell(std::max(header.firstSeq, m_position), header.lastSeq, header.stored(),
             opened ? "empty block" : opened.error().detail);
        m_lastSeq = header.lastSeq;
        m_goodEnd = offset;
        // Its sizes say nothing where it isn't whole: bytes may be missing from it.
        m_offset = m_file->findBlock(offset + 1).value_or(m_offset);
    }

    Result<> readSymbols(std::uint64_t offset, const BlockHeader& header)
    {
        std::vector<std::byte> bytes;
        TRY(m_file->readMeta(offset, header, bytes));
        TRY_ASSIGN(const BlockMeta meta, decodeMeta(bytes));
        m_map.add(meta.firstSymbol, meta.symbols);
        return {};
    }

    // The segment that holds m_position, else the first behind it; or the one after the last that was left.
    Result<bool> openSegment(Seq limit)
    {
        const Seq behind = m_left != 0 ? m_left : m_position;
        auto at = std::ranges::upper_bound(m_segments, behind, {}, &SegmentPath::firstSeq);
        if (m_left == 0 && m_options.fromTime != kNoTime)
            at = segmentOfTime();
        else if (m_left == 0 && at != m_segments.begin())
            --at;
        if (at == m_segments.end() || at->firstSeq > limit)
            return false;
        const Seq firstSeq = at->firstSeq;
        auto file = SegmentFile::open(*at);
        if (!file && file.error().code == ErrorCode::NotFound) {
            TRY(list());
            if (!std::ranges::binary_search(m_segments, firstSeq, {}, &SegmentPath::firstSeq))
                return true;  // deleted since the listing
        }
        if (!file)
            return std::unexpected(std::move(file).error());
        if (!file->head()) {
            const auto next = std::next(at);
            tell(std::max(firstSeq, m_position), next != m_segments.end() ? next->firstSeq - 1 : 0, file->size(),
                 file->head().error().detail, kNoTime, file->name());
            m_left = firstSeq;
            m_lastSeq = 0;
            return true;
        }
        const Head& head = *file->head();
        // 0: reading begins at the oldest number there is, or goes on after a segment that was told as damaged.
        const Seq last =
            m_lastSeq == 0 && m_left == 0 && m_position > 0 && firstSeq > m_position ? m_position - 1 : m_lastSeq;
        if (last != 0 && head.previousLastSeq > last)
            tell(last + 1, head.previousLastSeq, m_badBytes,
                 m_badBytes > 0 ? "the end of a segment is damaged" : "a segment is missing", head.firstTime);
        m_badBytes = 0;
        m_lastSeq = std::max(m_lastSeq, head.previousLastSeq);
        m_info = {file->name(), head.firstSeq, head.build, head.engineId, head.schemaJson, head.settingsJson};
        m_map.clear();
        m_map.add(0, head.symbols);
        m_offset = m_goodEnd = file->blocksOffset();
        m_headerOffset = m_offset - 1;
        m_blocksSeen = 0;
        m_file = std::move(*file);
        return true;
    }

    Result<bool> leaveSegment(Seq nextSegment, std::uint64_t badBytes)
    {
        if (nextSegment == std::numeric_limits<Seq>::max())
            return false;
        m_badBytes = badBytes;
        m_left = m_file->firstSeq();
        m_file.reset();
        return true;
    }

    // There is no good block at m_offset: on to the next good one behind the last header, or to the next segment.
    Result<bool> skipDamage(Seq end, Seq limit, const std::string& reason)
    {
        const auto found = m_file->findBlock(m_headerOffset + 1);
        if (found) {
            m_offset = *found;
            return true;
        }
        const std::uint64_t bad = m_file->size() - m_goodEnd;
        TRY_ASSIGN(const bool more, leaveSegment(end, bad));
        // A writer that is at it may be in the middle of a block; a folder at rest has lost its end.
        if (!more && limit == std::numeric_limits<Seq>::max() && m_endTold != m_offset) {
            m_endTold = m_offset;
            tell(m_lastSeq + 1, 0, bad, reason);
        }
        return more;
    }

    // The last segment that begins before the wanted time, else the first.
    [[nodiscard]] std::vector<SegmentPath>::iterator segmentOfTime()
    {
        auto at = m_segments.end();
        while (at != m_segments.begin()) {
            --at;
            const auto file = SegmentFile::open(*at);
            if (file && file->head() && file->head()->firstTime < m_options.fromTime)
                break;
        }
        return at;
    }

    void tell(Seq from, Seq to, std::uint64_t bytes, const std::string& reason, Nanos toTime = kNoTime,
              std::optional<std::string> segment = {})
    {
        if (to != 0 && (to < m_position || to < from))
            return;
        if (m_options.onDamage)
            m_options.onDamage(
                {segment.value_or(m_file ? m_file->name() : m_info.file), from, to, m_lastTime, toTime, bytes, reason});
    }

    std::filesystem::path m_folder;
    ReadOptions m_options;
    BufferPool& m_pool;
    SymbolMap m_map;
    std::vector<SegmentPath> m_segments;
    std::uint64_t m_generation = 0;

    std::optional<SegmentFile> m_file;
    SegmentInfo m_info;
    std::uint64_t m_offset = 0;        // where the next block is expected
    std::uint64_t m_goodEnd = 0;       // behind the last good block
    std::uint64_t m_headerOffset = 0;  // of the block that was seen last; before the first: just before it
    std::uint32_t m_blocksSeen = 0;    // index that the next block should have
    std::uint64_t m_badBytes = 0;      // at the end of the segment that was left
    std::uint64_t m_endTold = 0;
    Seq m_left = 0;  // first number of the segment that was left last; 0: none
    OpenBlock m_block;
    BlockHeader m_header;  // of m_block

    Seq m_position;     // batches below are not given
    Seq m_lastSeq = 0;  // last number that was passed, given or not; 0: unknown
    Nanos m_lastTime = kNoTime;
};

Result<Reader> Reader::open(const std::filesystem::path& directory, ReadOptions options, SymbolTable& symbols,
                            BufferPool& pool)
{
    auto impl = std::make_unique<Impl>(directory, std::move(options), symbols, pool);
    TRY(impl->list());
    return Reader(std::move(impl));
}

Reader::Reader(std::unique_ptr<Impl> impl) noexcept : m_impl(std::move(impl)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Result<std::optional<Batch>> Reader::next() { return m_impl->next(); }

const SegmentInfo& Reader::segment() const noexcept { return m_impl->segment(); }

Seq Reader::position() const noexcept { return m_impl->position(); }

}  // namespace tickdeck::journal
