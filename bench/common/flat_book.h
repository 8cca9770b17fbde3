// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the bare decoders are made of: numbers to fixed point, a flat book, symbols by a small hash. No bad input.

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace tickdeck::bench {

// 10^-8 fixed point.
inline std::int64_t fixed(std::string_view text)
{
    constexpr std::int64_t kPowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    std::int64_t value = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    const bool negative = at < end && *at == '-';
    at += negative;
    while (at < end && *at != '.')
        value = value * 10 + (*at++ - '0');
    int left = 8;
    if (at < end)
        for (++at; at < end && left; --left)
            value = value * 10 + (*at++ - '0');
    value *= kPowers[left];
    return negative ? -value : value;
}

// Best at the back.
template <std::size_t Depth>
struct FlatSide {
    struct Level {
        std::int64_t price;
        std::int64_t quantity;
    };
    std::vector<Level> levels;
    void set(std::int64_t key, std::int64_t quantity)
    {
        Level* base = levels.data();
        std::size_t i = levels.size();
        const std::size_t limit = i > 12 ? i - 12 : 0;
        while (i > limit && base[i - 1].price > key)
            --i;
        if (i == limit && limit && base[i - 1].price > key) {
            std::size_t low = 0;
            for (std::size_t high = i; low < high;) {
                const std::size_t middle = (low + high) / 2;
                if (base[middle].price > key)
                    high = middle;
                else
                    low = middle + 1;
            }
            i = low;
        }
        const auto at = levels.begin() + static_cast<std::ptrdiff_t>(i);
        if (i && base[i - 1].price == key) {
            if (quantity)
                base[i - 1].quantity = quantity;
            else
                levels.erase(at - 1);
        } else if (quantity) {
            levels.insert(at, Level{key, quantity});
            if (levels.size() > Depth)
                levels.erase(levels.begin());
        }
    }
};

// Numbers symbols from 0; fewer than 256, of at most 24 bytes.
class SymbolSlots {
public:
    std::size_t of(std::string_view text)
    {
        std::uint32_t hash = 2166136261u;
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
        for (hash &= 255;; hash = (hash + 1) & 255) {
            Slot& slot = m_slots[hash];
            if (slot.size == text.size() && std::memcmp(slot.text, text.data(), text.size()) == 0)
                return slot.id;
            if (slot.size == 0) {
                slot.size = text.size();
                std::memcpy(slot.text, text.data(), text.size());
                return slot.id = m_count++;
            }
        }
    }

private:
    struct Slot {
        char text[24];
        std::size_t size;
        std::size_t id;
    };
    Slot m_slots[256] = {};
    std::size_t m_count = 0;
};

}  // namespace tickdeck::bench
