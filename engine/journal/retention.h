// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which segments there are, who still needs them, and which may go.

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "engine/journal/recovery.h"

namespace tickdeck::journal {

// retain() and release() may be called by any thread, all else by the journal thread.
class Retention {
public:
    explicit Retention(const Settings& settings);

    void retain(const std::string& reader, Seq from);
    void release(const std::string& reader);

    void add(FoundSegment segment) { m_segments.push_back(std::move(segment)); }
    void grow(std::uint64_t bytes) { m_segments.back().bytes += bytes; }
    [[nodiscard]] const std::deque<FoundSegment>& segments() const noexcept { return m_segments; }
    [[nodiscard]] std::uint64_t bytes() const noexcept;
    // Of the segments that a reader still needs, and the one that is written.
    [[nodiscard]] std::uint64_t neededBytes() const;
    [[nodiscard]] std::uint64_t budget() const noexcept { return m_budget; }

    // The oldest segment, where it is wholly below every reader's number and never the newest.
    [[nodiscard]] bool oldestIsFree() const;
    // Whether budget or age want the oldest segment gone. `newestTime`: receive time of the newest batch.
    [[nodiscard]] bool oldestShouldGo(Nanos newestTime) const;
    [[nodiscard]] bool overBudget() const noexcept { return bytes() > m_budget; }
    void dropOldest() { m_segments.pop_front(); }
    void dropNewest() { m_segments.pop_back(); }

    struct LostPlace {
        std::string reader;
        Seq from;
        Seq to;
    };
    // Takes its place from the reader that is farthest behind.
    [[nodiscard]] std::optional<LostPlace> dropFarthestReader();

private:
    [[nodiscard]] Seq leastNeeded() const;

    std::uint64_t m_budget;
    Nanos m_keep;
    std::deque<FoundSegment> m_segments;
    mutable std::mutex m_mutex;
    std::map<std::string, Seq> m_readers;
};

}  // namespace tickdeck::journal
