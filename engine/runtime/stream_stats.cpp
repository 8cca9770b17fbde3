// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/stream_stats.h"

#include <algorithm>
#include <cmath>

namespace tickdeck::runtime {

void LagWindow::add(Nanos lag) noexcept { m_samples[m_count++ % kSamples] = lag; }

api::Lag LagWindow::summary() const
{
    const std::size_t count = std::min(m_count, kSamples);
    if (count == 0)
        return {};
    std::array<Nanos, kSamples> sorted = m_samples;
    const auto at = [&](std::size_t rank) {
        const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(sorted.begin(), nth, sorted.begin() + static_cast<std::ptrdiff_t>(count));
        return *nth;
    };
    return {at(count / 2), at(count - 1 - count / 100)};
}

double Rate::update(std::uint64_t count, Nanos steady) noexcept
{
    constexpr double kSmoothingSeconds = 3;
    if (m_at != kNoTime && steady > m_at) {
        const double seconds = static_cast<double>(steady - m_at) / static_cast<double>(kSecond);
        const double weight = 1 - std::exp(-seconds / kSmoothingSeconds);
        m_perSecond += weight * (static_cast<double>(count - m_count) / seconds - m_perSecond);
    }
    m_count = count;
    m_at = steady;
    return m_perSecond;
}

StreamStats::Row& StreamStats::row(const EventView& event)
{
    Row*& known = m_bySymbol[{event.symbol(), event.type()}];
    if (!known)
        known = &m_rows[{m_symbols->name(event.symbol()).venue, std::string(enumName(event.type()))}];
    return *known;
}

void StreamStats::observe(const Batch& batch, Nanos now)
{
    const Nanos received = batch.header().receiveTime;
    for (const EventView event : batch) {
        ++m_events;
        if (const Gap* gap = event.as<Gap>()) {
            observeGap(*gap, event, received);
            continue;
        }
        if (event.type() == EventType::Status || event.type() == EventType::Instrument)
            continue;  // no streams
        Row& at = row(event);
        ++at.events;
        if (event.exchangeTime() != kNoTime && batch.header().kind == BatchKind::Frame)
            at.eventLag.add(received - event.exchangeTime());
        at.receiveLag.add(now - received);
        if (at.firstMessage == kNoTime)
            at.firstMessage = at.since = received;
        at.lastMessage = received;
    }
}

void StreamStats::observeGap(const Gap& gap, const EventView& event, Nanos receiveTime)
{
    const SymbolName& name = m_symbols->name(event.symbol());
    Row& at = m_rows[{name.venue, std::string(gap.channel.view())}];
    const std::string id(gap.gapId.view());
    at.since = receiveTime;
    if (gap.state == GapState::Open) {
        if (at.open.emplace(id, gap.cause).second) {
            ++at.gaps;
            ++m_openGaps;
        }
        m_gaps.push_back({.id = id,
                          .venue = name.venue,
                          .symbol = name.symbol,
                          .channel = std::string(gap.channel.view()),
                          .from = gap.from,
                          .cause = gap.cause});
        while (m_gaps.size() > kGapsKept)
            m_gaps.pop_front();
        return;
    }
    m_openGaps -= at.open.erase(id);
    const auto known = std::find_if(m_gaps.rbegin(), m_gaps.rend(), [&](const api::Gap& g) { return g.id == id; });
    if (known != m_gaps.rend()) {
        known->to = gap.to ? *gap.to : receiveTime;
        known->recovered = gap.recovered;
    }
}

std::vector<api::Stream> StreamStats::streams(Nanos now, Nanos steady)
{
    // Silent: nothing for far longer than this stream's own mean interval.
    constexpr Nanos kLeastSilence = 10 * kSecond;
    constexpr Nanos kMeanIntervals = 20;
    std::vector<api::Stream> out;
    out.reserve(m_rows.size());
    for (auto& [key, at] : m_rows) {
        api::Stream& stream = out.emplace_back();
        stream.venue = key.first;
        stream.channel = key.second;
        stream.events = at.events;
        stream.eventsPerSecond = at.rate.update(at.events, steady);
        stream.eventLag = at.eventLag.summary();
        stream.receiveLag = at.receiveLag.summary();
        stream.lastMessage = at.lastMessage;
        stream.gaps = at.gaps;
        stream.openGaps = static_cast<std::uint32_t>(at.open.size());
        stream.since = at.since;
        if (at.events > 1) {
            const Nanos mean = (at.lastMessage - at.firstMessage) / static_cast<Nanos>(at.events - 1);
            stream.silent = now - at.lastMessage > std::max(kLeastSilence, kMeanIntervals * mean);
        }
        if (!at.open.empty()) {
            stream.state = api::State::Degraded;
            stream.reason = "gap: " + std::string(enumName(at.open.begin()->second));
        } else {
            stream.state = api::State::Ok;  // also without events, as definitions: its gaps are closed
            stream.reason = stream.silent ? "silent" : "";
        }
    }
    return out;
}

std::vector<api::Gap> StreamStats::gaps(std::size_t most) const
{
    std::vector<api::Gap> open;
    std::vector<api::Gap> closed;
    for (auto gap = m_gaps.rbegin(); gap != m_gaps.rend(); ++gap)
        (gap->to == kNoTime ? open : closed).push_back(*gap);
    open.insert(open.end(), closed.begin(), closed.end());
    open.resize(std::min(open.size(), most));
    return open;
}

}  // namespace tickdeck::runtime
