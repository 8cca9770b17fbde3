// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/retention.h"

#include <algorithm>
#include <limits>

namespace tickdeck::journal {

Retention::Retention(const Settings& settings)
    : m_budget(static_cast<std::uint64_t>(settings.budgetMb) * 1'000'000),
      m_keep(toNanos(std::chrono::hours(settings.keepHours)))
{
}

void Retention::retain(const std::string& reader, Seq from)
{
    const std::scoped_lock lock(m_mutex);
    const auto [entry, isNew] = m_readers.try_emplace(reader, from);
    entry->second = std::max(entry->second, from);
}

void Retention::release(const std::string& reader)
{
    const std::scoped_lock lock(m_mutex);
    m_readers.erase(reader);
}

Seq Retention::leastNeeded() const
{
    const std::scoped_lock lock(m_mutex);
    Seq least = std::numeric_limits<Seq>::max();
    for (const auto& [reader, from] : m_readers)
        least = std::min(least, from);
    return least;
}

std::uint64_t Retention::bytes() const noexcept
{
    std::uint64_t sum = 0;
    for (const FoundSegment& segment : m_segments)
        sum += segment.bytes;
    return sum;
}

std::uint64_t Retention::neededBytes() const
{
    const Seq least = leastNeeded();
    std::uint64_t sum = m_segments.empty() ? 0 : m_segments.back().bytes;
    for (std::size_t i = 0; i + 1 < m_segments.size(); ++i)
        if (m_segments[i + 1].where.firstSeq > least)
            sum += m_segments[i].bytes;
    return sum;
}

bool Retention::oldestIsFree() const { return m_segments.size() > 1 && m_segments[1].where.firstSeq <= leastNeeded(); }

bool Retention::oldestShouldGo(Nanos newestTime) const
{
    if (m_segments.size() < 2)
        return false;
    const Nanos end = m_segments[1].firstTime;
    return overBudget() || (m_keep > 0 && end != kNoTime && newestTime != kNoTime && end < newestTime - m_keep);
}

std::optional<Retention::LostPlace> Retention::dropFarthestReader()
{
    const std::scoped_lock lock(m_mutex);
    const auto farthest = std::ranges::min_element(m_readers, {}, &std::pair<const std::string, Seq>::second);
    if (farthest == m_readers.end() || m_segments.size() < 2)
        return std::nullopt;
    LostPlace lost{farthest->first, farthest->second, m_segments[1].where.firstSeq - 1};
    m_readers.erase(farthest);
    return lost;
}

}  // namespace tickdeck::journal
