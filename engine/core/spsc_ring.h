// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A bounded queue from one thread to one other, without locks.

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace tickdeck {

// tryPush() belongs to one thread, tryPop() to one other; size() and capacity() may be asked by any. A full ring refuses
// and leaves the value with its owner. A popped slot holds a moved-from T; what is left at the end dies with the ring.
template <class T>
class SpscRing {
public:
    // Rounded up to a power of two, at least 2.
    explicit SpscRing(std::size_t capacity) : SpscRing(Slots(std::bit_ceil(capacity < 2 ? std::size_t{2} : capacity)))
    {
    }
    SpscRing(const SpscRing&) = delete;
    SpscRing& operator=(const SpscRing&) = delete;

    // Moves `value` in, or returns false and leaves it as it is.
    [[nodiscard]] bool tryPush(T&& value)
    {
        const std::size_t at = m_producer.position.load(std::memory_order_relaxed);
        if (at - m_producer.otherSide > m_producer.mask) {
            m_producer.otherSide = m_consumer.position.load(std::memory_order_acquire);
            if (at - m_producer.otherSide > m_producer.mask)
                return false;
        }
        m_producer.slots[at & m_producer.mask] = std::move(value);
        m_producer.position.store(at + 1, std::memory_order_release);
        return true;
    }

    // Moves the oldest value out, or returns false when there is none.
    [[nodiscard]] bool tryPop(T& value)
    {
        const std::size_t at = m_consumer.position.load(std::memory_order_relaxed);
        if (at == m_consumer.otherSide) {
            m_consumer.otherSide = m_producer.position.load(std::memory_order_acquire);
            if (at == m_consumer.otherSide)
                return false;
        }
        value = std::move(m_consumer.slots[at & m_consumer.mask]);
        m_consumer.position.store(at + 1, std::memory_order_release);
        return true;
    }

    // A moment's value; both sides may have moved on since.
    [[nodiscard]] std::size_t size() const noexcept
    {
        const std::size_t popped = m_consumer.position.load(std::memory_order_acquire);
        const std::size_t pushed = m_producer.position.load(std::memory_order_acquire);
        const std::size_t used = pushed - popped;
        return used <= capacity() ? used : capacity();
    }
    [[nodiscard]] std::size_t capacity() const noexcept { return m_producer.mask + 1; }

private:
    static constexpr std::size_t kLine = alignof(T) > 64 ? alignof(T) : 64;

    // What one thread touches on each call, on a cache line of its own; `otherSide` is what it last saw of the other.
    struct alignas(kLine) Side {
        Side(T* slots_, std::size_t mask_) noexcept : slots(slots_), mask(mask_) {}
        T* const slots;
        const std::size_t mask;
        std::size_t otherSide = 0;
        std::atomic<std::size_t> position{0};
    };

    // Begins at a cache line, so that a value of 64 bytes lies in one.
    class Slots {
    public:
        explicit Slots(std::size_t count)
            : data(static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{kLine}))), size(count)
        {
            std::uninitialized_value_construct_n(data, size);
        }
        Slots(Slots&& other) noexcept : data(std::exchange(other.data, nullptr)), size(std::exchange(other.size, 0)) {}
        Slots& operator=(Slots&&) = delete;
        ~Slots()
        {
            std::destroy_n(data, size);
            ::operator delete(data, std::align_val_t{kLine});
        }
        T* data;
        std::size_t size;
    };

    explicit SpscRing(Slots slots)
        : m_slots(std::move(slots)),
          m_producer{m_slots.data, m_slots.size - 1},
          m_consumer{m_slots.data, m_slots.size - 1}
    {
    }

    Slots m_slots;
    Side m_producer;
    Side m_consumer;
};

}  // namespace tickdeck
