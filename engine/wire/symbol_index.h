// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which instrument a native symbol names, found with one look into memory however many there are.

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace tickdeck::wire {

// Open addressing; the names lie in the table itself, so that a find touches one line of it. Nothing is ever removed. One
// thread.
template <class T>
class SymbolIndex {
public:
    // Null where it is unknown.
    [[nodiscard]] T* find(std::string_view symbol) const noexcept
    {
        if (m_slots.empty())
            return nullptr;
        const Key key = keyOf(symbol);
        for (std::size_t at = hash(key) & (m_slots.size() - 1);; at = (at + 1) & (m_slots.size() - 1)) {
            const Slot& slot = m_slots[at];
            if (!slot.instrument)
                return nullptr;
            if (slot.key == key && (symbol.size() <= kShort || slot.instrument->native == symbol))
                return slot.instrument;
        }
    }
    // `instrument.native` must be new.
    void insert(T& instrument)
    {
        if (2 * (m_count + 1) > m_slots.size()) {
            std::vector<Slot> before(m_slots.empty() ? kFirst : 2 * m_slots.size());
            before.swap(m_slots);
            for (const Slot& slot : before)
                if (slot.instrument)
                    place(slot);
        }
        place({keyOf(instrument.native), &instrument});
        ++m_count;
    }

private:
    static constexpr std::size_t kShort = 23;  // the last byte is the length
    static constexpr std::size_t kFirst = 64;
    using Key = std::array<std::uint64_t, 3>;
    struct alignas(32) Slot {
        Key key{};
        T* instrument = nullptr;
    };

    [[nodiscard]] static Key keyOf(std::string_view symbol) noexcept
    {
        std::array<char, sizeof(Key)> text{};
        const std::size_t size = symbol.size() <= kShort ? symbol.size() : kShort;
        if (size)
            std::memcpy(text.data(), symbol.data(), size);
        text[kShort] = static_cast<char>(symbol.size() <= kShort ? symbol.size() : kShort + 1);
        Key key;
        std::memcpy(key.data(), text.data(), sizeof(Key));
        return key;
    }
    [[nodiscard]] static std::size_t hash(const Key& key) noexcept
    {
        std::uint64_t value = key[0] * 0x9e3779b97f4a7c15u;
        value = (value ^ (value >> 29) ^ key[1]) * 0xbf58476d1ce4e5b9u;
        value = (value ^ (value >> 32) ^ key[2]) * 0x94d049bb133111ebu;
        return static_cast<std::size_t>(value ^ (value >> 31));
    }
    void place(const Slot& slot) noexcept
    {
        std::size_t at = hash(slot.key) & (m_slots.size() - 1);
        while (m_slots[at].instrument)
            at = (at + 1) & (m_slots.size() - 1);
        m_slots[at] = slot;
    }

    std::vector<Slot> m_slots;  // a power of two, at most half full
    std::size_t m_count = 0;
};

}  // namespace tickdeck::wire
