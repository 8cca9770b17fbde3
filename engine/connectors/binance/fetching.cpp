// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/fetching.h"

#include <algorithm>

#include "engine/connectors/binance/wanted.h"

namespace tickdeck::binance {

namespace {

// Snapshots on their way at once weigh so much together: what the budget lets through in one go.
constexpr double kWeightAtOnce = 100;
// The lane tells what becomes of each request, however long the venue's bans keep it; this is for one that it lost.
constexpr Nanos kRequestWithin = 600 * kSecond;
constexpr Nanos kDefinitionsEvery = 3600 * kSecond;
constexpr Nanos kDefinitionsAgain = 60 * kSecond;  // at the earliest

}  // namespace

void Fetching::wantDefinitions(bool wanted, book::SyncPatience patience, std::optional<Nanos> restartFrom, Nanos now,
                               std::uint64_t& gaps, Emit& emit)
{
    const book::StreamGap::Subject subject{m_venue, {}, kDefinitions};
    if (wanted && !m_definitions.wanted) {
        if (restartFrom)
            m_definitions.gap.open(emit.events(), subject, GapCause::Restart, *restartFrom, gaps);
        m_definitionsDue = now;
    } else if (!wanted && m_definitions.wanted) {
        m_definitions.gap.close(emit.events(), subject, now, GapRecovery::None);
        m_definitions = {};
    }
    m_definitions.wanted = wanted;
    m_definitions.sync.setPatience(patience);
}

void Fetching::askSnapshot(Contract& contract, Nanos now, Emit& emit)
{
    Stream& stream = contract.stream(Channel::Book);
    if (!stream.sync.due(now))
        return;
    if (stream.asked && now >= stream.askedAt && now - stream.askedAt < kRequestWithin)
        return;  // its answer comes first
    snapshotCame(contract);
    const double weight = depthWeight(m_depth);
    if (m_asked > 0 && (m_asked + 1) * weight > kWeightAtOnce)
        return;
    emit.request(depthPath(contract.native, m_depth), weight);
    stream.asked = true;
    stream.askedAt = now;
    ++m_asked;
    stream.sync.requested(now, kRequestWithin);
}

void Fetching::snapshotCame(Contract& contract) noexcept
{
    Stream& stream = contract.stream(Channel::Book);
    m_asked -= stream.asked ? 1u : 0u;
    stream.asked = false;
    stream.askedBefore = false;
}

void Fetching::snapshotRefused(Contract& contract, Nanos now) noexcept
{
    Stream& stream = contract.stream(Channel::Book);
    // One that was asked for before the stream began anew says nothing of the next, which need not wait.
    const bool outlived = stream.askedBefore;
    snapshotCame(contract);
    if (!outlived && !stream.sync.live())
        stream.sync.refused(now);
}

void Fetching::askDefinitions(Nanos now, Emit& emit)
{
    if (!m_definitions.wanted)
        return;
    const bool again =
        m_definitions.sync.live() && (now >= m_definitionsDue || m_definitionsDue - now > kDefinitionsEvery);
    if (!again && !m_definitions.sync.due(now))
        return;
    emit.request(std::string(kInstrumentsPath), 1);
    m_definitionsAsked = now;
    m_definitionsDue = now + kDefinitionsEvery;
    if (!m_definitions.sync.live())
        m_definitions.sync.requested(now, kRequestWithin);
}

void Fetching::definitionsCame(Nanos now, Emit& emit)
{
    m_definitions.sync.synced(now);
    m_definitions.gap.close(emit.events(), {m_venue, {}, kDefinitions}, now, GapRecovery::Snapshot);
}

void Fetching::definitionsRefused(Nanos now) noexcept
{
    if (m_definitions.sync.live())
        m_definitionsDue = now + kDefinitionsAgain;
    else
        m_definitions.sync.refused(now);
}

void Fetching::unknownContract(Nanos now) noexcept
{
    if (m_definitions.sync.live())
        m_definitionsDue = std::min(m_definitionsDue, std::max(now, m_definitionsAsked + kDefinitionsAgain));
}

void Fetching::save(StateWriter& out) const
{
    m_definitions.save(out);
    out.put(m_definitionsDue);
    out.put(m_definitionsAsked);
    out.put(m_depth);
}

void Fetching::load(StateReader& in)
{
    m_definitions.load(in);
    m_definitionsDue = in.get<Nanos>();
    m_definitionsAsked = in.get<Nanos>();
    m_depth = in.get<std::uint32_t>();
    m_asked = 0;
    for (const Contract& contract : m_contracts->all())
        m_asked += contract.stream(Channel::Book).asked ? 1u : 0u;
}

}  // namespace tickdeck::binance
