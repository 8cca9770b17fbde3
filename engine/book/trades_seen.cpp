// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/trades_seen.h"

namespace tickdeck::book {

TradesSeen::Verdict TradesSeen::note(std::uint64_t tradeId) noexcept
{
    if (!any()) {
        m_newest = tradeId;
        m_bits = 1;
        return Verdict::New;
    }
    if (tradeId > m_newest) {
        const std::uint64_t step = tradeId - m_newest;
        m_newest = tradeId;
        m_bits = (step < kWindow ? m_bits << step : 0) | 1;
        return step == 1 ? Verdict::New : Verdict::Jump;
    }
    const std::uint64_t age = m_newest - tradeId;
    if (age >= kWindow)
        return Verdict::New;
    const std::uint64_t bit = std::uint64_t{1} << age;
    const bool seen = (m_bits & bit) != 0;
    m_bits |= bit;
    return seen ? Verdict::Twice : Verdict::New;
}

void TradesSeen::save(StateWriter& out) const
{
    out.put(m_newest);
    out.put(m_bits);
}

void TradesSeen::load(StateReader& in)
{
    m_newest = in.get<std::uint64_t>();
    m_bits = in.get<std::uint64_t>();
}

}  // namespace tickdeck::book
