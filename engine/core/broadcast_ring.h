// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A ring that one thread writes and many read, each at its own pace: every reader sees the same items in the same order.

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

namespace tickdeck {

// What the writer does with a reader that still has the slot that it needs: takes it away from the reader, which is then
// `lapped`, or is held up (tryPush fails).
enum class WhenLate : std::uint8_t { Detach, Block };

// Bounded by items and by bytes. One producer thread calls tryPush(); each cursor belongs to one thread. T is cheap to
// copy (a reference count). Items stay until their room is needed, also when everybody has read them, so that a reader
// that comes back finds them. Nobody sleeps in here; the ring outlives its cursors.
//
// A cursor's word holds its position and a state. A reader that can be detached marks itself `Reading` while it copies
// out, and the writer waits for those few copies; everything else is wait-free on both sides.
template <class T>
class BroadcastRing {
    struct alignas(64) Slot;

public:
    using Position = std::uint64_t;  // counts items from 0
    static constexpr std::size_t kMaxReaders = 64;

    struct Read {
        std::size_t count = 0;
        bool lapped = false;  // detached by the writer, after `count` items
    };

    // One reader's place. Movable; leaves the ring when it is destroyed.
    class Cursor {
    public:
        Cursor() noexcept = default;
        Cursor(Cursor&& other) noexcept
            : m_ring(std::exchange(other.m_ring, nullptr)), m_word(other.m_word), m_block(other.m_block)
        {
        }
        Cursor& operator=(Cursor&& other) noexcept
        {
            leave();
            m_ring = std::exchange(other.m_ring, nullptr);
            m_word = other.m_word;
            m_block = other.m_block;
            return *this;
        }
        ~Cursor() { leave(); }

        [[nodiscard]] explicit operator bool() const noexcept { return m_ring != nullptr; }
        [[nodiscard]] Position position() const noexcept { return m_word->load(std::memory_order_relaxed) >> kShift; }
        // Offers up to `max` items in order: take(const T&) copies one out and must not block; false leaves that item
        // for the next call and ends this one.
        template <class Take>
        [[nodiscard]] Read read(std::size_t max, Take&& take);
        void leave() noexcept
        {
            if (m_ring)
                std::exchange(m_ring, nullptr)->freeWord(*m_word);
        }

    private:
        friend class BroadcastRing;
        Cursor(BroadcastRing* ring, std::atomic<std::uint64_t>* word, bool block) noexcept
            : m_ring(ring), m_word(word), m_block(block)
        {
        }
        BroadcastRing* m_ring = nullptr;
        std::atomic<std::uint64_t>* m_word = nullptr;
        bool m_block = false;
    };

    // `capacity` is rounded up to a power of two. One item may be larger than `maxBytes`; it is then alone in the ring.
    explicit BroadcastRing(std::size_t capacity, std::size_t maxBytes = SIZE_MAX)
        : m_capacity(std::bit_ceil(std::max<std::size_t>(capacity, 2))),
          m_slack(std::min<std::size_t>(m_capacity / 16, 256)),
          m_maxBytes(maxBytes),
          m_slots(std::make_unique<Slot[]>(m_capacity))
    {
    }
    BroadcastRing(const BroadcastRing&) = delete;
    BroadcastRing& operator=(const BroadcastRing&) = delete;

    // Producer. False: a blocking reader holds the room; `item` is untouched.
    [[nodiscard]] bool tryPush(T&& item, std::size_t bytes = sizeof(T))
    {
        const Position head = m_head.load(std::memory_order_relaxed);
        if (!makeRoom(head, bytes))
            return false;
        Slot& slot = at(head);
        slot.item = std::move(item);
        slot.bytes = bytes;
        m_bytes += bytes;
        m_head.store(head + 1, std::memory_order_release);
        return true;
    }

    // Any thread: one past the newest item, and the oldest that a reader can still begin with.
    [[nodiscard]] Position head() const noexcept { return m_head.load(std::memory_order_acquire); }
    [[nodiscard]] Position tail() const noexcept { return m_tail.load(std::memory_order_acquire); }
    [[nodiscard]] std::size_t capacity() const noexcept { return m_capacity; }

    // Any thread, but blocking readers only while the producer stands still. Empty: `position` is no longer there, or all
    // places are taken.
    [[nodiscard]] Cursor attach(Position position, WhenLate late);

private:
    struct alignas(64) Slot {
        T item{};
        std::size_t bytes = 0;
    };
    struct alignas(64) Word {
        std::atomic<std::uint64_t> value{kFree};
    };

    // The low bits of a word: who may change it is the reader in Free and Reading, both in Idle, nobody but leave() in
    // Detached.
    static constexpr std::uint64_t kFree = 0;
    static constexpr std::uint64_t kIdle = 1;
    static constexpr std::uint64_t kReading = 2;
    static constexpr std::uint64_t kDetached = 3;
    static constexpr std::uint64_t kStateMask = 3;
    static constexpr std::uint64_t kBlock = 4;
    static constexpr unsigned kShift = 3;
    static constexpr std::size_t kHold = 64;  // items copied while the writer may have to wait

