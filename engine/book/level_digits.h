// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The digits of a side's best levels as text, printed once per change, for checksums over text.

#include <array>
#include <cstddef>
#include <cstdint>

namespace tickdeck::book {

// How many digits at the end of ticks and lots are not part of the venue's text: the book's scale less the text's.
struct LevelTrim {
    std::uint8_t price = 0;
    std::uint8_t quantity = 0;
    friend bool operator==(const LevelTrim&, const LevelTrim&) = default;
};

// Follows the best kLevels of one side by rank. A level that was not asked for since it changed has no text yet.
class LevelDigits {
public:
    static constexpr std::size_t kLevels = 10;
    static constexpr std::size_t kMaxText = 40;  // price and quantity of 64 bits

    void inserted(std::size_t rank) noexcept
    {
        if (m_any && rank < kLevels)
            insert(rank);
    }
    void removed(std::size_t rank) noexcept
    {
        if (m_any && rank < kLevels)
            remove(rank);
    }
    void changed(std::size_t rank) noexcept
    {
        if (m_any && rank < kLevels)
            m_levels[rank].length = 0;
    }
    void clear() noexcept;

    // Appends the digits of the level at `rank`: price, then quantity, without point and leading zeros. Writes up to 48
    // bytes, returns one past the last that counts.
    char* write(char* out, std::size_t rank, std::int64_t price, std::int64_t quantity, LevelTrim trim) noexcept;

private:
    struct Text {
        std::array<char, 47> text{};
        std::uint8_t length = 0;  // 0: not printed
    };
    void insert(std::size_t rank) noexcept;
    void remove(std::size_t rank) noexcept;

    bool m_any = false;  // some level may have text: books without checksums never touch the rest
    std::array<Text, kLevels> m_levels{};
};

}  // namespace tickdeck::book
