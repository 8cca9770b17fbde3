// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Gathers batches and makes a block of them.

#include <memory>
#include <vector>

#include "engine/journal/format.h"
#include "engine/model/symbols.h"

namespace tickdeck::journal {

// The journal thread's. Copies what it is given.
class BlockBuilder {
public:
    explicit BlockBuilder(int compressionLevel);
    ~BlockBuilder();
    BlockBuilder(const BlockBuilder&) = delete;
    BlockBuilder& operator=(const BlockBuilder&) = delete;

    void add(const Batch& batch);
    void clear() noexcept;
    [[nodiscard]] bool empty() const noexcept { return m_header.batchCount == 0; }
    [[nodiscard]] std::size_t rawBytes() const noexcept { return m_events.size() + m_frames.size(); }
    [[nodiscard]] Seq firstSeq() const noexcept { return m_header.firstSeq; }
    [[nodiscard]] Seq lastSeq() const noexcept { return m_header.lastSeq; }
    [[nodiscard]] Nanos firstTime() const noexcept { return m_header.firstTime; }
    [[nodiscard]] const std::vector<LaneOrdinal>& lanes() const noexcept { return m_lanes; }

    // The block as it lies on disk, with all symbols from `firstSymbol` on. Valid until the next call.
    [[nodiscard]] Result<std::span<const std::byte>> encode(Seq segment, std::uint32_t index,
                                                            const SymbolTable& symbols, std::uint32_t firstSymbol,
                                                            std::uint32_t endSymbol);

private:
    struct Free {
        void operator()(void* context) const noexcept;
    };
    int m_level;
    std::unique_ptr<void, Free> m_context;
    BlockHeader m_header;
    std::vector<LaneOrdinal> m_lanes;
    std::vector<std::byte> m_events;
    std::vector<std::byte> m_frames;
    std::vector<std::byte> m_out;
};

}  // namespace tickdeck::journal
