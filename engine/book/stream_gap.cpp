// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/stream_gap.h"

namespace tickdeck::book {

void StreamGap::open(BatchBuilder& out, const Subject& subject, GapCause cause, Nanos from, std::uint64_t& number)
{
    if (isOpen())
        return;
    m_number = ++number;
    m_from = from;
    m_cause = cause;
    write(out, subject, GapState::Open, {}, GapRecovery::None);
}

void StreamGap::close(BatchBuilder& out, const Subject& subject, Nanos to, GapRecovery recovered)
{
    if (!isOpen())
        return;
    write(out, subject, GapState::Closed, to, recovered);
    m_number = 0;
}

void StreamGap::write(BatchBuilder& out, const Subject& subject, GapState state, Nullable<std::int64_t> to,
                      GapRecovery recovered) const
{
    // Numbers begin anew with each run of the engine; the time keeps the id apart from those of earlier runs.
    std::string id(subject.channel);
    id.append("/").append(subject.native).append("/").append(std::to_string(m_from));
    id.append("/").append(std::to_string(m_number));
    Gap& gap = out.add<Gap>(subject.symbol, kNoTime,
                            BatchBuilder::room(id.size()) + BatchBuilder::room(subject.channel.size()));
    out.setText(gap.gapId, id);
    out.setText(gap.channel, subject.channel);
    gap.from = m_from;
    gap.to = to;
    gap.state = state;
    gap.cause = m_cause;
    gap.recovered = recovered;
}

void StreamGap::save(StateWriter& out) const
{
    out.put(m_number);
    if (!isOpen())
        return;
    out.put(m_from);
    out.put(m_cause);
}

void StreamGap::load(StateReader& in)
{
    m_number = in.get<std::uint64_t>();
    if (!isOpen())
        return;
    m_from = in.get<Nanos>();
    m_cause = in.get<GapCause>();
    if (static_cast<std::size_t>(m_cause) >= kEnumNames<GapCause>.size())
        in.damaged();
}

}  // namespace tickdeck::book
