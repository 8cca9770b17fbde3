// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/block_builder.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "engine/journal/crc32c.h"

namespace tickdeck::journal {

namespace {

void append(std::vector<std::byte>& out, std::span<const std::byte> bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

void BlockBuilder::Free::operator()(void* context) const noexcept { ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(context)); }

BlockBuilder::BlockBuilder(int compressionLevel) : m_level(compressionLevel), m_context(ZSTD_createCCtx())
{
    m_events.reserve(kBlockBytes);
    m_frames.reserve(kBlockBytes);
}

BlockBuilder::~BlockBuilder() = default;

void BlockBuilder::clear() noexcept
{
    m_header = {};
    m_lanes.clear();
    m_events.clear();
    m_frames.clear();
}

void BlockBuilder::add(const Batch& batch)
{
    const BatchHeader& header = batch.header();
    const auto payload = std::as_bytes(std::span(batch.payload()));
    append(m_events, batch.bytes().first(sizeof(BatchHeader)));
    append(header.kind == BatchKind::Frame ? m_frames : m_events, payload);
    append(m_events, batch.records());

    if (m_header.batchCount++ == 0) {
        m_header.firstSeq = batch.firstSeq();
        m_header.firstTime = m_header.lastTime = header.receiveTime;
    }
    m_header.lastSeq = batch.lastSeq();
    m_header.firstTime = std::min(m_header.firstTime, header.receiveTime);
    m_header.lastTime = std::max(m_header.lastTime, header.receiveTime);
    const auto lane = std::ranges::find(m_lanes, header.lane, &LaneOrdinal::lane);
    if (lane == m_lanes.end())
        m_lanes.push_back({header.lane, header.ordinal});
    else
        lane->ordinal = header.ordinal;
}

Result<std::span<const std::byte>> BlockBuilder::encode(Seq segment, std::uint32_t index, const SymbolTable& symbols,
                                                        std::uint32_t firstSymbol, std::uint32_t endSymbol)
{
    BlockMeta meta{m_lanes, firstSymbol, {}};
    for (SymbolId id = firstSymbol; id < endSymbol; ++id)
        meta.symbols.push_back(symbols.name(id));

    m_out.resize(sizeof(BlockHeader));
    encodeMeta(meta, m_out);
    BlockHeader header = m_header;
    header.segment = segment;
    header.index = index;
    header.metaSize = static_cast<std::uint32_t>(m_out.size() - sizeof header);
    header.eventsRaw = static_cast<std::uint32_t>(m_events.size());
    header.framesRaw = static_cast<std::uint32_t>(m_frames.size());
    TRY_ASSIGN(header.eventsStored, compress(m_context.get(), m_level, m_events, m_out));
    TRY_ASSIGN(header.framesStored, compress(m_context.get(), m_level, m_frames, m_out));
    const std::span<const std::byte> stored(m_out);
    header.metaCrc = crc32c(stored.subspan(sizeof header, header.metaSize));
    header.eventsCrc = crc32c(stored.subspan(sizeof header + header.metaSize, header.eventsStored));
    header.framesCrc = crc32c(stored.last(header.framesStored));
    sealHeader(header);
    std::memcpy(m_out.data(), &header, sizeof header);
    return stored;
}

}  // namespace tickdeck::journal
