// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Reference-counted byte buffers that return to their pool, so that the hot path does not allocate.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>

namespace tickdeck {

class BufferPool;

// A block of bytes, aligned to a cache line. Made and owned by a BufferPool; held through BufferRef.
class alignas(64) Buffer {
public:
    [[nodiscard]] std::byte* data() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
    [[nodiscard]] const std::byte* data() const noexcept { return reinterpret_cast<const std::byte*>(this + 1); }
    [[nodiscard]] std::size_t capacity() const noexcept { return m_capacity; }

private:
    friend class BufferPool;
    friend class BufferRef;
    std::atomic<std::uint32_t> m_references{0};
    std::uint32_t m_sizeClass = 0;
    std::size_t m_capacity = 0;
    BufferPool* m_pool = nullptr;
    Buffer* m_next = nullptr;
};

// Shared ownership of a Buffer; copying costs one atomic increment. The last one gives the buffer back, on any thread.
class BufferRef {
public:
    BufferRef() noexcept = default;
    BufferRef(const BufferRef& other) noexcept : m_buffer(other.m_buffer)
    {
        if (m_buffer)
            m_buffer->m_references.fetch_add(1, std::memory_order_relaxed);
    }
    BufferRef(BufferRef&& other) noexcept : m_buffer(std::exchange(other.m_buffer, nullptr)) {}
    BufferRef& operator=(BufferRef other) noexcept
    {
        std::swap(m_buffer, other.m_buffer);
        return *this;
    }
    ~BufferRef() { reset(); }

    void reset() noexcept;
    [[nodiscard]] Buffer* get() const noexcept { return m_buffer; }
    [[nodiscard]] explicit operator bool() const noexcept { return m_buffer != nullptr; }

private:
    friend class BufferPool;
    explicit BufferRef(Buffer* buffer) noexcept : m_buffer(buffer) {}
    Buffer* m_buffer = nullptr;
};

// Free lists by power-of-two size. Thread-safe. Must outlive its buffers. Larger requests than the largest class are
// allocated and freed directly; a class keeps at most `kKept` free bytes, the rest goes back to the system.
class BufferPool {
public:
    BufferPool() = default;
    ~BufferPool();
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;

    // A buffer of at least `capacity` bytes with one reference. Contents are not initialised.
    [[nodiscard]] BufferRef acquire(std::size_t capacity);
    // Bytes in use by holders of references, for metrics.
    [[nodiscard]] std::size_t bytesInUse() const noexcept;

private:
    friend class BufferRef;
    static constexpr std::size_t kSmallestBits = 9;  // 512 B
    static constexpr std::size_t kLargestBits = 20;  // 1 MiB
    static constexpr std::size_t kKept = 16u << 20;

    struct alignas(64) FreeList {
        mutable std::mutex mutex;
        Buffer* head = nullptr;
        std::size_t count = 0;
        std::size_t used = 0;  // buffers that are out; here, so that the line that is taken anyhow holds it
    };

    void release(Buffer* buffer) noexcept;

    std::array<FreeList, kLargestBits - kSmallestBits + 1> m_free;
    std::atomic<std::size_t> m_largeInUse{0};  // bytes above the largest class
};

}  // namespace tickdeck
