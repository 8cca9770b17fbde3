// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The newest of something, read by cursor.

#include <algorithm>
#include <deque>

#include "engine/api/snapshots.h"

namespace tickdeck::runtime {

// Not thread-safe. A full one drops its oldest.
template <class T>
class Recent {
public:
    explicit Recent(std::size_t most) : m_most(most) {}

    void add(T item)
    {
        m_items.push_back(std::move(item));
        ++m_ever;
        if (m_items.size() > m_most)
            m_items.pop_front();
    }

    // At most `limit` of the newest after `cursor`. Who begins (cursor 0) has lost nothing.
    [[nodiscard]] api::Page<T> after(std::uint64_t cursor, std::size_t limit) const
    {
        api::Page<T> page;
        page.next = m_ever;
        const std::uint64_t wanted = m_ever - std::min(cursor, m_ever);
        const std::uint64_t given = std::min<std::uint64_t>({wanted, m_items.size(), limit});
        page.lost = cursor == 0 ? 0 : wanted - given;
        page.items.assign(m_items.end() - static_cast<std::ptrdiff_t>(given), m_items.end());
        return page;
    }

    // Calls take(item) for all that is kept after `cursor`, oldest first; the next cursor.
    template <class Take>
    std::uint64_t each(std::uint64_t cursor, Take&& take) const
    {
        const std::uint64_t given = std::min<std::uint64_t>(m_ever - std::min(cursor, m_ever), m_items.size());
        for (auto item = m_items.end() - static_cast<std::ptrdiff_t>(given); item != m_items.end(); ++item)
            take(*item);
        return m_ever;
    }

private:
    std::size_t m_most;
    std::deque<T> m_items;
    std::uint64_t m_ever = 0;  // the cursor behind the newest
};

}  // namespace tickdeck::runtime
