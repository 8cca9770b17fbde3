// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/health_rows.h"

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

QString text(const std::string& utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

Cell number(QString shown, double sort, Role tone = Role::Text)
{
    return {.text = std::move(shown), .sort = sort, .tone = tone, .mark = Mark::None, .samples = {}};
}

Cell word(QString shown, Role tone = Role::Text)
{
    return {.text = std::move(shown), .sort = {}, .tone = tone, .mark = Mark::None, .samples = {}};
}

Cell marked(QString shown, Mark mark, QVariant sort = {})
{
    return {.text = std::move(shown), .sort = std::move(sort), .tone = Role::Text, .mark = mark, .samples = {}};
}

Cell millis(Nanos duration, Nanos warnFrom)
{
    const Role tone = duration == kNoTime ? Role::Muted : duration >= warnFrom ? Role::Warn : Role::Text;
    return number(millisText(duration), duration == kNoTime ? -1.0 : static_cast<double>(duration), tone);
}

Cell count(std::uint64_t value, Role toneIfAny)
{
    return number(countText(value), static_cast<double>(value), value == 0 ? Role::Muted : toneIfAny);
}

Nanos since(Nanos then, Nanos now) { return then == kNoTime ? kNoTime : std::max<Nanos>(now - then, 0); }

Cell age(Nanos value, Nanos staleFrom)
{
    const Role tone = value == kNoTime ? Role::Muted : value >= staleFrom ? Role::Warn : Role::Text;
    return number(ageText(value), value == kNoTime ? -1.0 : static_cast<double>(value), tone);
}

Cell rate(double perSecond)
{
    return number(fixedText(perSecond, 1), perSecond, perSecond > 0 ? Role::Text : Role::Muted);
}

}  // namespace

Mark markOf(api::State state)
{
    constexpr std::array kMarks{Mark::Starting, Mark::Ok, Mark::Degraded, Mark::Failed, Mark::Stopped};
    return kMarks[static_cast<std::size_t>(state)];
}

api::State worstOf(const api::Overview& overview)
{
    api::State worst = overview.worst;
    for (const api::Stream& stream : overview.streams)
        if (api::severity(stream.state) > api::severity(worst))
            worst = stream.state;
    return worst;
}

void RateHistory::add(const api::Overview& overview)
{
    if (!m_minute.due(overview.time))
        return;
    for (const api::Stream& stream : overview.streams)
        m_minute.add(HealthRows::streamKey(stream), stream.eventsPerSecond);
}

QString HealthRows::streamKey(const api::Stream& stream)
{
    return text(stream.venue) + QLatin1Char('/') + text(stream.channel);
}

std::vector<Column> HealthRows::streamColumns()
{
    return {
        {tr("Venue"), tr("Where the data come from"), CellLook::Words, false, false},
        {tr("Channel"), tr("Which of the venue's streams"), CellLook::Words, false, false},
        {tr("State"), tr("State of the stream; sorts by the worst"), CellLook::Words, true, false},
        {tr("Reason"), tr("Why the state is not ok"), CellLook::Words, false, false},
        {tr("Age"), tr("Since the newest message"), CellLook::Number, false, false},
        {tr("Gaps"), tr("Gaps opened since the start"), CellLook::Number, true, false},
        {tr("Reconnects"), tr("Connections made anew since the start"), CellLook::Number, true, false},
        {tr("Events/s"), tr("Events a second, mean of the last seconds"), CellLook::Number, false, false},
        {tr("Event p50 ms"), tr("Receive time minus the venue's time, median, milliseconds"), CellLook::Number, false,
         false},
        {tr("Event p99 ms"), tr("Receive time minus the venue's time, 99 of 100, milliseconds"), CellLook::Number,
         false, false},
        {tr("Receive p50 ms"), tr("From received to handled, median, milliseconds"), CellLook::Number, false, false},
        {tr("Receive p99 ms"), tr("From received to handled, 99 of 100, milliseconds"), CellLook::Number, false, false},
        {tr("Last minute"), tr("Events a second over the last minute"), CellLook::Sparkline, false, false},
    };
}

std::vector<Row> HealthRows::streams(const api::Overview& overview, Nanos now, const RateHistory& rates)
{
    std::vector<Row> out;
    out.reserve(overview.streams.size());
    for (const api::Stream& s : overview.streams) {
        const bool silent = s.silent && s.state == api::State::Ok;
        const Mark mark = silent ? Mark::Stale : markOf(s.state);
        const QString state = silent ? tr("silent") : words::state(s.state);
        Row row{.key = streamKey(s), .tip = {}, .cells = {}};
        row.tip = tr("%1 %2: %3 since %4 UTC (%5); %6 events, the newest at %7 UTC")
                      .arg(text(s.venue), text(s.channel), state, dateTimeText(s.since), ageText(since(s.since, now)),
                           countText(s.events), dateTimeText(s.lastMessage));
        if (!s.reason.empty())
            row.tip += QStringLiteral(". ") + text(s.reason);
        row.cells = {
            word(text(s.venue)),
            word(text(s.channel)),
            marked(state, mark, -10 * api::severity(s.state) - (silent ? 1 : 0)),
            word(text(s.reason)),
            age(since(s.lastMessage, now), silent || s.state != api::State::Ok ? 0 : 60 * kSecond),
            count(s.gaps, s.openGaps > 0 ? Role::Bad : Role::Warn),
            count(s.reconnects, Role::Warn),
            rate(s.eventsPerSecond),
            millis(s.eventLag.p50, kSecond),
            millis(s.eventLag.p99, 2 * kSecond),
            millis(s.receiveLag.p50, 100 * kMillisecond),
            millis(s.receiveLag.p99, kSecond),
            {.text = {},
             .sort = s.eventsPerSecond,
             .tone = silent ? Role::Stale : Role::Accent,
             .mark = Mark::None,
             .samples = rates.of(row.key)},
        };
        out.push_back(std::move(row));
    }
    return out;
}

