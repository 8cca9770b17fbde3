// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The newest value of something small, from one writer to any number of readers, without waiting.

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace tickdeck {

// publish() belongs to one thread and never waits. tryRead() may be called by any; it gives up after some tries, and the
// reader keeps what it had (a writer that never pauses starves readers). The value is kept as atomic words with release
// stores and acquire loads: a word of a newer value shows its reader the newer sequence, too, so no fence is needed.
template <class T>
class Seqlock {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % sizeof(std::uint64_t) == 0);

public:
    void publish(const T& value) noexcept
    {
        const auto* from = reinterpret_cast<const std::byte*>(&value);
        const std::uint64_t sequence = m_sequence.load(std::memory_order_relaxed);
        m_sequence.store(sequence + 1, std::memory_order_relaxed);
        for (std::size_t i = 0; i < kWords; ++i) {
            std::uint64_t word;
            std::memcpy(&word, from + i * sizeof word, sizeof word);
            m_words[i].store(word, std::memory_order_release);
        }
        m_sequence.store(sequence + 2, std::memory_order_release);
    }

    // False, with `value` in an unspecified state, when nothing was published yet or the writer was always in the way.
    [[nodiscard]] bool tryRead(T& value, int tries = 16) const noexcept
    {
        auto* to = reinterpret_cast<std::byte*>(&value);
        for (int i = 0; i < tries; ++i) {
            const std::uint64_t before = m_sequence.load(std::memory_order_acquire);
            if (before == 0)
                return false;
            if (before % 2 != 0)
                continue;
            for (std::size_t w = 0; w < kWords; ++w) {
                const std::uint64_t word = m_words[w].load(std::memory_order_acquire);
                std::memcpy(to + w * sizeof word, &word, sizeof word);
            }
            if (m_sequence.load(std::memory_order_relaxed) == before)
                return true;
        }
        return false;
    }

    // How often something was published.
    [[nodiscard]] std::uint64_t version() const noexcept { return m_sequence.load(std::memory_order_acquire) / 2; }

private:
    static constexpr std::size_t kWords = sizeof(T) / sizeof(std::uint64_t);
    alignas(64) std::atomic<std::uint64_t> m_sequence{0};
    std::array<std::atomic<std::uint64_t>, kWords> m_words{};
};

}  // namespace tickdeck
