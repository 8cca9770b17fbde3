// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Instruments' names: venue, native symbol, canonical symbol, under one 32-bit id for the life of the process.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tickdeck {

using SymbolId = std::uint32_t;

struct SymbolName {
    std::string venue;   // "kraken"
    std::string symbol;  // canonical, "BTC-USD"; empty for events about the venue itself
    std::string native;  // as the venue writes it, "BTC/USD"
    friend bool operator==(const SymbolName&, const SymbolName&) = default;
};

// Append-only. intern() locks and is for when a symbol is first seen; name() and size() never wait and any thread may call
// them with an id that it got. Ids count from 0; id 0 is the empty name. References live as long as the table.
// Journals hold names, not ids: whoever reads a segment interns its dictionary anew.
class SymbolTable {
public:
    SymbolTable();
    ~SymbolTable();
    SymbolTable(const SymbolTable&) = delete;
    SymbolTable& operator=(const SymbolTable&) = delete;

    [[nodiscard]] SymbolId intern(std::string_view venue, std::string_view symbol, std::string_view native);
    [[nodiscard]] const SymbolName& name(SymbolId id) const noexcept;
    [[nodiscard]] std::uint32_t size() const noexcept { return m_size.load(std::memory_order_acquire); }

private:
    static constexpr std::uint32_t kChunkBits = 10;
    static constexpr std::uint32_t kChunks = 4096;  // 4 Mi symbols; one more aborts
    using Chunk = std::array<SymbolName, 1u << kChunkBits>;

    std::atomic<std::uint32_t> m_size{0};
    std::unique_ptr<std::atomic<Chunk*>[]> m_chunks;
    std::mutex m_mutex;
    std::unordered_map<std::string, SymbolId> m_ids;  // by venue NUL symbol NUL native
};

}  // namespace tickdeck