QString HealthRows::stageKey(const api::Stage& stage)
{
    return (stage.kind == api::StageKind::Sink ? QStringLiteral("sink/") : QStringLiteral("pipeline/")) +
           text(stage.name);
}

std::vector<Column> HealthRows::stageColumns()
{
    return {
        {tr("Name"), tr("The sink's or pipeline's name in the settings"), CellLook::Words, false, false},
        {tr("Kind"), {}, CellLook::Words, false, false},
        {tr("State"), tr("Sorts by the worst"), CellLook::Words, true, false},
        {tr("Position"), tr("Everything up to this number is settled"), CellLook::Number, false, true},
        {tr("Behind by"), tr("Numbers between the position and the newest"), CellLook::Number, false, false},
        {tr("Behind for"), tr("Age of the oldest batch that is not settled"), CellLook::Number, false, false},
        {tr("Events/s"), {}, CellLook::Number, false, false},
        {tr("Breaker"), tr("Open: the store failed again and again and is left alone for a while"), CellLook::Words,
         true, false},
        {tr("Dead letters"), tr("Events that the store refused for good"), CellLook::Number, true, false},
        {tr("Details"), tr("Why the state is not ok; of the journal: its size, budget and growth"), CellLook::Words,
         false, false},
    };
}

QString HealthRows::stageTip(const api::Stage& s, Seq newest, Nanos now)
{
    QStringList lines;
    lines << tr("%1: %2 since %3 UTC (%4)")
                 .arg(text(s.title), words::state(s.state), dateTimeText(s.since), ageText(since(s.since, now)));
    if (!s.reason.empty())
        lines << text(s.reason);
    lines << tr("Settled up to %1 of %2, behind by %3")
                 .arg(countText(s.position), countText(newest), countText(s.behind));
    if (s.behindTime != kNoTime)
        lines << tr("The oldest that waits is %1 old").arg(ageText(s.behindTime));
    else if (s.behind == 0)
        lines << tr("Nothing waits");
    lines << tr("%1 events/s").arg(fixedText(s.eventsPerSecond, 1));
    if (s.breaker != api::Breaker::None)
        lines << (s.breaker == api::Breaker::Closed ? tr("Breaker closed: the store takes what it is given")
                  : s.breaker == api::Breaker::HalfOpen
                      ? tr("Breaker half open: one batch tries whether the store is back")
                      : tr("Breaker open: the store is left alone for a while; nothing is lost, the journal keeps it"));
    lines << (s.deadLetters == 0 ? tr("No dead letters") : tr("%1 dead letters").arg(countText(s.deadLetters)));
    return lines.join(QLatin1Char('\n'));
}

std::vector<Row> HealthRows::stages(const api::Overview& overview, Nanos now)
{
    std::vector<Row> out;
    const api::Journal& journal = overview.journal;
    Row first{.key = QStringLiteral("journal"), .tip = {}, .cells = {}};
    first.tip = tr("Numbers %1 to %2 are kept, %3 of %4")
                    .arg(countText(journal.first), countText(journal.last), bytesText(journal.bytes),
                         bytesText(journal.budget));
    first.cells = {word(tr("journal")),
                   word(tr("journal"), Role::Muted),
                   marked(words::state(journal.state), markOf(journal.state), -10 * api::severity(journal.state)),
                   number(countText(journal.committed), static_cast<double>(journal.committed)),
                   count(journal.last - std::min(journal.committed, journal.last), Role::Text),
                   number(QStringLiteral("–"), -1, Role::Muted),
                   number(QStringLiteral("–"), -1, Role::Muted),
                   word(QStringLiteral("–"), Role::Muted),
                   number(QStringLiteral("–"), -1, Role::Muted),
                   word(journal.reason.empty() ? tr("%1 of %2, %3/s")
                                                     .arg(bytesText(journal.bytes), bytesText(journal.budget),
                                                          bytesText(static_cast<std::uint64_t>(journal.bytesPerSecond)))
                                               : text(journal.reason),
                        Role::Muted)};
    out.push_back(std::move(first));
    for (const api::Stage& s : overview.stages) {
        Row row{.key = stageKey(s), .tip = {}, .cells = {}};
        row.tip = stageTip(s, journal.last, now);
        const Role breaker = s.breaker == api::Breaker::Open       ? Role::Bad
                             : s.breaker == api::Breaker::HalfOpen ? Role::Warn
                                                                   : Role::Muted;
        row.cells = {word(text(s.name)),
                     word(words::stageKind(s.kind), Role::Muted),
                     marked(words::state(s.state), markOf(s.state), -10 * api::severity(s.state)),
                     number(countText(s.position), static_cast<double>(s.position)),
                     count(s.behind, Role::Text),
                     age(s.behindTime, 60 * kSecond),
                     rate(s.eventsPerSecond),
                     word(words::breaker(s.breaker), breaker),
                     count(s.deadLetters, Role::Bad),
                     word(text(s.reason), Role::Muted)};
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace tickdeck::ui
