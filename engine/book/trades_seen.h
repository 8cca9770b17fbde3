// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which of a stream's numbered trades were seen.

#include "engine/core/state_bytes.h"

namespace tickdeck::book {

// The newest number and the 63 before it, so that a snapshot of the last 50 adds only what is new. One thread.
class TradesSeen {
public:
    enum class Verdict : std::uint8_t { New, Jump, Twice };

    // Notes the trade. New: next in line, the first of all, or a late one; Jump: numbers were left out.
    Verdict note(std::uint64_t tradeId) noexcept;
    [[nodiscard]] bool any() const noexcept { return m_bits != 0; }
    // Whether it is so long before the newest that nobody knows whether it was seen.
    [[nodiscard]] bool forgotten(std::uint64_t tradeId) const noexcept
    {
        return any() && tradeId < m_newest && m_newest - tradeId >= kWindow;
    }
    // Whether nothing lies between the newest and this one.
    [[nodiscard]] bool reachedBy(std::uint64_t tradeId) const noexcept { return any() && tradeId <= m_newest + 1; }

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    static constexpr std::uint64_t kWindow = 64;

    std::uint64_t m_newest = 0;
    std::uint64_t m_bits = 0;  // bit i: m_newest - i was seen
};

}  // namespace tickdeck::book
