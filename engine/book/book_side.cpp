// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/book_side.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace tickdeck::book {

namespace {

// Most changes are this close to the touch; beyond it a binary search is cheaper than walking.
constexpr std::size_t kScan = 12;
constexpr std::size_t kFirstCapacity = 32;

}  // namespace

void BookSide::set(const Level& level, LevelTrim trim)
{
    const std::int64_t key = m_sign * level.price;
    const Entry* entries = m_entries.get();
    std::size_t index = m_end;  // one past the last entry whose key is not above `key`
    const std::size_t limit = size() > kScan ? m_end - kScan : m_begin;
    while (index > limit && entries[index - 1].key > key)
        --index;
    if (index == limit && limit > m_begin && entries[index - 1].key > key)
        index = static_cast<std::size_t>(
            std::upper_bound(entries + m_begin, entries + index, key,
                             [](std::int64_t k, const Entry& entry) { return k < entry.key; }) -
            entries);

    if (index > m_begin && entries[index - 1].key == key) {
        const std::size_t rank = m_end - index;
        if (level.quantity != 0) {
            m_entries[index - 1].quantity = level.quantity;
            m_entries[index - 1].trim = trim;
            m_digits.changed(rank);
            return;
        }
        Entry* at = m_entries.get() + index;
        if (index - 1 - m_begin < m_end - index) {
            std::memmove(m_entries.get() + m_begin + 1, m_entries.get() + m_begin,
                         (index - 1 - m_begin) * sizeof(Entry));
            ++m_begin;
        } else {
            std::memmove(at - 1, at, (m_end - index) * sizeof(Entry));
            --m_end;
        }
        m_digits.removed(rank);
    } else if (level.quantity != 0) {
        m_digits.inserted(m_end - index);
        m_entries[open(index)] = Entry{key, level.quantity, trim};
    }
}

std::size_t BookSide::top(Level* out, std::size_t most) const noexcept
{
    // Key and quantity go as one: x ^ flip - flip is x or -x.
    using Pair = std::int64_t __attribute__((vector_size(16)));
    static_assert(offsetof(Entry, quantity) == 8 && sizeof(Level) == sizeof(Pair));
    const Pair flip = {m_sign < 0 ? -1 : 0, 0};
    const std::size_t count = std::min(size(), most);
    const Entry* entry = m_entries.get() + m_end;
    for (std::size_t i = 0; i < count; ++i) {
        Pair pair;
        std::memcpy(&pair, --entry, sizeof pair);
        pair = (pair ^ flip) - flip;
        std::memcpy(static_cast<void*>(out + i), &pair, sizeof pair);
    }
    return count;
}

std::size_t BookSide::open(std::size_t index)
{
    const bool front = index - m_begin < m_end - index;
    if (front ? m_begin == 0 : m_end == m_capacity) {
        const std::size_t offset = index - m_begin;
        recentre();
        index = m_begin + offset;
    }
    Entry* entries = m_entries.get();
    if (front) {
        std::memmove(entries + m_begin - 1, entries + m_begin, (index - m_begin) * sizeof(Entry));
        --m_begin;
        return index - 1;
    }
    std::memmove(entries + index + 1, entries + index, (m_end - index) * sizeof(Entry));
    ++m_end;
    return index;
}

void BookSide::recentre()
{
    const std::size_t count = size();
    // At least half of the room stays free, so that entries move again only after as many insertions.
    const std::size_t capacity = std::max({kFirstCapacity, m_capacity, 2 * count + 2});
    const std::size_t begin = (capacity - count) / 2;
    if (capacity == m_capacity) {
        std::memmove(m_entries.get() + begin, m_entries.get() + m_begin, count * sizeof(Entry));
    } else {
        auto larger = std::make_unique_for_overwrite<Entry[]>(capacity);
        if (count)
            std::memcpy(larger.get() + begin, m_entries.get() + m_begin, count * sizeof(Entry));
        m_entries = std::move(larger);
        m_capacity = capacity;
    }
    m_begin = begin;
    m_end = begin + count;
}

void BookSide::clear() noexcept
{
    m_begin = m_end = m_capacity / 2;
    m_digits.clear();
}

void BookSide::rescale(std::int64_t price, std::int64_t quantity, LevelTrim more) noexcept
{
    for (std::size_t i = m_begin; i < m_end; ++i) {
        Entry& entry = m_entries[i];
        entry.key *= price;
        entry.quantity *= quantity;
        entry.trim.price = static_cast<std::uint8_t>(entry.trim.price + more.price);
        entry.trim.quantity = static_cast<std::uint8_t>(entry.trim.quantity + more.quantity);
    }
}

void BookSide::limitTrims(LevelTrim most) noexcept
{
    for (std::size_t i = m_begin; i < m_end; ++i) {
        LevelTrim& trim = m_entries[i].trim;
        trim.price = std::min(trim.price, most.price);
        trim.quantity = std::min(trim.quantity, most.quantity);
    }
    m_digits.clear();
}

Level BookSide::largest() const noexcept
{
    Level largest;
    for (std::size_t i = m_begin; i < m_end; ++i) {
        largest.price = std::max(largest.price, m_sign * m_entries[i].key);
        largest.quantity = std::max(largest.quantity, m_entries[i].quantity);
    }
    return largest;
}

char* BookSide::writeDigits(char* out) noexcept
{
    const std::size_t count = std::min(size(), LevelDigits::kLevels);
    for (std::size_t rank = 0; rank < count; ++rank) {
        const Entry& entry = m_entries[m_end - 1 - rank];
        out = m_digits.write(out, rank, m_sign * entry.key, entry.quantity, entry.trim);
    }
    return out;
}

void BookSide::save(StateWriter& out) const
{
    out.count(size());
    for (std::size_t i = m_begin; i < m_end; ++i) {
        out.put(m_entries[i].key);
        out.put(m_entries[i].quantity);
        out.put(m_entries[i].trim.price);
        out.put(m_entries[i].trim.quantity);
    }
}

void BookSide::load(StateReader& in)
{
    clear();
    const std::size_t count = in.count(18);
    for (std::size_t i = 0; i < count; ++i) {
        Entry entry;
        entry.key = in.get<std::int64_t>();
        entry.quantity = in.get<std::int64_t>();
        entry.trim.price = in.get<std::uint8_t>();
        entry.trim.quantity = in.get<std::uint8_t>();
        const bool ordered = empty() || m_entries[m_end - 1].key < entry.key;
        if (!ordered || entry.quantity <= 0 || m_sign * entry.key < 0 || entry.trim.price > 18 ||
            entry.trim.quantity > 18)
            return in.damaged();
        m_entries[open(m_end)] = entry;
    }
}

}  // namespace tickdeck::book
