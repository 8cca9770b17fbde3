// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/sink_feed.h"

#include <algorithm>

namespace tickdeck::runtime {

Result<std::size_t> SinkFeed::step(std::vector<Batch>& out, std::size_t max, std::chrono::milliseconds wait)
{
    const std::size_t before = out.size();
    TRY_ASSIGN(const std::size_t count, m_reader->step(out, max, wait));
    // Numbers that no run ever used are missing, too; of those nothing was lost.
    const std::uint64_t lost = m_reader->counters().lost;
    bool damaged = std::exchange(m_lost, lost) < lost;
    for (std::size_t i = before; i < out.size(); ++i) {
        const BatchHeader& header = out[i].header();
        if (out[i].firstSeq() > m_last + 1) {
            const bool deleted = m_last + 1 < std::min(m_oldest(), out[i].firstSeq());
            if (damaged || deleted)
                m_tell({m_last, m_lastTime == kNoTime ? header.receiveTime : m_lastTime, header.receiveTime,
                        damaged ? GapCause::Damage : GapCause::Retention});
            damaged = false;
        }
        m_last = out[i].lastSeq();
        m_lastTime = header.receiveTime;
    }
    if (damaged)  // at the end of what there is
        m_lost = lost - 1;
    return count;
}

}  // namespace tickdeck::runtime
