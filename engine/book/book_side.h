// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One side of a book as a flat sorted array.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "engine/book/level_digits.h"
#include "engine/core/result.h"
#include "engine/core/state_bytes.h"
#include "engine/model/relative.h"

namespace tickdeck::book {

// Levels sorted with the best at the back, in a buffer with room at both ends, so that a change moves the shorter part only
// and cutting the far end moves nothing. Prices are held as keys that grow towards the touch: the price of a bid, the
// negated price of an ask. One thread.
class BookSide {
public:
    struct Entry {
        std::int64_t key = 0;
        std::int64_t quantity = 0;
        LevelTrim trim;
    };

    // +1 for bids, -1 for asks.
    explicit BookSide(int sign) noexcept : m_sign(sign) {}
    BookSide(BookSide&&) noexcept = default;
    BookSide& operator=(BookSide&&) noexcept = default;

    [[nodiscard]] std::size_t size() const noexcept { return m_end - m_begin; }
    [[nodiscard]] bool empty() const noexcept { return m_begin == m_end; }
    // Rank 0 is the best level.
    [[nodiscard]] Level level(std::size_t rank) const noexcept
    {
        const Entry& entry = m_entries[m_end - 1 - rank];
        return {m_sign * entry.key, entry.quantity};
    }

    // Copies the best levels, at most `most`, best first; returns how many there were.
    std::size_t top(Level* out, std::size_t most) const noexcept;

    // Begins to load the best `most` levels into the cache.
    void prefetch(std::size_t most) const noexcept
    {
        constexpr std::size_t kLine = 64;
        const auto* end = reinterpret_cast<const char*>(m_entries.get() + m_end);
        for (std::size_t bytes = kLine; bytes <= std::min(most, size()) * sizeof(Entry); bytes += kLine)
            __builtin_prefetch(end - bytes);
    }

    // Sets a level's quantity; 0 removes it, also one that is unknown.
    void set(const Level& level, LevelTrim trim);
    // Keeps the best `depth` levels.
    void truncate(std::size_t depth) noexcept
    {
        if (size() > depth)
            m_begin = m_end - depth;
    }
    void clear() noexcept;
    // Multiplies prices and quantities; the caller has checked that they fit. The digits of the checksum stay the same.
    void rescale(std::int64_t price, std::int64_t quantity, LevelTrim more) noexcept;
    // Cuts at most this much off the digits of the levels that are there.
    void limitTrims(LevelTrim most) noexcept;
    // The largest price and quantity.
    [[nodiscard]] Level largest() const noexcept;

    // The digits of the best levels, joined.
    [[nodiscard]] char* writeDigits(char* out) noexcept;

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    // Makes room for one more entry before `index`, moving the shorter part; returns where it goes.
    [[nodiscard]] std::size_t open(std::size_t index);
    void recentre();

    std::unique_ptr<Entry[]> m_entries;
    std::size_t m_capacity = 0;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    std::int64_t m_sign;
    LevelDigits m_digits;
};

}  // namespace tickdeck::book