    [[nodiscard]] Slot& at(Position position) noexcept { return m_slots[position & (m_capacity - 1)]; }
    [[nodiscard]] bool makeRoom(Position head, std::size_t bytes);
    [[nodiscard]] bool releaseUpTo(Position required, Position wanted);
    void freeWord(std::atomic<std::uint64_t>& word) noexcept { word.store(kFree, std::memory_order_release); }

    const std::size_t m_capacity;
    const std::size_t m_slack;  // how many more slots than needed are released at once
    const std::size_t m_maxBytes;
    const std::unique_ptr<Slot[]> m_slots;
    std::mutex m_attaching;
    std::array<Word, kMaxReaders> m_words;
    std::atomic<std::size_t> m_wordsUsed{0};  // words beyond were never used

    alignas(64) std::atomic<Position> m_head{0};
    Position m_first = 0;     // producer's: the oldest item that still lies in its slot
    Position m_released = 0;  // producer's copy of m_tail
    std::size_t m_bytes = 0;  // producer's: of [m_first, head)
    alignas(64) std::atomic<Position> m_tail{0};
};

template <class T>
template <class Take>
auto BroadcastRing<T>::Cursor::read(std::size_t max, Take&& take) -> Read
{
    Read result;
    const std::uint64_t flag = m_block ? kBlock : 0;
    while (result.count < max) {
        std::uint64_t word = m_word->load(std::memory_order_relaxed);
        const Position from = word >> kShift;
        const Position head = m_ring->m_head.load(std::memory_order_acquire);
        if ((word & kStateMask) == kDetached)
            return {result.count, true};
        if (from == head)
            return result;
        // A blocking reader's slots are safe as they are.
        if (!m_block && !m_word->compare_exchange_strong(word, (from << kShift) | kReading, std::memory_order_acquire))
            return {result.count, true};
        const Position end = from + std::min({head - from, Position{kHold}, Position{max - result.count}});
        Position next = from;
        while (next != end && take(std::as_const(m_ring->at(next).item)))
            ++next;
        m_word->store((next << kShift) | flag | kIdle, std::memory_order_release);
        result.count += next - from;
        if (next != end)
            return result;
    }
    return result;
}

template <class T>
auto BroadcastRing<T>::attach(Position position, WhenLate late) -> Cursor
{
    const std::scoped_lock lock(m_attaching);
    const auto used = m_wordsUsed.load(std::memory_order_relaxed);
    std::size_t index = 0;
    while (index < used && (m_words[index].value.load(std::memory_order_acquire) & kStateMask) != kFree)
        ++index;
    if (index == kMaxReaders || position > head())
        return {};
    if (index == used)
        m_wordsUsed.store(used + 1, std::memory_order_seq_cst);
    auto& word = m_words[index].value;
    const bool block = late == WhenLate::Block;
    // Either the producer sees this word when it looks for readers of what it releases, or the tail is seen here.
    word.store((position << kShift) | (block ? kBlock : 0) | kIdle, std::memory_order_seq_cst);
    if (m_tail.load(std::memory_order_seq_cst) > position) {
        freeWord(word);
        return {};
    }
    return Cursor(this, &word, block);
}

template <class T>
bool BroadcastRing<T>::makeRoom(Position head, std::size_t bytes)
{
    while (m_first != head && (head - m_first >= m_capacity || m_bytes + bytes > m_maxBytes)) {
        const Position slack = std::min<Position>(m_slack, (head - m_first) / 16);
        if (m_first == m_released && !releaseUpTo(m_first + 1, m_first + 1 + slack))
            return false;
        Slot& slot = at(m_first);
        if constexpr (!std::is_trivially_destructible_v<T>)
            slot.item = T{};
        m_bytes -= slot.bytes;
        ++m_first;
    }
    return true;
}

// Takes [m_released, wanted) away from all readers, at least up to `required`; false: a blocking one is before it.
template <class T>
bool BroadcastRing<T>::releaseUpTo(Position required, Position wanted)
{
    const std::size_t used = m_wordsUsed.load(std::memory_order_seq_cst);
    for (std::size_t i = 0; i < used; ++i) {
        const std::uint64_t word = m_words[i].value.load(std::memory_order_acquire);
        if ((word & kStateMask) != kFree && (word & kBlock))
            wanted = std::min(wanted, word >> kShift);
    }
    if (wanted < required)
        return false;
    m_tail.store(wanted, std::memory_order_seq_cst);
    const std::size_t usedNow = m_wordsUsed.load(std::memory_order_seq_cst);
    for (std::size_t i = 0; i < usedNow; ++i) {
        auto& value = m_words[i].value;
        std::uint64_t word = value.load(std::memory_order_seq_cst);
        while ((word >> kShift) < wanted && !(word & kBlock)) {
            const std::uint64_t state = word & kStateMask;
            if (state == kFree || state == kDetached)
                break;
            if (state == kIdle) {
                if (value.compare_exchange_weak(word, (word & ~kStateMask) | kDetached, std::memory_order_seq_cst))
                    break;
            } else {
                std::this_thread::yield();
                word = value.load(std::memory_order_seq_cst);
            }
        }
    }
    m_released = wanted;
    return true;
}

}  // namespace tickdeck
