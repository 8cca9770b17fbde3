// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Storage by a dense id that is made when it is first written, and the histories that are kept there.

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/seqlock.h"

namespace tickdeck {

// T by id, made by make() and then there for good. Any thread may call anything; what T allows is T's own matter.
template <class T>
class LazySlots {
public:
    LazySlots() : m_chunks(std::make_unique<std::atomic<Chunk*>[]>(kChunks)) {}
    ~LazySlots()
    {
        for (std::size_t i = 0; i < kChunks; ++i)
            if (Chunk* chunk = m_chunks[i].load(std::memory_order_relaxed)) {
                for (auto& slot : *chunk)
                    delete slot.load(std::memory_order_relaxed);
                delete chunk;
            }
    }
    LazySlots(const LazySlots&) = delete;
    LazySlots& operator=(const LazySlots&) = delete;

    // Null: never made.
    [[nodiscard]] T* find(std::uint32_t id) const noexcept
    {
        const Chunk* chunk = id >> kBits < kChunks ? m_chunks[id >> kBits].load(std::memory_order_acquire) : nullptr;
        return chunk ? (*chunk)[id & (kPerChunk - 1)].load(std::memory_order_acquire) : nullptr;
    }
    [[nodiscard]] T& make(std::uint32_t id)
    {
        if (T* found = find(id))
            return *found;
        Chunk& chunk = install(m_chunks[id >> kBits]);
        return install(chunk[id & (kPerChunk - 1)]);
    }
    // Calls visit(id, T&) in order of id for what was made below `end`.
    template <class Visit>
    void forEach(std::uint32_t end, Visit&& visit) const
    {
        for (std::uint32_t id = 0; id < end; ++id) {
            if ((id & (kPerChunk - 1)) == 0 && !m_chunks[id >> kBits].load(std::memory_order_acquire)) {
                id += kPerChunk - 1;
                continue;
            }
            if (T* slot = find(id))
                visit(id, *slot);
        }
    }

private:
    static constexpr unsigned kBits = 10;
    static constexpr std::uint32_t kPerChunk = 1u << kBits;
    static constexpr std::size_t kChunks = 4096;  // as many ids as the symbol table has
    using Chunk = std::array<std::atomic<T*>, kPerChunk>;

    // Two writers may come at once; one of them wins.
    template <class U>
    static U& install(std::atomic<U*>& pointer)
    {
        U* now = pointer.load(std::memory_order_acquire);
        if (now)
            return *now;
        auto made = std::make_unique<U>();
        if (pointer.compare_exchange_strong(now, made.get(), std::memory_order_acq_rel))
            return *made.release();
        return *now;
    }

    std::unique_ptr<std::atomic<Chunk*>[]> m_chunks;
};

// One published value that may not be there yet.
template <class T>
class LiveValue {
public:
    void publish(const T& value)
    {
        m_value.publish(value);
        m_has.store(true, std::memory_order_release);
    }
    [[nodiscard]] bool has() const noexcept { return m_has.load(std::memory_order_acquire); }
    [[nodiscard]] std::optional<T> read() const
    {
        std::optional<T> out;
        if (has() && !m_value.tryRead(out.emplace(), kTries))
            out.reset();
        return out;
    }

private:
    static constexpr int kTries = 64;
    Seqlock<T> m_value;
    std::atomic<bool> m_has{false};
};

// The last `Kept` values of one writer, numbered from 1 in their member `number`. Grows by chunks as it fills.
template <class T, std::size_t Kept>
class LiveHistory {
public:
    LiveHistory() = default;
    ~LiveHistory()
    {
        for (auto& chunk : m_chunks)
            delete chunk.load(std::memory_order_relaxed);
    }
    LiveHistory(const LiveHistory&) = delete;
    LiveHistory& operator=(const LiveHistory&) = delete;

    [[nodiscard]] std::uint64_t count() const noexcept { return m_count.load(std::memory_order_acquire); }

    // Writer. Sets value.number.
    void append(T& value)
    {
        const std::uint64_t before = m_count.load(std::memory_order_relaxed);
        value.number = before + 1;
        auto& pointer = m_chunks[before % Kept / kChunk];
        Chunk* chunk = pointer.load(std::memory_order_relaxed);
        if (!chunk) {
            chunk = new Chunk;
            pointer.store(chunk, std::memory_order_release);
        }
        (*chunk)[before % kChunk].publish(value);
        m_count.store(before + 1, std::memory_order_release);
    }

    // Any thread. Appends what came after number `after` and is still kept; returns the newest number.
    std::uint64_t since(std::uint64_t after, std::vector<T>& out) const
    {
        const std::uint64_t newest = count();
        if (after > newest)  // the reader's number is from before a restart
            after = 0;
        T value;
        for (std::uint64_t index = std::max(after, newest - std::min<std::uint64_t>(newest, Kept)); index < newest;
             ++index) {
            const Chunk* chunk = m_chunks[index % Kept / kChunk].load(std::memory_order_acquire);
            // Another number: the writer has come round to it since.
            if ((*chunk)[index % kChunk].tryRead(value, 1) && value.number == index + 1)
                out.push_back(value);
        }
        return newest;
    }

private:
    static constexpr std::size_t kChunk = 32;
    static_assert(Kept % kChunk == 0);
    using Chunk = std::array<Seqlock<T>, kChunk>;
    std::array<std::atomic<Chunk*>, Kept / kChunk> m_chunks{};
    std::atomic<std::uint64_t> m_count{0};
};

}  // namespace tickdeck
