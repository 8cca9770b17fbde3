// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/gap_watch.h"

#include "ui/client/words.h"

namespace tickdeck::ui {

namespace {

constexpr std::size_t kMost = 2'000;  // more than there are pixels

}  // namespace

void GapWatch::watch(const api::Instrument& instrument, std::string channel, Nanos reach)
{
    m_name = instrument.name;
    m_channel = std::move(channel);
    m_reach = reach;
    m_wanted = true;
    m_answer.reset();
}

std::optional<std::vector<PlotGap>> GapWatch::take()
{
    if (m_name.venue.empty())
        return {};
    const auto& known = m_client.overview().gaps;
    if (const Nanos taken = m_client.overview().time; taken != m_taken) {
        m_taken = taken;
        std::string all = std::to_string(m_client.overview().openGaps);
        for (const api::Gap& gap : known)
            all += gap.id + std::to_string(gap.to) + ';';
        if (all != m_newest) {
            m_newest = std::move(all);
            m_wanted = true;
        }
    }
    if (m_wanted && !m_answer) {
        const Nanos now = m_client.now();
        m_answer = m_client.engine().gaps({.from = now - m_reach,
                                           .to = now,
                                           .venue = m_name.venue,
                                           .symbol = m_name.symbol,
                                           .channel = m_channel,
                                           .most = kMost});
        m_wanted = false;
    }
    const auto* answer = m_answer ? m_answer->get() : nullptr;
    if (!answer)
        return {};
    std::vector<PlotGap> out;
    // A failed answer leaves those of the overview.
    for (const api::Gap& gap : *answer ? (*answer)->gaps : known)
        if (gap.venue == m_name.venue && (gap.symbol.empty() || gap.symbol == m_name.symbol) &&
            (gap.channel.empty() || gap.channel == m_channel))
            out.push_back({gap.from, gap.to, gap.to == kNoTime, words::gapCause(gap.cause)});
    m_answer.reset();
    return out;
}

}  // namespace tickdeck::ui
