// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/recovery.h"

#include <algorithm>
#include <map>

namespace tickdeck::journal {

namespace {

// One segment, block by block.
class Scan {
public:
    explicit Scan(const SegmentFile& file) : m_file(file) { run(); }

    [[nodiscard]] bool hasBlocks() const { return m_blocks > 0; }
    [[nodiscard]] bool readable() const { return m_file.head().has_value(); }

    std::uint64_t goodEnd = 0;  // behind the last good block
    std::uint64_t tornBytes = 0;
    Seq lastSeq = 0;
    Seq highestSeen = 0;
    Nanos lastTime = kNoTime;
    std::vector<Damage> damages;
    std::map<SymbolId, std::uint64_t> lanes;  // in the segment's ids
    std::vector<SymbolName> symbols;

private:
    void run()
    {
        if (readable()) {
            symbols = m_file.head()->symbols;
            lastSeq = m_file.head()->previousLastSeq;
            for (const LaneOrdinal& lane : m_file.head()->lanes)
                lanes[lane.lane] = lane.ordinal;
        }
        std::uint64_t offset = goodEnd = m_file.blocksOffset();
        const std::uint64_t end = m_file.size();
        while (offset < end) {
            const auto header = m_file.headerAt(offset);
            if (header) {
                highestSeen = std::max(highestSeen, header->lastSeq);
                if (m_file.intact(offset, *header)) {
                    take(offset, *header);
                    offset = goodEnd;
                    continue;
                }
            }
            // A good header's sizes say nothing where the block isn't whole: bytes may be missing from it.
            const auto next = m_file.findBlock(offset + 1);
            if (!next)
                break;
            offset = *next;
        }
        tornBytes = end > goodEnd ? end - goodEnd : 0;
    }

    void take(std::uint64_t offset, const BlockHeader& header)
    {
        if (offset > goodEnd && header.firstSeq > lastSeq + 1)
            damages.push_back({m_file.name(), lastSeq + 1, header.firstSeq - 1, lastTime, header.firstTime,
                               offset - goodEnd, "damaged blocks"});
        std::vector<std::byte> bytes;
        if (m_file.readMeta(offset, header, bytes))
            if (const auto meta = decodeMeta(bytes)) {
                for (const LaneOrdinal& lane : meta->lanes)
                    lanes[lane.lane] = lane.ordinal;
                // What is not the very next symbol comes after a damaged block: its names are unknown.
                symbols.resize(
                    std::max<std::size_t>(symbols.size(), std::min<std::size_t>(meta->firstSymbol, 1u << 20)));
                for (std::size_t i = 0; i < meta->symbols.size(); ++i)
                    if (meta->firstSymbol + i == symbols.size())
                        symbols.push_back(meta->symbols[i]);
            }
        lastSeq = header.lastSeq;
        lastTime = header.lastTime;
        goodEnd = offset + header.stored();
        ++m_blocks;
    }

    const SegmentFile& m_file;
    std::uint64_t m_blocks = 0;
};

void addLanes(const Scan& scan, SymbolTable& symbols, std::vector<LaneOrdinal>& out)
{
    for (const auto& [lane, ordinal] : scan.lanes)
        if (lane < scan.symbols.size()) {
            const SymbolName& name = scan.symbols[lane];
            out.push_back({symbols.intern(name.venue, name.symbol, name.native), ordinal});
        }
}

}  // namespace

Result<Found> recover(FileSystem& files, const std::filesystem::path& folder, SymbolTable& symbols)
{
    TRY_ASSIGN(std::vector<SegmentPath> paths, listSegments(folder));
    Found found;
    // From the newest back to the first that holds a good block, and one more: that far, nothing may have been synced.
    Seq newerPrevious = 0;  // the last number before the segment that was looked at just now; 0: unknown
    bool foundLast = false;
    bool done = false;
    for (std::size_t i = paths.size(); i-- > 0 && !done;) {
        TRY_ASSIGN(const SegmentFile file, SegmentFile::open(paths[i]));
        const Scan scan(file);
        found.highestSeen = std::max({found.highestSeen, scan.highestSeen, scan.hasBlocks() ? scan.lastSeq : 0});
        const bool newest = i + 1 == paths.size();
        const bool newerVersion = !scan.readable() && file.head().error().code == ErrorCode::Unsupported;
        if (newest && !scan.hasBlocks() && scan.highestSeen == 0 && !newerVersion) {
            found.recovery.tornBytes += file.size();
            TRY(files.remove(paths[i].path));
            paths.pop_back();
            continue;
        }
        std::vector<Damage> damages = scan.damages;
        if (!scan.readable()) {
            damages = {{file.name(), paths[i].firstSeq, std::max(scan.highestSeen, paths[i].firstSeq), kNoTime, kNoTime,
                        file.size(), file.head().error().detail}};
            newerPrevious = 0;
        } else {
            if (newest && scan.tornBytes > 0) {
                const Seq to = scan.highestSeen > scan.lastSeq ? scan.highestSeen : 0;
                damages.push_back({file.name(), scan.lastSeq + 1, to, scan.lastTime, kNoTime, scan.tornBytes,
                                   "the end of the newest segment is cut or damaged"});
                found.recovery.tornBytes += scan.tornBytes;
            } else if (newerPrevious > scan.lastSeq) {
                damages.push_back({file.name(), scan.lastSeq + 1, newerPrevious, scan.lastTime, kNoTime, scan.tornBytes,
                                   "the end of a segment is cut or damaged"});
            }
            TRY(files.truncate(paths[i].path, newest ? scan.goodEnd : file.size()));
            newerPrevious = file.head()->previousLastSeq;
            done = foundLast;
            if (!foundLast && scan.hasBlocks()) {
                foundLast = true;
                found.recovery.lastSeq = scan.lastSeq;
                found.recovery.lastTime = scan.lastTime;
                addLanes(scan, symbols, found.lanes);
            }
        }
        found.recovery.damages.insert(found.recovery.damages.begin(), damages.begin(), damages.end());
    }
    TRY(files.syncFolder(folder));

    for (const SegmentPath& path : paths) {
        TRY_ASSIGN(const SegmentFile file, SegmentFile::open(path));
        found.segments.push_back({path, file.size(), file.head() ? file.head()->firstTime : kNoTime});
    }
    if (!paths.empty())
        found.recovery.firstSeq = paths.front().firstSeq;
    return found;
}

}  // namespace tickdeck::journal
