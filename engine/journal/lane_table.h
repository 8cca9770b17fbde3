// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Each lane's last committed ordinal, written by one thread and read by any.

#include <array>
#include <atomic>

#include "engine/journal/format.h"

namespace tickdeck::journal {

class LaneTable {
public:
    // One thread at a time. False when there are too many lanes.
    bool set(SymbolId lane, std::uint64_t ordinal) noexcept
    {
        for (Entry& entry : m_entries) {
            const std::uint64_t key = entry.key.load(std::memory_order_relaxed);
            if (key != 0 && key != lane + std::uint64_t{1})
                continue;
            entry.ordinal.store(ordinal, std::memory_order_release);
            entry.key.store(lane + std::uint64_t{1}, std::memory_order_release);
            return true;
        }
        return false;
    }
    // 0: none known.
    [[nodiscard]] std::uint64_t get(SymbolId lane) const noexcept
    {
        for (const Entry& entry : m_entries) {
            const std::uint64_t key = entry.key.load(std::memory_order_acquire);
            if (key == 0)
                return 0;
            if (key == lane + std::uint64_t{1})
                return entry.ordinal.load(std::memory_order_acquire);
        }
        return 0;
    }
    [[nodiscard]] std::vector<LaneOrdinal> all() const
    {
        std::vector<LaneOrdinal> out;
        for (const Entry& entry : m_entries)
            if (const std::uint64_t key = entry.key.load(std::memory_order_acquire))
                out.push_back({static_cast<SymbolId>(key - 1), entry.ordinal.load(std::memory_order_acquire)});
        return out;
    }

private:
    struct Entry {
        std::atomic<std::uint64_t> key{0};  // lane + 1; 0: free
        std::atomic<std::uint64_t> ordinal{0};
    };
    std::array<Entry, 1024> m_entries;  // lanes and pipelines: tens
};

}  // namespace tickdeck::journal
