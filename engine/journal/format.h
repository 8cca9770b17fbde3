// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The journal's bytes on disk, little-endian:
//
//   segment file  "<firstSeq, 20 digits>.tdj":  head | the same head again | block | block | …
//   head:         HeadPrefix | body (zstd): build, engine id, schema, settings, lanes' ordinals, all symbols so far
//   block:        BlockHeader | meta: lanes' ordinals, new symbols | events (zstd) | frames (zstd)
//   events:       for each batch its BatchHeader, its payload unless it is a frame's, its records
//   frames:       the frames' payloads, one after the other
//
// Symbol ids in batches are the writer's; symbols are listed in the order of their ids, from 0.
// Every size that is read is checked against these limits and the file before it is used.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck::journal {

inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kBlockBytes = 256u << 10;  // raw, typically; at least one batch, however large
inline constexpr std::size_t kMaxBatchBytes = 64u << 20;
inline constexpr std::size_t kMaxPartBytes = kMaxBatchBytes + (1u << 20);
inline constexpr std::array<char, 8> kHeadMagic = {'T', 'D', 'J', 'S', 'E', 'G', '1', '\n'};
inline constexpr std::array<char, 8> kBlockMagic = {'T', 'D', 'J', 'B', 'L', 'K', '1', '\n'};

struct HeadPrefix {
    std::array<char, 8> magic = kHeadMagic;
    std::uint32_t crc = 0;  // of all that follows in this prefix
    std::uint32_t version = kVersion;
    Seq firstSeq = 0;
    Seq previousLastSeq = 0;  // last number written before this segment; 0: none
    Nanos firstTime = 0;      // receive time of its first batch
    std::uint32_t bodyStored = 0;
    std::uint32_t bodyRaw = 0;
    std::uint32_t bodyCrc = 0;  // as stored
    std::uint32_t reserved = 0;
};
static_assert(sizeof(HeadPrefix) == 56);

struct BlockHeader {
    std::array<char, 8> magic = kBlockMagic;
    std::uint32_t crc = 0;    // of all that follows in this header
    std::uint32_t index = 0;  // counts the segment's blocks from 0
    Seq segment = 0;          // the segment's first number
    Seq firstSeq = 0;
    Seq lastSeq = 0;
    Nanos firstTime = 0;  // least and greatest receive time
    Nanos lastTime = 0;
    std::uint32_t batchCount = 0;
    std::uint32_t metaSize = 0;
    std::uint32_t eventsStored = 0;
    std::uint32_t eventsRaw = 0;
    std::uint32_t framesStored = 0;
    std::uint32_t framesRaw = 0;
    std::uint32_t metaCrc = 0;  // CRCs are of the bytes as stored
    std::uint32_t eventsCrc = 0;
    std::uint32_t framesCrc = 0;
    std::uint32_t reserved = 0;

    [[nodiscard]] std::uint64_t stored() const noexcept
    {
        return sizeof(BlockHeader) + std::uint64_t{metaSize} + eventsStored + framesStored;
    }
};
static_assert(sizeof(BlockHeader) == 96);

struct LaneOrdinal {
    SymbolId lane = 0;
    std::uint64_t ordinal = 0;
};

struct Head {
    Seq firstSeq = 0;
    Seq previousLastSeq = 0;
    Nanos firstTime = 0;
    std::string build;
    std::string engineId;
    std::string schemaJson;
    std::string settingsJson;
    std::vector<LaneOrdinal> lanes;
    std::vector<SymbolName> symbols;
};

struct BlockMeta {
    std::vector<LaneOrdinal> lanes;
    std::uint32_t firstSymbol = 0;
    std::vector<SymbolName> symbols;
};

[[nodiscard]] std::string segmentName(Seq firstSeq);
// The first number of a segment file's name; nothing where it isn't one.
[[nodiscard]] std::optional<Seq> segmentOfName(const std::string& name);
// The event types with their fields, as compact JSON.
[[nodiscard]] std::string schemaJson();

void encodeHead(const Head& head, std::vector<std::byte>& out);
// The prefix that `bytes` begin with. Corrupt, Unsupported (another version).
[[nodiscard]] Result<HeadPrefix> decodePrefix(std::span<const std::byte> bytes);
[[nodiscard]] Result<Head> decodeHead(const HeadPrefix& prefix, std::span<const std::byte> body);

void encodeMeta(const BlockMeta& meta, std::vector<std::byte>& out);
[[nodiscard]] Result<BlockMeta> decodeMeta(std::span<const std::byte> bytes);
// Sets the CRC.
void sealHeader(BlockHeader& header) noexcept;
// Corrupt unless magic, CRC and limits hold.
[[nodiscard]] Result<BlockHeader> decodeBlockHeader(std::span<const std::byte> bytes);

// Appends the zstd form of `raw` to `out` (nothing for nothing); returns its size. `context` is a ZSTD_CCtx.
[[nodiscard]] Result<std::uint32_t> compress(void* context, int level, std::span<const std::byte> raw,
                                             std::vector<std::byte>& out);
// Into `out`, which becomes exactly `rawSize` bytes. `context` is a ZSTD_DCtx.
[[nodiscard]] Result<> decompress(void* context, std::span<const std::byte> stored, std::size_t rawSize,
                                  std::vector<std::byte>& out);

}  // namespace tickdeck::journal
