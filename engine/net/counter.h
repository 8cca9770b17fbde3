// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A count that one thread keeps and any may read.

#include <atomic>
#include <cstdint>

namespace tickdeck::net {

class Counter {
public:
    void add(std::uint64_t n = 1) noexcept { set(get() + n); }
    void set(std::uint64_t n) noexcept { m_value.store(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const noexcept { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> m_value{0};
};

}  // namespace tickdeck::net
