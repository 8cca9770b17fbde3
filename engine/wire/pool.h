// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Elements that are used again.

#include <cstddef>
#include <span>
#include <vector>

namespace tickdeck::wire {

// Reuses the elements, and what they own, from frame to frame. One thread.
template <class T>
class Pool {
public:
    void clear() noexcept { m_used = 0; }
    // As it was left; the reference holds until the next call.
    T& next()
    {
        if (m_used == m_items.size())
            m_items.emplace_back();
        return m_items[m_used++];
    }
    [[nodiscard]] std::span<T> used() noexcept { return {m_items.data(), m_used}; }

private:
    std::vector<T> m_items;
    std::size_t m_used = 0;
};

}  // namespace tickdeck::wire
