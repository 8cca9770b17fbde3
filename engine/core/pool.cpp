// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/pool.h"

#include <algorithm>
#include <bit>
#include <new>

namespace tickdeck {

namespace {

Buffer* allocate(std::size_t capacity)
{
    void* memory = ::operator new(sizeof(Buffer) + capacity, std::align_val_t{alignof(Buffer)});
    return new (memory) Buffer;
}

void deallocate(Buffer* buffer) noexcept
{
    buffer->~Buffer();
    ::operator delete(buffer, std::align_val_t{alignof(Buffer)});
}

}  // namespace

void BufferRef::reset() noexcept
{
    if (Buffer* buffer = std::exchange(m_buffer, nullptr))
        if (buffer->m_references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            buffer->m_pool->release(buffer);
}

BufferPool::~BufferPool()
{
    for (FreeList& list : m_free)
        while (Buffer* buffer = list.head) {
            list.head = buffer->m_next;
            deallocate(buffer);
        }
}

std::size_t BufferPool::bytesInUse() const noexcept
{
    std::size_t bytes = m_largeInUse.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < m_free.size(); ++i) {
        const std::scoped_lock lock(m_free[i].mutex);
        bytes += m_free[i].used << (i + kSmallestBits);
    }
    return bytes;
}

BufferRef BufferPool::acquire(std::size_t capacity)
{
    const std::size_t bits = std::max<std::size_t>(std::bit_width(capacity - (capacity > 0)), kSmallestBits);
    const std::size_t sizeClass = bits - kSmallestBits;
    Buffer* buffer = nullptr;
    if (sizeClass < m_free.size()) {
        FreeList& list = m_free[sizeClass];
        const std::scoped_lock lock(list.mutex);
        ++list.used;
        if ((buffer = list.head)) {
            list.head = buffer->m_next;
            --list.count;
        }
    }
    if (!buffer) {
        const std::size_t size = sizeClass < m_free.size() ? std::size_t{1} << bits : capacity;
        buffer = allocate(size);
        buffer->m_capacity = size;
        buffer->m_sizeClass = static_cast<std::uint32_t>(sizeClass);
        buffer->m_pool = this;
    }
    if (sizeClass >= m_free.size())
        m_largeInUse.fetch_add(buffer->m_capacity, std::memory_order_relaxed);
    buffer->m_references.store(1, std::memory_order_relaxed);
    return BufferRef(buffer);
}

void BufferPool::release(Buffer* buffer) noexcept
{
    if (buffer->m_sizeClass >= m_free.size()) {
        m_largeInUse.fetch_sub(buffer->m_capacity, std::memory_order_relaxed);
    } else {
        FreeList& list = m_free[buffer->m_sizeClass];
        const std::scoped_lock lock(list.mutex);
        --list.used;
        if ((list.count + 1) * buffer->m_capacity <= kKept) {
            buffer->m_next = std::exchange(list.head, buffer);
            ++list.count;
            return;
        }
    }
    deallocate(buffer);
}

}  // namespace tickdeck
